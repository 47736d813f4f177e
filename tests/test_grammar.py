"""The grammar of cables, section by section: whole texts in every layout, and every kind of damage it names.

Beside the test_parse files, which turn one field at a time, these are cables as archives hold them. Sections are those
of the project's notes on the format; the forms come from the handbooks (5 FAH-1 H-246, 5 FAH-2 H-230 and H-320,
5 FAH-3) and from published cables.
"""

from datetime import date
from typing import Any

import pytest
from parsing import cable, message

from index.gazetteer import to_cable_id
from index.parse import parse
from index.records import Cable, ExecutiveOrder, Section


def facts(found: Cable, names: tuple[str, ...]) -> dict[str, Any]:
    """The fields named, in the JSON's own names, short forms for lists of objects."""
    values = found.to_dict()
    short = {
        "to": [each["name"] for each in values["to"]],
        "info": [each["name"] for each in values["info"]],
        "references": [(each["label"], each["cable_id"]) for each in values["references"]],
        "paragraphs": [(each["number"], each["mark"], each["text"]) for each in values["paragraphs"]],
        "anomalies": [each["kind"] for each in values["anomalies"]],
    }
    return {name: short.get(name, values[name]) for name in names}


# ── 1.1 the layout of 2005-2010 ──────────────────────────────────────────────────────────────

WIRE = """VZCZCXRO1054
OO RUEHDBU RUEHLN RUEHSK
RUEHVK RUEHYG
DE RUEHTA #1417/01 3121105
ZNY SSSSS ZZH
O P 081105Z NOV 07 ZDK
FM AMEMBASSY ASTANA
TO RUEHC/SECSTATE WASHDC NIACT IMMEDIATE 1220
INFO RUCNCIS/CIS COLLECTIVE 0307
RUEHKB/AMEMBASSY BAKU PIORITY 0012
XMT AMCONSUL ALMATY
XMT/AMEMBASSY SOFIA
BT
S E C R E T SECTION 01 OF 02 ASTANA 001417

SIPDIS

SIPDIS

NOFORN

DEPARTMENT FOR G, G/TIP, SCA/CEN (O'MARA), INL/AAE
(BUHLER), DRL, PRM; STATE FOR SCA
INFORM CONSULS

TAGS: PREL PGOV
KZ
E.O. 12958: DECL: 11/08/2017
SUBJECT: (S) KAZAKHSTAN: THE PRESIDENT'S
PLANS FOR 2008

REF: A. (A) STATE 1234 (NOTAL)
     B. 06 ALMATY 22 AND PREVIOUS

Classified By: DCM Jane Roe. Reason: 1.4 (b), (d)

1. (S) Summary: It rained.  End summary.

2. (S/NF) The President spoke on

ASTANA 00001417  002 OF 002


March ¶3. Turnout was low.

¶3. ( C ) Three.
ORDWAY
BT
#1417
NNNN
"""


