"""The workbench's server as a stranger and as its page meet it, and started and stopped as a command."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from attrs import frozen
from click.testing import CliRunner

import evalrules
from evalrules._cli.commands import root
from evalrules._edition.release import record

ROOT = Path(__file__).parent.parent
PATH, ROW, SUINING = "hunan-department/2017.yaml", "在职人员控制率:", "suining-department@2024"
FORM = (ROOT / "examples" / "suining-2024.docx").read_bytes()
FORM_YAML = (ROOT / "examples" / "suining-2024.yaml").read_text("utf-8")


@frozen
class Server:
    """A running workbench and how to reach it."""

    started: subprocess.Popen[str]
    port: int
    token: str
    folder: Path

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        """Send one request as the page would, or with other headers."""
        given = {"Cookie": f"evalrules={self.token}", **headers}
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, content, given)
            reply = connection.getresponse()
            return reply.status, reply.read(), {name.lower(): value for name, value in reply.getheaders()}

    def told(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Send one request and read the reply's JSON."""
        status, content, _ = self.ask(method, path, body)
        return status, json.loads(content)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the module, over a copy of two shipped editions' folders; ended by a signal to its process."""
    folder = tmp_path_factory.mktemp("library")
    for name in ("hunan-department", "standard-methods", "suining-department"):
        if (ROOT / "catalogue" / name).is_dir():
            shutil.copytree(ROOT / "catalogue" / name, folder / name)
    command = [sys.executable, "-m", "evalrules", "workbench", str(folder), "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        address = started.stdout.readline().strip()
        port, _, token = address.removeprefix("http://127.0.0.1:").partition("/?token=")
        yield Server(started, int(port), token, folder)
        started.send_signal(signal.SIGTERM)
        assert started.wait(20) in (0, -signal.SIGTERM)


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    """Give the server with its edition as it was shipped."""
    shutil.copy(ROOT / "catalogue" / PATH, running.folder / PATH)
    yield running
    (running.folder / "releases.yaml").unlink(missing_ok=True)


def test_the_token_of_the_address_opens_the_page_and_is_not_needed_in_it_again(server: Server) -> None:
    """It is exchanged for a cookie that no script reads and no other site sends."""
    status, _, headers = server.ask("GET", f"/?token={server.token}", Cookie="")
    assert (status, headers["location"]) == (303, "/")
    assert "httponly" in headers["set-cookie"].lower()
    assert "samesite=strict" in headers["set-cookie"].lower()
    status, page, headers = server.ask("GET", "/")
    assert status == 200
    policy, nonce = headers["content-security-policy"], re.search(rb'name="nonce" content="([^"]+)"', page)
    assert "unsafe" not in policy
    assert nonce is not None
    assert nonce[1].decode() in policy
    for part in ("/page.js", "/plain.js", "/beside.js", "/curve.js", "/page.css", "/words", "/editions"):
        assert server.ask("GET", part)[0] == 200
    assert server.ask("GET", "/server.py")[0] == 404


GOT = ["/", "/?token=x", "/page.js", "/words", "/editions", f"/edition?path={PATH}", "/paper/x/index.html"]
POSTED = ["/problems", "/offers", "/meaning", "/beside", "/laws", "/case", "/save", "/new", "/release", "/difference",
          "/impact", "/reports"]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), [*(("GET", path) for path in GOT), *(("POST", path) for path in POSTED)])
@pytest.mark.parametrize(
    "headers",
    [{"Cookie": "evalrules=wrong"}, {"Cookie": ""}, {"Host": "example.org"}, {"Origin": "http://example.org"}],
)
def test_strangers_are_refused_everywhere(server: Server, method: str, path: str, headers: dict[str, str]) -> None:
    """A wrong token, none, a foreign host and a foreign origin are refused before anything is read."""
    assert server.ask(method, path, b"{}" if method == "POST" else None, **headers)[0] == 403


