"""The REF line and references in running text: each row is one printed form and what it is read as."""

import pytest
from parsing import kinds, read

# ── references ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "references"),
    [
        ("REF: STATE 147242", [(None, "07STATE147242")]),
        ("REF: A) SECSTATE 147242\n\n- B) ASTANA 1925\n- C) ASTANA 367",
         [("A", "07STATE147242"), ("B", "07ASTANA1925"), ("C", "07ASTANA367")]),
        ("REF: A. STATE 1234\n     B. ALMATY 22", [("A", "07STATE1234"), ("B", "07ALMATY22")]),
        ("REFS: (A) STATE 1234 (B) ALMATY 22", [("A", "07STATE1234"), ("B", "07ALMATY22")]),
        ("REF(S): [A] STATE 1234 [B] ALMATY 22", [("A", "07STATE1234"), ("B", "07ALMATY22")]),
        ("REFTEL: STATE 1234", [(None, "07STATE1234")]),
        ("REF'S: STATE 1234", [(None, "07STATE1234")]),
        ("REF.: STATE 1234", [(None, "07STATE1234")]),
        ("REFTELS: A: STATE 1234, B: ALMATY 22", [("A", "07STATE1234"), ("B", "07ALMATY22")]),
        ("Reference: State 1234", [(None, "07STATE1234")]),
        ("REF A. STATE 1234\nREF B. ALMATY 22", [("A", "07STATE1234"), ("B", "07ALMATY22")]),
        ("REF: ¶A. STATE 1234\n¶B. ALMATY 22", [("A", "07STATE1234"), ("B", "07ALMATY22")]),
        ("REF: A. A) STATE 1234 B. B) ALMATY 22", [("A", "07STATE1234"), ("B", "07ALMATY22")]),
        ("REF: (1) STATE 1234 (2) ALMATY 22", [("1", "07STATE1234"), ("2", "07ALMATY22")]),
        ("REF: A - STATE 1234, B - ALMATY 22", [("A", "07STATE1234"), ("B", "07ALMATY22")]),
        ("REF: 06 STATE 1234", [(None, "06STATE1234")]),
        ("REF: 2006 STATE 1234", [(None, "06STATE1234")]),
        ("REF: '06 STATE 1234", [(None, "06STATE1234")]),
        ("REF: 06-STATE 1234", [(None, "06STATE1234")]),
        ("REF: (06) STATE 1234", [(None, "06STATE1234")]),
        ("REF: STATE (06) 1234", [(None, "06STATE1234")]),
        ("REF: STATE 06 001234", [(None, "06STATE1234")]),
        ("REF: STATE 1234 (06)", [(None, "06STATE1234")]),
        ("REF: STATE 1234/06", [(None, "06STATE1234")]),
        ("REF: STATE 1234-06", [(None, "06STATE1234")]),
        ("REF: STATE 001234 06", [(None, "06STATE1234")]),
        ("REF: KABUL 936/935", [(None, "07KABUL936"), (None, "07KABUL935")]),
        ("REF: KABUL 2799 AND 2764", [(None, "07KABUL2799"), (None, "07KABUL2764")]),
        ("REF: STATE 188314, 259032", [(None, "07STATE188314"), (None, "07STATE259032")]),
        ("REF: A. STATE 1234 AND 1235 B. ALMATY 22",
         [("A", "07STATE1234"), ("A", "07STATE1235"), ("B", "07ALMATY22")]),
        ("REF: 870 ULAANBAATAR", [(None, "07ULAANBAATAR870")]),
        ("REF: A. STATE 1234 B. 2962", [("A", "07STATE1234"), ("B", "07STATE2962")]),
        ("REF: STATE 1234 (NOTAL) AND PREVIOUS", [(None, "07STATE1234")]),
        ("REF: PORT-AU-PRINCE 22", [(None, "07PORTAUPRINCE22")]),
        ("REF: PORT AU\nPRINCE 22", [(None, "07PORTAUPRINCE22")]),
        ("REF: T0KYO 22", [(None, "07TOKYO22")]),
        ("REF: USUN 22", [(None, "07USUNNEWYORK22")]),
        ("REF: STATE #1234", [(None, "07STATE1234")]),
        ("REF: STATE 207984 310241Z AUG 77", [(None, "77STATE207984")]),
        ("REF: ASTANA 3200", [(None, "06ASTANA3200")]),
        ("REF: A -- STATE 1234\nB -- ALMATY 22", [("A", "07STATE1234"), ("B", "07ALMATY22")]),
        ("REF: 1. STATE 1234\n     2. ALMATY 22", [("1", "07STATE1234"), ("2", "07ALMATY22")]),
        ("REF: STATE 1. ALMATY 22", [(None, "07STATE1"), (None, "07ALMATY22")]),
        ("REF: A. REF A STATE 1234\nB. REF B ALMATY 22", [("A", "07STATE1234"), ("B", "07ALMATY22")]),
        ("REF: 06STATE001234", [(None, "06STATE1234")]),
        ("REF: 0SLO 22, TORONT0 23", [(None, "07OSLO22"), (None, "07TORONTO23")]),
        ("REF: STATE 1234 OF 2006", [(None, "06STATE1234")]),
        ("REF: STATE 1234 DATED 01/05/06", [(None, "06STATE1234")]),
        ("REF: (A) STATE 1234, 11/9/07 (B) ALMATY 22", [("A", "07STATE1234"), ("B", "07ALMATY22")]),
        ("REF: KABUL 936/935/934", [(None, "07KABUL936"), (None, "07KABUL935"), (None, "07KABUL934")]),
        ("REF: BRAZIL 1280", [(None, "07BRASILIA1280")]),
        ("REF: BRAZIL 1999", [(None, None)]),
        ("REF: GERMANY 1280", [(None, None)]),
        ("REF: 300 TROOPS", [(None, None)]),
        ("REF: ASTANA 3162", []),
        ("SENSITIVE BUT UNCLASSIFIED -- PLEASE PROTECT ACCORDINGLY\n\nREF: STATE 1234", [(None, "07STATE1234")]),
    ],
)  # fmt: skip
def test_references(line: str, references: list[tuple[str | None, str | None]]) -> None:
    found = read(ref=line)
    assert [(reference.label, reference.cable_id) for reference in found.header.references] == references
    assert [paragraph.text for paragraph in found.paragraphs] == ["One.", "Two."]


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        ("SMITH-JONES E-MAIL OF 3/4/07", "email"),
        ("SMITH/JONES TELCON OF MARCH 4", "telcon"),
        ("FAX OF MARCH 4", "fax"),
        ("MEMO OF MARCH 4", "memo"),
        ("MEETING OF MARCH 4", "meeting"),
        ("IIR 6 901 0234 07", "report"),
        ("9 FAM APPENDIX K", "manual"),
        ("HTTP://WWW.STATE.GOV", "web"),
        ("SECDEF MSG DTG 301601Z SEP 08", "cable"),
        ("TD-314/12345-07", "report"),
    ],
)
def test_reference_to_something_that_is_no_cable(item: str, kind: str) -> None:
    found = read(ref=f"REF: A. STATE 1234 B. {item}").header.references
    assert [(reference.label, reference.cable_id, reference.kind) for reference in found] == [
        ("A", "07STATE1234", "cable"),
        ("B", None, kind),
    ]


