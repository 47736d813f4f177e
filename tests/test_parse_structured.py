"""Message Attributes and structured sources as witnesses."""

from datetime import UTC, datetime

import pytest
from parsing import PAGED, cable, kinds, message

from index.parse import parse
from index.records import Addressee, Message, Source

# ── attributes and structured sources ────────────────────────────────────────────────────────

ATTRIBUTES = """
Message Attributes
Draft Date: 09 JAN 1974
Document Number: 1974LAPAZ00146
Original Classification: CONFIDENTIAL
Original Handling Restrictions: EXDIS
Reference: 73 LA PAZ 100
Subject: FOOD AID
TAGS: EAID, EAGR, BL, (DOE, JOHN A)
"""


def test_attributes_are_the_better_witness() -> None:
    text = PAGED.replace("091324Z JAN", "191324Z JAN").replace("C O N F I D E N T I A L", "UNCLAS")
    found = parse(message(text + ATTRIBUTES))
    header = found.header
    assert header.sent == datetime(1974, 1, 9, 13, 24, tzinfo=UTC)
    assert (header.classification, header.captions) == ("CONFIDENTIAL", ("EXDIS",))
    assert header.tags == ("EAID", "EAGR", "BL", "DOE, JOHN A")
    assert [reference.cable_id for reference in header.references] == ["73LAPAZ100"]
    assert {"date_conflict", "other"} == set(kinds(found))


@pytest.mark.parametrize(
    ("printed", "given", "references", "odd"),
    [
        ("REF: STATE 4222", "STATE 4222", [(None, "74STATE4222")], []),
        ("REF: STATE 4222", "74 STATE 4222", [(None, "74STATE4222")], []),
        ("REF: STATE 4222", "73 STATE 4222", [(None, "73STATE4222")], ["other"]),
        ("REF: 72 STATE 4222", "74 STATE 4222", [(None, "72STATE4222")], ["other"]),
        ("REF: (A) STOTE 4222 (B) STATE 1", "STATE 4222, STATE 1",
         [("A", "74STATE4222"), ("B", "74STATE1")], ["other"]),
        ("REF: STATE 4222", "STATE 4222, LIMA 77", [(None, "74STATE4222"), (None, "74LIMA77")], ["other"]),
        ("", "STATE 4222", [(None, "74STATE4222")], []),
        ("REF: STATE 67788; LA PAZ 1791; LA PAZ 1617", "STATE 67788; LA PAZ 1791; LA PAZ 161, 7",
         [(None, "74STATE67788"), (None, "73LAPAZ1791"), (None, "73LAPAZ1617")], []),
        ("REF: (A) A-097 OF MAY 21, 1974 (B) STATE 052574", "(A) A-097 OF MAY 21, 1974 (B) STATE, 052574",
         [("A", None), ("B", "74STATE52574")], []),
    ],
)  # fmt: skip
def test_printed_references_stand_and_the_attributes_complete_them(
    printed: str, given: str, references: list[tuple[str | None, str | None]], odd: list[str]
) -> None:
    text = cable(dtg="O 091324Z JAN 74", sender="FM AMEMBASSY LA PAZ", line="UNCLAS LA PAZ 0146", ref=printed)
    attributes = f"\nMessage Attributes\nDocument Number: 1974LAPAZ00146\nReference: {given}\n"
    found = parse(message(text + attributes))
    assert [(each.label, each.cable_id) for each in found.header.references] == references
    assert kinds(found) == odd


def test_attributes_can_be_ignored() -> None:
    with_them = parse(message(PAGED + ATTRIBUTES), ignore_attributes=True)
    without = parse(message(PAGED))
    assert (with_them.header, with_them.paragraphs) == (without.header, without.paragraphs)


def test_attributes_are_no_text() -> None:
    assert "Draft Date" not in parse(message(PAGED + ATTRIBUTES)).paragraphs[-1].text


STRUCTURED = {
    "id": "frus1969-76ve04/d12",
    "title": "12. Telegram From the Embassy in Iran",
    "date": "1969-02-03T10:00:00Z",
    "place": "Tehran",
    "from": ["Embassy in Iran"],
    "to": ["Department of State"],
    "classification": "Secret",
    "references": ["State 1234"],
    "paragraphs": [
        {"text": "1096. Since my last telegram little has changed.", "kind": "p"},
        {"text": "1. First point.", "kind": "p"},
        {"text": "2. Second point.", "kind": "p"},
        {"text": "MacArthur", "kind": "signed"},
    ],
}


