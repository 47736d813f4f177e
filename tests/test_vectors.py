"""The vectors in the home folder: found, erased to the last byte, and whole whatever is cut short."""

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.embed import Vectors
from index.errors import StoreError
from index.vectors import Folder, VectorStore


def some_vectors(count: int, dimension: int = 64) -> Vectors:
    vectors = np.random.default_rng(1).standard_normal((count, dimension), dtype=np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def files_of_vectors(place: Path) -> dict[Path, bytes]:
    """Chroma's own files, which it writes as they lie, and not SQLite's."""
    return {path: path.read_bytes() for path in place.rglob("*") if path.is_file() and "sqlite" not in path.name}


def test_vectors_are_found_by_nearness_and_compared_by_their_numbers(tmp_path: Path) -> None:
    store = VectorStore(Folder(tmp_path), "1")
    store.add([1, 2, 3], np.eye(3, 4, dtype=np.float32))
    near = np.array([0.8, 0.6, 0, 0], dtype=np.float32)
    assert store.search(near, 2) == pytest.approx({1: 0.8, 2: 0.6})
    assert store.cosines(near, {2, 3, 99}) == pytest.approx({2: 0.6, 3: 0.0})
    assert store.cosines(near, set()) == {}
    store.erase([1, 99], 4)
    assert store.chunk_ids() == {2, 3}
    store.close()


def test_vectors_are_searched_while_the_store_is_opened_anew(tmp_path: Path) -> None:
    """Several ask at once on one page, and one of them sees that another process has written."""
    store = VectorStore(Folder(tmp_path), "1")
    store.add([1, 2, 3], np.eye(3, 4, dtype=np.float32))
    found, done = list[dict[int, float]](), threading.Event()

    def ask() -> None:
        while not done.is_set():
            found.append(store.search(np.eye(1, 4, dtype=np.float32)[0], 1))

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for thread in asking:
        thread.start()
    for revision in range(20):
        seen = len(found)
        store.follow(revision, "1")
        while len(found) == seen and any(thread.is_alive() for thread in asking):
            time.sleep(0.001)
    done.set()
    for thread in asking:
        thread.join()
    assert len(found) >= 20 and all(list(each) == [1] for each in found)
    store.close()


def test_what_a_reader_of_the_same_process_holds_open_keeps_no_byte_of_what_is_erased(tmp_path: Path) -> None:
    """As the page has it, which answers and indexes."""
    writer = VectorStore(Folder(tmp_path), "1")
    vectors = np.random.default_rng(1).standard_normal((20, 64), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    writer.add(list(range(1, 21)), vectors)
    reader = VectorStore(Folder(tmp_path), "1")
    reader.follow(1, "1")
    assert list(reader.search(vectors[6], 1)) == [7]
    writer.erase([7], 64)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and vectors[6].tobytes() in path.read_bytes()]
    reader.follow(2, "1")
    assert reader.chunk_ids() == writer.chunk_ids() == {*range(1, 21)} - {7}
    reader.close()
    writer.close()


def test_a_store_that_could_not_be_opened_anew_is_opened_by_the_next_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = VectorStore(Folder(tmp_path), "1")
    store.add([1], np.eye(1, 4, dtype=np.float32))
    store.follow(1, "1")
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "open", lambda *_: (_ for _ in ()).throw(StoreError("the disk is away.")))
        for _ in range(2):
            with pytest.raises(StoreError, match="away"):
                store.follow(2, "1")
    store.follow(2, "1")
    assert store.chunk_ids() == {1}
    store.close()


