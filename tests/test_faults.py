"""A build stopped at any write it makes leaves an index that answers, and the next run finishes the work."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import HashingEncoder
from making import a_text

from index.build import Report, build
from index.catalog import connection
from index.check import Agreement, check
from index.generation import rebuild
from index.home import open_stores
from index.settings import Settings
from index.terms import _Index
from index.vectors import Folder, VectorStore
from index.vectors import folder as folder_of_vectors
from ui.show import show_status, status_of

Index = Callable[..., Report]

WRITES = ("INSERT", "UPDATE", "DELETE", "BEGIN", "COMMIT", "WITH", "PRAGMA wal_checkpoint")


class Crash(BaseException):
    """What stands for a pulled plug: nothing in the program catches it."""


class Plug:
    """Counts writes, and pulls the plug before the one it is told."""

    def __init__(self, at: int | None = None) -> None:
        self.at = at
        self.count = 0

    def write(self) -> None:
        if self.count == self.at:
            raise Crash
        self.count += 1


@contextmanager
def plugged(plug: Plug, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every write of the three stores asks the plug first."""

    def before(owner: Any, name: str, counts: Callable[..., bool] = lambda *_: True) -> None:
        original = getattr(owner, name)

        def guarded(self: Any, *given: Any, **named: Any) -> Any:
            if counts(*given):
                plug.write()
            return original(self, *given, **named)

        patch.setattr(owner, name, guarded)

    with monkeypatch.context() as patch:
        before(connection._Cursor, "execute", lambda sql, *_: sql.lstrip().startswith(WRITES))
        before(connection._Cursor, "executemany", lambda *_: True)
        for name in ("add", "erase", "_overwrite"):
            before(VectorStore, name)
        for name in ("open", "_take", "_bring_in", "_drop_all_but"):
            before(Folder, name)
        before(folder_of_vectors, "vacuum")
        before(folder_of_vectors, "_onto_the_disk")
        before(Path, "rename")
        for name in ("add", "delete", "commit"):
            before(_Index, name)
        yield


def change(folder: Path) -> None:
    (folder / "1.txt").write_text(a_text(1, first="The forum was put off."))
    (folder / "2.txt").unlink()
    (folder / "sub").mkdir()
    (folder / "3.txt").rename(folder / "sub" / "3.txt")
    (folder / "4.txt").write_text(a_text(4))


