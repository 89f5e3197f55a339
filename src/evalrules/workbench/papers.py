"""What the workbench gives to take away: reports of filled forms, differences and impact, in each format."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from attrs import define, evolve, field

from evalrules._audit.batch import audit_batch
from evalrules._compare.diff import difference
from evalrules._compare.impact import changed_places, impact
from evalrules._documents import file_name
from evalrules._engine import LoadedCatalogue, evaluate, load_catalogue
from evalrules._handed_in import HandedIn, handed_in
from evalrules._problems import EvalrulesError, Finding, Problem, problem, render_problem
from evalrules._report.blocks import Document
from evalrules._report.compare import difference_document, impact_document
from evalrules._report.formats import PAGES
from evalrules._report.summary import Verdict, summary_document
from evalrules._values import frozen
from evalrules.workbench.shelf import Refused, Shelf

SHAPES: Final = {"html": "text/html", "docx": "application/octet-stream", "xlsx": "application/octet-stream"}
_MOST_KEPT: Final = 20
Dropped = Sequence[tuple[str, bytes]]
"""Files as they were dropped on the page: the name of each and what it holds."""


@frozen
class Paper:
    """Something to take away: its name, and a page of each format; ``parts`` are the reports that it links to."""

    name: str
    page: Callable[[str], Document]
    parts: tuple[Paper, ...] = ()

    def written(self, shape: str) -> bytes:
        """Write it in a format."""
        return PAGES[shape].write(self.page(shape))


@define
class Papers:
    """The last papers of this run, each by an address that nobody guesses."""

    shelf: Shelf
    kept: OrderedDict[str, Paper] = field(factory=OrderedDict)

    def keep(self, paper: Paper) -> dict[str, str]:
        """Keep a paper, and forget the oldest when there are many."""
        address = secrets.token_urlsafe(12)
        self.kept[address] = paper
        while len(self.kept) > _MOST_KEPT:
            self.kept.popitem(last=False)
        return {"id": address, "name": paper.name}

    def get(self, address: str, part: str) -> Paper:
        """Give a paper that is kept, or one of its parts by number."""
        paper = self.kept.get(address)
        if paper is None:
            raise Refused(404, self.shelf.said("no-paper"))
        if part == "index":
            return paper
        if not part.isascii() or not part.isdigit() or not 0 < int(part[:9]) <= len(paper.parts):
            raise Refused(404, self.shelf.said("no-paper"))
        return paper.parts[int(part) - 1]

    # ---- filled forms ----

    def reports(self, files: Dropped, edition: str) -> Paper:
        """Score filled forms by what each names, else by the edition; one gives its report, several the batch page."""
        with _laid_out(files) as laid:
            verdicts = [each for file in laid for each in self._verdicts(file, edition)]
        scored = [verdict for verdict in verdicts if verdict.evaluation is not None]
        if len(verdicts) == 1 and not scored:
            raise Refused(422, self.shelf.told(verdicts[0].problems))
        parts = tuple(map(self._report, scored))
        if len(verdicts) == 1:
            return parts[0]
        numbers = iter(range(1, len(parts) + 1))
        named = [evolve(each, report=f"{next(numbers)}.html") if each.evaluation else each for each in verdicts]
        across = audit_batch([each.evaluation for each in scored if each.evaluation is not None])
        return Paper(self.shelf.said("batch"), partial(self._summary, named, across), parts)

    def _summary(self, verdicts: Sequence[Verdict], across: Sequence[Finding], shape: str) -> Document:
        language = self.shelf.language
        explain = partial(render_problem, language=language)
        return summary_document(verdicts, language, explain, detailed=PAGES[shape].is_detailed, across=across)

    def _report(self, verdict: Verdict) -> Paper:
        evaluation, language = verdict.evaluation, self.shelf.language
        assert evaluation is not None
        return Paper(file_name(Path(verdict.file).stem), lambda shape: PAGES[shape].document(evaluation, language))

    def _verdicts(self, file: Path, edition: str) -> Iterator[Verdict]:
        asked = self._named(edition) if edition else None
        try:
            forms = list(handed_in(file, lambda said, year: self._by(said, year) or asked))
        except EvalrulesError as refused:
            forms = [HandedIn(file.name, None, refused.problems)]
        for form in forms:
            found = self._verdict(form, asked)
            yield evolve(found, problems=tuple(_moved(each, file.parent) for each in found.problems))

    def _verdict(self, form: HandedIn, asked: LoadedCatalogue | None) -> Verdict:
        name = Path(form.name).name
        if form.submission is None:
            return Verdict(name, problems=form.problems)
        try:
            by = self._by(form.submission.catalogue, form.submission.fiscal_year) or asked
            if by is None:
                return Verdict(name, problems=(problem("catalogue-not-named", None, editions="id@edition"),))
            return Verdict(name, evaluate(by, form.submission))
        except EvalrulesError as refused:
            return Verdict(name, problems=refused.problems)

    def _by(self, named: str | None, year: int | None) -> LoadedCatalogue | None:
        return None if named is None else self._named(named, year)

    def _named(self, name: str, year: int | None = None) -> LoadedCatalogue:
        return load_catalogue(name, fiscal_year=year, path=(self.shelf.folder,), lang=self.shelf.language)

    # ---- before release ----

    def difference(self, old: LoadedCatalogue, new: LoadedCatalogue) -> Paper:
        """Tell what changed in meaning, with witnesses."""
        found = difference(old.ruleset, new.ruleset)
        name = f"{old.name} → {new.name}"
        return Paper(file_name(name), lambda _shape: difference_document(found, self.shelf.language))

    def impact(self, old: LoadedCatalogue, new: LoadedCatalogue, files: Dropped) -> Paper:
        """Tell whom the new edition touches among filled forms, as a table and as a picture."""
        language = self.shelf.language
        with _laid_out(files) as laid:
            forms = [
                (Path(form.name).name, form.taken)
                for file in laid
                for form in handed_in(file, lambda _said, _year: old)
                if not form.is_report
            ]
            places = changed_places(old.ruleset, new.ruleset)
            found = impact((old, partial(evaluate, old)), (new, partial(evaluate, new)), forms, places)
        explain = partial(render_problem, language=language)
        name = f"{old.name} → {new.name}"
        return Paper(file_name(name), lambda _shape: impact_document(found, explain, language))


@contextmanager
def _laid_out(files: Dropped) -> Iterator[list[Path]]:
    """Let each file lie in a folder of its own, as readers want them, for as long as they are read."""
    with TemporaryDirectory() as folder:
        laid = [Path(folder) / str(number) / _safe(name) for number, (name, _) in enumerate(files)]
        for file, (_, content) in zip(laid, files, strict=True):
            file.parent.mkdir()
            file.write_bytes(content)
        yield laid


def _safe(name: str) -> str:
    """Give a name without folders or signs that file systems mind, and with a short ending."""
    bare = Path(name.replace("\\", "/").replace("\0", "")).name
    ending = file_name(Path(bare).suffix[1:6].lower()) if Path(bare).suffix else ""
    return f"{file_name(Path(bare).stem)}.{ending}" if ending else file_name(bare)


def _moved(found: Problem, folder: Path) -> Problem:
    inside = f"{folder}/"
    place = found.location
    moved = None if place is None else evolve(place, file=place.file.removeprefix(inside), source=None)
    arguments = tuple((name, value.replace(inside, "")) for name, value in found.arguments)
    return evolve(found, location=moved, message=found.message.replace(inside, ""), arguments=arguments)


__all__ = ["SHAPES", "Dropped", "Paper", "Papers"]
