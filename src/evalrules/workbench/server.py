"""The server of the workbench: every request must come from this machine's page and carry the token of this run.

It shows the desk, and gives reports, differences and impact to take away.
"""

from __future__ import annotations

import secrets
from base64 import b64decode
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import quote

import simplejson
from attrs import define, evolve, field
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from evalrules._audit.batch import audit_batch
from evalrules._compare.diff import difference
from evalrules._compare.impact import changed_places, impact
from evalrules._documents import file_name
from evalrules._documents.files import MAX_BYTES
from evalrules._engine import LoadedCatalogue, evaluate, load_catalogue
from evalrules._handed_in import HandedIn, handed_in
from evalrules._problems import EvalrulesError, Finding, Phrases, Problem, problem, render_problem
from evalrules._report.blocks import Document
from evalrules._report.compare import difference_document, impact_document
from evalrules._report.formats import PAGES
from evalrules._report.records import FileResult
from evalrules._report.summary import summary_document
from evalrules._values import frozen
from evalrules.workbench.desk import Refused, Shelf, Typed

# What is given to take away: reports of filled forms, differences and impact, in each format.


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

    def _summary(self, verdicts: Sequence[FileResult], across: Sequence[Finding], shape: str) -> Document:
        language = self.shelf.language
        explain = partial(render_problem, language=language)
        return summary_document(verdicts, language, explain, detailed=PAGES[shape].is_detailed, across=across)

    def _report(self, verdict: FileResult) -> Paper:
        evaluation, language = verdict.evaluation, self.shelf.language
        assert evaluation is not None
        return Paper(file_name(Path(verdict.file).stem), lambda shape: PAGES[shape].document(evaluation, language))

    def _verdicts(self, file: Path, edition: str) -> Iterator[FileResult]:
        asked = self._named(edition) if edition else None
        try:
            forms = list(handed_in(file, lambda said, year: self._by(said, year) or asked))
        except EvalrulesError as refused:
            forms = [HandedIn(file.name, None, refused.problems)]
        for form in forms:
            found = self._verdict(form, asked)
            yield evolve(found, problems=tuple(_moved(each, file.parent) for each in found.problems))

    def _verdict(self, form: HandedIn, asked: LoadedCatalogue | None) -> FileResult:
        name = Path(form.name).name
        if form.submission is None:
            return FileResult(name, problems=form.problems)
        try:
            by = self._by(form.submission.catalogue, form.submission.fiscal_year) or asked
            if by is None:
                return FileResult(name, problems=(problem("catalogue-not-named", None, editions="id@edition"),))
            return FileResult(name, evaluate(by, form.submission))
        except EvalrulesError as refused:
            return FileResult(name, problems=refused.problems)

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


COOKIE: Final = "evalrules"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
_POLICY_OF_PAPERS: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'; "
    "base-uri 'none'"
)
_HEADERS: Final = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
_KINDS: Final = {"html": "text/html", "css": "text/css", "js": "text/javascript"}
_PARTS: Final = ("page.html", "page.css", "page.js", "plain.js", "beside.js", "curve.js", "editor.js")
WORDS: Final = (
    "title", "skip", "edition", "new", "new-ask", "against", "no-against", "save", "saved", "unsaved", "rules",
    "problems", "none", "mend", "changed", "released", "draft", "wrong", "unreachable", "beside", "beside-none",
    "curve", "curve-of", "curve-behind", "curve-none", "edges", "try", "try-is", "case", "case-added", "cases",
    "cases-none", "passes", "laws", "laws-waiting", "laws-none", "law-holds", "law-refuted", "law-waived",
    "law-undecided", "law-vacuous", "place", "points", "place-line", "before", "difference", "impact",
    "impact-choose", "release", "release-ask", "release-unsaved", "forms", "forms-choose", "working", "save-as",
    "paper", "keys",
)  # fmt: skip
_MOST_FILES: Final = 4
"""Several forms at once may be this many times as large as one; as base64 they take a third more."""


