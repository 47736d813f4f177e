"""Browsing the catalog: what a selection holds, how it is counted, and the cables before and after one."""

from dataclasses import replace
from datetime import date

import pytest

from index.catalog import Catalog, Selection
from index.chunk import chunk_cables
from index.parse import parse
from index.records import Cable, Message, Source

ROWS = [  # day, post, number, level, captions, TAGS, reference
    ("051200Z JAN 74", "LA PAZ", 100, "C O N F I D E N T I A L", "", "PGOV, BL", ""),
    ("061200Z JAN 74", "LA PAZ", 101, "UNCLAS", "", "EAGR, BL", "REF: LA PAZ 100"),
    ("071200Z MAR 74", "LIMA", 55, "S E C R E T", "NODIS", "PGOV, PE", "REF: (A) LA PAZ 100 (B) STATE 9"),
    ("081200Z APR 74", "LA PAZ", 140, "C O N F I D E N T I A L", "EXDIS", "PGOV, EAGR", "REF: LA PAZ 101"),
    ("091200Z NOV 07", "ASTANA", 3162, "UNCLAS", "SENSITIVE", "KZ", ""),
]
PAZ100, PAZ101, LIMA55, PAZ140, ASTANA = "74LAPAZ100", "74LAPAZ101", "74LIMA55", "74LAPAZ140", "07ASTANA3162"


def cable(day: str, post: str, number: int, level: str, caption: str, tags: str, reference: str) -> Cable:
    text = (
        f"R {day}\nFM AMEMBASSY {post}\nTO SECSTATE WASHDC 1\n\n{level} {post} {number:06d}\n\n{caption}\n\n"
        f"E.O. 11652: N/A\nTAGS: {tags}\nSUBJECT: REPORT {number}\n{reference}\n\n1. Words of {number}.\n\nSMITH\n"
    )
    return parse(Message(text, Source(f"/in/{number}.txt", "text", f"{number:064x}")))


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    from conftest import HashingEncoder

    opened = Catalog(tmp_path_factory.mktemp("browsing") / "catalog.sqlite3", writable=True)
    cables = [cable(*row) for row in ROWS]
    with opened.transaction():
        for each, chunks in zip(cables, chunk_cables(cables, HashingEncoder(), 0), strict=True):
            opened.add(each, chunks, each.source.path)
        opened.make_ready([each.cable_id for each in cables])
    return opened


@pytest.mark.parametrize(
    ("selection", "order", "expected"),
    [
        (Selection(), "newest", [ASTANA, PAZ140, LIMA55, PAZ101, PAZ100]),
        (Selection(), "oldest", [PAZ100, PAZ101, LIMA55, PAZ140, ASTANA]),
        (Selection(), "post", [ASTANA, PAZ100, PAZ101, PAZ140, LIMA55]),
        (Selection(), "referred", [PAZ100, PAZ101, ASTANA, PAZ140, LIMA55]),
        (Selection(since=date(1974, 1, 6), until=date(1974, 3, 7)), "oldest", [PAZ101, LIMA55]),
        (Selection(posts=("LIMA", "ASTANA")), "oldest", [LIMA55, ASTANA]),
        (Selection(countries=("Bolivia",)), "oldest", [PAZ100, PAZ101, PAZ140]),
        (Selection(tags=("EAGR", "KZ")), "oldest", [PAZ101, PAZ140, ASTANA]),
        (Selection(tags=("PGOV",), posts=("LAPAZ",)), "oldest", [PAZ100, PAZ140]),
        (Selection(classifications=("SECRET", "CONFIDENTIAL")), "oldest", [PAZ100, LIMA55, PAZ140]),
        (Selection(captions=("EXDIS", "NODIS")), "oldest", [LIMA55, PAZ140]),
        (Selection(refers=True), "oldest", [PAZ101, LIMA55, PAZ140]),
        (Selection(refers=False), "oldest", [PAZ100, ASTANA]),
        (Selection(posts=("NOWHERE",)), "oldest", []),
        (Selection(chunks=()), "best", []),
    ],
)
def test_a_selection_holds_and_is_counted(
    catalog: Catalog, selection: Selection, order: str, expected: list[str]
) -> None:
    listed = catalog.listed(selection, order=order)  # type: ignore[arg-type]
    assert [each.cable.cable_id for each in listed] == expected
    assert catalog.counts(selection).cables == len(expected)


