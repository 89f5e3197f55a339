"""``evalrules schema``: JSON Schema of the documents, so that an editor completes and explains their keys."""

from __future__ import annotations

import click
import simplejson

from evalrules._cli.speech import said
from evalrules._schema import SUBJECTS, Subject, json_schema


@click.command(
    help=said(
        "输出指标体系、部门补充指标、自评表或结果的 JSON Schema（2020-12），供编辑器提示和检查。",
        "Write the JSON Schema (2020-12) of an edition, a contribution, a submission or a result, for editors.",
    )
)
@click.argument("subject", type=click.Choice(SUBJECTS), default="edition")
def schema(subject: Subject) -> None:
    """Write one schema to standard output."""
    click.echo(simplejson.dumps(json_schema(subject), ensure_ascii=False, indent=2))
