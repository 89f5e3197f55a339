"""Two editions side by side: what changed in meaning, whom it touches, and whether a result can still be had again.

Provers, loaders and plug-ins are given to it as functions; it knows rules, scored forms and results alone.
"""

from __future__ import annotations
