"""Fetching a local chat model, from tiny wheels in a folder instead of the package index."""

import hashlib
import os
import shutil
import zipfile
from collections import namedtuple
from pathlib import Path

import httpx
import pytest

from index.errors import ChatUnavailable, SettingsError
from qa.chat import models
from qa.chat.models import Hub, LocalModel, Wheels, list_models
from qa.chat.unpacking import unpacked
from qa.chat.weights import fetch, fetched

NAME, PART = "tiny", 400
CONTENT = bytes(number % 251 for number in range(1000))
"""Three parts: 400, 400 and 200 bytes."""


@pytest.fixture
def index_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that pip takes for the whole world; and a hub that is not asked."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    return folder


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table with the one tiny model."""
    path = tmp_path / "models.toml"
    row = f"""[[model]]
name = "{NAME}"
about = "a tiny file"
licence = "CC0-1.0"
bytes = {len(CONTENT)}
sha256 = "{hashlib.sha256(CONTENT).hexdigest()}"
hub = {{ repository = "someone/tiny-GGUF", file = "tiny.gguf" }}
wheels = {{ project = "tiny-part{{number}}", version = "1.0", parts = 3, part_bytes = {PART} }}
"""
    path.write_text(row, encoding="utf-8")
    monkeypatch.setattr(models, "TABLE", path)


def put_part(folder: Path, number: int, content: bytes | None = None) -> Path:
    """A wheel with one part in it, named as the real ones are."""
    path, info = folder / f"tiny_part{number}-1.0-py3-none-any.whl", f"tiny_part{number}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        part = CONTENT[(number - 1) * PART : number * PART] if content is None else content
        wheel.writestr(f"tiny_part{number}/data/part{number:02}.bin", part)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path


def put_parts(folder: Path) -> None:
    for number in (1, 2, 3):
        put_part(folder, number)


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"}


def test_table_is_whole() -> None:
    assert [model.name for model in list_models()] == ["qwen2.5-coder-1.5b-instruct", "qwen2.5-coder-0.5b-instruct"]
    for model in list_models():
        assert len(bytes.fromhex(model.sha256)) == 32
        assert model.licence == "Apache-2.0"
        assert model.hub is not None
        assert model.wheels is not None
        assert model.wheels.parts == -(-model.bytes // model.wheels.part_bytes)


@pytest.mark.usefixtures("table")
def test_row_becomes_record() -> None:
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    assert list_models() == (
        LocalModel(
            name=NAME,
            about="a tiny file",
            licence="CC0-1.0",
            bytes=1000,
            sha256=sha256,
            hub=Hub("someone/tiny-GGUF", "tiny.gguf"),
            wheels=Wheels("tiny-part{number}", "1.0", 3, PART),
        ),
    )


@pytest.mark.usefixtures("table")
def test_unknown_name_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"'huge'; choose one of tiny\."):
        fetched("huge", tmp_path)


@pytest.mark.usefixtures("table")
def test_parts_become_the_file(index_folder: Path, tmp_path: Path) -> None:
    put_parts(index_folder)
    told: list[tuple[int, int, str]] = []
    assert fetched(NAME, tmp_path / "home") is None
    path = fetch(NAME, tmp_path / "home", progress=lambda *step: told.append(step))
    assert path == fetched(NAME, tmp_path / "home")
    assert path.read_bytes() == CONTENT
    assert files_in(tmp_path / "home") == {"tiny.gguf"}
    assert [step for step in told if step[0]] == [
        (400, 1000, "part 1 of 3 from the package index"),
        (800, 1000, "part 2 of 3 from the package index"),
        (1000, 1000, "part 3 of 3 from the package index"),
    ]


@pytest.mark.usefixtures("table")
def test_a_new_file_leaves_no_weights_unpacked_from_another(index_folder: Path, tmp_path: Path) -> None:
    put_parts(index_folder)
    folder = tmp_path / "home" / "tiny.bfloat16"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    path = fetch(NAME, tmp_path / "home")
    assert files_in(tmp_path / "home") == {"tiny.gguf"} and unpacked(path) is None


@pytest.mark.usefixtures("table")
def test_fetched_file_is_not_fetched_again(index_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf").write_bytes(CONTENT)
    assert fetch(NAME, tmp_path) == tmp_path / "tiny.gguf"


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("kept", "missing"),
    [
        pytest.param(400, (1,), id="one whole part is not fetched again"),
        pytest.param(650, (1,), id="half a part is"),
        pytest.param(1000, (1, 2, 3), id="all bytes need no source at all"),
    ],
)
def test_interrupted_fetch_is_carried_on(
    index_folder: Path, tmp_path: Path, kept: int, missing: tuple[int, ...]
) -> None:
    put_parts(index_folder)
    for number in missing:
        (index_folder / f"tiny_part{number}-1.0-py3-none-any.whl").unlink()
    (tmp_path / "tiny.partial").mkdir()
    (tmp_path / "tiny.partial" / "model").write_bytes(CONTENT[:kept])
    assert fetch(NAME, tmp_path).read_bytes() == CONTENT


@pytest.mark.usefixtures("table")
def test_ctrl_c_keeps_what_came(index_folder: Path, tmp_path: Path) -> None:
    put_parts(index_folder)

    def interrupt(done: int, total: int, origin: str) -> None:
        if done == 800:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(NAME, tmp_path / "home", progress=interrupt)
    assert fetched(NAME, tmp_path / "home") is None
    (index_folder / "tiny_part1-1.0-py3-none-any.whl").unlink()
    assert fetch(NAME, tmp_path / "home").read_bytes() == CONTENT


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("spoil", "reason", "kept"),
    [
        pytest.param(lambda folder: put_part(folder, 2, b"x" * PART), "wrong SHA-256", 0, id="other bytes"),
        pytest.param(
            lambda folder: put_part(folder, 2, b"x" * 9), r"does not hold part 2 \(400 bytes\)", 400, id="short"
        ),
        pytest.param(lambda folder: _damage(put_part(folder, 2)), "part 2 came damaged", 400, id="damaged"),
        pytest.param(
            lambda folder: (folder / "tiny_part3-1.0-py3-none-any.whl").unlink(),
            r"pip could not download tiny-part3 1\.0 \(ERROR: No matching distribution found",
            800,
            id="no source",
        ),
    ],
)
def test_bad_source_is_one_clear_sentence(index_folder: Path, tmp_path: Path, spoil, reason: str, kept: int) -> None:
    put_parts(index_folder)
    spoil(index_folder)
    with pytest.raises(ChatUnavailable, match=reason) as caught:
        fetch(NAME, tmp_path / "home")
    assert "\n" not in str(caught.value)
    partial = tmp_path / "home" / "tiny.partial" / "model"
    assert (partial.stat().st_size if partial.exists() else 0) == kept
    assert fetched(NAME, tmp_path / "home") is None
    put_parts(index_folder)
    assert fetch(NAME, tmp_path / "home").read_bytes() == CONTENT


def _damage(wheel: Path) -> None:
    """Change a byte of the part, so that its checksum in the archive is no longer right."""
    raw = wheel.read_bytes()
    at = raw.index(CONTENT[PART : PART + 50])
    wheel.write_bytes(raw[:at] + b"\xff" + raw[at + 1 :])


@pytest.mark.usefixtures("table")
def test_no_room_is_said_before_anything_is_fetched(
    index_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10_000, 9_000, 1_000))
    with pytest.raises(ChatUnavailable, match=r"needs 0 MB more under .*; make room"):
        fetch(NAME, tmp_path)


@pytest.mark.usefixtures("table")
def test_second_process_is_told_to_wait(index_folder: Path, tmp_path: Path) -> None:
    from filelock import FileLock

    with FileLock(tmp_path / "tiny.lock"), pytest.raises(ChatUnavailable, match="another process"):
        fetch(NAME, tmp_path)


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("answers_ranges", "kept", "asked_for"),
    [
        pytest.param(True, 0, "bytes=0-", id="from the beginning"),
        pytest.param(True, 650, "bytes=650-", id="carried on where it stood"),
        pytest.param(False, 650, "bytes=650-", id="begun anew where the hub gives only the whole"),
    ],
)
def test_hub_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers_ranges: bool, kept: int, asked_for: str
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/someone/tiny-GGUF/resolve/main/tiny.gguf"
        assert request.headers["Range"] == asked_for
        if answers_ranges:
            rest = CONTENT[kept:]
            return httpx.Response(206, content=rest, headers={"Content-Range": f"bytes {kept}-999/1000"})
        return httpx.Response(200, content=CONTENT)

    serve(monkeypatch, answer)
    (tmp_path / "tiny.partial").mkdir()
    (tmp_path / "tiny.partial" / "model").write_bytes(CONTENT[:kept])
    assert fetch(NAME, tmp_path).read_bytes() == CONTENT


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx.Response(404), r"does not have it \(answer 404\)"),
        (httpx.Response(200, html="<p>sign in</p>"), r"does not have it \(answer 200\)"),
        (httpx.ConnectError("no route"), r"cannot be reached \(no route\)"),
    ],
    ids=["absent", "sign-in page", "no network"],
)
def test_without_hub_the_kept_parts_stay_and_wheels_are_tried(
    index_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: httpx.Response | Exception, reason: str
) -> None:
    def give(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    serve(monkeypatch, give)
    (tmp_path / "tiny.partial").mkdir()
    (tmp_path / "tiny.partial" / "model").write_bytes(CONTENT[:800])
    with pytest.raises(ChatUnavailable, match=reason):
        fetch(NAME, tmp_path)
    put_part(index_folder, 3)
    assert fetch(NAME, tmp_path).read_bytes() == CONTENT


def serve(monkeypatch: pytest.MonkeyPatch, answer) -> None:
    """Let the hub answer so."""

    def stream(method: str, url: str, *, headers, timeout, follow_redirects):
        client = httpx.Client(transport=httpx.MockTransport(answer))
        return client.stream(method, url, headers=headers, follow_redirects=follow_redirects)

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr(httpx, "stream", stream)
