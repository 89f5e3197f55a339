"""The workbench: a page on this machine only, to write editions with all that is known of them and to try forms."""

from __future__ import annotations

from evalrules.workbench.server import COOKIE, Workbench
from evalrules.workbench.shelf import Shelf

__all__ = ["COOKIE", "Shelf", "Workbench"]