@define
class Workbench:
    """The application, for one folder of editions and one run."""

    shelf: Shelf
    port: int
    token: str = field(factory=lambda: secrets.token_urlsafe(32))
    most: int = MAX_BYTES
    papers: Papers = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.papers = Papers(self.shelf)

    @property
    def address(self) -> str:
        """The address that opens the page."""
        return f"http://127.0.0.1:{self.port}/?token={self.token}"

    def application(self) -> Starlette:
        """Give the application that a server of ASGI runs."""
        answers: dict[str, Callable[[dict[str, Any]], Any]] = {
            "/problems": lambda asked: self._typed(asked).problems(),
            "/offers": lambda asked: self._typed(asked).offers(_number(asked, "line"), _number(asked, "column")),
            "/meaning": lambda asked: {
                "text": self._typed(asked).meaning(_number(asked, "line"), _number(asked, "column"))
            },
            "/beside": lambda asked: self._typed(asked).beside(
                _number(asked, "line"), _text(asked, "against", ""), _texts(asked, "figures")
            ),
            "/laws": lambda asked: self._typed(asked).laws(_number(asked, "line")),
            "/case": lambda asked: self._typed(asked).with_case(_number(asked, "line"), _texts(asked, "figures")),
            "/save": lambda asked: self.shelf.saved(_text(asked, "path"), _text(asked, "text"), _text(asked, "digest")),
            "/new": lambda asked: self.shelf.begun(_text(asked, "path"), _text(asked, "name")),
            "/release": lambda asked: self.shelf.released(_text(asked, "path"), _text(asked, "digest")),
            "/difference": lambda asked: self._kept(lambda: self.papers.difference(*self._both(asked))),
            "/impact": lambda asked: self._kept(lambda: self.papers.impact(*self._both(asked), self._files(asked))),
            "/reports": lambda asked: self._kept(
                lambda: self.papers.reports(self._files(asked), _text(asked, "edition", ""))
            ),
        }
        routes = [
            Route("/", self._static),
            Route("/words", self._words),
            Route("/editions", self._editions),
            Route("/edition", self._edition),
            Route("/paper/{id:str}/{part:str}", self._paper),
            *(Route(path, self._answering(answer), methods=["POST"]) for path, answer in answers.items()),
            Route("/{name:str}", self._static),
        ]
        return Starlette(routes=routes, middleware=[Middleware(BaseHTTPMiddleware, dispatch=self._guarded)])

    # ---- who may ask ----

    async def _guarded(self, request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        """Refuse what does not come from the page, and tell refusals in words."""
        try:
            response = self._refusal(request) or await go_on(request)
        except Refused as refused:
            response = JSONResponse({"message": refused.message}, refused.status)
        response.headers.update(_HEADERS)
        if "content-security-policy" not in response.headers:
            response.headers["Content-Security-Policy"] = _POLICY.format(nonce=secrets.token_urlsafe(16))
        return response

    def _refusal(self, request: Request) -> Response | None:
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        if host not in (f"127.0.0.1:{self.port}", f"localhost:{self.port}") or origin not in (None, f"http://{host}"):
            return Response(status_code=403)
        if request.url.path == "/" and self._is_token(request.query_params.get("token", "")):
            entered = RedirectResponse("/", 303)
            entered.set_cookie(COOKIE, self.token, httponly=True, samesite="strict")
            return entered
        return None if self._is_token(request.cookies.get(COOKIE, "")) else Response(status_code=403)

    def _is_token(self, given: str) -> bool:
        return secrets.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

    # ---- the page ----

    async def _static(self, request: Request) -> Response:
        name = request.path_params.get("name", "page.html")
        file = files("evalrules.workbench") / "static" / name
        if name not in _PARTS or not file.is_file():
            raise Refused(404, name)
        content, headers = file.read_text("utf-8"), {}
        if name == "page.html":
            nonce = secrets.token_urlsafe(16)
            content = content.replace("{nonce}", nonce)
            headers["Content-Security-Policy"] = _POLICY.format(nonce=nonce)
        return Response(content, headers=headers, media_type=_KINDS[name.rpartition(".")[2]])

    async def _words(self, _request: Request) -> Response:
        said = Phrases(self.shelf.language, "workbench")
        has_editor = (files("evalrules.workbench") / "static" / "editor.js").is_file()
        words = {key: said(key).replace("`", "") for key in WORDS}
        return JSONResponse({"lang": self.shelf.language, "editor": has_editor, **words})

    async def _editions(self, _request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(self.shelf.editions))

    async def _edition(self, request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(self.shelf.opened, request.query_params.get("path", "")))

    async def _paper(self, request: Request) -> Response:
        part, _, shape = request.path_params["part"].rpartition(".")
        if shape not in SHAPES:
            raise Refused(404, self.shelf.said("no-paper"))
        paper = self.papers.get(request.path_params["id"], part)
        written = await run_in_threadpool(self._written, paper, shape)
        headers = {"Content-Security-Policy": _POLICY_OF_PAPERS}
        if shape != "html" or "save" in request.query_params:
            told = quote(f"{file_name(paper.name)}.{shape}")
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{told}"
        return Response(written, headers=headers, media_type=SHAPES[shape])

    # ---- what is posted ----

    def _answering(self, answer: Callable[[dict[str, Any]], Any]) -> Callable[[Request], Awaitable[Response]]:
        """Give what reads a posted mapping, asks for an answer elsewhere than where requests come in, and tells it."""

        async def told(request: Request) -> Response:
            try:
                asked = simplejson.loads(await self._body(request))
            except (ValueError, RecursionError):
                raise Refused(400, "JSON") from None
            if not isinstance(asked, dict):
                raise Refused(400, "JSON")
            return JSONResponse(await run_in_threadpool(answer, asked))

        return told

    async def _body(self, request: Request) -> bytes:
        """Read what was posted, no further than is allowed."""
        content = bytearray()
        stream: AsyncIterator[bytes] = request.stream()
        async for part in stream:
            content += part
            if len(content) > self.most * _MOST_FILES * 4 // 3:
                raise self._too_large()
        return bytes(content)

    def _too_large(self) -> Refused:
        return Refused(413, self.shelf.said("too-large", most=self.most // 1_000_000))

    def _typed(self, asked: dict[str, Any]) -> Typed:
        text = _text(asked, "text")
        if len(text) > self.most:
            raise self._too_large()
        return Typed(self.shelf, self.shelf.file(_text(asked, "path")), text)

    def _both(self, asked: dict[str, Any]) -> tuple[LoadedCatalogue, LoadedCatalogue]:
        return self.shelf.edition(_text(asked, "against")), self._typed(asked).sound()

    def _files(self, asked: dict[str, Any]) -> Dropped:
        """Read files, each a name and what it holds as base64."""
        given = asked.get("files")
        if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):
            raise Refused(400, "files")
        found = []
        for each in given:
            try:
                content = b64decode(_text(each, "content"), validate=True)
            except ValueError:
                raise Refused(400, "content") from None
            if len(content) > self.most:
                raise self._too_large()
            found.append((_text(each, "name"), content))
        return found

    def _kept(self, make: Callable[[], Paper]) -> dict[str, str]:
        try:
            return self.papers.keep(make())
        except EvalrulesError as refused:
            raise Refused(422, self.shelf.told(refused.problems)) from None

    def _written(self, paper: Paper, shape: str) -> bytes:
        try:
            return paper.written(shape)
        except EvalrulesError as refused:  # the extra that it needs
            raise Refused(422, self.shelf.told(refused.problems)) from None


def _text(asked: dict[str, Any], name: str, default: str | None = None) -> str:
    found = asked.get(name, default)
    if not isinstance(found, str):
        raise Refused(400, name)
    return found


def _number(asked: dict[str, Any], name: str) -> int:
    found = asked.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 10**7:
        raise Refused(400, name)
    return found


def _texts(asked: dict[str, Any], name: str) -> dict[str, str]:
    found = asked.get(name, {})
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise Refused(400, name)
    return found
