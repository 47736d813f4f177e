"""The sync: after any run the index equals the files, and an interrupted run is finished by the next."""

import json
import os
import shutil
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import HashingEncoder
from filelock import FileLock
from making import a_text, counts, ids

from index.build import Report, build
from index.catalog import Catalog
from index.check import check, repair
from index.errors import StoreBusy, StoreMismatch
from index.home import Stores, catalog_path, open_stores
from index.parse import parse
from index.records import Message, Source
from index.settings import Settings
from index.versions import is_better

Index = Callable[..., Report]


@pytest.fixture
def stores(settings: Settings) -> Callable[[], Stores]:
    return lambda: open_stores(settings)


def test_a_second_run_changes_nothing(folder: Path, index_files: Index, settings: Settings) -> None:
    assert counts(index_files(folder)) == (3, 0, 0)
    again = index_files(folder)
    assert (counts(again), again.read_files, again.unchanged_files) == ((0, 0, 0), 0, 3)
    assert ids(settings) == {"07ASTANA1", "07ASTANA2", "07ASTANA3"}


def test_a_touched_file_is_not_read_again(folder: Path, index_files: Index) -> None:
    index_files(folder)
    os.utime(folder / "1.txt", (1, 1))
    assert index_files(folder).read_files == 0


def test_a_changed_file_changes_its_cable_only(folder: Path, index_files: Index, settings: Settings) -> None:
    index_files(folder)
    (folder / "2.txt").write_text(a_text(2, first="The forum was put off."))
    report = index_files(folder)
    assert (counts(report), report.read_files) == ((0, 1, 0), 1)
    cable = open_stores(settings).catalog.get("07ASTANA2")
    assert cable is not None and cable.paragraphs[0].text == "The forum was put off."
    assert ids(settings) == {"07ASTANA1", "07ASTANA2", "07ASTANA3"}


def test_a_removed_file_takes_its_cable_along(folder: Path, index_files: Index, settings: Settings) -> None:
    index_files(folder)
    (folder / "2.txt").unlink()
    assert counts(index_files(folder)) == (0, 0, 1)
    assert ids(settings) == {"07ASTANA1", "07ASTANA3"}


def test_a_moved_file_moves_without_embedding(folder: Path, index_files: Index, settings: Settings) -> None:
    index_files(folder)
    (folder / "2.txt").rename(folder / "two.txt")
    report = index_files(folder)
    assert (counts(report), report.chunks) == ((0, 0, 0), 0)
    cable = open_stores(settings).catalog.get("07ASTANA2")
    assert cable is not None and cable.source.path == str(folder / "two.txt")


def test_files_from_elsewhere_stay(folder: Path, index_files: Index, settings: Settings, tmp_path: Path) -> None:
    index_files(folder)
    other = tmp_path / "other"
    other.mkdir()
    (other / "9.txt").write_text(a_text(9))
    assert counts(index_files(other)) == (1, 0, 0)
    assert ids(settings) == {"07ASTANA1", "07ASTANA2", "07ASTANA3", "07ASTANA9"}


def test_the_same_cable_twice_is_one_cable_and_the_fuller_text_answers(
    folder: Path, index_files: Index, settings: Settings
) -> None:
    index_files(folder)
    (folder / "1-again.txt").write_text(a_text(1, second="Much more happened, as the ambassador wrote at length."))
    index_files(folder)
    catalog = open_stores(settings).catalog
    cable = catalog.get("07ASTANA1")
    assert cable is not None and cable.paragraphs[1].text.startswith("Much more")
    (folder / "1-again.txt").unlink()
    index_files(folder)
    cable = open_stores(settings).catalog.get("07ASTANA1")
    assert cable is not None and cable.paragraphs[1].text == "Nothing else happened."
    assert ids(settings) == {"07ASTANA1", "07ASTANA2", "07ASTANA3"}


