"""What is wrong with a cell that cannot be understood."""

from __future__ import annotations


class CellError(ValueError):
    """A cell that looks like a number, bound or date and is none: the code and arguments of its problem."""

    def __init__(self, code: str, /, **arguments: str) -> None:
        super().__init__(code, arguments)
        self.code = code
        self.arguments = arguments
