"""The vectors on a real Chroma server: one setting, several readers beside one writer, errors in one sentence."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import HashingEncoder
from making import a_text
from pydantic import SecretStr

from index.build import Report, build
from index.check import check, repair
from index.errors import SettingsError, StoreError, StoreMismatch
from index.generation import rebuild
from index.home import open_stores
from index.settings import Settings, load_settings
from index.vectors import Server
from qa.assistant import open_assistant

TESTS = Path(__file__).parent
COLLECTIONS = "/api/v2/tenants/default_tenant/databases/default_database/collections"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a `chroma run`."""
    folder, port = tmp_path_factory.mktemp("chroma"), free_port()
    command = [Path(sys.executable).parent / "chroma", "run", "--path", folder, "--host", "127.0.0.1", "--port", port]
    url = f"http://127.0.0.1:{port}"
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log)
    deadline = time.monotonic() + 240
    while True:
        try:
            httpx.get(f"{url}/api/v2/heartbeat").raise_for_status()
            break
        except httpx.HTTPError:
            assert server.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.2)
    yield url
    server.kill()
    server.wait()


@pytest.fixture
def shared(settings: Settings, chroma: str) -> Settings:
    return settings.model_copy(update={"chroma_url": chroma})


@pytest.fixture
def index_shared(shared: Settings, encoder: HashingEncoder) -> Callable[..., Report]:
    return lambda *paths: build(paths, shared, encoder=encoder)


def test_one_setting_moves_the_vectors_to_a_server(
    shared: Settings, index_shared: Callable[..., Report], folder: Path, encoder: HashingEncoder
) -> None:
    assert index_shared(folder).added == 3
    stores = open_stores(shared)
    agreement = check(stores)
    stores.close()
    assert agreement and agreement.chunks > 0 and agreement.extra_vectors == 0
    assert not list(shared.home.rglob("chroma.sqlite3"))
    with open_assistant(settings=shared, encoder=encoder) as assistant:
        assert "dense" in assistant.search("FORUM 2 met").passages[0].found_by
    (folder / "1.txt").unlink()
    (folder / "2.txt").write_text(a_text(2, first="The forum was put off."))
    report = index_shared(folder)
    assert (report.updated, report.removed) == (1, 1)
    stores = open_stores(shared)
    agreement = check(stores)
    stores.close()
    assert agreement and agreement.extra_vectors == 0


def test_two_indexes_share_a_server_and_know_nothing_of_each_other(
    shared: Settings, folder: Path, encoder: HashingEncoder, tmp_path: Path
) -> None:
    other = shared.model_copy(update={"home": tmp_path / "other"})
    build([folder / "1.txt", folder / "2.txt"], shared, encoder=encoder)
    build([folder / "3.txt"], other, encoder=encoder)
    held = []
    for settings in (shared, other):
        stores = open_stores(settings)
        assert check(stores) and check(stores).extra_vectors == 0
        held.append(check(stores).chunks)
        stores.close()
    assert held[0] == 2 * held[1]


_READER = """
import json, sys
from conftest import HashingEncoder
from index.settings import Settings
from qa.assistant import open_assistant
settings = Settings(home=sys.argv[1], chroma_url=sys.argv[2], encoder="hashing", chat_model="none")
with open_assistant(settings=settings, encoder=HashingEncoder()) as assistant:
    for question in sys.stdin:
        passages = assistant.search(question.strip()).passages
        print(json.dumps([[each.cable_id, each.found_by] for each in passages]), flush=True)
"""


