"""FRUS volumes in TEI: every document once, with its date, correspondents and paragraphs; footnotes apart; no bombs."""

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from index.parse import parse
from index.read import read_file
from index.records import Addressee, Cable, Footnote, Message, Problem
from index.sync import cables_in
from qa.header import header_statements
from qa.records import HeaderFact

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:frus="http://history.state.gov/ns/1.0">
<teiHeader><fileDesc><publicationStmt><idno type="isbn">1</idno><idno type="frus">frus1958-60v09</idno>
</publicationStmt></fileDesc></teiHeader><text><body><div type="compilation" xml:id="comp1"><head>Germany</head>
"""
TAIL = "</div></body></text></TEI>"
TELEGRAM = """<div type="document" xml:id="d58" n="58">
<head>58. Telegram From the <gloss type="from">Embassy in Germany</gloss> to the <gloss type="to">Department of
State</gloss><note type="source" n="1" xml:id="d58fn1">Source: Central Files, 762.00/11–2158. Secret; Niact; Limit
Distribution. Repeated to Paris.</note></head>
<dateline><placeName>Bonn</placeName>, <date when="1958-11-21T21:00:00">November 21, 1958, 9 p.m.</date></dateline>
<p>1096. Since <persName>Chancellor</persName> wrote,<note n="2" xml:id="d58fn2">See <ref target="#d55">Document
55</ref>.</note> little has<pb n="120" xml:id="pg_120"/> changed. Embtel 1080.</p>
<p>1. First point:<list><item>(a) one</item><item>(b) two &amp; three</item></list></p>
<p>2. Second<lb/>point.</p>
<table><row><cell>East</cell><cell>1</cell></row><row><cell>West</cell><cell>2</cell></row></table>
<closer><signed><persName>Bruce</persName></signed></closer>
</div>
"""


def volume(tmp_path: Path, *documents: str, head: str = HEAD, tail: str = TAIL) -> Path:
    path = tmp_path / "volume.xml"
    path.write_text(head + "".join(documents) + tail, encoding="utf-8")
    return path


def document(inside: str, number: int = 1) -> str:
    return f'<div type="document" xml:id="d{number}" n="{number}">{inside}</div>'


def cables(path: Path) -> list[Cable]:
    return [item for item in cables_in(path, max_file_mb=100) if isinstance(item, Cable)]


def test_the_title_of_a_table_is_the_heading_over_it(tmp_path: Path) -> None:
    table = "<table><head>FIXED CHARGES</head><row><cell>Rent</cell><cell>$5</cell></row></table>"
    [cable] = cables(volume(tmp_path, document(f"<head>1. Paper</head><p>One.</p>{table}")))
    assert [(each.heading, each.text) for each in cable.paragraphs] == [(None, "One."), ("FIXED CHARGES", "Rent   $5")]


def test_a_telegram_is_read_whole(tmp_path: Path) -> None:
    [cable] = cables(volume(tmp_path, TELEGRAM))
    header = cable.header
    assert (cable.cable_id, header.origin, header.year, header.number) == ("frus1958-60v09/d58", "BONN", 1958, None)
    assert (cable.to_dict()["sent"], header.precedence) == ("1958-11-21T21:00:00Z", "IMMEDIATE")
    assert (header.from_, header.to) == ("Embassy in Germany", (Addressee("Department of State"),))
    assert (header.classification, header.signer) == ("SECRET", "Bruce")
    assert header.subject == "58. Telegram From the Embassy in Germany to the Department of State"
    assert [reference.cable_id for reference in header.references] == ["frus1958-60v09/d55"]
    assert [(each.number, each.text) for each in cable.paragraphs] == [
        (None, "1096. Since Chancellor wrote, little has changed. Embtel 1080."),
        (1, "First point:"),
        (None, "(a) one"),
        (None, "(b) two & three"),
        (2, "Second point."),
        (None, "East   1\nWest   2"),
    ]
    assert cable.footnotes == (Footnote("2", "See Document 55.", 1),)
    assert (cable.source.path, cable.source.format) == (f"{tmp_path / 'volume.xml'}#d58", "tei")


@pytest.mark.parametrize(
    ("head", "senders", "receivers"),
    [
        ("1. Telegram From the Embassy in Iran to the Department of State", "Embassy in Iran", ["Department of State"]),
        ("2. Letter From <persName type='from'>Khrushchev</persName> to <persName type='to'>Kennedy</persName>",
         "Khrushchev", ["Kennedy"]),
        ("3. Message From <persName type='from'>A</persName> and <persName type='from'>B</persName> to the President",
         "A; B", ["President"]),
        ("4. Memorandum From the Assistant to the Secretary of State (Roe) to President Kennedy",
         "Assistant to the Secretary of State (Roe)", ["President Kennedy"]),
        ("5. The Ambassador in Russia (Francis) to the Secretary of State",
         "Ambassador in Russia (Francis)", ["Secretary of State"]),
        ("6. Report Prepared in the Division of Foreign Press", "Division of Foreign Press", []),
        ("7. Editorial Note", None, []),
        ("Mr. Adams to Mr. Seward.", "Mr. Adams", ["Mr. Seward"]),
        ("[Extract.] Mr. Adams to Mr. Seward", "Mr. Adams", ["Mr. Seward"]),
        ("Earl Russell to Mr. Adams", "Earl Russell", ["Mr. Adams"]),
        ("President Roosevelt to Prime Minister Churchill", "President Roosevelt", ["Prime Minister Churchill"]),
        ("<hi>The Chargé in China</hi> (<hi>Gauss</hi>) <hi>to the Secretary of State</hi>",
         "Chargé in China (Gauss)", ["Secretary of State"]),
        ("841.00/12: Telegram The Ambassador in Spain (Bowers) to the Secretary of State",
         "Ambassador in Spain (Bowers)", ["Secretary of State"]),
        ("File No. 763.72/12 Ambassador Gerard to the Secretary of State", "Ambassador Gerard", ["Secretary of State"]),
        ("The Secretary of State to Certain Diplomatic Representatives",
         "Secretary of State", ["Certain Diplomatic Representatives"]),
        ("8. Memorandum by the Chief of the Division (Hamilton) to the Secretary of State",
         "Chief of the Division (Hamilton)", ["Secretary of State"]),
        ("9. Memorandum of Conversation, by the Secretary of State", "Secretary of State", []),
        ("10. Telegram From the Mission to the United Nations to the Department of State",
         "Mission to the United Nations", ["Department of State"]),
        ("American Aid to Spain", None, []),
        ("11. National Security Decision Memorandum 40", None, []),
    ],
)  # fmt: skip
def test_correspondents(tmp_path: Path, head: str, senders: str | None, receivers: list[str]) -> None:
    [cable] = cables(volume(tmp_path, document(f"<head>{head}</head><p>Text.</p>")))
    assert (cable.header.from_, [each.name for each in cable.header.to]) == (senders, receivers)


@pytest.mark.parametrize(
    ("dateline", "sent"),
    [
        ('<dateline><date when="1961-01-21">x</date></dateline>', "1961-01-21T00:00:00Z"),
        ('<dateline><date when="1961-01-21T18:34:00-05:00">x</date></dateline>', "1961-01-21T23:34:00Z"),
        ('<dateline><date from="1961-01-21" to="1961-01-22">x</date></dateline>', "1961-01-21T00:00:00Z"),
        ('<dateline><date notBefore="1961-01-21">x</date></dateline>', "1961-01-21T00:00:00Z"),
        ("<dateline><date>January 21, 1961</date></dateline>", "1961-01-21T00:00:00Z"),
        ('<closer><dateline><date when="1961-01-21">x</date></dateline></closer>', "1961-01-21T00:00:00Z"),
        ('<opener><dateline><date when="1961-01-21T10:00-05:00">x</date></dateline></opener>', "1961-01-21T15:00:00Z"),
        ('<dateline><date when="1961-01">January 1961</date></dateline>', "1961-01-01T00:00:00Z"),
        ('<p rend="flushright">Rome, <date when="1961-01-21">January 21</date></p>', "1961-01-21T00:00:00Z"),
        ('<dateline><date when="1961-01-21">x</date></dateline>'
         '<frus:attachment><dateline><date when="1960-01-01">y</date></dateline></frus:attachment>',
         "1961-01-21T00:00:00Z"),
        ('<frus:attachment><dateline><date when="1960-01-01">y</date></dateline></frus:attachment>'
         '<dateline><date when="1961-01-21">x</date></dateline>', "1961-01-21T00:00:00Z"),
        ("<dateline><placeName>Washington</placeName>, undated.</dateline>", None),
        ("<dateline>Washington, undated.</dateline>"
         '<frus:attachment><dateline><date when="1960-01-01">y</date></dateline></frus:attachment>', None),
        ('<div type="enclosure"><dateline><date when="1960-01-01">y</date></dateline></div>'
         '<dateline><date when="1961-01-21">x</date></dateline>', "1961-01-21T00:00:00Z"),
    ],
)  # fmt: skip
def test_date(tmp_path: Path, dateline: str, sent: str | None) -> None:
    [cable] = cables(volume(tmp_path, document(f"<head>1. Letter</head>{dateline}<p>Text.</p>")))
    assert cable.to_dict()["sent"] == sent


@pytest.mark.parametrize("namespace", ["http://history.state.gov/ns/1.0", "http://history.state.gov/frus/ns/1.0"])
def test_date_from_the_attribute_of_the_document(tmp_path: Path, namespace: str) -> None:
    text = document("<head>1. Letter</head><p>Text.</p>").replace(" n=", ' frus:doc-dateTime-min="1961-01-21" n=')
    [cable] = cables(volume(tmp_path, text, head=HEAD.replace("http://history.state.gov/ns/1.0", namespace)))
    assert cable.to_dict()["sent"] == "1961-01-21T00:00:00Z"


def test_date_in_the_head(tmp_path: Path) -> None:
    head = '<head>Mr. Adams to Mr. Seward, <date when="1862-03-04">March 4, 1862</date></head>'
    [cable] = cables(volume(tmp_path, document(f"{head}<p>Sir.</p>")))
    assert cable.to_dict()["sent"] == "1862-03-04T00:00:00Z"


def test_documents_in_chapters_and_in_other_documents_are_found_once_each(tmp_path: Path) -> None:
    enclosed = document("<head>[Inclosure]</head><p>Two.</p>", 2)
    outer = document(f"<head>Mr. A to Mr. B</head><p>One.</p>{enclosed}<p>More.</p>")
    nested = f'<div type="chapter" xml:id="ch1"><div type="subchapter" xml:id="ch1subch2">{outer}</div></div>'
    last = document("<head>12a. Letter</head><p>Three.</p>").replace("d1", "d12a")
    found = cables(volume(tmp_path, nested, last))
    assert [(cable.cable_id, [each.text for each in cable.paragraphs]) for cable in found] == [
        ("frus1958-60v09/d1", ["One.", "More."]), ("frus1958-60v09/d2", ["Two."]), ("frus1958-60v09/d12a", ["Three."]),
    ]  # fmt: skip


def test_document_of_which_the_head_alone_is_printed_is_found(tmp_path: Path) -> None:
    [cable] = cables(volume(tmp_path, document("<head>41. Telegram 1404 to Geneva, August 31. Strategy. 2 pp.</head>")))
    assert [each.text for each in cable.paragraphs] == ["41. Telegram 1404 to Geneva, August 31. Strategy. 2 pp."]
    assert [anomaly.kind for anomaly in cable.anomalies] == ["other"]


def test_telegram_of_an_older_volume(tmp_path: Path) -> None:
    inside = (
        '<note rend="inline" type="source">851.01/6–2349: Telegram</note><head><hi>The <gloss type="from">Secretary of '
        'State</gloss> to the <gloss type="to">Consulate at Saigon</gloss></hi><note n="1">Repeated.</note></head>'
        '<opener><seg><hi rend="smallcaps">top secret us urgent</hi></seg><dateline><placeName>Washington</placeName>, '
        '<date when="1949-06-29T12:00:00-04:00">June 29, 1949—noon.</date><lb/>[Received 1 p. m.]</dateline></opener>'
        "<p>112. As follows:<list><label>1.</label><item>One</item><label>a.</label><item>Two</item></list></p>"
    )
    [cable] = cables(volume(tmp_path, document(inside)))
    assert (cable.header.classification, cable.to_dict()["sent"]) == ("TOP SECRET", "1949-06-29T16:00:00Z")
    assert (cable.header.from_, cable.header.to) == ("Secretary of State", (Addressee("Consulate at Saigon"),))
    assert [(each.number, each.text) for each in cable.paragraphs] == [
        (None, "112. As follows:"), (1, "One"), (None, "a. Two"),
    ]  # fmt: skip


def test_lists_of_a_conversation_keep_their_heads(tmp_path: Path) -> None:
    inside = (
        '<head>1. Memorandum of Conversation</head><list type="participants"><head>PARTICIPANTS</head>'
        "<item>The President</item><item>Mr. Doe</item></list><p>They met.</p>"
    )
    [cable] = cables(volume(tmp_path, document(inside)))
    assert [(each.heading, each.text) for each in cable.paragraphs] == [
        ("PARTICIPANTS", "The President"), (None, "Mr. Doe"), (None, "They met."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("paragraphs", "numbers"),
    [
        (("3. Since my last telegram.", "Nothing new."), [None, None]),
        (("12. For Roe.", "1. One.", "2. Two."), [None, 1, 2]),
        (("1. One.", "2. Two."), [1, 2]),
        (("306. For Roe.", "3. Letter follows."), [None, 3]),
    ],
)
def test_the_number_of_the_telegram_is_no_paragraphs(
    tmp_path: Path, paragraphs: tuple[str, ...], numbers: list[int | None]
) -> None:
    inside = "".join(f"<p>{text}</p>" for text in paragraphs)
    [cable] = cables(volume(tmp_path, document(f"<head>1. Telegram</head>{inside}")))
    assert [each.number for each in cable.paragraphs] == numbers


def test_nothing_of_a_letter_is_lost(tmp_path: Path) -> None:
    inside = (
        "<head>1. Letter<note type='source'>Source: X.</note></head><opener><salute>Dear Roe:</salute></opener>"
        "<p>One <hi>and</hi> two.</p><quote><p>Quoted.</p></quote><p>Gap <gap reason='declassified'/> here.</p>"
        "<closer>Sincerely,<signed>Doe</signed></closer><postscript><p>P.S. More.</p></postscript>"
        "<frus:attachment><head>Enclosure</head><p>Enclosed.</p></frus:attachment>"
    )
    [cable] = cables(volume(tmp_path, document(inside)))
    assert [(each.heading, each.text) for each in cable.paragraphs] == [
        ("Dear Roe:", "One and two."), (None, "Quoted."), (None, "Gap […] here."), (None, "Sincerely,"),
        (None, "P.S. More."), ("Enclosure", "Enclosed."),
    ]  # fmt: skip
    assert (cable.header.signer, cable.footnotes) == ("Doe", ())


# ── what is refused ──────────────────────────────────────────────────────────────────────────

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE TEI [<!ENTITY l0 "ha">{LAUGHS}]>'
ROOT = '<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body>'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB + ROOT + document("<p>&l9;</p>"), "entities"),
        ('<!DOCTYPE TEI [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + ROOT + document("<p>&x;</p>"), "entities"),
        ('<!DOCTYPE TEI [<!ENTITY % x SYSTEM "http://x.org/x.dtd"> %x;]>' + ROOT, "entities"),
        ('<!DOCTYPE TEI SYSTEM "x.dtd">' + ROOT + document("<p>&nbsp;</p>"), "entities"),
        (ROOT + document("<p>&nbsp;</p>"), "not well-formed"),
        (ROOT + document("<p>One.</p>") + "</wrong>", "not well-formed"),
        ("<html><body/></html>", "no volume in TEI"),
        (ROOT + "</body></text></TEI>", "holds no <div"),
        (ROOT + "<a>" * 300, "nested"),
        (ROOT + "<a " + "b" * 1_200_000 + "='1'/>", "one tag"),
        ("no XML at all", "not well-formed"),
        ("", "empty"),
    ],
)
def test_what_is_no_volume_is_one_plain_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "bad.xml"
    path.write_text(text, encoding="utf-8")
    problems = [item for item in read_file(path, max_file_mb=1) if isinstance(item, Problem)]
    assert len(problems) == 1 and said in problems[0].reason
    assert problems[0].reason.endswith(".") and "\n" not in problems[0].reason


def test_a_volume_cut_short_gives_what_came_before(tmp_path: Path) -> None:
    items = list(read_file(volume(tmp_path, TELEGRAM, document("<p>Half", 59), tail="")))
    assert isinstance(items[-1], Problem) and "what follows was not read" in items[-1].reason
    assert [item.fields["id"] for item in items if isinstance(item, Message)] == ["frus1958-60v09/d58"]


def test_a_document_beyond_the_limit_and_an_empty_one_are_left_out_and_the_rest_read(tmp_path: Path) -> None:
    long, hollow = document(f"<p>{'word ' * 300_000}</p>", 1), document("<pb n='1'/>", 2)
    items = list(read_file(volume(tmp_path, long, hollow, TELEGRAM), max_file_mb=1))
    assert [type(item) for item in items] == [Problem, Problem, Message]
    said = " ".join(str(item) for item in items[:2])
    assert "longer than" in said and "#d2: the document has no text" in said


def test_a_volume_in_an_archive(tmp_path: Path) -> None:
    box = tmp_path / "box.zip"
    with zipfile.ZipFile(box, "w") as archive:
        archive.writestr("v.xml", HEAD + TELEGRAM + TAIL)
    assert [cable.source.path for cable in cables(box)] == [f"{box}!v.xml#d58"]


# ── two whole volumes ────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def others(shared_data: Path) -> dict[str, dict[str, Any]]:
    """What others extracted of the telegrams of the two volumes."""
    found = {}
    with gzip.open(shared_data / "frus" / "frus_telegrams.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            if '"volume": "frus1961-63v06"' in line or '"volume": "frus1917-72PubDip"' in line:
                value = json.loads(line)
                found[value["id"]] = value
    return found


@pytest.mark.parametrize(("name", "count"), [("frus1961-63v06", 120), ("frus1917-72PubDip", 44)])
def test_every_document_of_a_volume_is_found_once(
    shared_data: Path, others: dict[str, dict[str, Any]], name: str, count: int
) -> None:
    items = list(read_file(shared_data / "frus" / "tei" / f"{name}.xml"))
    messages = {item.fields["id"]: item for item in items if isinstance(item, Message)}
    assert list(messages) == [f"{name}/d{n}" for n in range(1, count + 1)] and len(items) == count
    keys = ("title", "date", "date_text", "place", "from", "to", "classification", "source_note")
    known = {identity: other for identity, other in others.items() if identity in messages}
    assert known
    for identity, other in known.items():
        mine = messages[identity].fields
        assert {key: mine[key] for key in keys} == {key: other[key] for key in keys}, identity
        theirs = [each["text"] for each in other["paragraphs"] if each["kind"] != "signed"]
        printed = [each["text"] for each in mine["paragraphs"] if each["kind"] != "signed"]
        # What stands loose in a closer (`End text.`) is kept here and was not there.
        assert [text for text in printed if text in theirs or not text.startswith("End ")] == theirs, identity
        parse(messages[identity])


@pytest.mark.parametrize(
    ("date", "asked", "said", "line"),
    [
        (
            'when="1958-11-21T21:00:00">November 21, 1958, 9 p.m.',
            "sent",
            "21 November 1958 at 9 p.m., local time.",
            "Date",
        ),
        ('when="1954-05-21T10:03:00">May 21, 1954, 1003Z', "sent", "21 May 1954 at 10:03 UTC.", "Date"),
        ('when="1958-11-21">November 21, 1958', "sent", "was sent on 21 November 1958.", "Date"),
        ('when="1958-11-21">November 21, 1958', "origin", "was sent from Bonn by Embassy in Germany.", "Place"),
        ('when="1958-11-21">November 21, 1958', "addressees", "to Department of State.", "To"),
        ('when="1958-11-21">November 21, 1958', "classification", "is classified SECRET.", "Classification"),
    ],
)
def test_a_fact_of_a_printed_head_is_told_as_it_is_printed(
    tmp_path: Path, date: str, asked: HeaderFact, said: str, line: str
) -> None:
    printed = TELEGRAM.replace('when="1958-11-21T21:00:00">November 21, 1958, 9 p.m.', date)
    [cable] = cables(volume(tmp_path, printed))
    first, *_ = header_statements(cable, (asked,), 1)
    assert first.text.endswith(said)
    assert [each.quote.partition(":")[0] for each in first.citations] == [line]


def test_an_old_name_of_a_level_is_told_as_it_is_printed(tmp_path: Path) -> None:
    [cable] = cables(volume(tmp_path, TELEGRAM.replace("Secret;", "Official Use Only;")))
    (told,) = header_statements(cable, ("classification",), 1)
    assert told.text == f"{cable.cable_id} is classified LIMITED OFFICIAL USE, printed as Official Use Only."
    assert told.citations[0].quote == "Classification: Official Use Only"
