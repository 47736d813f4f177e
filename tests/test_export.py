"""Moving house: an export is read back to an equal index, and a copy of the home folder answers elsewhere."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import SAMPLE, SHARED, HashingEncoder
from making import a_text

from index.build import Report, build
from index.catalog import Catalog, Ceiling
from index.check import check
from index.errors import StoreError
from index.export import export, lines_of
from index.home import catalog_path, open_stores
from index.parse.exported import FORM
from index.read import read_file
from index.records import Cable, Message, Source
from index.settings import Settings
from qa.assistant import open_assistant
from ui.cli import main

Index = Callable[..., Report]
QUESTIONS = ("Which vessel carried the grain?", "What did the ambassador say of the election?", "wheat imports 1974")


def catalog_of(settings: Settings) -> Catalog:
    return Catalog(catalog_path(settings.home))


def elsewhere(cable: Cable) -> Cable:
    """The cable without what is the source's: its path and hash, and the places in its text."""
    paragraphs = tuple(replace(each, start=0, end=0) for each in cable.paragraphs)
    return replace(cable, paragraphs=paragraphs, source=Source("", "", ""), sources=())


def whole(settings: Settings) -> list[Cable]:
    return [elsewhere(cable) for cable in catalog_of(settings).stored()]


def found(settings: Settings, encoder: HashingEncoder) -> dict[str, Any]:
    """Each cable's vectors, and that questions find something.

    Which paragraphs are nearest is not compared: Chroma builds its graph with several threads, and no two builds of
    it need give the same neighbours.
    """
    with open_assistant(settings=settings, encoder=encoder) as assistant:
        assert all(len(assistant.search(question).passages) > 0 for question in QUESTIONS)
    stores = open_stores(settings)
    by_cable = stores.catalog.chunks_by_cable()
    vectors = {cable: stores.vectors.vectors_of(chunks).tolist() for cable, chunks in by_cable.items()}
    stores.close()
    return vectors


def all_sources() -> list[Path]:
    """The sample cables, and the real ones in all their layouts where they are there."""
    return [SAMPLE, *([SHARED / "aad", SHARED / "astana"] if SHARED.is_dir() else [])]


@pytest.mark.parametrize("name", ["archive.jsonl", "archive.jsonl.gz"])
def test_an_export_is_read_back_to_an_equal_index(
    name: str, settings: Settings, encoder: HashingEncoder, tmp_path: Path
) -> None:
    build(all_sources(), settings, encoder=encoder)
    before = whole(settings)
    count = export(catalog_of(settings), tmp_path / name)
    assert count == len(before) >= 50 and [each.name for each in tmp_path.iterdir() if each.is_file()] == [name]

    again = settings.model_copy(update={"home": tmp_path / "again"})
    report = build([tmp_path / name], again, encoder=encoder)
    assert (report.added, report.problems) == (count, [])
    assert whole(again) == before
    assert catalog_of(again).facets() == catalog_of(settings).facets()
    assert found(again, encoder) == found(settings, encoder)
    stores = open_stores(again)
    assert check(stores) and check(stores).extra_vectors == check(stores).extra_terms == 0
    stores.close()
    links = [each.cable_id for each in before]
    assert catalog_of(again).links(links) == catalog_of(settings).links(links)


def test_places_of_paragraphs_count_in_the_line(settings: Settings, encoder: HashingEncoder, tmp_path: Path) -> None:
    build([SAMPLE], settings, encoder=encoder)
    export(catalog_of(settings), tmp_path / "archive.jsonl")
    again = settings.model_copy(update={"home": tmp_path / "again"})
    build([tmp_path / "archive.jsonl"], again, encoder=encoder)
    read = list(read_file(tmp_path / "archive.jsonl", max_file_mb=10))
    texts = {message.source: message.text for message in read if isinstance(message, Message)}
    for cable in catalog_of(again).stored():
        text = texts[cable.source]
        assert text.startswith(cable.header.text)
        assert [text[each.start : each.end] for each in cable.paragraphs] == [each.text for each in cable.paragraphs]


def test_a_second_export_is_the_first(settings: Settings, encoder: HashingEncoder, tmp_path: Path) -> None:
    build([SAMPLE], settings, encoder=encoder)
    first = tmp_path / "archive.jsonl"
    export(catalog_of(settings), first)
    again = settings.model_copy(update={"home": tmp_path / "again"})
    build([first], again, encoder=encoder)
    assert "".join(lines_of(catalog_of(again))) == first.read_text(encoding="utf-8")