def test_number_above_the_cables_own_is_last_years_and_marked() -> None:
    found = read(ref="REF: A. ASTANA 3200 B. ASTANA 3100 C. 07 ASTANA 3300").header.references
    assert [(reference.cable_id, reference.year_inferred) for reference in found] == [
        ("06ASTANA3200", True),
        ("07ASTANA3100", False),
        ("07ASTANA3300", False),
    ]


@pytest.mark.parametrize(
    ("dtg", "item", "last_year"),
    [
        ("O 201158Z JAN 07", "STATE 1234", "06STATE1234"),
        ("O 201158Z FEB 07", "STATE 1234", "06STATE1234"),
        ("O 201158Z MAR 07", "STATE 1234", None),
        ("O 201158Z JAN 07", "06 STATE 1234", None),
        ("O 201158Z JAN 07", "ASTANA 3200", None),
        ("O 201158Z JAN 00", "STATE 1234", "99STATE1234"),
    ],
)
def test_number_of_another_post_early_in_the_year_may_be_last_years(dtg: str, item: str, last_year: str | None) -> None:
    [reference] = read(dtg=dtg, ref=f"REF: {item}").header.references
    assert reference.last_year == last_year


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("See ref A.", ("A",)),
        ("See reftel B.", ("B",)),
        ("See reftels A, B, and C.", ("A", "B", "C")),
        ("See refs A and C.", ("A", "C")),
        ("SEE REFS (A) AND (B)", ("A", "B")),
        ("See refs A-C.", ("A", "B", "C")),
        ("This answers ref C's request.", ("C",)),
        ("This answers ref C’s request.", ("C",)),
        ("THIS ANSWERS REFTEL B'S AND REF A'S REQUESTS", ("A", "B")),
        ("See reftel ¶B. All is keyed.", ("B",)),
        ("See reftel ¶B and do it.", ("B",)),
        ("Per ref\nB, we acted.", ("B",)),
        ("See (reftel a).", ("A",)),
        ("See refs a and b for more.", ("A", "B")),
        ("In ref a meeting is told of.", ()),
        ("See reftel.", ()),
        ("The reference point is fixed.", ()),
        ("We refer again to it.", ()),
    ],
)
def test_labels_that_a_paragraph_speaks_of(text: str, labels: tuple[str, ...]) -> None:
    found = read(ref="REF: A. STATE 1 B. STATE 2 C. STATE 3", body=f"1. {text}")
    assert found.paragraphs[0].references == labels


@pytest.mark.parametrize(("text", "labels"), [("See ref 2.", ("2",)), ("Refs (1) and (3) say so.", ("1", "3"))])
def test_numbered_labels_that_a_paragraph_speaks_of(text: str, labels: tuple[str, ...]) -> None:
    found = read(ref="REF: (1) STATE 1 (2) STATE 2 (3) STATE 3", body=f"1. {text}")
    assert found.paragraphs[0].references == labels


def test_country_that_stands_for_its_embassy_is_reported() -> None:
    assert kinds(read(ref="REF: 06 BRAZIL 1280")) == ["other"]


def test_plain_reftel_is_the_only_reference() -> None:
    assert read(ref="REF: A. STATE 1", body="1. Per reftel we acted.").paragraphs[0].references == ("A",)