def test_an_unsaved_text_is_checked_at_its_place(server: Server) -> None:
    """A mistyped key is told with line, column and hint, and nothing is written."""
    _, opened = server.told("GET", f"/edition?path={PATH}")
    wrong = opened["text"].replace("points:", "point:", 1)
    line = wrong[: wrong.index("point:")].count("\n") + 1
    status, found = server.told("POST", "/problems", {"path": PATH, "text": wrong})
    assert status == 200
    assert ("unknown-key", line) in [(each["code"], each["line"]) for each in found]
    assert server.told("GET", f"/edition?path={PATH}")[1] == opened
    assert server.told("POST", "/problems", {"path": PATH, "text": opened["text"]})[1] == []


def test_who_saves_second_is_told_and_nothing_is_written_over(server: Server) -> None:
    """Both began from one text: the first save is kept, the second is refused until it is opened again."""
    _, opened = server.told("GET", f"/edition?path={PATH}")
    first = {"path": PATH, "text": f"{opened['text']}# 甲\n", "digest": opened["digest"]}
    assert server.told("POST", "/save", first)[0] == 200
    assert server.told("POST", "/save", {**first, "text": "# 乙\n"})[0] == 409
    assert (server.folder / PATH).read_text("utf-8") == first["text"]


def test_of_many_that_save_at_once_one_is_taken(server: Server) -> None:
    """Reading the digest and writing are one step: of eight from one beginning exactly one is written."""
    _, opened = server.told("GET", f"/edition?path={PATH}")
    given = [{"path": PATH, "text": f"# {number}\n", "digest": opened["digest"]} for number in range(8)]
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda each=each: statuses.append(server.told("POST", "/save", each)[0]))
        for each in given
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, *[409] * 7]


def test_a_released_edition_is_not_written(server: Server) -> None:
    """It is listed as released, and saving says to make a new one."""
    record(evalrules.load_catalogue(server.folder / PATH), server.folder)
    _, opened = server.told("GET", f"/edition?path={PATH}")
    status, told = server.told("POST", "/save", {"path": PATH, "text": "", "digest": opened["digest"]})
    assert status == 409
    assert "hunan-department@2017" in told["message"]
    states = {each["path"]: each["state"] for each in server.told("GET", "/editions")[1]}
    assert states[PATH] == "released"


@pytest.mark.parametrize(
    "path", ["../secret.yaml", "/etc/passwd", "releases.yaml", "hunan-department/none.yaml", "a\0b", ""]
)
def test_only_editions_of_the_folder_are_opened_and_saved(server: Server, path: str) -> None:
    """Any other path is not there, whatever lies there."""
    (server.folder.parent / "secret.yaml").write_text("a: 1\n", "utf-8")
    assert server.told("GET", f"/edition?path={quote(path)}")[0] == 404
    assert server.told("POST", "/save", {"path": path, "text": "", "digest": ""})[0] == 404
    assert (server.folder.parent / "secret.yaml").read_text("utf-8") == "a: 1\n"


NO_REQUESTS = [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b"{}", b'{"path": 1, "text": "", "files": 1}']


@pytest.mark.parametrize("path", POSTED)
@pytest.mark.parametrize("body", NO_REQUESTS)
def test_what_is_no_request_is_refused(server: Server, path: str, body: bytes) -> None:
    """Neither broken JSON nor other shapes reach a function."""
    assert server.ask("POST", path, body)[0] == 400


# ---- while typing ----


def _line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def _typed(server: Server, part: str, old: str = "", new: str = "", path: str = PATH) -> dict[str, Any]:
    """Give what the page posts: the edition's text, changed at one place, with the cursor at a part of it."""
    text = server.told("GET", f"/edition?path={path}")[1]["text"]
    assert old in text
    return {"path": path, "text": text.replace(old, new, 1), "line": _line_of(text, part)}


def test_a_mistyped_method_is_mended_by_the_line_that_is_offered(server: Server) -> None:
    """Where only one thing can be meant, the problem brings the line as it would read, and with it there is none."""
    wrong = _typed(server, "", "method: 超标扣分", "method: 超标扣份")
    mend = next(each["mends"][0] for each in server.told("POST", "/problems", wrong)[1] if each["mends"])
    lines = wrong["text"].split("\n")
    lines[mend["line"] - 1] = mend["text"]
    assert "\n".join(lines) == server.told("GET", f"/edition?path={PATH}")[1]["text"]