def test_copies_in_other_files_and_under_other_names_are_sources_of_one_cable(
    folder: Path, index_files: Index, settings: Settings
) -> None:
    kyiv = a_text(4).replace("ASTANA", "KYIV")
    (folder / "4.txt").write_text(kyiv)
    (folder / "4-kiev.txt").write_text(kyiv.replace("KYIV", "KIEV").replace("met.", "met again and again."))
    (folder / "4-again.txt").write_text(kyiv)
    index_files(folder)
    assert ids(settings) == {"07ASTANA1", "07ASTANA2", "07ASTANA3", "07KIEV4"}
    cable = open_stores(settings).catalog.get("07KYIV4")
    assert cable is not None and cable.paragraphs[0].text == "The forum met again and again."
    assert [Path(source.path).name for source in cable.sources] == ["4-again.txt", "4-kiev.txt", "4.txt"]
    assert [each.detail for each in cable.anomalies if each.kind == "duplicate"] == [
        f"{folder / name} holds another text of it, which is not shown" for name in ("4-again.txt", "4.txt")
    ]
    (folder / "4-kiev.txt").unlink()
    index_files(folder)
    cable = open_stores(settings).catalog.get("07KIEV4")
    assert cable is not None and (cable.cable_id, cable.paragraphs[0].text) == ("07KYIV4", "The forum met.")
    assert [each.detail.rpartition(" holds ")[2] for each in cable.anomalies] == ["the same text"]


def test_the_same_cable_in_another_layout_is_one_cable(folder: Path, index_files: Index, settings: Settings) -> None:
    paragraphs = [{"text": "The forum met.", "number": 1}, {"text": "Nothing else happened.", "number": 2}]
    line = {"id": "2007 Astana 1", "subject": "FORUM 1", "date": "2007-11-20", "paragraphs": paragraphs}
    (folder / "lines.jsonl").write_text(json.dumps(line))
    index_files(folder)
    cable = open_stores(settings).catalog.get("07ASTANA1")
    assert cable is not None and {source.format for source in cable.sources} == {"text", "jsonl"}
    assert ids(settings) == {"07ASTANA1", "07ASTANA2", "07ASTANA3"}


LONGER = "Much more happened, as the ambassador wrote at length."
CORRECTED = "C O R R E C T E D COPY (SUBJECT LINE)\n\nUNCLAS ASTANA 000001"


@pytest.mark.parametrize(
    ("copy", "is_taken"),
    [
        (a_text(1, second=LONGER), True),
        (a_text(1, second="Nothing."), False),
        (a_text(1), False),
        (a_text(1).replace("UNCLAS ASTANA 000001", CORRECTED), True),
        (a_text(1, second="Nothing.").replace("UNCLAS ASTANA 000001", CORRECTED), True),
        (a_text(1, second=LONGER).replace("UNCLAS ASTANA", "UNCLAS SECTION 02 OF 02 ASTANA"), False),
        (a_text(1).replace("3241158", "3001158"), False),
    ],
    ids=["fuller", "shorter", "equal", "corrected", "corrected and shorter", "a part", "odder"],
)
def test_the_better_of_two_copies_answers(copy: str, is_taken: bool) -> None:
    cable, rival = (parse(Message(text, Source("x.txt", "text", ""))) for text in (copy, a_text(1)))
    assert is_better(cable, rival) == is_taken


def test_an_archive_is_synced_like_a_folder(
    folder: Path, index_files: Index, settings: Settings, tmp_path: Path
) -> None:
    box = tmp_path / "box.zip"
    for numbers in ((1, 2), (2, 3)):
        with zipfile.ZipFile(box, "w") as archive:
            for number in numbers:
                archive.writestr(f"{number}.txt", a_text(number))
        index_files(box)
    assert ids(settings) == {"07ASTANA2", "07ASTANA3"}


class Crash(Exception):
    """What stands for a pulled plug."""


