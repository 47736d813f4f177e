"""Whether a question asks for several things, and whether a text sets several side by side."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.understand.enumeration import asks_for_list, items_in, says_how_many


@pytest.mark.parametrize(
    ("question", "fewest"),
    [
        ("Which three measures did the minister propose?", 3),
        ("For what three purposes was the grant divided?", 3),
        ("In which two provinces was the flood expected?", 2),
        ("Which officials sat on the council?", 3),
        ("Which foreign academic institutions sent geologists?", 3),
        ("What food products did the ministry want?", 3),
        ("At which points were the troops stationed?", 3),
        ("Name the two pilots.", 2),
        ("Name the people aboard.", 3),
        ("Who accompanied the minister to the talks?", 3),
        ("Which minister chaired the council?", 0),
        ("What was the crew's size?", 0),
        ("What did the minister propose?", 0),
        ("What is the status of the talks?", 0),
        ("Which body served as the model?", 0),
        ("What worried Marcos most?", 0),
        ("On what terms were the talks resumed?", 0),
        ("How large was the ship at which fighters shot?", 0),
        ("How much did the two generals ask for?", 0),
        ("How many officers were trained?", 0),
    ],
)
def test_a_question_asks_for_so_many(question: str, fewest: int) -> None:
    assert asks_for_list(question) == fewest


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("Which three measures did he announce?", True),
        ("What two conditions did Paris set?", True),
        ("Name the several posts that were asked.", True),
        ("Which jets did the premier want?", False),
        ("Why did the three ministers resign?", False),
    ],
)
def test_a_question_for_several_things_may_count_them(question: str, counted: bool) -> None:
    assert says_how_many(question) is counted


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("The minister left.", 1),
        ("HE ASKED FOR: --WHEAT; --RICE; --LARD.", 3),
        ("He asked for\n- wheat\n- rice", 2),
        ("(A) TAX REFORM, (B) A BUDGET AND (C) A PIPELINE.", 3),
        ("The bank pays for a road; the fund for a port; the state for both.", 3),
        ("Present were Mali, Guinea, Somalia and Sudan.", 4),
        ("Of it, USD 290,000 goes to the shelter, USD 115,000 to a court and USD 75,000 to the radio.", 4),
        ("The talks went on, though no one who had been at the table before could say what they were about.", 1),
    ],
)
def test_a_text_sets_so_many_side_by_side(text: str, items: int) -> None:
    assert items_in(text) == items


@settings(deadline=None)
@given(text=st.text())
def test_any_text_has_at_least_itself(text: str) -> None:
    assert items_in(text) >= 1


@settings(deadline=None)
@given(names=st.lists(st.from_regex(r"[A-Z][a-z]{2,8}", fullmatch=True), min_size=3, max_size=9))
def test_a_list_of_names_is_counted(names: list[str]) -> None:
    assert items_in(f"{', '.join(names[:-1])} and {names[-1]}.") == len(names)
