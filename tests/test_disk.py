"""A full disk, a read-only one, broken files: one sentence, nothing lost, and the next run makes it good."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import HashingEncoder
from making import a_text

from index.build import Report, build
from index.check import check, repair
from index.errors import StoreDamaged, StoreError
from index.home import open_stores
from index.settings import Settings
from qa.assistant import open_assistant

Index = Callable[..., Report]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of the test's own."""
    place = tmp_path / "disk"
    place.mkdir()
    if (
        os.geteuid()
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "none", place], check=False).returncode
    ):
        pytest.skip("only root may mount a small disk")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.fixture
def on_disk(disk: Path, settings: Settings) -> Settings:
    return settings.model_copy(update={"home": disk / "home"})


def held(settings: Settings) -> set[str]:
    """The cables of the index; its stores must agree."""
    stores = open_stores(settings)
    try:
        assert check(stores)
        return set(stores.catalog.chunks_by_cable())
    finally:
        stores.close()


@pytest.mark.parametrize("left", [0, 300, 1500, 2500])
def test_a_full_disk_is_one_sentence_and_the_next_run_finishes(
    left: int, on_disk: Settings, disk: Path, folder: Path, encoder: HashingEncoder
) -> None:
    build([folder], on_disk, encoder=encoder)
    ballast = disk / "ballast"
    ballast.write_bytes(b"\0" * (shutil.disk_usage(disk).free - left * 1000))
    for number in range(10, 160):
        (folder / f"{number}.txt").write_text(a_text(number, first="The forum met in the long hall. " * 60))
    with pytest.raises(StoreError, match="the disk is full; free some space and run the same command again") as caught:
        build([folder], on_disk, encoder=encoder)
    assert "\n" not in str(caught.value)
    ballast.unlink()
    assert held(on_disk) >= {"07ASTANA1", "07ASTANA2", "07ASTANA3"}
    build([folder], on_disk, encoder=encoder)
    assert len(held(on_disk)) == 153


def test_a_disk_full_from_the_start_is_one_sentence(
    on_disk: Settings, disk: Path, folder: Path, encoder: HashingEncoder
) -> None:
    ballast = disk / "ballast"
    ballast.write_bytes(b"\0" * shutil.disk_usage(disk).free)
    with pytest.raises(StoreError, match="disk"):
        build([folder], on_disk, encoder=encoder)
    with pytest.raises(StoreError, match="reftel index"):
        open_stores(on_disk)
    ballast.unlink()
    assert build([folder], on_disk, encoder=encoder).added == 3


def test_a_read_only_disk_answers_and_takes_no_writes(
    on_disk: Settings, disk: Path, folder: Path, encoder: HashingEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    build([folder], on_disk, encoder=encoder)
    (folder / "4.txt").write_text(a_text(4))
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with pytest.raises(StoreError, match=r"cannot be written \(read-only file system\); check the disk"):
        build([folder], on_disk, encoder=encoder)
    with open_assistant(settings=on_disk, encoder=encoder) as assistant:
        copy = assistant.catalog.path.parent
        assert assistant.search("the forum")[0].text == "The forum met."
        assert copy.parent != on_disk.home.parent and "is read from a copy" in caplog.text
    assert not copy.exists()
    assert len(held(on_disk)) == 3
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert build([folder], on_disk, encoder=encoder).added == 1


def test_a_read_only_disk_that_cannot_be_copied_is_one_sentence(
    on_disk: Settings, disk: Path, folder: Path, encoder: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build([folder], on_disk, encoder=encoder)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    monkeypatch.setattr("tempfile.tempdir", str(disk.parent / "full"))
    (disk.parent / "full").mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "none", disk.parent / "full"], check=True)
    with pytest.raises(StoreError, match="lies on a read-only disk, and a copy to read could not be made") as caught:
        open_stores(on_disk)
    subprocess.run(["umount", "-l", disk.parent / "full"], check=True)
    assert "\n" not in str(caught.value)


BREAKS: dict[str, Callable[[Path], None]] = {
    "the vectors' database is no database": lambda at: write_over(next(at.rglob("chroma.sqlite3"))),
    "the vectors' list is cut short": lambda at: broken_pickle(at),
    "the vectors are gone": lambda at: shutil.rmtree(at / "chroma"),
    "the words' list of files is no list": lambda at: write_over(at / "terms" / "chunks" / "meta.json"),
    "files of the words are gone": lambda at: remove(at / "terms" / "cables", "*.store"),
    "files of the words are cut short": lambda at: write_over(next((at / "terms" / "chunks").glob("*.term"))),
    "the words are gone": lambda at: shutil.rmtree(at / "terms"),
}


def write_over(path: Path) -> None:
    path.write_bytes(b"broken" * 100)


def remove(folder: Path, pattern: str) -> None:
    for path in folder.glob(pattern):
        path.unlink()


def broken_pickle(at: Path) -> None:
    next((at / "chroma").rglob("index_metadata.pickle")).write_bytes(b"")


@pytest.mark.parametrize("broken", BREAKS)
def test_broken_files_of_a_derived_store_are_told_and_made_anew(
    broken: str, folder: Path, index_files: Index, settings: Settings, encoder: HashingEncoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (folder / "4.txt").write_text(a_text(4))
    index_files(folder)
    (folder / "4.txt").unlink()
    index_files(folder)  # a removal makes Chroma write all its files
    at, kept = settings.home / "generations" / "1", settings.home.parent / "kept"
    BREAKS[broken](at)
    if at.exists() and (at / "chroma").exists() and (at / "terms").exists():
        with pytest.raises(StoreDamaged, match="run: reftel status --repair") as caught:
            held(settings)
        assert "\n" not in str(caught.value)
    shutil.copytree(settings.home, kept)
    with monkeypatch.context() as patch:
        patch.setattr("index.check.open_encoder", lambda *_: encoder)
        assert repair(settings)
    assert len(held(settings)) == 3
    assert index_files(folder).unchanged_files == 3
    shutil.rmtree(settings.home)
    kept.rename(settings.home)
    (folder / "3.txt").unlink()
    (folder / "5.txt").write_text(a_text(5))
    assert index_files(folder).added == 1
    assert held(settings) == {"07ASTANA1", "07ASTANA2", "07ASTANA5"}