def test_structured_cable_keeps_an_id_that_is_none() -> None:
    from index.parse.structured import structured_text

    found = parse(Message(structured_text(STRUCTURED), Source("x.jsonl:1", "jsonl", ""), STRUCTURED))
    header = found.header
    assert (found.cable_id, header.origin, header.number, header.year) == ("frus1969-76ve04/d12", "TEHRAN", None, 1969)
    assert (header.classification, header.signer, header.from_) == ("SECRET", "MacArthur", "Embassy in Iran")
    assert [(paragraph.number, paragraph.text) for paragraph in found.paragraphs] == [
        (None, "1096. Since my last telegram little has changed."),
        (1, "First point."),
        (2, "Second point."),
    ]
    assert "Subject: 12. Telegram From the Embassy in Iran" in header.text


def test_given_numbers_win() -> None:
    fields = {
        "id": "07 Astana 3162",
        "date": "2007-11-20",
        "paragraphs": [{"text": "A.", "number": 4}, {"text": "B.", "number": "5"}],
    }
    found = parse(Message("A.\n\nB.", Source("x.jsonl:1", "jsonl", ""), fields))
    assert (found.cable_id, [paragraph.number for paragraph in found.paragraphs]) == ("07ASTANA3162", [4, 5])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"classification": "SECRET//NOFORN"}, {"classification": "SECRET", "captions": ("NOFORN",)}),
        ({"classification": "UNCLASSIFIED//FOR OFFICIAL USE ONLY"},
         {"classification": "UNCLASSIFIED", "captions": ("FOR OFFICIAL USE ONLY",)}),
        ({"captions": ["SIPDIS"]}, {"classification": None, "captions": ("SIPDIS",)}),
        ({"references": ["A. STATE 1234", "B. 06 ALMATY 22"]},
         {"references": [("A", "07STATE1234"), ("B", "06ALMATY22")]}),
        ({"references": "A. STATE 1234 B. 06 ALMATY 22"}, {"references": [("A", "07STATE1234"), ("B", "06ALMATY22")]}),
        ({"references": ["07STATE1234", "frus1969-76ve04/d12"]},
         {"references": [(None, "07STATE1234"), (None, "frus1969-76ve04/d12")]}),
        ({"to": ["RUEHC/SECSTATE WASHDC IMMEDIATE 1220"]},
         {"to": (Addressee("SECSTATE WASHDC", "RUEHC", "IMMEDIATE", 1220),)}),
        ({"date": "2007-11"}, {"sent": datetime(2007, 11, 1, tzinfo=UTC)}),
        ({"paragraphs": [{"text": "(U) 1. One."}, {"text": "2. (C) Two."}]},
         {"marks": [(1, "U", "One."), (2, "C", "Two.")]}),
    ],
)  # fmt: skip
def test_keys_of_a_structured_cable_in_their_forms(given: dict[str, object], expected: dict[str, object]) -> None:
    fields = {"id": "07ASTANA3162", "date": "2007-11-20", "paragraphs": [{"text": "One."}], **given}
    found = parse(Message("One.", Source("x.jsonl:1", "jsonl", ""), fields))
    values: dict[str, object] = {
        "references": [(each.label, each.cable_id) for each in found.header.references],
        "marks": [(each.number, each.mark, each.text) for each in found.paragraphs],
    }
    assert {name: values.get(name) or getattr(found.header, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("texts", "paragraphs"),
    [
        (["1361. 1. One.", "2. Two."], [(1, "1.", "1361. One."), (2, "2.", "Two.")]),
        (["Secto 11. 1. One.", "2. Two."], [(1, "1.", "Secto 11. One."), (2, "2.", "Two.")]),
        (["58. 1. Depcirtel 33. 2. London’s 251.", "1. One."],
         [(None, None, "58. 1. Depcirtel 33. 2. London’s 251."), (1, "1.", "One.")]),
        (["257. Since then.", "1. One."], [(None, None, "257. Since then."), (1, "1.", "One.")]),
    ],
)  # fmt: skip
def test_the_number_of_a_published_telegram_stands_before_that_of_its_first_paragraph(
    texts: list[str], paragraphs: list[tuple[int | None, str | None, str]]
) -> None:
    fields = {"id": "frus1964-68v03/d172", "date": "1965-08-30", "paragraphs": [{"text": text} for text in texts]}
    found = parse(Message("\n".join(texts), Source("x.jsonl:1", "jsonl", ""), fields))
    assert [(each.number, each.label, each.text) for each in found.paragraphs] == paragraphs
    assert found.anomalies == ()