def test_names_are_offered_with_their_units_and_words_have_meanings(server: Server) -> None:
    """In a formula the figures of the edition are offered; a word in it is told."""
    place = {**_typed(server, "value: 在职人员数 ÷ 编制数"), "column": 22}
    offered = server.told("POST", "/offers", place)[1]
    assert "人" in next(each["about"] for each in offered if each["text"] == "编制数")
    assert server.told("POST", "/meaning", place)[1]["text"].startswith("在职人员数: 人")


# ---- beside the text ----


def test_an_edge_that_is_moved_moves_curve_edges_and_cases(server: Server) -> None:
    """Of an unsaved text: the curve of the other edition stays behind, and a case that no longer holds says so."""
    asked = {"against": PATH, "figures": {"完成值": "105%"}}
    before = server.told("POST", "/beside", {**_typed(server, ROW), **asked})[1]["rules"][0]
    assert (before["curve"], before["edges"][0]) == (before["behind"], [1.0, "1"])
    assert (before["tried"]["score"], [each["wrong"] for each in before["cases"]]) == ("2.50", [""] * 4)
    moved = _typed(server, ROW, "起点: 100%", "起点: 103%")
    after = server.told("POST", "/beside", {**moved, **asked})[1]["rules"][0]
    assert after["behind"] == before["curve"] != after["curve"]
    assert [[1.03, "1.03"] in each["edges"] for each in (before, after)] == [False, True]
    assert after["tried"]["score"] == "4.00"
    assert [bool(each["wrong"]) for each in after["cases"]] == [False, False, True, True]


def test_beside_tells_rule_figures_and_place(server: Server) -> None:
    """What the cursor is in decides: a rule with its place among the rows, a figure, or nothing."""
    asked = _typed(server, ROW)
    found = server.told("POST", "/beside", asked)[1]
    rule = found["rules"][0]
    assert found["title"] == "投入/预算配置/在职人员控制率"
    assert "完成值 > 100%" in rule["lines"][0]["text"]
    assert [each["name"] for each in rule["figures"]] == ["完成值", "编制数", "在职人员数"]
    assert [each["title"] for each in found["place"] if each["here"]] == ["在职人员控制率"]
    assert str(server.folder) not in json.dumps(found)
    assert server.told("POST", "/beside", _typed(server, "编制数: {"))[1]["title"] == "编制数"
    assert server.told("POST", "/beside", {**asked, "line": 1})[1] == {}
    told = server.told("POST", "/beside", _typed(server, ROW, "points:", "point:"))[1]
    assert "错误" in told["message"]


def test_a_figure_that_does_not_fit_is_told_in_words(server: Server) -> None:
    """What is tried and cannot be read is refused beside, and the rule is told all the same."""
    status, found = server.told("POST", "/beside", {**_typed(server, ROW), "figures": {"编制数": "许多"}})
    assert (status, found["rules"][0]["tried"]) == (200, None)
    assert "许多" in found["rules"][0]["refused"]
    assert server.told("POST", "/case", {**_typed(server, ROW), "figures": {"编制数": "许多"}})[0] == 422


def test_what_is_on_the_screen_becomes_a_case(server: Server) -> None:
    """The text comes back with one case more, which holds; without figures, or with a computed one, there is none."""
    asked = _typed(server, ROW)
    found = server.told("POST", "/case", {**asked, "figures": {"在职人员数": "68", "编制数": "65"}})[1]
    assert found["text"].split("\n")[found["line"] - 1].strip() == "- {在职人员数: 68, 编制数: 65, score: 3}"
    cases = server.told("POST", "/beside", {**asked, "text": found["text"]})[1]["rules"][0]["cases"]
    assert [each["wrong"] for each in cases] == [""] * 5
    assert server.told("POST", "/case", {**asked, "figures": {}})[0] == 422
    status, told = server.told("POST", "/case", {**asked, "figures": {"完成值": "104%"}})
    assert (status, "完成值" in told["message"]) == (422, True)


