"""Paragraphs, headings, marks, summary and signature: each row is one printed form and what it is read as."""

import pytest
from parsing import kinds, read

from index.records import Anomaly

# ── paragraphs ───────────────────────────────────────────────────────────────────────────────

SENTENCE = "The minister said that he would sign the agreement before the end of the"


@pytest.mark.parametrize(
    ("body", "paragraphs"),
    [
        ("1. One.\n\n2. Two.", [(1, "One."), (2, "Two.")]),
        ("1. One.\n2. Two.", [(1, "One."), (2, "Two.")]),
        ("¶1. One.\n\n¶2. Two.", [(1, "One."), (2, "Two.")]),
        ("Only text.", [(None, "Only text.")]),
        ("First block.\n\nSecond block.", [(None, "First block."), (None, "Second block.")]),
        (f"{SENTENCE}\n\nyear.", [(None, f"{SENTENCE} year.")]),
        (f"1. {SENTENCE}\n\nyear.", [(1, f"{SENTENCE} year.")]),
        ("1. They met on March\n3. Turnout was low.\n\n2. Two.",
         [(1, "They met on March 3. Turnout was low."), (2, "Two.")]),
        ("1. See reftel ¶A. All is keyed.\n\n2. Two.", [(1, "See reftel A. All is keyed."), (2, "Two.")]),
        ("1. As said in ¶2 above.\n\n2. Two.", [(1, "As said in ¶2 above."), (2, "Two.")]),
        ("1. One.\n\n2. Two.\n\n2. Again.\n\n3. Three.", [(1, "One."), (2, "Two."), (2, "Again."), (3, "Three.")]),
        ("1. One.\n\n3. Three.", [(1, "One."), (3, "Three.")]),
        ("¶1. One.\n\n¶2. Two.\n\n13. Three.\n\n14. Four.", [(1, "One."), (2, "Two."), (3, "Three."), (4, "Four.")]),
        ("1. Growth was\n3.5 million.\n\n2. Two.", [(1, "Growth was 3.5 million."), (2, "Two.")]),
        ("1. One:\n\nA. First.\n\nB. Second.\n\n2. Two.", [(1, "One:\nA. First.\nB. Second."), (2, "Two.")]),
        ("1. One:\n\n1. First.\n\n2. Second.\n\n3. Third.\n\n2. Two.\n\n3. Three.",
         [(1, "One:\n1. First.\n2. Second.\n3. Third."), (2, "Two."), (3, "Three.")]),
        ("1. One.\n\n2. Steps:\n1. First.\n2. Second.\n3. Third.\n\n3. Three.\n\n4. Four.",
         [(1, "One."), (2, "Steps:\n1. First.\n2. Second.\n3. Third."), (3, "Three."), (4, "Four.")]),
        ("1. One.\n\n2. BEGIN TEXT:\n\n1. Article.\n\n2. Article.\n\n3. Article.\n\nEND TEXT.\n\n3. Three.",
         [(1, "One."), (2, "BEGIN TEXT:\n1. Article.\n2. Article.\n3. Article.\nEND TEXT."), (3, "Three.")]),
        ("SUMMARY: IT FELL. END SUMMARY.\n1. ONE.\n\n2. TWO.",
         [(None, "SUMMARY: IT FELL. END SUMMARY."), (1, "ONE."), (2, "TWO.")]),
        ("1. CORRESPOND-\nENCE ARRIVED.\n\n2. TWO.", [(1, "CORRESPONDENCE ARRIVED."), (2, "TWO.")]),
        ("1. A WELL-\nCONSTRUCTED PLAN.\n\n2. TWO.", [(1, "A WELL-CONSTRUCTED PLAN."), (2, "TWO.")]),
        ("10. Ten.", [(10, "Ten.")]),
        ("1) One.\n\n2) Two.", [(1, "One."), (2, "Two.")]),
        ("(1) One.\n\n(2) Two.", [(1, "One."), (2, "Two.")]),
        ("1. One:\n1) first\n2) second\n\n2. Two.", [(1, "One:\n1) first\n2) second"), (2, "Two.")]),
        ("Points:\n1) first\n2) second", [(None, "Points:\n1) first\n2) second")]),
        ("1.) One.\n\n2.) Two.", [(1, "One."), (2, "Two.")]),
    ],
)  # fmt: skip
def test_paragraphs(body: str, paragraphs: list[tuple[int | None, str]]) -> None:
    line = "UNCLAS SECTION 02 OF 02 ASTANA 003162" if body.startswith("10.") else "UNCLAS ASTANA 003162"
    found = read(line=line, body=f"{body}\n\nORDWAY")
    assert [(paragraph.number, paragraph.text) for paragraph in found.paragraphs] == paragraphs
    assert found.header.signer == "ORDWAY"
    assert [paragraph.ordinal for paragraph in found.paragraphs] == list(range(1, len(paragraphs) + 1))


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ("1. One.\n\n2. Two.\n\n2. Again.", ["paragraph number 2 is printed more than once"]),
        ("1. One.\n\n3. Three.", ["paragraph number 3 follows 1"]),
        ("¶1. One.\n\n¶2. Two.\n\n13. Three.", ["paragraph printed 13. read as 3"]),
    ],
)
def test_odd_numbers_are_reported(body: str, details: list[str]) -> None:
    assert read(body=body).anomalies == tuple(Anomaly("numbering", detail) for detail in details)