def test_a_cable_of_2007_with_every_line_of_its_heading() -> None:
    found = parse(message(WIRE))
    assert facts(found, (
        "cable_id", "sent", "precedence", "from", "to", "info", "classification", "captions", "tags", "subject",
        "references", "signer", "sections", "section", "summary", "paragraphs", "classified_by", "anomalies",
    )) == {
        "cable_id": "07ASTANA1417", "sent": "2007-11-08T11:05:00Z", "precedence": "IMMEDIATE",
        "from": "AMEMBASSY ASTANA", "to": ["SECSTATE WASHDC"], "info": ["CIS COLLECTIVE", "AMEMBASSY BAKU"],
        "classification": "SECRET", "captions": ("SIPDIS", "NOFORN"), "tags": ("PREL", "PGOV", "KZ"),
        "subject": "KAZAKHSTAN: THE PRESIDENT'S PLANS FOR 2008",
        "references": [("A", "07STATE1234"), ("B", "06ALMATY22")], "signer": "ORDWAY", "sections": 2,
        "section": None, "summary": "It rained.",
        "paragraphs": [
            (1, "S", "Summary: It rained. End summary."),
            (2, "S/NF", "The President spoke on March 3. Turnout was low."),
            (3, "C", "Three."),
        ],
        "classified_by": {"name": "DCM Jane Roe", "reasons": ("1.4 (b)", "1.4 (d)")}, "anomalies": ["other"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ({"start": "ZZ RUEHDBU"}, {"precedence": "IMMEDIATE"}),
        ({"dtg": "", "start": "PP RUEHDBU\nDE RUEHTA #3162 3241158\n", "order": "E.O. 12958: N/A"},
         {"precedence": "PRIORITY"}),
        ({"to": "TO RUEHC/SECSTATE WASHDC\nINFO AMEMBASSY ANKARA"},
         {"to": ["SECSTATE WASHDC"], "info": ["AMEMBASSY ANKARA"]}),
        ({"after": "UNCLASSIFIED//FOR OFFICIAL USE ONLY"}, {"classification": "UNCLASSIFIED"}),
        ({"after": "STATE FOR SCA/CEN\nCOMMERCE FOR ITA (ROE)\nDEPT PASS USTR"}, {"tags": ("PREL", "KZ")}),
        ({"after": "SENSITIVE\nSIPDIS"}, {"captions": ("SENSITIVE", "SIPDIS")}),
        ({"dtg": "P 201158ZNOV07"}, {"sent": "2007-11-20T11:58:00Z", "precedence": "PRIORITY"}),
        ({"dtg": "Z O 201158Z NOV 2007"}, {"sent": "2007-11-20T11:58:00Z", "precedence": "FLASH"}),
        ({"dtg": "o 201158z nov 07"}, {"sent": "2007-11-20T11:58:00Z"}),
        ({"order": "", "tags": "TAGS: PREL\nE.O. 12958: N/A"}, {"tags": ("PREL",)}),
    ],
)  # fmt: skip
def test_variants_of_the_heading(lines: dict[str, str], expected: dict[str, Any]) -> None:
    found = parse(message(cable(**lines), "07ASTANA3162.txt"))
    assert found.cable_id == "07ASTANA3162"
    assert facts(found, tuple(expected)) == expected
    assert [paragraph.text for paragraph in found.paragraphs] == ["One.", "Two."]


# ── 1.2 other layouts ────────────────────────────────────────────────────────────────────────

SEVENTIES = """Margaret P. Grafeld Declassified/Released US Department of State EO Systematic Review 30 JUN 2005
Message Text

UNCLASSIFIED

PAGE 01 STATE 150591

43
ORIGIN DRC-01

INFO OCT-01 ISO-00 /002 R

66011
DRAFTED BY: DRC:JSMITH
APPROVED BY: DRC:JDOE
DESIRED DISTRIBUTION
DRC
--------------------- 099491
P 111544Z JUL 74
FM SECSTATE WASHDC
TO AMEMBASSY LA PAZ PRIORITY
INFO AMEMBASSY LIMA

UNCLAS STATE 150591

MO. 11652: N/A
TAGS: ACOM, AINF
SUBJECT:CORRESPONDENCE

REF: LA PAZ 4221

1. THE DEPARTMENT HAS RECEIVED CORRESPOND-
ENCE FROM THE
UNCLASSIFIED

UNCLASSIFIED

PAGE 02 STATE 150591

MINISTER.

2. ADVISE SOONEST. KISSINGER

UNCLASSIFIED

<< END OF DOCUMENT >>
"""
NINETIES = """R 021700Z DEC 93
FM AMEMBASSY VATICAN
TO SECSTATE WASHDC 1234
INFO AMEMBASSY ROME

                      CONFIDENTIAL

PAGE 01        VATICA  05693  01 OF 02  021700Z

C O N F I D E N T I A L SECTION 01 OF 02 VATICAN 05693

E.O. 12356: DECL: OADR
TAGS: PREL, PHUM, VT
SUBJECT: POPE

1. C - ENTIRE TEXT.

2. THE POPE SAID THAT HE WOULD GO TO

                      CONFIDENTIAL

PAGE 02        VATICA  05693  01 OF 02  021700Z

SARAJEVO.

                      CONFIDENTIAL

PAGE 01        VATICA  05693  02 OF 02  021700Z

R 021700Z DEC 93
FM AMEMBASSY VATICAN
TO SECSTATE WASHDC 1235

C O N F I D E N T I A L SECTION 02 OF 02 VATICAN 05693

E.O. 12356: DECL: OADR
TAGS: PREL, PHUM, VT
SUBJECT: POPE

3. THREE.

FLYNN
"""
PREFACE = "07ASTANA3162\nKazakhstan Trade\n2007-11-20 11:58\nUNCLASSIFIED//FOR OFFICIAL USE ONLY\nEmbassy Astana\n\n"
BARE = "UNCLAS ASTANA 003162\n\nTAGS: PREL\nSUBJECT: KAZAKHSTAN TRADE\n\n1. One.\n"


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        (SEVENTIES, "x.txt", {
            "cable_id": "74STATE150591", "sent": "1974-07-11T15:44:00Z", "from": "SECSTATE WASHDC",
            "to": ["AMEMBASSY LA PAZ"], "info": ["AMEMBASSY LIMA"], "tags": ("ACOM", "AINF"),
            "executive_order": {"order": "11652", "declassify_on": None}, "signer": "KISSINGER", "anomalies": [],
            "paragraphs": [(1, None, "THE DEPARTMENT HAS RECEIVED CORRESPONDENCE FROM THE MINISTER."),
                           (2, None, "ADVISE SOONEST.")],
        }),
        (NINETIES, "x.txt", {
            "cable_id": "93VATICAN5693", "section": None, "sections": 2, "subject": "POPE", "signer": "FLYNN",
            "classification": "CONFIDENTIAL", "tags": ("PREL", "PHUM", "VT"), "anomalies": [],
            "paragraphs": [(1, None, "C - ENTIRE TEXT."), (2, None, "THE POPE SAID THAT HE WOULD GO TO SARAJEVO."),
                           (3, None, "THREE.")],
        }),
        (PREFACE + BARE, "x.txt", {
            "cable_id": "07ASTANA3162", "sent": "2007-11-20T11:58:00Z", "subject": "KAZAKHSTAN TRADE",
            "classification": "UNCLASSIFIED", "captions": ("FOR OFFICIAL USE ONLY",), "anomalies": [],
        }),
        (PREFACE + cable(subject="SUBJECT: KAZAKHSTAN TRADE"), "x.txt", {
            "cable_id": "07ASTANA3162", "from": "AMEMBASSY ASTANA", "tags": ("PREL", "KZ"), "anomalies": [],
        }),
        (SEVENTIES.replace("PAGE 01 STATE 150591", "").replace("UNCLAS STATE 150591", "UNCLAS STATE"),
         "1974STATE150591_b.txt", {"cable_id": "74STATE150591"}),
        (cable(line=""), "10SHANGHAI60_a.txt", {"cable_id": "07ASTANA60"}),
    ],
    ids=["1974", "1993", "five lines and text", "five lines and heading", "id of PlusD", "FM before the file name"],
)  # fmt: skip
def test_other_layouts(text: str, path: str, expected: dict[str, Any]) -> None:
    assert facts(parse(message(text, path)), tuple(expected)) == expected