@pytest.mark.parametrize("where", ["vectors.add", "terms.add", "terms.commit", "catalog.make_ready", "vectors.erase"])
def test_a_crash_anywhere_leaves_an_index_that_answers_and_the_next_run_finishes(
    where: str, folder: Path, index_files: Index, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.catalog import Catalog
    from index.terms import TermStore
    from index.vectors import VectorStore

    index_files(folder)
    (folder / "2.txt").write_text(a_text(2, first="The forum was put off."))
    (folder / "3.txt").unlink()
    (folder / "4.txt").write_text(a_text(4))
    owner, method = (
        {"vectors": VectorStore, "terms": TermStore, "catalog": Catalog}[where.split(".")[0]],
        where.split(".")[1],
    )

    def crash(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patch, pytest.raises(Crash):
        patch.setattr(owner, method, crash)
        index_files(folder)
    opened = open_stores(settings)
    between = opened.catalog.get("07ASTANA2")
    assert between is not None and between.paragraphs[0].text in ("The forum met.", "The forum was put off.")
    assert check(opened)
    opened.close()
    index_files(folder)
    assert ids(settings) == {"07ASTANA1", "07ASTANA2", "07ASTANA4"}
    cable = open_stores(settings).catalog.get("07ASTANA2")
    assert cable is not None and cable.paragraphs[0].text == "The forum was put off."


def test_lost_derived_stores_are_told_and_repaired(
    folder: Path, index_files: Index, settings: Settings, encoder: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_files(folder)
    shutil.rmtree(settings.home / "generations")
    opened = open_stores(settings)
    agreement = check(opened)
    assert not agreement and agreement.missing_vectors == agreement.missing_terms == agreement.chunks
    opened.close()
    monkeypatch.setattr("index.check.open_encoder", lambda *_: encoder)
    assert repair(settings)
    assert ids(settings) == {"07ASTANA1", "07ASTANA2", "07ASTANA3"}


def test_two_runs_at_once_are_told_apart(folder: Path, index_files: Index, settings: Settings) -> None:
    index_files(folder)
    with FileLock(settings.home / "write.lock"), pytest.raises(StoreBusy, match="wait"):
        index_files(folder)


def test_another_encoder_is_refused_before_anything_is_written(
    folder: Path, index_files: Index, settings: Settings, encoder: HashingEncoder
) -> None:
    index_files(folder)
    with pytest.raises(StoreMismatch, match="was built with the encoder 'hashing'"):
        build([folder], settings.model_copy(update={"encoder": "another"}), encoder=encoder)


def test_what_cannot_be_read_is_told_and_the_rest_is_indexed(
    folder: Path, index_files: Index, settings: Settings
) -> None:
    (folder / "empty.txt").write_bytes(b"")
    (folder / "picture.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "poem.txt").write_text("Whose woods these are I think I know.\nHis house is in the village though.\n")
    (folder / "headless.txt").write_text("1. A paragraph without a header.\n\n2. And another one.\n")
    (folder / "bodiless.txt").write_text(a_text(8).split("1. The forum")[0])
    (folder / "broken.zip").write_bytes(b"PK\x03\x04" + b"\x00" * 40)
    (folder / "latin.txt").write_bytes(a_text(7, first="The caf\xe9 was closed.").encode("latin-1"))
    with zipfile.ZipFile(folder / "climbing.zip", "w") as archive:
        archive.writestr("../../outside.txt", a_text(66))
        archive.writestr("inside.txt", a_text(6))
    report = index_files(folder)
    told = {Path(problem.path.split("!")[0]).name: problem for problem in report.problems}
    left_out = {"empty.txt", "picture.txt", "poem.txt", "headless.txt", "bodiless.txt", "broken.zip", "climbing.zip"}
    assert set(told) == {*left_out, "latin.txt"}
    assert all("\n" not in str(problem) and problem.left_out for name, problem in told.items() if name in left_out)
    assert not told["latin.txt"].left_out
    assert ids(settings) == {"07ASTANA1", "07ASTANA2", "07ASTANA3", "07ASTANA6", "07ASTANA7"}
    assert [problem.path for problem in open_stores(settings).catalog.problems()] == sorted(
        problem.path for problem in report.problems
    )


def test_a_link_to_nothing_and_a_pipe_are_told_and_the_rest_is_indexed(folder: Path, index_files: Index) -> None:
    (folder / "link.txt").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.txt")
    report = index_files(folder)
    assert [(Path(each.path).name, each.reason.split(";")[0]) for each in report.problems] == [
        ("link.txt", "no such file"),
        ("pipe.txt", "is no regular file"),
    ]
    assert report.added == 3


def test_a_path_that_is_not_there_and_a_folder_without_files_are_told(
    tmp_path: Path, folder: Path, index_files: Index, settings: Settings
) -> None:
    (tmp_path / "hollow").mkdir()
    report = index_files(folder, tmp_path / "hollow", tmp_path / "nowhere")
    assert [Path(problem.path).name for problem in report.problems] == ["hollow", "nowhere"]
    assert report.added == 3
    assert [Path(each.path).name for each in open_stores(settings).catalog.problems()] == ["hollow", "nowhere"]
    (tmp_path / "hollow" / "5.txt").write_text(a_text(5))
    index_files(tmp_path / "hollow")
    assert [Path(each.path).name for each in open_stores(settings).catalog.problems()] == ["nowhere"]


def test_a_path_mistyped_after_indexing_loses_nothing(folder: Path, index_files: Index, settings: Settings) -> None:
    index_files(folder)
    hidden = folder.rename(folder.with_name("renamed"))
    report = index_files(folder)
    assert [problem.path for problem in report.problems] == [str(folder)]
    assert ids(settings) == {"07ASTANA1", "07ASTANA2", "07ASTANA3"}
    hidden.rename(folder)


def test_a_file_that_breaks_keeps_its_last_good_cables(
    folder: Path, index_files: Index, settings: Settings, tmp_path: Path
) -> None:
    box = tmp_path / "box.zip"
    with zipfile.ZipFile(box, "w") as archive:
        archive.writestr("5.txt", a_text(5))
    index_files(box)
    box.write_bytes(box.read_bytes()[:60])
    report = index_files(box)
    assert [Path(problem.path).name for problem in report.problems] == ["box.zip"]
    assert ids(settings) == {"07ASTANA5"}
    box.unlink()
    index_files(tmp_path)
    assert "07ASTANA5" not in ids(settings)


def test_another_parser_reads_all_again_and_embeds_only_what_reads_differently(
    folder: Path, index_files: Index, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_files(folder)
    monkeypatch.setattr("index.build.PARSER_VERSION", "next")
    report = index_files(folder)
    assert (counts(report), report.read_files, report.chunks) == ((0, 0, 0), 3, 0)
    monkeypatch.setattr("index.build.CHUNKER_VERSION", "next")
    assert index_files(folder).updated == 3
    assert index_files(folder).read_files == 0


def test_a_stopped_run_keeps_what_is_done(folder: Path, settings: Settings, encoder: HashingEncoder) -> None:
    stop = threading.Event()

    def stop_at_the_third(done: int, total: int, at: str) -> None:
        if done == 2:
            stop.set()

    for number in range(4, 9):
        (folder / f"{number}.txt").write_text(a_text(number))
    report = build([folder], settings, encoder=encoder, progress=stop_at_the_third, stop=stop)
    assert report.stopped and check(open_stores(settings))
    assert build([folder], settings, encoder=encoder).added + report.added == 8
    assert len(ids(settings)) == 8


def test_a_removed_cable_stops_answering_before_others_are_read(
    folder: Path, settings: Settings, encoder: HashingEncoder
) -> None:
    build([folder], settings, encoder=encoder)
    (folder / "2.txt").unlink()
    (folder / "4.txt").write_text(a_text(4))
    seen: list[set[str]] = []

    def look(done: int, total: int, at: str) -> None:
        reader = Catalog(catalog_path(settings.home))
        seen.append(reader.present(["07ASTANA1", "07ASTANA2"]))
        reader.close()

    build([folder], settings, encoder=encoder, progress=look)
    assert seen[0] == {"07ASTANA1"}
