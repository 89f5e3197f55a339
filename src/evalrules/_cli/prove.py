"""``evalrules prove``: the scoring laws over all inputs, by a solver."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress

from evalrules._catalogue.editions import Library
from evalrules._cli.plugins_in_use import load_with_plugins, plugins_in_use, plugins_option
from evalrules._cli.speech import in_words, language_option, said, tell
from evalrules._engine import LoadedCatalogue
from evalrules._laws.verdicts import law_words
from evalrules._problems import CatalogueError, problem
from evalrules._wording import Language

if TYPE_CHECKING:
    from evalrules.prove import Proof

Prove = Callable[[LoadedCatalogue, float], "Sequence[Proof]"]


@click.command(
    help=said(
        "对取值范围内的一切数据证明评分定律：证明成立，或给出反例（由计分引擎复算），或说明为什么没有定论；"
        "不写时证明找得到的全部指标体系。需要安装 evalrules[prove]。\n\n"
        "退出码：0 没有反例；1 有反例且未豁免，或（仅 --strict）有没有定论的。",
        "Prove the scoring laws over all inputs in range: proved, a counterexample that the engine scored again, or "
        "why it is undecided; all editions that are found where none is named. Needs evalrules[prove].\n\n"
        "Exit status: 0 no counterexample; 1 some that is not waived, or (with --strict) something undecided.",
    )
)
@click.argument("editions", nargs=-1, metavar=said("[指标体系…]", "[EDITION…]"))
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.01),
    default=2.0,
    show_default=True,
    help=said("每次求解最多用几秒", "how long one question to the solver may take"),
)
@click.option("--strict", is_flag=True, help=said("没有定论的也算不通过", "let what is undecided fail as well"))
@plugins_option
@language_option
def prove(editions: tuple[str, ...], seconds: float, language: Language, *, strict: bool) -> None:
    """Prove each edition by itself: counterexamples on standard error, counts and remarks on standard output."""
    proving = _installed(language)
    library = Library.standard(of_plugins=plugins_in_use().catalogue_folders)
    wrong = 0
    for edition in editions or [str(found.path) for found in library.editions()]:
        try:
            catalogue = load_with_plugins(edition)
        except CatalogueError as refused:
            tell(refused.problems, language)
            click.echo(f"{edition}{in_words(language, '：有错误，没有求证', ': has errors, nothing was proved')}")
            wrong += 1
            continue
        proofs = proving(catalogue, seconds)
        tell((proof.problem for proof in proofs if not proof.stands and proof.problem is not None), language)
        click.echo("\n".join(_lines(catalogue.name, proofs, language)))
        wrong += any(not proof.stands or (strict and _is_open(proof)) for proof in proofs)
    sys.exit(1 if wrong else 0)


def _installed(language: Language) -> Prove:
    """Give the prover; without the extra, say how to install it."""
    try:
        from evalrules.prove import prove as proofs_of  # noqa: PLC0415 - an optional extra
    except ImportError:
        tell([problem("proof-extra-missing")], language)
        sys.exit(1)

    def proving(catalogue: LoadedCatalogue, seconds: float) -> Sequence[Proof]:
        with _progress(catalogue.name) as told:
            return proofs_of(catalogue, seconds=seconds, progress=told)

    return proving


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal, nothing in a pipe."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(name, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


def _is_open(proof: Proof) -> bool:
    return proof.verdict == "undecided" and proof.waived is None


def _lines(name: str, proofs: Sequence[Proof], language: Language) -> Iterator[str]:
    """Give one line with the counts, and one for each law that is waived, undecided or says nothing."""
    counts = Counter("waived" if proof.waived is not None else proof.verdict for proof in proofs)
    words = {
        "proved": in_words(language, "证明", "proved"),
        "refuted": in_words(language, "反例", "counterexamples"),
        "undecided": in_words(language, "没有定论", "undecided"),
        "vacuous": in_words(language, "无从谈起", "vacuous"),
        "waived": in_words(language, "豁免", "waived"),
    }
    told = in_words(language, "，", ", ").join(f"{words[sort]} {counts[sort]}" for sort in words if counts[sort])
    count = in_words(language, f"：定律 {len(proofs)} 条", f": {len(proofs)} laws")
    yield f"{name}{count}{in_words(language, '，', ', ')}{told}"
    for proof in proofs:
        if proof.waived is not None:
            yield from _waived(proof, language)
        elif proof.verdict in ("undecided", "vacuous") and proof.problem is not None:
            yield f"  {proof.problem.in_language(language).message}"


def _waived(proof: Proof, language: Language) -> Iterator[str]:
    """Tell a waiver with its reason, and what would be true without it."""
    code = "proof-waiver-needless" if proof.verdict == "proved" else "proof-waived"
    told = problem(code, None, title=proof.title, law=proof.law, words=law_words(proof.law), reason=proof.waived)
    yield f"  {told.in_language(language).message}"
    if proof.problem is not None:
        yield f"    {proof.problem.in_language(language).message}"
