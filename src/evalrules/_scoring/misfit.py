"""A cell or entry that does not fit what is declared for it."""

from __future__ import annotations


class Misfit(Exception):
    """A cell that does not fit what is declared for it: a problem code and what its wording names."""

    def __init__(self, code: str, **arguments: object) -> None:
        super().__init__(code, arguments)
        self.code = code
        self.arguments = arguments
