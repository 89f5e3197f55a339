"""The version of the engine, which every result carries."""

from __future__ import annotations

__version__ = "0.1.0"