def test_damaged_label_is_kept_as_printed() -> None:
    found = read(body="¶1. One.\n\n¶2. Two.\n\n13. Three.").paragraphs[2]
    assert (found.number, found.label, found.text) == (3, "13.", "Three.")


@pytest.mark.parametrize(
    ("printed", "mark"),
    [
        ("1. (U) Text.", "U"), ("1. (SBU) Text.", "SBU"), ("1. (SBU/NF) Text.", "SBU/NF"), ("1. (LOU) Text.", "LOU"),
        ("1. (C) Text.", "C"), ("1. (C/NF) Text.", "C/NF"), ("1. (C//NF) Text.", "C//NF"), ("1. (C-NF) Text.", "C-NF"),
        ("1. (S) Text.", "S"), ("1. (S/NF) Text.", "S/NF"), ("1. (TS) Text.", "TS"), ("1. ( C ) Text.", "C"),
        ("1. (c) Text.", "C"), ("1. C) Text.", "C"), ("1. (SBU/NOFORN) Text.", "SBU/NOFORN"),
        ("1. (SBU/N) Text.", "SBU/N"),
        ("1 (C) Text.", "C"), ("1.(C) Text.", "C"), ("¶1. ¶(C) Text.", "C"), ("(C) Text.", "C"),
    ],
)  # fmt: skip
def test_portion_mark(printed: str, mark: str) -> None:
    found = read(body=printed).paragraphs[0]
    assert (found.mark, found.text) == (mark, "Text.")


@pytest.mark.parametrize(
    ("body", "headings"),
    [
        ("1. One.\n\nTHE ECONOMY\n-----------\n\n2. Two is mixed case.", [None, "THE ECONOMY"]),
        ("1. One.\n\n-----------\nThe Economy\n-----------\n\n2. Two.", [None, "The Economy"]),
        ("- - - - -\nSUMMARY\n- - - - -\n\n1. One.\n\n=======\nCOMMENT\n=======\n\n2. Two.", ["SUMMARY", "COMMENT"]),
        ("1. SUMMARY\n-----------\n\nIt rained.\n\n2. Two.", ["SUMMARY", None]),
        ("1. The minister said that he would sign.\n\nTHE ECONOMY\n\n2. The economy is well, said the minister.",
         [None, "THE ECONOMY"]),
        ("1. THE MINISTER SAID THAT HE WOULD SIGN.\n\nTHE ECONOMY\n\n2. IT IS WELL.", [None, "THE ECONOMY"]),
        ("1. THE MINISTER SAID THAT HE WOULD SIGN.\n\nTHE ECONOMY\n2. IT IS WELL.", [None, "THE ECONOMY"]),
        ("1. THE MINISTER SAID THAT HE WOULD SIGN.\n\nTHE ECONOMY\n\n  IT IS WELL, AND GROWS.\n\n2. IT IS WELL.",
         [None, "THE ECONOMY", None]),
        ("1. THE MINISTER SAID THAT HE WOULD MEET THE\n\nFOREIGN MINISTER\n\nSOON.\n\n2. IT IS WELL.", [None, None]),
        ("1. AS FOLLOWS.\n\nA. TORTURE\n\n2. IT IS WELL.", [None, None]),
    ],
)  # fmt: skip
def test_headings(body: str, headings: list[str | None]) -> None:
    assert [paragraph.heading for paragraph in read(body=body).paragraphs] == headings