def test_files_that_others_read_are_never_written_only_ever_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut short while it writes them, Chroma leaves them unreadable."""
    vectors = some_vectors(2500)
    writer = VectorStore(Folder(tmp_path), "1")
    writer.add(range(1, 1101), vectors[:1100])
    kept = list[tuple[dict[Path, bytes], dict[Path, bytes]]]()
    before = files_of_vectors(tmp_path)
    assert any(path.name == "index_metadata.pickle" for path in before)
    drop = Folder._drop_all_but
    monkeypatch.setattr(
        Folder,
        "_drop_all_but",
        lambda self, path: (kept.append((before, files_of_vectors(tmp_path))), drop(self, path)),
    )
    writer.add(range(1101, 2001), vectors[1100:2000])
    assert not kept and files_of_vectors(tmp_path) == before
    writer.add(range(2001, 2501), vectors[2000:])
    assert len(kept) == 2 and all(now.items() >= then.items() for then, now in kept)
    before = files_of_vectors(tmp_path)
    writer.erase(range(1, 2001, 2), 64)
    assert len(kept) == 4 and all(now.items() >= then.items() for then, now in kept)
    writer.close()
    monkeypatch.undo()
    reader = VectorStore(Folder(tmp_path), "1")
    assert reader.chunk_ids() == {*range(2, 2001, 2), *range(2001, 2501)}
    assert list(reader.search(vectors[1999], 1)) == [2000]
    reader.close()
    assert [path.name for path in (tmp_path / "1" / "chroma").iterdir()] == ["4"]


CUTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "the copy": lambda patch: patch.setattr("index.vectors.folder.shutil.copytree", cut_short),
    "bringing the log in": lambda patch: patch.setattr(Folder, "_bring_in", cut_short),
    "giving pages back": lambda patch: patch.setattr("index.vectors.folder.vacuum", cut_short),
    "the name": lambda patch: patch.setattr(Path, "rename", cut_short),
}


class Cut(BaseException):
    """What no code may catch."""


def cut_short(*_: object, **__: object) -> None:
    raise Cut


@pytest.mark.parametrize("where", CUTS)
def test_an_edition_that_is_cut_short_leaves_the_one_before(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = some_vectors(1200)
    writer = VectorStore(Folder(tmp_path), "1")
    writer.add(range(1, 1201), vectors)
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "_drop_all_but", lambda *_: None)  # whoever is killed tidies nothing up
        CUTS[where](patch)
        with pytest.raises(Cut):
            writer.erase([7], 64)
    assert writer.chunk_ids() == {*range(1, 1201)}
    assert list(writer.search(vectors[6], 1)) == [7]
    writer.erase([7], 64)
    assert writer.chunk_ids() == {*range(1, 1201)} - {7}
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and vectors[6].tobytes() in path.read_bytes()]
    writer.close()


def test_the_unused_room_of_a_file_keeps_no_byte_of_what_is_erased(tmp_path: Path) -> None:
    """Chroma writes it as the memory was."""
    vectors = some_vectors(20)
    writer = VectorStore(Folder(tmp_path), "1")
    writer.add(range(1, 21), vectors)
    writer.erase([1], 64)
    with next(tmp_path.rglob("data_level0.bin")).open("r+b") as file:
        file.seek(-len(vectors[6].tobytes()), 2)
        file.write(vectors[6].tobytes())
    writer.erase([7], 64)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and vectors[6].tobytes() in path.read_bytes()]
    assert writer.chunk_ids() == {*range(2, 21)} - {7} and list(writer.search(vectors[3], 1)) == [4]
    writer.add([21], some_vectors(21)[20:])
    assert list(writer.search(some_vectors(21)[20], 1)) == [21]
    writer.close()


def test_what_lay_there_before_there_were_editions_is_dropped_with_the_next(tmp_path: Path) -> None:
    vectors = some_vectors(20)
    writer = VectorStore(Folder(tmp_path), "1")
    writer.add(range(1, 21), vectors)
    old = tmp_path / "1" / "chroma" / "chroma.sqlite3"
    old.write_bytes(vectors[6].tobytes())
    writer.erase([7], 64)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and vectors[6].tobytes() in path.read_bytes()]
    writer.close()


def test_a_reader_whose_files_went_reads_those_that_came(tmp_path: Path) -> None:
    vectors = some_vectors(20)
    writer = VectorStore(Folder(tmp_path), "1")
    writer.add(range(1, 21), vectors)
    reader = VectorStore(Folder(tmp_path), "1")
    writer.erase([7], 64)
    for connection in range(40):  # Chroma may open the database anew for each question
        assert list(reader.search(vectors[connection % 5], 1)) == [connection % 5 + 1]
    writer.close()
    reader.close()


def test_files_that_went_and_none_came_are_told(tmp_path: Path) -> None:
    store = VectorStore(Folder(tmp_path), "1")
    store.add([1], some_vectors(1))
    store.close()
    shutil.rmtree(tmp_path / "1")
    (tmp_path / "1").write_text("a file where the folder was")
    with pytest.raises(StoreError, match="status --repair"):
        VectorStore(Folder(tmp_path), "1")
