"""``evalrules sample``: forms drawn for a second look, the same for everybody who has them and the seed."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Final

import click
import simplejson

from evalrules._audit.batch import audit_batch, whose
from evalrules._audit.sampling import Drawn, sample, share_of
from evalrules._cli.evaluate import EVALUATED, Changes, verdicts_of_files
from evalrules._cli.speech import (
    UNREAD,
    language_option,
    load_with_plugins,
    machine_text,
    plugins_option,
    put,
    put_page,
    said,
    shape_of,
    tell,
)
from evalrules._cli.usage import PATH, command
from evalrules._problems import Language
from evalrules._report.batch import sample_document
from evalrules._report.formats import PAGES, suffixes
from evalrules._report.records import FileResult

_JSON: Final = "json"
_BY_SUFFIX: Final = {**suffixes(), ".json": _JSON}


@command("sample", help=said("sample"))
@click.argument("submissions", nargs=-1, required=True, metavar=said("meta-submissions"))
@click.option("--share", default="10%", show_default=True, help=said("sample-share"))
@click.option("--seed", required=True, help=said("sample-seed"))
@click.option("--catalogue", help=said("evaluate-catalogue"))
@click.option("--format", "shape", type=click.Choice((*PAGES, _JSON)), help=said("evaluate-format"))
@click.option("-o", "--output", type=PATH, help=said("sample-output"))
@plugins_option
@language_option
def sample_command(
    submissions: tuple[str, ...],
    share: str,
    seed: str,
    catalogue: str | None,
    shape: str | None,
    output: Path | None,
    language: Language,
) -> None:
    """Score the forms, draw some of them and list those."""
    try:
        share_of(share)
    except ValueError:
        raise click.BadParameter(said("sample-share-wrong", share=share), param_hint="--share") from None
    chosen = shape_of(output, shape, _BY_SUFFIX, "text")
    load = partial(load_with_plugins, contributions=())
    verdicts = list(verdicts_of_files(submissions, catalogue, load, Changes([])))
    for verdict in verdicts:
        tell(verdict.problems, language)
    scored = [verdict for verdict in verdicts if verdict.evaluation is not None]
    evaluations = [verdict.evaluation for verdict in scored if verdict.evaluation is not None]
    drawn = sample(evaluations, share, seed=seed, across=audit_batch(evaluations)) if evaluations else ()
    if chosen == _JSON:
        put(machine_text(_json(drawn, scored, share, seed)), output, submissions)
    else:
        files = {each.number: scored[each.number].file for each in drawn}
        put_page(sample_document(drawn, files, len(scored), share, seed, language), chosen, output, submissions)
    sys.exit(EVALUATED if len(scored) == len(verdicts) else UNREAD)


def _json(drawn: tuple[Drawn, ...], scored: list[FileResult], share: str, seed: str) -> str:
    forms = []
    for each in drawn:
        organisation, project = whose(each.evaluation)
        named = {"submission": each.evaluation.submission.digest, "organisation": organisation}
        counts = {"tickets": each.tickets, "errors": each.errors, "warnings": each.warnings}
        score = {"score": each.evaluation.score, "claimed_score": each.evaluation.claimed_score}
        forms.append({"file": scored[each.number].file, **named, "project": project or None, **score, **counts})
    told = {"seed": seed, "share": share, "of": len(scored), "forms": forms}
    text: str = simplejson.dumps(told, use_decimal=True, ensure_ascii=False, indent=2)
    return f"{text}\n"