def test_columns_of_a_csv_are_a_witness() -> None:
    columns = {"refid": "07SOIA828", "date": "11/20/2007 11:58", "origin": "Embassy Sofia",
               "classification": "UNCLASSIFIED", "references": "07STATE1|07STATE2"}  # fmt: skip
    found = parse(message(cable(line="UNCLAS SOIA 000828", sender="FM AMEMBASSY SOFIA", dtg=""), "x.csv:1", **columns))
    assert facts(found, ("cable_id", "sent", "references")) == {
        "cable_id": "07SOFIA828", "sent": "2007-11-20T11:58:00Z",
        "references": [(None, "07STATE1"), (None, "07STATE2")],
    }  # fmt: skip


# ── 1.3 classification line and id ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "sender", "cable_id", "level", "captions"),
    [
        ("S E C R E T NOFORN SECTION 01 OF 02 BAGHDAD 000001", "BAGHDAD", "07BAGHDAD1", "SECRET", ("NOFORN",)),
        ("S E C  R E T KABUL 000012", "KABUL", "07KABUL12", "SECRET", ()),
        ("CONFIDENTAL KABUL 12", "KABUL", "07KABUL12", "CONFIDENTIAL", ()),
        ("CONFIDENTIAL//NOFORN//SIPDIS KABUL 000012", "KABUL", "07KABUL12", "CONFIDENTIAL", ("NOFORN", "SIPDIS")),
        ("UNCLAS MADRID 002583 ZFR2585", "MADRID", "07MADRID2583", "UNCLASSIFIED", ()),
        ("UNCLAS EFTO SECTION 02 OF 03 BRUSSELS 001234", "BRUSSELS", "07BRUSSELS1234", "UNCLASSIFIED", ("EFTO",)),
        ("C O N F I D E N T I A L ASTANA 003162 C O R R E C T E D COPY", "ASTANA", "07ASTANA3162", "CONFIDENTIAL", ()),
        ("Unclassified Embassy Astana 3162", "ASTANA", "07ASTANA3162", "UNCLASSIFIED", ()),
        ("L I M I T E D  O F F I C I A L  U S E KABUL 12", "KABUL", "07KABUL12", "LIMITED OFFICIAL USE", ()),
        ("c o n f i d e n t i a l KABUL 12", "KABUL", "07KABUL12", "CONFIDENTIAL", ()),
        ("T O P  S E C R E T STATE 012345", "SECSTATE WASHDC", "07STATE12345", "TOP SECRET", ()),
    ],
)
def test_classification_lines(line: str, sender: str, cable_id: str, level: str, captions: tuple[str, ...]) -> None:
    found = parse(message(cable(line=line, sender=f"FM AMEMBASSY {sender}")))
    assert (found.cable_id, found.header.classification, found.header.captions) == (cable_id, level, captions)


