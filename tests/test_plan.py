"""What a run would do is told before it does it, and what went is removed only when that was told or asked."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import HashingEncoder
from making import a_text, counts, ids

from index.build import Report, build, plan_of
from index.home import open_stores
from index.settings import Settings

Index = Callable[..., Report]


def test_a_dry_run_tells_the_plan_and_writes_nothing(folder: Path, index_files: Index, settings: Settings) -> None:
    assert len(plan_of([folder], settings).new) == 3
    assert not settings.home.exists()
    index_files(folder)
    (folder / "1.txt").write_text(a_text(1, first="Changed."))
    (folder / "2.txt").unlink()
    (folder / "sub").mkdir()
    (folder / "3.txt").rename(folder / "sub" / "3.txt")
    (folder / "4.txt").write_text(a_text(4))
    plan = plan_of([folder], settings).to_dict()
    names = {kind: [Path(each).name for each in plan[kind]] for kind in ("new", "changed", "removed", "again")}  # type: ignore[attr-defined]
    assert names == {"new": ["4.txt"], "changed": ["1.txt"], "removed": ["2.txt"], "again": []}
    assert plan["moved"] == [{"from": str(folder / "3.txt"), "to": str(folder / "sub" / "3.txt")}]
    assert plan_of([folder], settings).to_dict() == plan
    report = index_files(folder)
    assert (*counts(report), report.moved_files, report.read_files) == (1, 1, 1, 1, 2)


def test_a_moved_file_is_not_read(folder: Path, index_files: Index, settings: Settings) -> None:
    index_files(folder)
    (folder / "sub").mkdir()
    for number in (1, 2, 3):
        (folder / f"{number}.txt").rename(folder / "sub" / f"{number}.txt")
    report = index_files(folder)
    assert (counts(report), report.moved_files, report.read_files) == ((0, 0, 0), 3, 0)
    cable = open_stores(settings).catalog.get("07ASTANA2")
    assert cable is not None and cable.source.path == str(folder / "sub" / "2.txt")


@pytest.mark.parametrize(
    ("prune", "answer", "left"), [(False, None, 3), (True, None, 0), (False, True, 0), (False, False, 3)]
)
def test_a_path_that_went_removes_its_cables_only_when_told(
    prune: bool, answer: bool | None, left: int, folder: Path, settings: Settings, encoder: HashingEncoder
) -> None:
    build([folder], settings, encoder=encoder)
    shutil.rmtree(folder)
    ask = None if answer is None else lambda files, is_there: answer
    report = build([folder], settings, encoder=encoder, prune=prune, ask=ask)
    assert (len(ids(settings)), report.removed, report.kept_files) == (left, 3 - left, left)


def test_a_path_that_went_for_good_is_told_no_more(
    folder: Path, settings: Settings, encoder: HashingEncoder, tmp_path: Path
) -> None:
    build([folder], settings, encoder=encoder)
    moved = folder.rename(tmp_path / "moved")
    build([moved], settings, encoder=encoder)
    assert build([folder], settings, encoder=encoder, prune=True).problems == []
    mistyped = tmp_path / "mistyped"
    assert build([mistyped], settings, encoder=encoder).problems
    assert build([mistyped], settings, encoder=encoder, prune=True).problems == []
    assert build([mistyped], settings, encoder=encoder, prune=True).problems, "nothing was ever indexed from it"
    assert open_stores(settings).catalog.problems() == []
    assert len(ids(settings)) == 3


def test_a_person_may_keep_the_cables_of_files_that_went(
    folder: Path, settings: Settings, encoder: HashingEncoder
) -> None:
    build([folder], settings, encoder=encoder)
    (folder / "2.txt").unlink()
    assert build([folder], settings, encoder=encoder, ask=lambda files, is_there: False).kept_files == 1
    assert len(ids(settings)) == 3
    assert build([folder], settings, encoder=encoder).removed == 1
