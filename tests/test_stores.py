"""The three stores, each by itself: what goes in comes out, and what is gone is gone."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from conftest import HashingEncoder

from index.catalog import CableSummary, Catalog
from index.chunk import chunk_cables
from index.conditions import to_conditions
from index.errors import StoreError, StoreMissing
from index.records import (
    Addressee,
    Anomaly,
    Authority,
    Cable,
    Chunk,
    ExecutiveOrder,
    Footnote,
    Header,
    Paragraph,
    Reference,
    Section,
    Source,
)
from index.terms import TermStore


def a_cable(cable_id: str = "07ASTANA3162", text: str = "Massimov chaired the forum.", **header: object) -> Cable:
    filled = {
        "origin": "ASTANA", "number": 3162, "year": 2007, "sent": datetime(2007, 11, 20, 11, 58, tzinfo=UTC),
        "precedence": "IMMEDIATE", "from_": "AMEMBASSY ASTANA", "to": (Addressee("SECSTATE WASHDC", "RUEHC"),),
        "info": (Addressee("CIS COLLECTIVE", "RUCNCIS", None, 307),), "classification": "UNCLASSIFIED",
        "captions": ("SIPDIS",), "classified_by": Authority("DCM Roe", ("1.4 (b)",)),
        "executive_order": ExecutiveOrder("12958", date(2017, 11, 20)), "section": Section(1, 2), "sections": 1,
        "tags": ("KCRM", "KZ"), "subject": "TIP", "references": (Reference("A", "SECSTATE 147242", "07STATE147242"),),
        "signer": "ORDWAY", "text": "FM AMEMBASSY ASTANA",
    }  # fmt: skip
    paragraphs = (
        Paragraph(1, text, 2, "¶2.", "SBU", "Summary", ("A",), 10, 40),
        Paragraph(2, "A second two.", 2, "¶2.", None, None, (), 41, 60),
    )
    head = Header(cable_id=cable_id, **{**filled, **header})  # type: ignore[arg-type]
    odd = (Anomaly("numbering", "2 printed twice"),)
    return Cable(head, paragraphs, Source("a.txt", "text", "abc"), odd, (Footnote("1", "Not printed.", 2),))


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path / "catalog.sqlite3", writable=True)


def put(catalog: Catalog, *cables: Cable, file: str = "a.txt") -> list[list[int]]:
    with catalog.transaction():
        numbered = [catalog.add(cable, next(iter(chunk_cables([cable], HashingEncoder()))), file) for cable in cables]
        catalog.make_ready([cable.cable_id for cable in cables])
    return numbered


def test_a_cable_comes_back_whole(catalog: Catalog) -> None:
    put(catalog, a_cable())
    assert catalog.get("07ASTANA3162") == a_cable()


def test_a_cable_that_is_not_ready_is_not_there(catalog: Catalog) -> None:
    with catalog.transaction():
        (chunk, *_) = catalog.add(a_cable(), next(iter(chunk_cables([a_cable()], HashingEncoder()))), "a.txt")
    assert catalog.get("07ASTANA3162") is None
    assert catalog.places_of([chunk]) == {}
    assert catalog.facets().cables == 0
    with catalog.transaction():
        catalog.clear_unready()
    assert chunk in catalog.gone()


def test_a_newer_version_takes_the_place_of_the_older(catalog: Catalog) -> None:
    (old,) = put(catalog, a_cable())
    (new,) = put(catalog, a_cable(text="Another text."))
    found = catalog.get("07ASTANA3162")
    assert found is not None and found.paragraphs[0].text == "Another text."
    assert set(catalog.gone()) == set(old)
    assert set(catalog.places_of([*old, *new])) == set(new)
    assert not set(old) & set(new)


def test_a_removed_cable_leaves_no_word_in_the_file(catalog: Catalog) -> None:
    put(catalog, a_cable(text="unmistakable zanzibar"))
    with catalog.transaction():
        catalog.remove(["07ASTANA3162"])
    catalog.close()
    stored = b"".join(path.read_bytes() for path in catalog.path.parent.glob("catalog*"))
    assert b"zanzibar" not in stored


def test_references_lead_in_and_out(catalog: Catalog) -> None:
    put(catalog, a_cable())
    summary = CableSummary("07ASTANA3162", "ASTANA", "2007-11-20T11:58:00Z", "TIP", "UNCLASSIFIED")
    assert catalog.cited_by("07STATE147242") == (summary,)
    assert catalog.present(["07STATE147242", "07ASTANA3162"]) == {"07ASTANA3162"}


def test_a_cable_is_one_under_every_name_of_its_post(catalog: Catalog) -> None:
    citing = a_cable(references=(Reference(None, "KIEV 12", "07KIEV12"),))
    put(catalog, citing, a_cable("07KYIV12", origin="KYIV", number=12))
    assert [each.cable_id for each in catalog.cited_by("07KYIV12")] == ["07ASTANA3162"]
    assert catalog.present(["07KIEV12", "07KYIV12", "07KYIV13"]) == {"07KIEV12", "07KYIV12"}
    assert catalog.resolve("07KIEV12") == catalog.resolve("Kiev 12") == "07KYIV12"
    found = catalog.get("07KIEV12")
    assert found is not None and found.cable_id == "07KYIV12"
    put(catalog, a_cable("07KIEV12", text="Another text.", origin="KIEV", number=12))
    assert set(catalog.chunks_by_cable()) == {"07ASTANA3162", "07KIEV12"}


@pytest.mark.parametrize(
    ("held", "cited", "told"),
    [
        (("06STATE230000",), {"06STATE230000"}, True),
        (("07STATE230000",), {"07STATE230000"}, False),
        (("06STATE230000", "07STATE230000"), {"07STATE230000"}, False),
        ((), {"06STATE230000", "07STATE230000"}, False),
    ],
)
def test_a_number_without_a_year_early_in_the_year_may_be_last_years(
    catalog: Catalog, held: tuple[str, ...], cited: set[str], told: bool
) -> None:
    reference = Reference(None, "STATE 230000", "07STATE230000", last_year="06STATE230000")
    put(catalog, a_cable(references=(reference,)), *(a_cable(each, origin="STATE", number=230000) for each in held))
    assert {each for each in ("06STATE230000", "07STATE230000") if catalog.cited_by(each)} >= cited
    found = catalog.get("07ASTANA3162")
    assert found is not None and (len(found.anomalies) == 2) == told


def test_paragraphs_with_one_number_are_told_apart(catalog: Catalog) -> None:
    put(catalog, a_cable())
    found = catalog.found(catalog.paragraphs_of(["07ASTANA3162"], to_conditions()))
    assert [(each.ordinal, each.number, each.place) for each in found.values()] == [(0, None, 0), (1, 2, 1), (2, 2, 2)]


@pytest.mark.parametrize(
    ("conditions", "ids"),
    [
        ({}, {"07ASTANA3162", "74LAPAZ146"}),
        ({"since": date(2007, 11, 20)}, {"07ASTANA3162"}),
        ({"until": date(2007, 11, 20)}, {"07ASTANA3162", "74LAPAZ146"}),
        ({"until": date(2007, 11, 19)}, {"74LAPAZ146"}),
        ({"posts": ("LAPAZ",)}, {"74LAPAZ146"}),
        ({"posts": ("LAPAZ", "ASTANA")}, {"07ASTANA3162", "74LAPAZ146"}),
        ({"tags": ("KZ",)}, {"07ASTANA3162"}),
        ({"classifications": ("SECRET",)}, {"74LAPAZ146"}),
        ({"cables": ("74LAPAZ146",)}, {"74LAPAZ146"}),
        ({"posts": ("LAPAZ",), "tags": ("KZ",)}, set[str]()),
        ({"posts": ("'; DROP TABLE cable; --",)}, set[str]()),
    ],
)
def test_filters_select_by_the_header(catalog: Catalog, conditions: dict[str, object], ids: set[str]) -> None:
    old = a_cable(
        "74LAPAZ146", origin="LAPAZ", tags=("EAID",), classification="SECRET", sent=datetime(1974, 1, 9, tzinfo=UTC)
    )
    put(catalog, a_cable(), old)
    chunks = catalog.select(to_conditions(**conditions))  # type: ignore[arg-type]
    by_cable = catalog.chunks_by_cable()
    assert {cable_id for cable_id, numbers in by_cable.items() if chunks.issuperset(numbers)} == ids


def test_facets_count_ready_cables(catalog: Catalog) -> None:
    put(catalog, a_cable())
    facets = catalog.facets()
    assert (facets.cables, facets.paragraphs, facets.first, facets.last) == (
        1,
        2,
        date(2007, 11, 20),
        date(2007, 11, 20),
    )
    assert (facets.posts, facets.tags, facets.classifications) == (
        {"ASTANA": 1}, {"KCRM": 1, "KZ": 1}, {"UNCLASSIFIED": 1},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("spelling", "cable_id"),
    [
        ("07ASTANA3162", "07ASTANA3162"),
        ("2007ASTANA03162", "07ASTANA3162"),
        ("07 ASTANA 003162", "07ASTANA3162"),
        ("Astana 3162", "07ASTANA3162"),
        ("07STATE147242", "07STATE147242"),  # absent, but referred to
        ("State 147242", "07STATE147242"),
        ("07ASTANA9999", None),
        ("Astana 9999", None),
        ("nothing", None),
    ],
)
def test_an_id_is_understood_in_any_spelling(catalog: Catalog, spelling: str, cable_id: str | None) -> None:
    put(catalog, a_cable())
    assert catalog.resolve(spelling) == cable_id


def test_readers_need_a_catalog_and_never_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="reftel index"):
        Catalog(tmp_path / "none" / "catalog.sqlite3")
    assert not (tmp_path / "none").exists()


def test_a_broken_catalog_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite3").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match="damaged"):
        Catalog(tmp_path / "catalog.sqlite3")


def test_the_connection_of_a_thread_ends_with_it(catalog: Catalog) -> None:
    put(catalog, a_cable())
    reader = Catalog(catalog.path)
    for _ in range(5):
        thread = threading.Thread(target=reader.get, args=("07ASTANA3162",))
        thread.start()
        thread.join()
    assert len(reader._connections) <= 2  # this thread's, and that of the last that ended
    reader.close()


def chunk(text: str, context: str = "") -> Chunk:
    return Chunk("07ASTANA3162", 1, 0, text, context, 0, len(text))


def test_terms_are_found_by_their_stems_and_within_a_selection(tmp_path: Path) -> None:
    store, header = TermStore(tmp_path / "terms"), a_cable().header
    store.add([1, 2], [chunk("Officers were trained."), chunk("The harvest failed.", "TRAINING OF POLICE")], header)
    store.add([3], [chunk("The São Paulo talks.")], replace(header, origin="BRASILIA"))
    store.commit()
    assert list(store.search("training an officer", 5)) == [1, 2]
    assert list(store.search("training", 5, within={2})) == [2]
    assert list(store.search("officers talks", 5, to_conditions(posts=("BRASILIA",)))) == [3]
    assert store.search("talks", 5, to_conditions(until=date(1950, 1, 1))) == {}
    assert list(store.search("forum", 5, other_words="harvest")) == [2]
    assert list(store.search("SAO PAULO", 5)) == [3]
    assert list(store.search_cables("harvest", 5)) == [1]  # a cable answers by its first chunk
    assert store.search("the of and", 5) == {}
    assert store.search("training", 5, within=set()) == {}
    wanted = store.delete([1])
    assert wanted == ({2, 3}, {3})  # what shares a segment with it
    store.add_again([1, 2], [chunk("Dropped."), chunk("The harvest failed.")], header, wanted)
    store.add_again([3], [chunk("The São Paulo talks.")], header, wanted)
    store.commit()
    assert store.chunk_ids() == {2, 3}
    store.close()


def test_stores_open_again_with_what_was_committed(tmp_path: Path) -> None:
    first = TermStore(tmp_path / "terms")
    first.add([1], [chunk("Officers were trained.")], a_cable().header)
    first.commit()
    first.add([2], [chunk("Not committed.")], a_cable().header)
    first.close()
    assert TermStore(tmp_path / "terms").chunk_ids() == {1}


def test_a_commit_elsewhere_is_seen_by_the_very_next_search(tmp_path: Path) -> None:
    writer, reader = TermStore(tmp_path / "terms"), TermStore(tmp_path / "terms")
    for number in range(1, 6):  # more than Tantivy's own watch would see in time
        writer.add([number], [chunk("Officers were trained.")], a_cable().header)
        writer.commit()
        assert (reader.count(), set(reader.search("officers", 9))) == (number, set(range(1, number + 1)))
    writer.close()
