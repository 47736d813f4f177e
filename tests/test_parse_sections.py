"""Pages and sections joined again, and what cannot be parsed."""

import pytest
from parsing import PAGED, cable, kinds, message, read

from index.errors import CableSyntaxError
from index.parse import parse
from index.records import Anomaly, Section

# ── pages and sections ───────────────────────────────────────────────────────────────────────


def test_pages_and_sections_are_joined_in_mid_sentence() -> None:
    found = parse(message(PAGED))
    assert (found.cable_id, found.header.section, found.header.sections) == ("74LAPAZ146", None, 2)
    assert [(paragraph.number, paragraph.text) for paragraph in found.paragraphs] == [
        (1, "THE MINISTER SAID THAT THE SHIPMENT OF FLOUR FROM THE PORT WOULD ARRIVE SOON."),
        (2, "THE TRAIN IS LATE, AND THE AMBASSADOR WILL SPEAK OF IT WITH THE MINISTER TOMORROW."),
        (3, "THREE."),
    ]
    assert (found.header.signer, found.anomalies) == ("STEDMAN", ())


def test_header_text_is_free_of_furniture() -> None:
    assert parse(message(PAGED)).header.text.splitlines() == [
        "ACTION EUR-25",
        "INFO  OCT-01  ARA-16  /166 W",
        "O 091324Z JAN 74",
        "FM AMEMBASSY LA PAZ",
        "TO SECSTATE WASHDC IMMEDIATE 1882",
        "C O N F I D E N T I A L SECTION 1 OF 2 LA PAZ 0146",
        "E.O. 11652: GDS",
        "TAGS: EAID, BL",
        "SUBJ: FOOD AID",
    ]


def test_sections_out_of_order_are_put_in_order() -> None:
    first, second = PAGED.split("CONFIDENTIAL\n\nPAGE 01  LA PAZ 00146  02 OF 02")
    head, body = first.split("CONFIDENTIAL\n\nPAGE 01", 1)
    turned = f"{head}CONFIDENTIAL\n\nPAGE 01  LA PAZ 00146  02 OF 02{second}\n\nCONFIDENTIAL\n\nPAGE 01{body}"
    found = parse(message(turned))
    assert [paragraph.number for paragraph in found.paragraphs] == [1, 2, 3]
    assert found.header.subject == "FOOD AID"


def test_missing_section_is_reported() -> None:
    found = parse(
        message(PAGED.replace("SECTION 1 OF 2", "SECTION 1 OF 3").replace("SECTION 2 OF 2", "SECTION 3 OF 3"))
    )
    assert [anomaly for anomaly in found.anomalies if anomaly.kind == "missing_section"] == [
        Anomaly("missing_section", "section 2 of 3 is missing")
    ]


def test_section_that_stands_twice_is_taken_once() -> None:
    part = PAGED[PAGED.index("CONFIDENTIAL\n\nPAGE 01  LA PAZ 00146  02 OF 02") :]
    found = parse(message(PAGED + "\n" + part))
    assert [paragraph.number for paragraph in found.paragraphs] == [1, 2, 3]
    assert "duplicate" in kinds(found)


MARKER = "\n\nASTANA 00003162  002 OF {of:03d}\n\n"


@pytest.mark.parametrize(
    ("line", "body", "section", "sections"),
    [
        ("SECTION 01 OF 02", "1. One.\n\n2. Two.\n\nORDWAY", Section(1, 2), 2),
        ("SECTION 01 OF 02", f"1. One.{MARKER.format(of=2)}2. Two.\n\nORDWAY", None, 2),
        ("SECTION 01 OF 03", f"1. One.{MARKER.format(of=3)}2. Two.\n\nORDWAY", Section(1, 3), 3),
        ("SECTION 01 OF 02", "1. One.\n\n2. " + "It rained again today. " * 200 + "\n\nORDWAY", None, 2),
        ("SECTION 01 OF 02", "1. One.\n\n2. " + "It rained again today. " * 200, Section(1, 2), 2),
        ("SECTION 02 OF 00", "1. One.\n\n2. Two.\n\nORDWAY", None, 1),
    ],
)
def test_text_under_the_head_of_the_first_section_is_whole_where_its_pages_or_its_length_say_so(
    line: str, body: str, section: Section | None, sections: int
) -> None:
    found = read(line=f"UNCLAS {line} ASTANA 003162", body=body)
    assert (found.header.section, found.header.sections) == (section, sections)
    assert ("missing_section" in kinds(found)) == (section is not None)


def test_repeated_head_of_a_bare_section_is_no_text() -> None:
    head = cable(line="UNCLAS SECTION 01 OF 02 ASTANA 003162", body="1. One.\n\n2. Two is cut in the")
    fields = "E.O. 12958: N/A\nTAGS: PREL, KZ\nSUBJECT: TRADE"
    more = f"UNCLAS SECTION 02 OF 02 ASTANA 003162\n\nSIPDIS\n\n{fields}\n\nmiddle.\n\n3. Three.\n\nORDWAY"
    found = parse(message(f"{head}\n\n{more}"))
    assert [paragraph.text for paragraph in found.paragraphs] == ["One.", "Two is cut in the middle.", "Three."]
    assert (found.header.tags, found.header.section, found.header.sections) == (("PREL", "KZ"), None, 2)
    assert found.header.captions == ("SIPDIS",)


@pytest.mark.parametrize("marker", ["ASTANA 00003162  002 OF 002", "ASTANA 00003162  001.2 OF 002"])
def test_page_marker_is_dropped_on_its_own_line_and_inside_one(marker: str) -> None:
    own = read(body=f"1. According to the Ministry\n\n{marker}\n\nof Information it rained.")
    inside = read(body=f"1. According to the Ministry {marker} of Information it rained.")
    assert own.paragraphs[0].text == inside.paragraphs[0].text == "According to the Ministry of Information it rained."


def test_marker_of_a_post_cut_to_ten_letters_is_known() -> None:
    found = read(line="UNCLAS PORT AU PRINCE 002230", body="1. One is\n\nPORT AU PR 00002230  001.2 OF 002\n\ntext.")
    assert found.paragraphs[0].text == "One is text."


# ── what cannot be parsed ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no head"),
        ("Dear John, how are you?", "no head"),
        (cable(body=""), "no paragraph"),
        (cable(dtg="", line="", sender="", to=""), "no cable id"),
        (cable(dtg=""), "no cable id"),
    ],
)
def test_text_that_is_no_cable_is_refused_in_one_sentence(text: str, reason: str) -> None:
    with pytest.raises(CableSyntaxError, match=reason) as error:
        parse(message(text))
    assert "\n" not in str(error.value)
    assert str(error.value).endswith(".")