def test_the_best_come_in_the_order_of_their_chunks(catalog: Catalog) -> None:
    chunks = catalog.chunks_by_cable()
    found = Selection(chunks=(chunks[LIMA55][-1], chunks[ASTANA][0], chunks[LIMA55][0]))
    assert [each.cable.cable_id for each in catalog.listed(found, order="best")] == [LIMA55, ASTANA]
    bolivia = replace(found, countries=("Bolivia",))
    assert (catalog.listed(bolivia), catalog.counts(bolivia).countries) == ([], {"Kazakhstan": 1, "Peru": 1})


def test_pages_follow_each_other(catalog: Catalog) -> None:
    pages = [catalog.listed(Selection(), order="oldest", start=start, most=2) for start in (0, 2, 4, 6)]
    assert [[each.cable.cable_id for each in page] for page in pages] == [
        [PAZ100, PAZ101], [LIMA55, PAZ140], [ASTANA], []
    ]  # fmt: skip


def test_what_a_list_says_of_a_cable(catalog: Catalog) -> None:
    (listed,) = catalog.listed(Selection(captions=("EXDIS",)))
    assert (listed.captions, listed.tags, listed.referred) == (("EXDIS",), ("EAGR", "PGOV"), 0)
    assert catalog.listed(Selection(), order="referred")[0].referred == 2


def test_a_facet_counts_as_if_nothing_were_selected_in_it(catalog: Catalog) -> None:
    found = catalog.counts(Selection(posts=("LAPAZ",), tags=("PGOV",)))
    assert found.cables == 2
    assert found.posts == {"LAPAZ": 2, "LIMA": 1}
    assert found.tags == {"BL": 2, "EAGR": 2, "PGOV": 2}
    assert found.countries == {"Bolivia": 2}
    assert found.classifications == {"CONFIDENTIAL": 2}
    assert found.captions == {"EXDIS": 1}
    assert found.refers == {False: 1, True: 1}


def test_levels_are_counted_in_their_own_order(catalog: Catalog) -> None:
    assert list(catalog.counts(Selection()).classifications) == ["UNCLASSIFIED", "CONFIDENTIAL", "SECRET"]


@pytest.mark.parametrize(
    ("selection", "first", "last", "periods"),
    [
        (Selection(), "1974", "2007", 34),
        (Selection(until=date(1974, 12, 31)), "1974-01", "1974-04", 4),
        (Selection(posts=("NOWHERE",)), None, None, 0),
    ],
)
def test_days_are_counted_by_month_or_year_without_gaps(
    catalog: Catalog, selection: Selection, first: str | None, last: str | None, periods: int
) -> None:
    dates = catalog.counts(selection).dates
    assert (next(iter(dates), None), next(reversed(dates), None), len(dates)) == (first, last, periods)
    assert sum(dates.values()) == catalog.counts(selection).cables


@pytest.mark.parametrize(
    ("cable_id", "before", "after"),
    [
        (PAZ101, PAZ100, PAZ140),
        (PAZ100, None, PAZ101),
        (PAZ140, PAZ101, None),
        (ASTANA, None, None),
        ("99NOWHERE1", None, None),
    ],
)
def test_the_neighbours_of_a_cable(catalog: Catalog, cable_id: str, before: str | None, after: str | None) -> None:
    found = catalog.neighbours(cable_id)
    assert tuple(each.cable_id if each else None for each in found) == (before, after)


def test_heads_by_the_ids_as_given(catalog: Catalog) -> None:
    assert {name: head.subject for name, head in catalog.summaries([PAZ100, "99NOWHERE1"]).items()} == {
        PAZ100: "REPORT 100"
    }
