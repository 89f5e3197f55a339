"""An edition in words, for those who edit it: all of it or one of its parts, with examples that the engine scored."""

from __future__ import annotations