def test_a_rule_without_cases_gets_its_first(server: Server) -> None:
    """The list is begun under the title of the indicator."""
    text = server.told("GET", f"/edition?path={PATH}")[1]["text"]
    begin = text.index("            cases:", text.index(ROW))
    end = text.index("          三公经费变动率:")
    asked = {"path": PATH, "text": text[:begin] + text[end:], "line": _line_of(text, ROW)}
    found = server.told("POST", "/case", {**asked, "figures": {"在职人员数": "68", "编制数": "65"}})[1]
    lines = [line.strip() for line in found["text"].split("\n")]
    assert lines[found["line"] - 2 : found["line"]] == ["cases:", "- {在职人员数: 68, 编制数: 65, score: 3}"]


def test_a_law_that_does_not_hold_brings_its_counterexample(server: Server) -> None:
    """All laws of the rule at the cursor are told; one that is broken in words with the figures that break it."""
    found = server.told("POST", "/laws", _typed(server, ROW))[1]
    assert {each["outcome"] for each in found} == {"holds"}
    found = server.told("POST", "/laws", _typed(server, ROW, "起点: 100%", "起点: 90%"))[1]
    broken = [each["told"] for each in found if each["outcome"] == "refuted"]
    assert broken
    assert all(re.search(r"\d", told) for told in broken)


# ---- the library ----


def test_a_new_edition_begins_from_an_old_one_and_is_released(server: Server) -> None:
    """It is a draft, then released once saved and without errors, and cannot be written any more; nor begun twice."""
    path = server.told("POST", "/new", {"path": PATH, "name": "hunan-department@2031"})[1]["path"]
    try:
        assert path == "hunan-department/2031.yaml"
        assert server.told("POST", "/new", {"path": PATH, "name": "hunan-department@2031"})[0] == 409
        opened = server.told("GET", f"/edition?path={path}")[1]
        assert server.told("POST", "/release", {"path": path, "digest": "other"})[0] == 409
        status, told = server.told("POST", "/release", {"path": path, "digest": opened["digest"]})
        assert (status, "hunan-department@2031" in told["message"]) == (200, True)
        states = {each["path"]: each["state"] for each in server.told("GET", "/editions")[1]}
        assert (states[path], states[PATH]) == ("released", "draft")
    finally:
        (server.folder / path).unlink()
        shutil.rmtree(server.folder / "hunan-department/2031.cases", ignore_errors=True)


@pytest.mark.parametrize("name", ["", "hunan-department", "../x@1", "a@../../b", "a@", "a@1@2"])
def test_a_name_that_is_none_begins_nothing(server: Server, name: str) -> None:
    """Only id@edition names a new edition; nothing is written elsewhere."""
    before = sorted(server.folder.parent.rglob("*.yaml"))
    assert server.told("POST", "/new", {"path": PATH, "name": name})[0] == 422
    assert sorted(server.folder.parent.rglob("*.yaml")) == before


def test_an_edition_whose_case_fails_is_not_released(server: Server) -> None:
    """What keeps it is told, and nothing is recorded."""
    file = server.folder / PATH
    file.write_text(file.read_text("utf-8").replace("起点: 100%", "起点: 102%", 1), "utf-8")
    opened = server.told("GET", f"/edition?path={PATH}")[1]
    status, told = server.told("POST", "/release", {"path": PATH, "digest": opened["digest"]})
    assert (status, str(server.folder) in told["message"]) == (422, False)
    assert not (server.folder / "releases.yaml").exists()


# ---- papers ----


def _dropped(*files: tuple[str, bytes]) -> list[dict[str, str]]:
    return [{"name": name, "content": b64encode(content).decode()} for name, content in files]


def test_a_filled_form_gives_its_report_in_each_format(server: Server) -> None:
    """The seed's Word file is scored once and comes as a page and as files; the page may take nothing from others."""
    asked = {"files": _dropped(("自评表.docx", FORM)), "edition": SUINING}
    status, kept = server.told("POST", "/reports", asked)
    assert (status, kept["name"]) == (200, "自评表")
    _, page, headers = server.ask("GET", f"/paper/{kept['id']}/index.html")
    assert "95.0" in page.decode()
    assert "default-src 'none'" in headers["content-security-policy"]
    for shape in ("docx", "xlsx"):
        status, report, headers = server.ask("GET", f"/paper/{kept['id']}/index.{shape}")
        assert (status, report[:2]) == (200, b"PK")
        assert "attachment" in headers["content-disposition"]
    for part in ("index.exe", "1.html", "../page.html", "index", "².html"):
        assert server.ask("GET", f"/paper/{kept['id']}/{quote(part)}")[0] == 404