def contents(settings: Settings) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Every cable with its source and its paragraphs; the three stores must hold exactly these."""
    opened = open_stores(settings)
    try:
        found = check(opened)
        assert (found.missing_vectors, found.missing_terms) == (0, 0)
        cables = {cable_id: opened.catalog.get(cable_id) for cable_id in opened.catalog.chunks_by_cable()}
        return {
            cable_id: (Path(cable.source.path).name, tuple(each.text for each in cable.paragraphs))
            for cable_id, cable in cables.items()
            if cable
        }
    finally:
        opened.close()


def agreement(settings: Settings) -> Agreement:
    opened = open_stores(settings)
    try:
        return check(opened)
    finally:
        opened.close()


BEFORE = {f"07ASTANA{number}": (f"{number}.txt", ("The forum met.", "Nothing else happened.")) for number in (1, 2, 3)}
AFTER = {
    "07ASTANA1": ("1.txt", ("The forum was put off.", "Nothing else happened.")),
    "07ASTANA3": ("3.txt", ("The forum met.", "Nothing else happened.")),
    "07ASTANA4": ("4.txt", ("The forum met.", "Nothing else happened.")),
}


def test_a_build_stopped_before_any_of_its_writes_answers_and_is_finished_by_the_next(
    folder: Path, index_files: Index, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_files(folder)
    change(folder)
    kept = tmp_path / "kept"
    shutil.copytree(settings.home, kept)
    counted = Plug()
    with plugged(counted, monkeypatch):
        index_files(folder)
    assert contents(settings) == AFTER
    assert counted.count > 100
    for at in range(counted.count):
        shutil.rmtree(settings.home)
        shutil.copytree(kept, settings.home)
        with plugged(Plug(at), monkeypatch), pytest.raises(Crash):
            index_files(folder)
        between = contents(settings)
        assert all(each in (BEFORE.get(cable_id), AFTER.get(cable_id)) for cable_id, each in between.items()), at
        assert "07ASTANA3" in between, at
        index_files(folder)
        assert contents(settings) == AFTER, at
        found = agreement(settings)
        assert (found.extra_vectors, found.extra_terms) == (0, 0), at


def test_a_rebuild_stopped_anywhere_goes_on_serving_and_is_finished_by_the_next(
    folder: Path,
    index_files: Index,
    settings: Settings,
    encoder: HashingEncoder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index_files(folder)
    kept = tmp_path / "kept"
    shutil.copytree(settings.home, kept)
    counted = Plug()
    with plugged(counted, monkeypatch):
        rebuild(settings, "hashing", encoder=encoder)
    for at in range(0, counted.count):
        shutil.rmtree(settings.home)
        shutil.copytree(kept, settings.home)
        with plugged(Plug(at), monkeypatch), pytest.raises(Crash):
            rebuild(settings, "hashing", encoder=encoder)
        assert contents(settings) == BEFORE, at
        rebuild(settings, "hashing", encoder=encoder)
        assert contents(settings) == BEFORE, at
        found = agreement(settings)
        assert (found.extra_vectors, found.extra_terms) == (0, 0), at


def test_a_new_generation_serves_and_the_old_folder_is_gone(
    folder: Path, index_files: Index, settings: Settings, encoder: HashingEncoder
) -> None:
    index_files(folder)
    reader = open_stores(settings)
    rebuilt = rebuild(settings, "hashing", encoder=encoder)
    assert (rebuilt.cables, rebuilt.generation) == (3, 2)
    assert [each.name for each in (settings.home / "generations").iterdir()] == ["2"]
    assert reader.follow() == "2" and check(reader) and check(reader).extra_vectors == 0
    reader.close()
    assert build([folder], settings, encoder=encoder).chunks == 0


def test_a_removed_cable_leaves_no_word_and_no_vector_in_any_file(
    folder: Path, index_files: Index, settings: Settings
) -> None:
    words = [f"zanzibar{number}qx" for number in range(6)]
    for number, word in enumerate(words):
        (folder / f"9{number}.txt").write_text(a_text(90 + number, first=f"The {word} was seen."))
    index_files(folder)
    opened = open_stores(settings)
    chunk_ids = opened.catalog.chunks_by_cable()["07ASTANA93"]
    vectors = [vector.tobytes() for vector in opened.vectors.vectors_of(chunk_ids)]
    opened.close()
    (folder / "93.txt").unlink()
    index_files(folder)
    files = {path: path.read_bytes() for path in settings.home.rglob("*") if path.is_file()}
    for trace in (words[3].encode(), words[3].upper().encode(), *vectors):
        assert [path for path, content in files.items() if trace in content] == []
    assert any(words[2].encode() in content for content in files.values())


def test_status_tells_of_another_encoder_and_of_a_generation_that_is_not_finished(
    folder: Path, index_files: Index, settings: Settings, encoder: HashingEncoder
) -> None:
    index_files(folder)
    assert "not finished" not in show_status(status_of(settings, check=False))
    stop = threading.Event()
    stop.set()
    assert rebuild(settings, "another", encoder=encoder, stop=stop).stopped
    other = settings.model_copy(update={"encoder": "another"})
    report = status_of(other, check=False)
    assert report["next_generation"] == {"generation": 2, "encoder": "another", "cables": 0}
    told = show_status(report)
    assert "the settings name another encoder, 'another': set encoder = 'hashing'" in told
    assert "generation 2 is not finished, 0 of 3 cables are embedded by 'another'" in told
    rebuild(settings, "another", encoder=encoder)
    told = show_status(status_of(other, check=False))
    assert "not finished" not in told and "another encoder" not in told
