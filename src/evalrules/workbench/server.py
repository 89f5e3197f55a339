"""The server of the workbench: every request must come from this machine's page and carry the token of this run."""

from __future__ import annotations

import secrets
from base64 import b64decode
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote

import simplejson
from attrs import define, field
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from evalrules._documents import file_name
from evalrules._documents.files import MAX_BYTES
from evalrules._engine import LoadedCatalogue
from evalrules._problems import EvalrulesError, Phrases
from evalrules.workbench.desk import Typed
from evalrules.workbench.papers import SHAPES, Dropped, Paper, Papers
from evalrules.workbench.shelf import Refused, Shelf

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


__all__ = ["COOKIE", "Workbench"]