def test_several_forms_give_the_batch_page_with_their_reports(server: Server) -> None:
    """Two of one name are two, the page links to the report of each, and one that cannot be read is told there."""
    other = FORM_YAML.replace("绥宁县人民政府办公室", "绥宁县财政局").encode()
    files = _dropped(("甲.docx", FORM), ("甲.yaml", other), ("乙.docx", b"PK"))
    kept = server.told("POST", "/reports", {"files": files, "edition": SUINING})[1]
    page = server.ask("GET", f"/paper/{kept['id']}/index.html")[1].decode()
    assert "乙.docx" in page
    for number in (1, 2):
        assert f'href="{number}.html"' in page
        assert "95.0" in server.ask("GET", f"/paper/{kept['id']}/{number}.html")[1].decode()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x00" * 100, b"a: &a [*a]\n", b"catalogue: ../x\n"])
@pytest.mark.parametrize("name", ["../../a.docx", "a.yaml", "..", "", "C:\\a\0.xlsx", f"{'长' * 300}.docx"])
def test_a_hostile_form_is_told_in_words(server: Server, content: bytes, name: str) -> None:
    """It is refused with a sentence that names no place of this machine; the server goes on."""
    status, told = server.told("POST", "/reports", {"files": _dropped((name, content))})
    assert status == 422
    assert told["message"]
    assert "/tmp" not in told["message"]  # noqa: S108 - a place that must not be told


def test_an_upload_beyond_the_limit_is_not_read(server: Server) -> None:
    """More than 10 MB in a file, or many such at once, are refused as such."""
    large = {"files": _dropped(("a.docx", b"\0" * 10_000_001))}
    assert server.told("POST", "/reports", large)[0] == 413
    assert server.told("POST", "/reports", b"\0" * 60_000_000)[0] == 413
    assert server.told("POST", "/reports", {"files": [{"name": "a", "content": "?"}]})[0] == 400


def test_differences_and_impact_are_told_against_another_edition(server: Server) -> None:
    """Of the text as it is typed: witnesses of each changed rule, and what becomes of forms."""
    path = "suining-department/2024.yaml"
    rule = "{award: [{when: 完成值 ≥ 100%, points: 10}, {points: 0, because: 没有用完}]}"
    moved = _typed(server, "", "target: 100%\n    scoring: 比例得分", f"target: 100%\n    scoring: {rule}", path)
    moved["against"] = path
    kept = server.told("POST", "/difference", moved)[1]
    assert "预算执行率" in server.ask("GET", f"/paper/{kept['id']}/index.html")[1].decode()
    kept = server.told("POST", "/impact", {**moved, "files": _dropped(("甲.docx", FORM))})[1]
    page = server.ask("GET", f"/paper/{kept['id']}/index.html")[1].decode()
    assert "绥宁县人民政府办公室" in page
    assert 'class="chart' in page or "<svg" in page
    assert "−10" in page
    assert server.told("POST", "/difference", {**moved, "against": "none.yaml"})[0] == 404


def test_pages_that_ask_at_once_are_all_answered(server: Server) -> None:
    """While the laws of one are tried and its report is made, the other's problems are told."""
    typed = _typed(server, ROW)
    form = {"files": _dropped(("a.docx", FORM)), "edition": SUINING}
    asked = [("/laws", typed), ("/problems", typed), ("/reports", form)] * 2
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda each=each: statuses.append(server.ask("POST", *each)[0])) for each in asked
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 6


def test_what_keeps_it_from_starting_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder, a port that is taken and a missing extra each end the command with 1 and their problem."""
    runner = CliRunner()
    ended = runner.invoke(root, ["workbench", str(tmp_path / "none")])
    assert (ended.exit_code, "workbench-no-folder" in ended.stderr) == (1, True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = runner.invoke(root, ["workbench", str(tmp_path), "--port", str(taken.getsockname()[1])])
    assert (ended.exit_code, "workbench-port" in ended.stderr) == (1, True)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    ended = runner.invoke(root, ["workbench", str(tmp_path)])
    assert (ended.exit_code, "workbench-extra-missing" in ended.stderr) == (1, True)
