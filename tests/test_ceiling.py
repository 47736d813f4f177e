"""A reader's ceiling, at every door: what is above it is as if the archive had never held it.

One home holds everything, the other was indexed without the cables above the ceiling. Each door, opened for the
bounded reader of the first, must give what it gives in the second.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import HashingEncoder

from index.build import build
from index.catalog import Ceiling
from index.conditions import to_conditions
from index.settings import Settings
from qa.assistant import Assistant, open_assistant
from qa.filters import to_filters

CABLES = {
    "07ASTANA3162": ("UNCLAS", "SENSITIVE", "REF: STATE 147242", ["The forum met in Astana.", "Grain came by rail."]),
    "07ASTANA3170": ("C O N F I D E N T I A L", "", "REF: ASTANA 3162", ["The minister spoke of grain.", "He left."]),
    "07ASTANA3199": ("S E C R E T", "NOFORN", "REF: ASTANA 3170", ["A secret source spoke of zirconium and grain."]),
    "07STATE147242": ("S E C R E T", "", "REF: ASTANA 3100", ["Zirconium is asked about. Grain too."]),
    "07ALMATY88": ("C O N F I D E N T I A L", "NODIS", "REF: ASTANA 3170", ["Zirconium, for the ambassador only."]),
    "07ALMATY90": ("C O N F I D E N T I A L", "", "REF: ASTANA 3199", ["(S) Zirconium marked higher than its head."]),
    "07ALMATY91": ("", "", "REF: ASTANA 3199", ["Zirconium without a classification."]),
    "07ALMATY92": ("C O N F I D E N T I A L", "", "REF: ASTANA 3199", ["(C/NF) Zirconium not for foreigners."]),
}
ABOVE = ("07ASTANA3199", "07STATE147242", "07ALMATY88", "07ALMATY90", "07ALMATY91", "07ALMATY92")
BELOW = ("07ASTANA3162", "07ASTANA3170")
CEILING = Ceiling("CONFIDENTIAL", ("NODIS", "NOFORN"))


def write(folder: Path, cable_ids: tuple[str, ...]) -> Path:
    folder.mkdir()
    for place, cable_id in enumerate(cable_ids):
        level, caption, reference, paragraphs = CABLES[cable_id]
        post = cable_id[2:].rstrip("0123456789")
        number = cable_id[2 + len(post) :]
        body = "\n\n".join(f"{n}. {text}" for n, text in enumerate(paragraphs, start=1))
        station = "SECSTATE WASHDC" if post == "STATE" else f"AMEMBASSY {post}"
        (folder / f"{cable_id}.txt").write_text(
            f"O 20{place:02d}58Z NOV 07\nFM {station}\nTO SECSTATE WASHDC IMMEDIATE 1220\n\n"
            f"{level} {post} {int(number):06d}\n\n{caption}\n\nE.O. 12958: N/A\nTAGS: KZIR, KZ\n"
            f"SUBJECT: {'ZIRCONIUM' if cable_id in ABOVE else 'GRAIN'}\n{reference}\n\n{body}\n\nORDWAY\n",
            encoding="utf-8",
        )
    return folder


def opened(folder: Path, cable_ids: tuple[str, ...]) -> Assistant:
    encoder = HashingEncoder()
    settings = Settings(home=folder / "home", encoder="hashing", chat_model="none")
    build([write(folder / "in", cable_ids)], settings, encoder=encoder)
    return open_assistant(settings=settings, encoder=encoder)


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Assistant, Assistant, Assistant]:
    """Who sees everything, the bounded reader of the same home, and a reader of a home without what is above."""
    keeper = opened(tmp_path_factory.mktemp("whole"), tuple(CABLES))
    return keeper, keeper.under(CEILING), opened(tmp_path_factory.mktemp("lower"), BELOW)


def passages(assistant: Assistant, text: str, **chosen: Any) -> list[Any]:
    found = assistant.search(text, filters=to_filters(assistant.catalog, **chosen), top_k=50)
    return [(each.cable_id, each.ordinal, each.text, each.subject) for each in found]


def answer(assistant: Assistant, text: str) -> Any:
    ready = assistant.ask(text)
    said = [(each.text, each.support, each.citations) for each in ready.statements]
    return ready.outcome, said, ready.notice, ready.query, [each.cable_id for each in ready.passages]


DOORS: dict[str, Callable[[Assistant], Any]] = {
    "facets": lambda a: a.catalog.facets(),
    "a cable by its id": lambda a: [a.catalog.get(each) for each in ABOVE],
    "a spelling": lambda a: [
        a.catalog.resolve(each) for each in (*ABOVE, "Astana 3199", "Almaty 88", "2007STATE147242")
    ],
    "presence": lambda a: a.catalog.present(CABLES),
    "who refers": lambda a: [a.catalog.cited_by(each) for each in (*CABLES, "07ASTANA3100")],
    "copies": lambda a: [a.catalog.sources(each) for each in ABOVE],
    "chunks": lambda a: sorted(a.catalog.chunks_by_cable()),
    "chunks that pass filters": lambda a: len(a.catalog.select(to_conditions(classifications=["SECRET"]))),
    "a search": lambda a: passages(a, "zirconium grain"),
    "a search for the id": lambda a: passages(a, "What does 07ASTANA3199 say of zirconium?"),
    "a search within filters": lambda a: passages(a, "grain", classifications=["SECRET"]),
    "an answer": lambda a: answer(a, "Who spoke of zirconium?"),
    "an answer about the cable": lambda a: answer(a, "What does Astana 3199 say?"),
    "an answer about one only referred to": lambda a: answer(a, "What does 07STATE147242 say?"),
}


@pytest.mark.parametrize("door", DOORS)
def test_what_is_above_the_ceiling_is_as_if_it_had_never_been_there(
    readers: tuple[Assistant, Assistant, Assistant], door: str
) -> None:
    keeper, bounded, lower = readers
    assert DOORS[door](bounded) == DOORS[door](lower)
    assert DOORS[door](bounded) != DOORS[door](keeper)  # the door does show what is above, to those who may see it


def test_a_bounded_reader_has_no_list_of_files_or_problems(readers: tuple[Assistant, Assistant, Assistant]) -> None:
    keeper, bounded, _ = readers
    assert len(keeper.catalog.files()) == len(CABLES)
    assert (bounded.catalog.files(), bounded.catalog.problems()) == ({}, [])


@pytest.mark.parametrize(
    ("ceiling", "seen"),
    [
        (Ceiling(), set(CABLES)),
        (Ceiling("SECRET"), set(CABLES) - {"07ALMATY91"}),
        (Ceiling("CONFIDENTIAL"), {*BELOW, "07ALMATY88", "07ALMATY92"}),
        (Ceiling("UNCLASSIFIED"), {"07ASTANA3162"}),
        (Ceiling("UNCLASSIFIED", ("SENSITIVE",)), set()),
        (Ceiling(barred=("nodis",)), set(CABLES) - {"07ALMATY88"}),
        (Ceiling(barred=("NOFORN",)), set(CABLES) - {"07ASTANA3199", "07ALMATY92"}),
    ],
)
def test_who_sees_what(readers: tuple[Assistant, Assistant, Assistant], ceiling: Ceiling, seen: set[str]) -> None:
    keeper, *_ = readers
    assert set(keeper.under(ceiling).catalog.chunks_by_cable()) == seen


def test_a_cable_indexed_later_is_bound_at_once(tmp_path: Path) -> None:
    keeper = opened(tmp_path, BELOW)
    bounded = keeper.under(CEILING)
    assert bounded.catalog.present(CABLES) == set(BELOW)
    build([write(tmp_path / "later", ABOVE)], keeper.settings, encoder=HashingEncoder())
    assert keeper.catalog.present(CABLES) == set(CABLES)
    assert bounded.catalog.present(CABLES) == set(BELOW)


def test_a_copy_above_the_ceiling_is_not_named(tmp_path: Path) -> None:
    same = (
        "The grain train of the second of November stood for nine days at the border because the wagons had no papers, "
        "and four hundred tons of it were wet when it reached the mill."
    )
    folders = []
    for cable_id, number in (("07ASTANA3162", 3), ("07ASTANA3199", 2)):
        folders.append(write(tmp_path / cable_id, (cable_id,)))
        path = folders[-1] / f"{cable_id}.txt"
        path.write_text(path.read_text().replace("\n\nORDWAY", f"\n\n{number}. {same}\n\nORDWAY"), encoding="utf-8")
    settings = Settings(home=tmp_path / "home", encoder="hashing", chat_model="none")
    build(folders, settings, encoder=HashingEncoder())
    with open_assistant(settings=settings, encoder=HashingEncoder()) as keeper:
        for assistant, held in ((keeper, {"07ASTANA3162", "07ASTANA3199"}), (keeper.under(CEILING), {"07ASTANA3162"})):
            (found,) = [each for each in assistant.search(same) if each.text == same]
            assert {found.cable_id, *found.also_in} == held