class Reader:
    """A process of its own that has the index open."""

    def __init__(self, settings: Settings) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS.parent), str(TESTS)])}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _READER, str(settings.home), str(settings.chroma_url)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip

    def search(self, question: str) -> dict[str, list[str]]:
        """The searches that found each cable."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{question}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the reader has ended"
        found: dict[str, list[str]] = {}
        for cable_id, ways in json.loads(answer):
            found.setdefault(cable_id, []).extend(ways)
        return found

    def finds(self, question: str, cable_id: str, ways: set[str]) -> bool:
        """Whether these searches find the cable before long: Tantivy looks for what was written twice a second."""
        deadline = time.monotonic() + 240
        while not ways <= set(self.search(question).get(cable_id, ())):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)
        return True


@pytest.fixture
def readers(shared: Settings, index_shared: Callable[..., Report], folder: Path) -> Iterator[tuple[Reader, Reader]]:
    index_shared(folder)
    opened = Reader(shared), Reader(shared)
    yield opened
    for reader in opened:
        assert reader.process.stdin and reader.process.stdout
        reader.process.stdin.close()
        reader.process.wait(60)
        reader.process.stdout.close()


def test_two_readers_answer_while_one_process_writes(
    readers: tuple[Reader, Reader], index_shared: Callable[..., Report], folder: Path
) -> None:
    for reader in readers:
        assert "dense" in reader.search("FORUM 2 met")["07ASTANA2"]
    for number in range(10, 50):
        (folder / f"{number}.txt").write_text(a_text(number, first=f"Harvest {number} failed."))
    (folder / "1.txt").unlink()
    reports: list[Report] = []
    writer = threading.Thread(target=lambda: reports.append(index_shared(folder)))
    writer.start()
    asked = 0
    while writer.is_alive() or not asked:
        assert all("07ASTANA2" in reader.search("FORUM 2 met") for reader in readers)
        asked += 1
    writer.join()
    assert (reports[0].added, reports[0].removed) == (40, 1)
    for reader in readers:
        assert reader.finds("Harvest 42 failed", "07ASTANA42", {"dense", "terms"})
        assert "07ASTANA1" not in reader.search("FORUM 1 met")


def collections(settings: Settings) -> set[str]:
    """The names of those that the server holds of this index."""
    stores = open_stores(settings)
    name = stores.catalog.manifest()["collection"]
    stores.close()
    held = httpx.get(f"{settings.chroma_url}{COLLECTIONS}").json()
    return {each["name"] for each in held if each["name"].startswith(name)}


def test_a_new_generation_is_built_beside_and_takes_the_place_of_the_old_collection(
    readers: tuple[Reader, Reader], shared: Settings, encoder: HashingEncoder
) -> None:
    (old,) = collections(shared)
    assert old.endswith("-1")
    started: list[int] = []

    def rebuilt() -> None:
        started.extend(rebuild(shared, "hashing", encoder=encoder).generation for _ in range(2))

    writer = threading.Thread(target=rebuilt)
    writer.start()
    while writer.is_alive():
        assert all("dense" in reader.search("FORUM 2 met")["07ASTANA2"] for reader in readers)
    writer.join()
    assert started == [2, 3]
    assert collections(shared) == {f"{old.removesuffix('-1')}-3"}
    assert [each.name for each in (shared.home / "generations").iterdir()] == ["3"]
    assert all("dense" in reader.search("FORUM 2 met")["07ASTANA2"] for reader in readers)


def test_a_collection_that_a_crash_left_is_dropped_by_the_next_run(
    index_shared: Callable[..., Report], shared: Settings, folder: Path, encoder: HashingEncoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    index_shared(folder)
    drop = Server.drop

    def crash(self: Server, generation: str) -> None:
        if generation == "1":
            raise KeyboardInterrupt
        drop(self, generation)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Server, "drop", crash)
        rebuild(shared, "hashing", encoder=encoder)
    assert {each[-2:] for each in collections(shared)} == {"-1", "-2"}
    assert index_shared(folder).unchanged_files == 3
    assert {each[-2:] for each in collections(shared)} == {"-2"}


class _Door(BaseHTTPRequestHandler):
    """What stands before a server: it lets through who shows the token, or answers 404 where there is no server."""

    behind = ""

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, content = 404, b"nothing here"
        if self.behind and self.headers.get("Authorization") != "Bearer let-me-in":
            status, content = 401, b"who are you?"
        elif self.behind:
            passed = httpx.request(
                self.command, self.behind + self.path, content=body, headers={"Content-Type": "application/json"}
            )
            status, content = passed.status_code, passed.content
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = _pass  # noqa: N815 — the names that http.server looks for

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def door() -> Iterator[Callable[[str], str]]:
    """Open a door before an address, or before nothing; gives the door's own address."""
    opened: list[ThreadingHTTPServer] = []

    def opener(behind: str) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Door", (_Door,), {"behind": behind}))
        opened.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield opener
    for server in opened:
        server.shutdown()
        server.server_close()