@pytest.mark.parametrize(
    ("spelling", "cable_id"),
    [
        ("09EFTOSANAA433", "09SANAA433"), ("09SECTION02OF03BRUSSELS1234", "09BRUSSELS1234"),
        ("85NOFORNMOGADISHU1643", "85MOGADISHU1643"), ("06MADRID002583ZFR2585", "06MADRID2583"),
        ("07SOIA828", "07SOIA828"), ("05BKK12", "05BANGKOK12"), ("07 N'Djamena 12", "07NDJAMENA12"),
        ("1977STATE233826_b2", "77STATE233826"),
    ],
)  # fmt: skip
def test_damaged_ids(spelling: str, cable_id: str) -> None:
    assert to_cable_id(spelling) == cable_id


@pytest.mark.parametrize(
    ("line", "order"),
    [
        ("E.O. 11652: XGDS-2", ExecutiveOrder("11652")),
        ("E.O. 12065: RDS-1 3/15/99 (ROE, J) OR-M", ExecutiveOrder("12065", date(1999, 3, 15))),
        ("E.O. 12958: DECL: X1", ExecutiveOrder("12958")),
        ("E.O.: 12958: DECL: 01 JAN 2018", ExecutiveOrder("12958", date(2018, 1, 1))),
        ("EO12958: N/A", ExecutiveOrder("12958")),
        ("E.O. 13526: DECL: 2020/02/23", ExecutiveOrder("13526", date(2020, 2, 23))),
    ],
)
def test_executive_orders(line: str, order: ExecutiveOrder) -> None:
    assert parse(message(cable(order=line))).header.executive_order == order


# ── 1.4 TAGS ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "tags", "repairs"),
    [
        ("TAGS: KFRDCVISPHUM, SMIGEG", ("KFRD", "CVIS", "PHUM", "SMIG", "EG"), 2),
        ("TAGS: KTlP, KZ", ("KTIP", "KZ"), 1),
        ("TAGS: P REL, KZ", ("PREL", "KZ"), 1),
        ("TAGS: PREL/PGOV/KZ", ("PREL", "PGOV", "KZ"), 0),
        ("TAGS: UNGA/C-6, AU-1, OIC-2", ("UNGA/C-6", "AU-1", "OIC-2"), 0),
        ("TAGS: IT ITALIAN POLITICS", ("IT", "ITALIAN POLITICS"), 0),
        ("TAGS: PREL PGOV OVIP (DOE, JOHN A.) KZ", ("PREL", "PGOV", "OVIP", "DOE, JOHN A.", "KZ"), 0),
        ("TAGS: OTRA (KISSINGER,\nHENRY A), KZ", ("OTRA", "KISSINGER, HENRY A", "KZ"), 0),
        ("TAGS: EINV, ETRD\n\nEFIN, KZ", ("EINV", "ETRD", "EFIN", "KZ"), 0),
        ("TAGS: PREL, PGOV,\nPAGE 02        ASTANA  03162  201158Z\nKZ", ("PREL", "PGOV", "KZ"), 0),
        ("TAGS: N/A", (), 0),
    ],
)
def test_tags_of_all_kinds(line: str, tags: tuple[str, ...], repairs: int) -> None:
    found = parse(message(cable(tags=line)))
    assert (found.header.tags, len(found.anomalies), found.header.subject) == (tags, repairs, "TRADE")


