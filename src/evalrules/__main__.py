"""``python -m evalrules`` is the command ``evalrules``."""

from __future__ import annotations

from evalrules._cli import main

if __name__ == "__main__":
    main()
