"""Whatever the text or the bytes: nothing is raised but CableSyntaxError, and paragraphs stand where they say."""

import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import CableSyntaxError
from index.gazetteer import to_cable_id, to_partial_id
from index.parse import parse
from index.read import read_file
from index.records import Message, Problem, Source

HEAD = (
    "O 201158Z NOV 07\nFM AMEMBASSY ASTANA\nTO SECSTATE WASHDC\n\nUNCLAS ASTANA 003162\n\n"
    "E.O. 12958: N/A\nTAGS: PREL, KZ\nSUBJECT: TRADE\nREF: A. STATE 1\n\n"
)
PIECES = st.sampled_from(
    [
        HEAD, "VZCZCXRO1054\n", "OO RUEHDBU\n", "DE RUEHTA #3162 3241158\n", "ZNR UUUUU ZZH\n", "O 201158Z NOV 07\n",
        "FM AMEMBASSY ASTANA\n", "TO RUEHC/SECSTATE WASHDC IMMEDIATE 1220\n", "INFO OCT-01 ARA-16 /166 W\n", "\n",
        "\n\n", "UNCLAS ASTANA 003162\n", "C O N F I D E N T I A L SECTION 02 OF 03 ASTANA 003162\n", "SIPDIS\n",
        "UNCLASSIFIED\n", "E.O. 12958: DECL: 1/1/18\n", "TAGS: PREL, KZ\n", "TAGS: (\n", "SUBJECT: X\n",
        "REF: A. STATE 1 B. 2\n", "- B) X\n", "Classified By: X. Reason: 1.4 (b)\n",
        "PAGE 02  ASTANA 03162  02 OF 03  201158Z\n", "1. One.\n", "¶2. (C/NF) Two\n", "14. x\n", "1. (C\n",
        "SUMMARY\n-----\n", "COMMENT: x (END COMMENT\n", "ASTANA 00003162  002 OF 002\n", "ORDWAY\n", "A 1   2   3\n",
        "---- ----\n", "WORD-\n", "NNNN\n", "Message Attributes\nTAGS: X\nDraft Date: 31 FEB 1974\n",
        "Message Text\n", "BEGIN TEXT\n", "END TEXT\n", "see ref A and reftel\n", "\x00\ufffd\u2028", "Â¶", "&#0;",
        "&para;", "[a](b)", "\\\n", "\t",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(), st.text().map(lambda text: HEAD + text), st.lists(PIECES, max_size=40).map("".join))


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.booleans())
def test_any_text_parses_or_is_refused(text: str, ignore: bool) -> None:
    try:
        cable = parse(Message(text, Source("07ASTANA3162.txt", "text", "")), ignore_attributes=ignore)
    except CableSyntaxError as error:
        assert str(error).endswith(".")
        return
    assert cable.paragraphs and [p.ordinal for p in cable.paragraphs] == list(range(1, len(cable.paragraphs) + 1))
    last = -1
    for paragraph in cable.paragraphs:
        assert 0 <= paragraph.start <= paragraph.end <= len(text)
        # Sections that stand out of order are put in order; their places in the file are not.
        assert paragraph.start >= last or cable.header.sections > 1
        last = paragraph.start
    cable.to_dict()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.fixed_dictionaries(
    {"paragraphs": st.lists(VALUES | st.fixed_dictionaries({"text": st.text(), "number": VALUES}), max_size=4)},
    optional=dict.fromkeys(
        ("id", "title", "date", "from", "to", "classification", "tags", "references", "place", "signer"), VALUES
    ),
)


@settings(max_examples=150, deadline=None)
@given(FIELDS, st.text(max_size=60))
def test_any_structured_fields_parse_or_are_refused(fields: dict[str, object], text: str) -> None:
    try:
        parse(Message(text, Source("x.jsonl:1", "jsonl", ""), fields)).to_dict()
    except CableSyntaxError as error:
        assert str(error).endswith(".")


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from(["a.txt", "a.zip", "a.tar", "a.tar.gz", "a.gz", "a.jsonl", "a.csv", "a.xml", "a"]),
)
def test_any_bytes_are_messages_or_problems(data: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        items = list(read_file(path))
    assert items
    assert all(
        isinstance(item, Message) or item.reason.endswith(".") for item in items if isinstance(item, Message | Problem)
    )


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_an_id_or_none(text: str) -> None:
    for found in (to_cable_id(text), to_partial_id(text)):
        assert found is None or found


LONG = 1_000_000


@pytest.mark.parametrize(
    "body",
    [
        "1. " + "A" * LONG, "1. " + "Ab c, " * (LONG // 6), "1. a" + " " * LONG + "b", "1. " + "A-" * (LONG // 2),
        "1. " + "ASTANA 00003162  002 OF 002 " * (LONG // 28), "1. " + "(" * LONG, "1. " + "[a](" * (LONG // 4),
        "1. ref " + "A, " * (LONG // 3), "1. x\n" + "\n" * (LONG // 4), "1. COMMENT: " + "(" * LONG,
    ],
    ids=["letters", "words", "blanks", "hyphens", "markers", "brackets", "links", "labels", "lines", "comment"],
)  # fmt: skip
def test_long_text_does_not_hang(body: str) -> None:
    started = time.process_time()
    parse(Message(HEAD + body, Source("x.txt", "text", "")))
    assert time.process_time() - started < 5


TEN_MB = 10_000_000


@pytest.mark.parametrize(
    "piece", ["A", "Ab c. ", "¶1. ", "1. (C) ", "REF: A. STATE 1 ", "&amp;", "TAGS: PREL ", "(", "  1540  "]
)
@pytest.mark.parametrize("head", [HEAD + "1. ", "TAGS: "], ids=["body", "tags"])
def test_a_line_of_ten_megabytes_does_not_hang(head: str, piece: str) -> None:
    text = head + piece * (TEN_MB // len(piece))
    started = time.process_time()
    try:
        cable = parse(Message(text, Source("07ASTANA3162.txt", "text", "")))
        assert cable.paragraphs[-1].end <= len(text)
    except CableSyntaxError as error:
        assert len(str(error)) < 400
    assert time.process_time() - started < 10


XML = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<div type='document' xml:id='d1'>", "</div>", "<head>", "</head>", "<note>", "</note>",
         "<date when='1961'/>", "<list><item>", "</item></list>", "1. One.", "&amp;", "&x;", "<!DOCTYPE x [", "]>",
         "<!ENTITY x 'y'>", "<table><row><cell>", "</cell></row></table>", "\ufffd", "<signed>", "</signed>"]
    ), max_size=30
).map("".join)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(XML)
def test_any_markup_is_documents_or_problems(inside: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "v.xml"
        path.write_text(f"<TEI xmlns='http://www.tei-c.org/ns/1.0'>{inside}</TEI>", encoding="utf-8")
        for item in read_file(path):
            if isinstance(item, Message):
                parse(item).to_dict()
            else:
                assert item.reason.endswith(".") and "\n" not in item.reason