# ── 1.5 references ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("subject", "ref", "references"),
    [
        ("TRADE WITH EGYPTREF: STATE 1234", "", [(None, "07STATE1234")]),
        ("TRADE WITH\nEGYPTREF: STATE 1234", "", [(None, "07STATE1234")]),
        ("TRADE", "REF: - A) STATE 1234\n- B) ALMATY 22", [("A", "07STATE1234"), ("B", "07ALMATY22")]),
        ("TRADE", "REF: A. LA PAZ 4221, 4222 AND 4223 B. STATE 1",
         [("A", "07LAPAZ4221"), ("A", "07LAPAZ4222"), ("A", "07LAPAZ4223"), ("B", "07STATE1")]),
        ("TRADE", "REF: A) STATE 1, B) 06 LA PAZ\n1234", [("A", "07STATE1"), ("B", "06LAPAZ1234")]),
        ("TRADE", "REF: HCMC 12", [(None, "07HOCHIMINHCITY12")]),
        ("TRADE", "REF: BANGKOK 1234\nMOSCOW 567", [(None, "07BANGKOK1234"), (None, "07MOSCOW567")]),
        ("TRADE", "REF: A. CAIRO IIR 6 901 0234 07 B. OSC EUP20081103012345", [("A", None), ("B", None)]),
        ("TRADE", "REF: A: STATE 1\n\nB: ALMATY 22\n\nC: SMITH EMAIL 11/3/07",
         [("A", "07STATE1"), ("B", "07ALMATY22"), ("C", None)]),
        ("TRADE", "REF: SEPTEMBER 9", [(None, None)]),
        ("TRADE", "REF: CONFIDENTIAL 02", [(None, None)]),
    ],
)  # fmt: skip
def test_references_of_all_kinds(subject: str, ref: str, references: list[tuple[str | None, str | None]]) -> None:
    found = parse(message(cable(subject=f"SUBJECT: {subject}", ref=ref)))
    assert facts(found, ("references",))["references"] == references
    assert [paragraph.text for paragraph in found.paragraphs] == ["One.", "Two."]


# ── 1.6 sections ─────────────────────────────────────────────────────────────────────────────


def sections(*numbers: int, of: int, bodies: tuple[str, ...]) -> str:
    return "\n\n".join(
        cable(line=f"UNCLAS SECTION {number:02d} OF {of:02d} ASTANA 003162", body=body)
        for number, body in zip(numbers, bodies, strict=True)
    )


@pytest.mark.parametrize(
    ("text", "paragraphs", "section", "anomalies"),
    [
        (sections(1, 2, of=2, bodies=("1. One is cut", "here.\n\n2. Two.\n\nORDWAY")),
         [(1, None, "One is cut here."), (2, None, "Two.")], None, []),
        (sections(2, 1, of=2, bodies=("here.\n\n2. Two.\n\nORDWAY", "1. One is cut")),
         [(1, None, "One is cut here."), (2, None, "Two.")], None, []),
        (sections(1, 3, of=3, bodies=("1. One.", "3. Three.\n\nORDWAY")),
         [(1, None, "One."), (3, None, "Three.")], None, ["missing_section", "numbering"]),
        (sections(2, of=2, bodies=("4. Four.\n\nORDWAY",)), [(4, None, "Four.")], Section(2, 2), ["missing_section"]),
        (sections(1, 1, 2, of=2, bodies=("1. One.", "1. One.", "2. Two.\n\nORDWAY")),
         [(1, None, "One."), (2, None, "Two.")], None, ["duplicate"]),
    ],
    ids=["joined", "out of order", "one missing", "one alone", "one twice"],
)  # fmt: skip
def test_sections_of_one_cable(
    text: str, paragraphs: list[tuple[int, None, str]], section: Section | None, anomalies: list[str]
) -> None:
    found = parse(message(text))
    assert facts(found, ("paragraphs",))["paragraphs"] == paragraphs
    assert (found.header.section, found.header.tags) == (section, ("PREL", "KZ"))
    assert sorted(anomaly.kind for anomaly in found.anomalies) == anomalies


