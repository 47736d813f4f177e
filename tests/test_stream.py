"""However a draft is split as it streams, its statements are those of the whole."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from qa.cite import cite
from qa.records import Passage
from qa.stream import Sentences

SOURCES = [
    Passage(n, 1.0, f"07ASTANA{n}", 1, 1, "¶1", None, "ASTANA", None, None, text)
    for n, text in enumerate(("97 officers were trained.", "Prime Minister Massimov chaired it.", "Bread rose."), 1)
]
PIECES = (
    "97 officers were trained", "Massimov chaired it", "The U.S. paid $3.5 million", "He came on Jan. 8", "“So be it”",
    ". ", ".",
    "! ", "\n\n", "\n- ", " ", "[1]", "[1, 2]", "[1][2]", " 【1】", "【3†source】", " (source 2)", "[source 3]",
    "[2-3]", "[9]", "[1974]", "(a note)", "[", "(", "］", "1. ", " [Sources 1 and 3]", "... ", ".” ", "?) ",
)  # fmt: skip


@st.composite
def split_drafts(draw: st.DrawFn) -> list[str]:
    draft = "".join(draw(st.lists(st.sampled_from(PIECES), max_size=14)))
    cuts = sorted(draw(st.sets(st.integers(0, len(draft)), max_size=12)) | {0, len(draft)})
    return [draft[start:end] for start, end in pairwise(cuts)]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(split_drafts())
@example(["97 officers were trained.", " ", "[", "1", "]", " [2", "] Massimov chaired it", ". 【", "2】"])
@example(list("97 officers were trained. (source 1) Massimov chaired it [2]."))
def test_any_splitting_gives_the_statements_of_the_whole(pieces: list[str]) -> None:
    sentences = Sentences()
    streamed = [sentence for piece in pieces for sentence in sentences.feed(piece)] + [*sentences.end()]
    found = [statement for sentence in streamed for statement in cite(sentence, SOURCES)]
    assert found == [*cite("".join(pieces), SOURCES)]


@pytest.mark.parametrize(
    ("marker", "named"),
    [
        ("[1]", [1]), ("[1, 2]", [1, 2]), ("[1][2]", [1, 2]), ("[1] [3]", [1, 3]), ("【1】", [1]),
        ("【2†source】", [2]),
        ("(source 2)", [2]), ("(sources 1 and 2)", [1, 2]), ("[source 3]", [3]),
        ("[Source 1; Source 2]", [1, 2]),
        ("[1-3]", [1, 2, 3]), ("[2–3]", [2, 3]), ("[^2]", [2]), ("[#3]", [3]), ("［1］", [1]), ("[passage 2]", [2]),
    ],
)  # fmt: skip
def test_every_form_of_marker_is_looked_up(marker: str, named: list[int]) -> None:
    (statement,) = cite(f"Something quite different happened {marker}.", SOURCES)
    assert [each.marker for each in statement.citations] == named
    assert statement.text == "Something quite different happened."


def test_a_sentence_is_given_out_as_soon_as_the_next_has_begun() -> None:
    sentences = Sentences()
    assert [*sentences.feed("97 were trained [1]. ")] == []
    assert [*sentences.feed("He")] == ["97 were trained [1]."]