@pytest.mark.parametrize(
    ("body", "summary", "comment"),
    [
        ("1. SUMMARY: It rained. END SUMMARY.\n\n2. Two.", "It rained.", None),
        ("1. (C) Summary. It rained. End summary.\n\n2. Two.", "It rained.", None),
        ("1. (SBU) Summary: It rained.\n\n2. Two.", "It rained.", None),
        ("1. BEGIN SUMMARY. It rained.\n\n2. It poured. END SUMMARY.\n\n3. Three.", "It rained.\nIt poured.", None),
        ("SUMMARY\n-------\n\n1. It rained.\n\n2. It poured. End summary.\n\n3. Three.",
         "It rained.\nIt poured.", None),
        ("-------\nSUMMARY\n-------\n\n1. It rained.\n\nDETAILS\n-------\n\n2. Two.", "It rained.", None),
        ("1. It rained. END SUMMARY.\n\n2. Two.", "It rained.", None),
        ("1. One.\n\n2. COMMENT: It will rain. END COMMENT.", None, "It will rain."),
        ("1. One.\n\n2. (C) Comment. It will rain.", None, "It will rain."),
        ("1. One. (COMMENT: It will rain.) More.", None, "It will rain."),
        ("1. One.\n\n-------\nCOMMENT\n-------\n\n2. It will rain.", None, "It will rain."),
        ("1. One.\n\n2. Two.", None, None),
    ],
)  # fmt: skip
def test_summary_and_comment(body: str, summary: str | None, comment: str | None) -> None:
    header = read(body=body).header
    assert (header.summary, header.comment) == (summary, comment)


@pytest.mark.parametrize(
    ("end", "signer"),
    [
        ("\n\nORDWAY", "ORDWAY"),
        ("\nORDWAY", "ORDWAY"),
        ("\n\nORDWAY\nBT\n#3162\n\n\nNNNN", "ORDWAY"),
        ("\n\nO'MARA##", "O'MARA"),
        ("\n\nORDWAY\n\nMINIMIZE CONSIDERED", "ORDWAY"),
        ("\n\nORDWAY SMITH", "ORDWAY SMITH"),
        ("  ORDWAY", "ORDWAY"),
        ("\n\nORDWAY\n\nUNCLASSIFIED\n\nNNNN", "ORDWAY"),
        (" ORDWAY", "ORDWAY"),
        ("\n\nOrdway", "Ordway"),
        ("\n\nMcOrdway", "McOrdway"),
        ("\n\nDE LA ORDWAY", "DE LA ORDWAY"),
        ("\n\nORDWAY\n\nMINIMIZE CONSIDERED\n\nSIPDIS", "ORDWAY"),
        ("\n\nORDWAY\n\n=====CABLE ENDS=====", "ORDWAY"),
        ("\n\nThanks", None),
        (" REGARDS", None),
        ("", None),
        ("\nEND COMMENT", None),
    ],
)
def test_signature(end: str, signer: str | None) -> None:
    found = read(body=f"1. ONE.\n\n2. TWO.{end}")
    assert found.header.signer == signer
    assert not found.paragraphs[-1].text.endswith("ORDWAY")


@pytest.mark.parametrize(
    ("damaged", "clean"),
    [
        ("Â¶1. Il a ditâ€™", "Il a dit’"),
        ("&para;1. Tom &#8217;s", "Tom ’s"),
        ("1. A line \\", "A line"),
        ("1. POST,S VIEW", "POST'S VIEW"),
        ("1. IT IS THE MINISTER,S.", "IT IS THE MINISTER'S."),
        ("1. The source XXXXXXXXXXXX said #.", "The source XXXXXXXXXXXX said #."),
        ("1. A [link](http://x.org) here", "A link here"),
    ],
)
def test_damage_of_publishing_is_undone(damaged: str, clean: str) -> None:
    assert read(body=damaged).paragraphs[0].text == clean