# ── 1.7 paragraphs ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "paragraphs"),
    [
        ("Single paragraph of text.", [(None, None, "Single paragraph of text.")]),
        ("1 (C) One.\n2 (C/NF) Two.", [(1, "C", "One."), (2, "C/NF", "Two.")]),
        ("01. One.\n\n02. Two.", [(1, None, "One."), (2, None, "Two.")]),
        ("(U) 1. One.\n\n(C/NF) 2. Two.", [(1, "U", "One."), (2, "C/NF", "Two.")]),
        ("1.\nOne.\n\n2.\nTwo.", [(1, None, "One."), (2, None, "Two.")]),
        ("(SBU) One.\n\n(C) Two.", [(None, "SBU", "One."), (None, "C", "Two.")]),
        ("1. One. See\n2. percent growth.\n\n2. Two.", [(1, None, "One. See 2. percent growth."), (2, None, "Two.")]),
        ("1. Per 1.4 (b), 3.5 million.\n\n2. PARA 6A (a): yes.",
         [(1, None, "Per 1.4 (b), 3.5 million."), (2, None, "PARA 6A (a): yes.")]),
        ("&para;1. One&#8217;s.\n\n&para;2. Two.", [(1, None, "One’s."), (2, None, "Two.")]),
        ("1. One:\n(i) first\n(ii) second\n\n2. Two.", [(1, None, "One:\n(i) first\n(ii) second"), (2, None, "Two.")]),
        ("¶1. One.\n\n¶2. Two.\n\n13. Three.\n\n14. Four.",
         [(1, None, "One."), (2, None, "Two."), (3, None, "Three."), (4, None, "Four.")]),
        ("1. One.\n\n2. Two.\n\n2. Again.\n\n5. Five.",
         [(1, None, "One."), (2, None, "Two."), (2, None, "Again."), (5, None, "Five.")]),
        ("1. They met on March\n\nASTANA 00003162  002 OF 003\n\n3. Turnout was low.\n\n2. Two.",
         [(1, None, "They met on March 3. Turnout was low."), (2, None, "Two.")]),
        ("1. The rest was said\n\nASTANA 00003162  001.2 OF 003\n\nif there is time.",
         [(1, None, "The rest was said if there is time.")]),
        ("1. One said XXXXXXXXXXXX.\n\n2. Two # three.",
         [(1, None, "One said XXXXXXXXXXXX."), (2, None, "Two # three.")]),
    ],
)  # fmt: skip
def test_paragraphs_in_all_forms(body: str, paragraphs: list[tuple[int | None, str | None, str]]) -> None:
    found = parse(message(cable(body=f"{body}\n\nORDWAY")))
    assert facts(found, ("paragraphs",))["paragraphs"] == paragraphs
    assert found.header.signer == "ORDWAY"


@pytest.mark.parametrize(
    ("body", "headings"),
    [
        ("-------\nSUMMARY\n-------\n\n1. One.\n\n2. Two.", ["SUMMARY", None]),
        ("---\nThe Minister's\nPlan\n---\n\n1. One.\n\n=====\nNext\n=====\n\n2. Two.", ["The Minister's Plan", "Next"]),
        ("Summary\n-------\n\n1. One.\n\nNEXT STEPS\n==========\n\n2. Two.", ["Summary", "NEXT STEPS"]),
        ("- - - -\nSUMMARY\n- - - -\n\n1. One.\n\nPOLITICAL CLIMATE\n\n2. Two.", ["SUMMARY", "POLITICAL CLIMATE"]),
        ("----------\n1. SUMMARY\n----------\n\nOne.\n\n2. Two.", ["SUMMARY", None]),
    ],
)
def test_headings_with_rules_and_in_capitals(body: str, headings: list[str | None]) -> None:
    found = parse(message(cable(body=f"{body}\n\nORDWAY")))
    assert [(each.number, each.heading) for each in found.paragraphs] == [(1, headings[0]), (2, headings[1])]
    assert [each.text for each in found.paragraphs] == ["One.", "Two."]


@pytest.mark.parametrize(
    ("end", "signer"),
    [
        ("ORDWAY", "ORDWAY"), ("O'BRIEN\nNNNN", "O'BRIEN"), ("ORDWAY\n\nBT\n#3162\nNNNN", "ORDWAY"),
        ("ORDWAY##", "ORDWAY"), ("VAN DEN BERG", "VAN DEN BERG"), ("MINIMIZE CONSIDERED\nORDWAY", "ORDWAY"),
        ("ORDWAY\nCABLE ENDS", "ORDWAY"), ("McCARTHY", "McCARTHY"), ("SMITH-JONES", "SMITH-JONES"),
        ("MINIMIZE CONSIDERED", None),
    ],
)  # fmt: skip
def test_signatures(end: str, signer: str | None) -> None:
    found = parse(message(cable(body=f"1. One.\n\n2. Two.\n\n{end}")))
    assert (found.header.signer, [each.text for each in found.paragraphs]) == (signer, ["One.", "Two."])
