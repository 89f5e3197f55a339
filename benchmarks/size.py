"""How large the package is and how its modules hang together, as the table in ``docs/en/architecture.md``.

    .venv/bin/python benchmarks/size.py [FOLDER …] [--named WORD …]

Each folder is one that holds the package (``src`` unless told) and becomes a column, so that two versions stand side by
side. ``--named`` tells instead which files name any of the words: identifiers and whole texts, not parts of sentences.
"""

from __future__ import annotations

import argparse
import ast
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import grimp

PACKAGE = "evalrules"
EXAMPLES = {
    "files that name the formula function 月数": ("月数", "MONTHS"),
    "files that name the formula function 加权平均": ("加权平均", "WEIGHTED_MEAN"),
    "files that name the scoring form deduct": ("deduct", "Deduct"),
    "files that name the scoring form checklist": ("checklist", "Checklist"),
    "files that name the law monotone": ("monotone", "MONOTONE"),
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Measured:
    """One version of the package, read but not imported."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        files = sorted((folder / PACKAGE).rglob("*.py"))
        self.texts = {file.relative_to(folder / PACKAGE): file.read_text("utf-8") for file in files}
        self.trees = {file: ast.parse(text) for file, text in self.texts.items()}

    def nodes(self) -> Iterator[ast.AST]:
        """Go through every node of every module."""
        for tree in self.trees.values():
            yield from ast.walk(tree)

    @cached_property
    def lines(self) -> int:
        """Count lines, blank ones and comments among them."""
        return sum(text.count("\n") for text in self.texts.values())

    @cached_property
    def functions(self) -> list[Function]:
        """Give all functions, those of classes and those inside others among them."""
        return [node for node in self.nodes() if isinstance(node, Function)]

    @cached_property
    def lengths(self) -> list[int]:
        """Give the lines of each function, its signature and docstring among them, from short to long."""
        return sorted((node.end_lineno or 0) - node.lineno + 1 for node in self.functions)

    @cached_property
    def imports(self) -> dict[str, set[str]]:
        """Give what each module imports of the package, but for what only type checkers import."""
        sys.path.insert(0, str(self.folder))
        graph = grimp.build_graph(PACKAGE, exclude_type_checking_imports=True, cache_dir=None)
        sys.path.pop(0)
        return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}

    def layers(self) -> int:
        """Count the modules of the longest chain of imports."""
        depths: dict[str, int] = {}

        def depth(module: str) -> int:
            if module not in depths:
                depths[module] = 1  # a module on a cycle counts once
                depths[module] = 1 + max(map(depth, self.imports[module]), default=0)
            return depths[module]

        return max(map(depth, self.imports))

    def repeated_classes(self) -> int:
        """Count the class names that stand for more than one thing."""
        names = Counter(node.name for node in self.nodes() if isinstance(node, ast.ClassDef))
        return sum(count > 1 for count in names.values())

    def single_uses(self) -> list[str]:
        """Name the private functions of one statement, besides a docstring, that one place uses."""
        used = Counter(name for tree in self.trees.values() for name in used_names(tree))
        return sorted(
            node.name
            for node in self.functions
            if node.name.startswith("_")
            and not node.name.endswith("__")
            and statements(node) == 1
            and used[node.name] == 1
        )

    def naming(self, words: tuple[str, ...]) -> list[str]:
        """Name the files in which any of the words is an identifier or a whole text."""
        return [str(file) for file, tree in self.trees.items() if not set(words).isdisjoint(all_words(tree))]

    def rows(self) -> dict[str, str]:
        """Give what is measured, one text for each thing."""
        modules = len(self.trees)
        return {
            "lines": f"{self.lines:,}",
            "modules": str(modules),
            "lines a module": str(round(self.lines / modules)),
            "lines of a function: median, 90th percentile": f"{statistics.median_low(self.lengths)}, "
            f"{statistics.quantiles(self.lengths, n=10)[-1]:.0f}",
            "layers of imports": str(self.layers()),
            "imports a module": f"{sum(map(len, self.imports.values())) / modules:.1f}",
            "class names used for two things": str(self.repeated_classes()),
            "private functions of one statement that one place uses": str(len(self.single_uses())),
            **{title: str(len(self.naming(words))) for title, words in EXAMPLES.items()},
        }


def statements(node: Function) -> int:
    """Count the statements of a function besides its docstring."""
    return len(node.body) - (ast.get_docstring(node) is not None)


def used_names(tree: ast.AST) -> Iterator[str]:
    """Give every name that is read, as often as it is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def all_words(tree: ast.AST) -> Iterator[str]:
    """Give every identifier and every whole text."""
    for node in ast.walk(tree):
        for value in (getattr(node, field, None) for field in ("id", "attr", "name", "arg", "value")):
            if isinstance(value, str):
                yield value


def table(columns: list[Measured]) -> str:
    """Put the measures of each version side by side, as Markdown."""
    rows = [column.rows() for column in columns]
    lines = [["", *(str(column.folder) for column in columns)], ["---", *("---:" for _ in columns)]]
    lines += [[title, *(row[title] for row in rows)] for title in rows[0]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Print the table, or the files that name the words."""
    parser = argparse.ArgumentParser(description="How large the package is and how its modules hang together.")
    parser.add_argument("folders", nargs="*", type=Path, default=[Path(__file__).parent.parent / "src"])
    parser.add_argument("--named", nargs="+", metavar="WORD")
    given = parser.parse_args()
    columns = [Measured(folder) for folder in given.folders]
    if given.named:
        print("\n".join(column_file for column in columns for column_file in column.naming(tuple(given.named))))
    else:
        print(table(columns))


if __name__ == "__main__":
    main()