def test_nothing_above_a_ceiling_is_exported(settings: Settings, index_files: Index, tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text(a_text(1))
    (tmp_path / "2.txt").write_text(a_text(2).replace("UNCLAS ASTANA", "S E C R E T ASTANA"))
    index_files(tmp_path / "1.txt", tmp_path / "2.txt")
    bounded = Catalog(catalog_path(settings.home), ceiling=Ceiling("CONFIDENTIAL"))
    assert [json.loads(line)["cable_id"] for line in lines_of(bounded)] == ["07ASTANA1"]
    assert len(list(lines_of(catalog_of(settings)))) == 2


LINE = {
    "form": FORM,
    "cable_id": "07ASTANA1",
    "origin": "ASTANA",
    "number": 1,
    "year": 2007,
    "header": "UNCLAS ASTANA 1",
}
PARAGRAPH = {"ordinal": 1, "text": "The forum met."}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"paragraphs": [{**PARAGRAPH, "ordinal": 2}]}, "its paragraphs are not in order"),
        ({"paragraphs": [{"ordinal": 1, "text": "One."}, {"ordinal": 2, "text": 3}]}, "1.text"),
        ({"classification": "COSMIC"}, "classification"),
        ({"sent": "yesterday"}, "sent"),
        ({"references": [{"text": "STATE 1"}]}, "references.0.label"),
        ({"cable_id": ""}, "not in order"),
        ({"cable_id": None}, "cable_id"),
    ],
)
def test_a_line_that_was_changed_is_told_and_left_out(
    changed: dict[str, Any], told: str, index_files: Index, tmp_path: Path
) -> None:
    path = tmp_path / "archive.jsonl"
    path.write_text(json.dumps({**LINE, "paragraphs": [PARAGRAPH], **changed}))
    report = index_files(path)
    assert (report.added, len(report.problems)) == (0, 1)
    assert told in str(report.problems[0]) and str(report.problems[0]).endswith("export it again.")


@pytest.mark.parametrize(
    ("name", "told"), [("archive.txt", "name that ends in .jsonl"), ("nowhere/archive.jsonl", "cannot be written")]
)
def test_a_place_that_will_not_do_is_one_sentence(
    name: str, told: str, index_files: Index, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "1.txt").write_text(a_text(1))
    index_files(tmp_path / "1.txt")
    with pytest.raises(StoreError, match=told):
        export(catalog_of(settings), tmp_path / name)


def test_the_command_writes_to_a_file_or_to_standard_output(index_files: Index, tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text(a_text(1))
    index_files(tmp_path / "1.txt")
    printed = CliRunner().invoke(main, ["export"])
    written = CliRunner().invoke(main, ["export", str(tmp_path / "archive.jsonl")])
    assert (printed.exit_code, written.exit_code) == (0, 0)
    assert written.stdout.startswith("1 cables written to")
    assert printed.stdout == CliRunner().invoke(main, ["export", "-"]).stdout
    assert printed.stdout == (tmp_path / "archive.jsonl").read_text(encoding="utf-8")


def test_a_copy_of_the_home_folder_answers_elsewhere(
    settings: Settings, encoder: HashingEncoder, tmp_path: Path
) -> None:
    cables = tmp_path / "old" / "cables"
    shutil.copytree(SAMPLE, cables)
    build([cables], settings, encoder=encoder)
    before, answers = whole(settings), found(settings, encoder)
    new = tmp_path / "new"
    shutil.copytree(settings.home, new / "home")
    shutil.copytree(cables, new / "cables")
    shutil.rmtree(settings.home)
    shutil.rmtree(tmp_path / "old")

    moved = settings.model_copy(update={"home": new / "home"})
    assert found(moved, encoder) == answers
    stores = open_stores(moved)
    assert check(stores)
    stores.close()
    report = build([new / "cables"], moved, encoder=encoder)
    assert (report.added, report.updated, report.removed, report.chunks, report.problems) == (0, 0, 0, 0, [])
    assert (whole(moved), found(moved, encoder)) == (before, answers)
    with sqlite3.connect(catalog_path(moved.home)) as database:
        manifest = "".join(value for (value,) in database.execute("SELECT value FROM manifest"))
    assert str(tmp_path) not in manifest
