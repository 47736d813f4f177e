"""Markers, quotes and support: what a citation is made from."""

import pytest

from index.sentences import run_around, runs_within, sentence_spans
from qa.cite import cite, supporting_span
from qa.records import Passage
from qa.settle import check
from qa.words import numbers

TRAINING = Passage(
    1, 1.0, "07ASTANA3162", 5, 4, "¶4", "2007-11-20T11:58:00Z", "ASTANA", "TIP REPORT", "UNCLASSIFIED",
    "The Center held five courses. A total of 97 MVD officers were trained. They took part in other events.",
)  # fmt: skip
FORUM = Passage(
    2, 0.9, "07ASTANA3162", 4, 3, "¶3", "2007-11-20T11:58:00Z", "ASTANA", "TIP REPORT", "UNCLASSIFIED",
    "In October, Prime Minister Massimov chaired the third Civic Forum.",
)  # fmt: skip
SOURCES = [TRAINING, FORUM]


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ("97 officers were trained [1].", [("97 officers were trained.", [1])]),
        ("97 officers were trained. [1]", [("97 officers were trained.", [1])]),
        ("97 officers were trained.[1]", [("97 officers were trained.", [1])]),
        ("97 officers were trained [1, 2].", [("97 officers were trained.", [1, 2])]),
        ("97 officers were trained [1][2].", [("97 officers were trained.", [1, 2])]),
        ("97 officers were trained [1] [1].", [("97 officers were trained.", [1])]),
        ("97 officers were trained 【1】.", [("97 officers were trained.", [1])]),
        ("97 officers were trained 【2†source】.", [("97 officers were trained.", [2])]),
        ("97 officers were trained (source 2).", [("97 officers were trained.", [2])]),
        ("97 officers were trained (sources 1 and 2).", [("97 officers were trained.", [1, 2])]),
        ("97 officers were trained [Source 1].", [("97 officers were trained.", [1])]),
        (
            "97 officers were trained [9].",
            [("97 officers were trained.", [1])],
        ),  # names no source: matched by its words
        ("97 officers were trained [0].", [("97 officers were trained.", [1])]),
        ("The harvest failed [9].", [("The harvest failed.", [])]),
        ("Massimov chaired the Civic Forum.", [("Massimov chaired the Civic Forum.", [2])]),
        (
            "97 were trained [1]. Massimov chaired the Forum [2].",
            [("97 were trained.", [1]), ("Massimov chaired the Forum.", [2])],
        ),
        ("According to source [1], 97 officers were trained.", [("97 officers were trained.", [1])]),
        ("As stated in the sources [1][2], officers were trained.", [("Officers were trained.", [1, 2])]),
        ("97 officers were trained, according to source [1].", [("97 officers were trained.", [1])]),
        ("[1]", []),
        ("", []),
    ],
)
def test_markers_are_resolved_by_lookup(draft: str, expected: list[tuple[str, list[int]]]) -> None:
    found = [(each.text, [citation.marker for citation in each.citations]) for each in cite(draft, SOURCES)]
    assert found == expected


def test_a_citation_ends_at_the_exact_words() -> None:
    (statement,) = cite("The number of MVD officers trained was 97 [1].", SOURCES)
    (citation,) = statement.citations
    assert citation.quote == "A total of 97 MVD officers were trained."
    assert TRAINING.text[citation.start : citation.end] == citation.quote
    assert (citation.cable_id, citation.ordinal, citation.number, citation.label) == ("07ASTANA3162", 5, 4, "¶4")


def test_what_a_statement_adds_to_the_question_is_what_is_highlighted() -> None:
    text = "Karaganda has a new police center for officers. It was built in May. A total of 97 passed."
    told = "In Karaganda 97 officers passed the new police center."
    question = "How many officers passed the new police center in Karaganda?"
    start, end = supporting_span(told, text, question)
    assert text[start:end] == "A total of 97 passed."


def test_two_sentences_are_quoted_where_both_carry_the_statement() -> None:
    start, end = supporting_span("Five courses trained 97 MVD officers.", TRAINING.text)
    assert TRAINING.text[start:end] == "The Center held five courses. A total of 97 MVD officers were trained."


@pytest.mark.parametrize(
    ("draft", "support"),
    [
        ("A total of 97 MVD officers were trained [1].", "supported"),
        ("Ninety-seven MVD officers were trained [1].", "supported"),
        ("A total of 79 MVD officers were trained [1].", "unsupported"),  # a number that is not there
        ("A total of 97 MVD officers were trained [2].", "unsupported"),  # the wrong paragraph
        ("In 2007 97 officers were trained in Astana [1].", "supported"),  # year and post stand in the header
        ("The officers trained happily alongside glamorous foreign colleagues [1].", "unsupported"),
        ("The harvest failed.", "unsupported"),
    ],
)
def test_support_is_held_against_the_cited_paragraph(draft: str, support: str) -> None:
    (statement,) = cite(draft, SOURCES)
    assert check(statement, SOURCES, "")[0].support == support


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("97 of 3,000", {"97", "3000"}),
        ("three thousand", {"3000"}),
        ("ninety-seven", {"97"}),
        ("three thousand two hundred and ninety-seven", {"3297"}),
        ("twenty one", {"21"}),
        ("two million", {"2000000"}),
        ("nineteen seventy-four", {"19", "74"}),
        ("7-1/8 percent", {"7-1/8"}),
        ("$392,853.96", {"392853.96"}),
        ("no figure here", set[str]()),
    ],
)
def test_numbers_are_folded_to_digits(text: str, expected: set[str]) -> None:
    assert numbers(text) == expected


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("TALKS ON JAN. 8 FAILED. NO DATE SET.", ["TALKS ON JAN. 8 FAILED.", "NO DATE SET."]),
        ("The U.S. Embassy spoke. It left.", ["The U.S. Embassy spoke.", "It left."]),
        ("IMPORTS OF 5,000 M.T. ROSE 3.5 PERCENT.", ["IMPORTS OF 5,000 M.T. ROSE 3.5 PERCENT."]),
        ("1. The first point. 2. The second.", ["1. The first point.", "2. The second."]),
        ("“Why?” he asked. Nobody knew!", ["“Why?” he asked.", "Nobody knew!"]),
        ("a line\nanother line", ["a line", "another line"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


def test_a_run_grows_to_the_better_neighbour_as_far_as_it_may() -> None:
    spans, scores = [(0, 10), (11, 20), (21, 30), (31, 40)], [0.1, 0.9, 0.2, 0.8]
    assert run_around(spans, scores, 1, 5) == (11, 20)  # longer than it may be: it stands alone
    assert run_around(spans, scores, 1, 19) == (11, 30)
    assert run_around(spans, scores, 1, 30) == (11, 40)
    assert run_around(spans, scores, 1, 100) == (0, 40)
    assert run_around(spans, scores, 3, 20) == (21, 40)


def test_runs_have_as_many_sentences_as_they_may() -> None:
    spans = [(0, 10), (11, 20), (21, 60), (61, 70)]
    assert runs_within(spans, 20) == [(0, 20), (11, 20), (21, 41), (61, 70)]  # the third, too long, is cut
    assert runs_within(spans, 100) == [(0, 70), (11, 70), (21, 70), (61, 70)]