def test_a_token_opens_the_door(
    settings: Settings, chroma: str, door: Callable[[str], str], folder: Path, encoder: HashingEncoder
) -> None:
    given = {"chroma_url": door(chroma), "chroma_token": SecretStr("let-me-in")}
    assert build([folder], settings.model_copy(update=given), encoder=encoder).added == 3
    assert "let-me-in" not in repr(settings.model_copy(update=given))
    with pytest.raises(StoreError, match="refuses the token; set REFTEL_CHROMA_TOKEN"):
        open_stores(settings.model_copy(update={**given, "chroma_token": SecretStr("wrong")}))


def test_what_is_no_server_is_one_sentence(
    settings: Settings, door: Callable[[str], str], folder: Path, encoder: HashingEncoder
) -> None:
    for url, told in (
        (f"http://127.0.0.1:{free_port()}", r"cannot be reached .*see that it runs \(chroma run\)"),
        (door(""), r"is no Chroma server \(it answers 404\); correct chroma_url"),
    ):
        with pytest.raises(StoreError, match=told) as caught:
            build([folder], settings.model_copy(update={"chroma_url": url}), encoder=encoder)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"chroma_tenant": "nobody"}, "opens no database 'default_database' of a tenant 'nobody'"),
        ({"chroma_database": "nowhere"}, "opens no database 'nowhere' of a tenant 'default_tenant'"),
    ],
)
def test_a_tenant_or_database_that_is_not_there_is_one_sentence(
    changed: dict[str, Any], told: str, shared: Settings, folder: Path, encoder: HashingEncoder
) -> None:
    with pytest.raises(StoreError, match=told) as caught:
        build([folder], shared.model_copy(update=changed), encoder=encoder)
    assert "\n" not in str(caught.value)


def test_vectors_that_are_gone_from_the_server_are_told_and_repaired(
    shared: Settings, index_shared: Callable[..., Report], folder: Path, encoder: HashingEncoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    index_shared(folder)
    (held,) = collections(shared)
    assert httpx.delete(f"{shared.chroma_url}{COLLECTIONS}/{held}").status_code == 200
    with pytest.raises(StoreError, match=f"{held} .* is not there") as caught:
        open_stores(shared)
    assert "\n" not in str(caught.value)
    monkeypatch.setattr("index.check.open_encoder", lambda *_: encoder)
    assert repair(shared)


@pytest.mark.parametrize("first", ["folder", "server"])
def test_an_index_does_not_change_its_place_in_silence(
    first: str, settings: Settings, shared: Settings, folder: Path, encoder: HashingEncoder
) -> None:
    built, changed = (settings, shared) if first == "folder" else (shared, settings)
    build([folder], built, encoder=encoder)
    for wrong in (lambda: build([folder], changed, encoder=encoder), lambda: open_stores(changed)):
        with pytest.raises(StoreMismatch, match="set chroma_url as it was, or index into another home folder"):
            wrong()
    assert build([folder], built, encoder=encoder).unchanged_files == 3


def test_an_address_that_is_none_fails_at_load(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="chroma_url"):
        load_settings(tmp_path, chroma_url="localhost:8000")