def test_repaired_encoding_is_reported() -> None:
    assert kinds(read(body="Â¶1. One.")) == ["encoding"]


@pytest.mark.parametrize(
    ("body", "anomaly"),
    [
        ("Â¶1. One.", Anomaly("encoding", "1 line with signs damaged in encoding repaired")),
        ("1. Tom &amp; Ann.\n\n2. &quot;Two.&quot;", Anomaly("encoding", "2 lines with HTML entities repaired")),
        ("1. A [link](http://x.org) here.", Anomaly("encoding", "1 line with residue of links repaired")),
        ("1. One \\", Anomaly("encoding", "1 line with a backslash at the end repaired")),
        ("1. POST,S VIEW", Anomaly("encoding", "1 line with a comma for an apostrophe repaired")),
        ("1. Per reftel ¶A. It is so.", Anomaly("other", "the sign ¶ in the text was dropped before A")),
        ("1. C) One.", Anomaly("other", "paragraph 1: portion mark C) read as (C)")),
    ],
)
def test_every_repair_is_reported(body: str, anomaly: Anomaly) -> None:
    assert read(body=body).anomalies == (anomaly,)


def test_schedule_keeps_its_rows() -> None:
    rows = (
        "  MONDAY\n     1540  ARRIVE.\n     1900  DINNER WITH THE\n           MINISTER.\n  TUESDAY\n     0930  DEPART."
    )
    assert read(body=f"1. PROGRAM:\n\n{rows}\n\n2. TWO.").paragraphs[0].text == (
        "PROGRAM:\nMONDAY\n1540 ARRIVE.\n1900 DINNER WITH THE MINISTER.\nTUESDAY\n0930 DEPART."
    )


def test_table_keeps_its_lines() -> None:
    table = "YEAR        1978      1979\nIMPORTS     100       200\nEXPORTS     300       400"
    found = read(body=f"1. TRADE WAS AS FOLLOWS:\n\n{table}\n\n2. TWO.")
    assert found.paragraphs[0].text == f"TRADE WAS AS FOLLOWS:\n{table}"


def test_numbered_rows_of_a_table_are_no_paragraphs() -> None:
    rows = "\n".join(f"{number}. ITEM             {number}0       {number}5" for number in range(15, 20))
    found = read(
        body=f"1. SCHEDULE I\n\n1. ITEM            5      6\n2. ITEM      7      8\n\n2. SCHEDULE II\n\n{rows}"
    )
    assert [paragraph.number for paragraph in found.paragraphs] == [1, 2]


@pytest.mark.parametrize(
    ("body", "numbers", "left"),
    [
        ("1. One.\n\n2. Two.\n\n3. Three.\n\n14. Four.\n\nORDWAY", [1, 2, 3], ["14. stands where paragraph 4 is due"]),
        ("1. One.\n\n2. Two.\n\n30. Thirty.\n\n3. Three.", [1, 2, 3], ["30. stands where paragraph 3 is due"]),
        ("1. One.\n\n2. Items:\n\n1. a\n\n2. b\n\n9. c", [1, 2], []),
        ("1. They met on March\n\n30. Turnout was low.\n\n2. Two.", [1, 2], []),
    ],
)
def test_a_number_too_high_to_be_believed_is_left_in_the_text_and_told(
    body: str, numbers: list[int], left: list[str]
) -> None:
    found = read(body=body)
    assert [paragraph.number for paragraph in found.paragraphs] == numbers
    assert [each.detail for each in found.anomalies] == [f"{detail}; it is left in the text" for detail in left]


def test_a_line_of_capitals_is_a_heading_in_a_short_text_too() -> None:
    found = read(
        body="-------\nSummary\n-------\n\n1. One said.\n\nNEXT STEPS\n\n2. Two said.\n\nCOMMENT\n\n3. Three said."
    )
    assert [(each.number, each.heading, each.text) for each in found.paragraphs] == [
        (1, "Summary", "One said."), (2, "NEXT STEPS", "Two said."), (3, "COMMENT", "Three said."),
    ]  # fmt: skip
