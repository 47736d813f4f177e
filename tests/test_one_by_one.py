"""A small chat model is shown one paragraph at a time: which is drafted from, what stands, and when nothing is said."""

from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import ScriptedChatModel
from langchain_core.messages import BaseMessage
from making import a_text

from index.errors import ChatUnavailable
from qa.assistant import Assistant
from qa.evidence import FLOOR
from qa.one_by_one import CERTAIN, ECHOED, LIKELY, QUOTABLE, TRUSTED
from qa.reading import warm
from qa.records import AnswerReady, PassagesFound, SourceOpened, TextStreamed

Ask = Callable[..., Assistant]
YES, NO = {"yes": 0.97, "no": 0.03, "not": 0.02}, {"yes": 0.02, "no": 0.98, "not": 0.9}
FAINTLY = {"yes": 0.75, "no": 0.25, "not": 0.2}
TRAINED, FORUM = "97 officers", "Civic Forum"


class WeighingModel(ScriptedChatModel):
    """Says yes to the paragraphs that hold one of these words, and keeps what it was shown."""

    answers_in: Any = ()
    answering: Any = YES
    faintly_in: str | None = None
    fails: bool = False

    def first_words(self, messages: list[BaseMessage]) -> Mapping[str, float]:
        if self.fails:
            raise ChatUnavailable("the model is gone; start it again.")
        shown = messages[-1].text.partition("Question:")[0]
        if self.faintly_in and self.faintly_in in shown:
            return FAINTLY
        return self.answering if any(word in shown for word in self.answers_in) else NO


def weighing(*replies: str, answers_in: tuple[str, ...] = (TRAINED,), fails: bool = False) -> WeighingModel:
    return WeighingModel(replies=deque(replies), asked=[], answers_in=answers_in, fails=fails)


@pytest.fixture(autouse=True)
def archive(tmp_path: Path, index_files: Callable[..., Any]) -> None:
    folder = tmp_path / "cables"
    folder.mkdir()
    first, second = "A total of 97 officers were trained in Karaganda.", "Massimov chaired the third Civic Forum."
    (folder / "1.txt").write_text(a_text(1, first=first, second=second))
    (folder / "2.txt").write_text(a_text(2, first="The wheat harvest failed.", second="Bread prices rose 12 percent."))
    index_files(folder)


def test_the_paragraph_that_answers_is_drafted_from_alone_and_cited(ask_with: Ask) -> None:
    model = weighing("97 officers were trained. ")
    answer = ask_with(model).ask("How many officers were trained in Karaganda?")
    (statement,) = answer.statements
    assert (answer.outcome, statement.text, statement.support) == ("answered", "97 officers were trained.", "supported")
    assert [(each.cable_id, each.number) for each in statement.citations] == [("07ASTANA1", 1)]
    (prompt,) = model.asked
    assert TRAINED in prompt[-1].text and FORUM not in prompt[-1].text


def test_each_source_is_told_as_it_is_opened(ask_with: Ask) -> None:
    events = list(ask_with(weighing("97 officers were trained. ")).stream("How many officers were trained?"))
    found, *middle, last = events
    assert isinstance(found, PassagesFound) and isinstance(last, AnswerReady)
    opened = [each.passage for each in middle if isinstance(each, SourceOpened)]
    assert [str(each.rank) for each in opened] == list(last.answer.trace["readings"])
    assert [each.text for each in middle[len(opened) :] if isinstance(each, TextStreamed)] == [
        "97 officers were trained. [1] "
    ]


def test_where_no_paragraph_answers_nothing_is_drafted(ask_with: Ask) -> None:
    model = weighing("97 officers were trained.", answers_in=())
    answer = ask_with(model).ask("How many officers were trained in Karaganda?")
    assert (answer.outcome, answer.statements, model.asked) == ("not_found", (), [])
    assert answer.trace["readings"]


def test_what_could_not_answer_more_surely_is_not_read(ask_with: Ask) -> None:
    answer = ask_with(weighing("97 officers were trained.")).ask("How many officers were trained in Karaganda?")
    assert len(answer.passages) > 2 and list(answer.trace["readings"]) == ["1"]


def test_what_does_not_answer_is_not_read_a_second_time(ask_with: Ask) -> None:
    class Counting(WeighingModel):
        weighed: int = 0

        def first_words(self, messages: list[BaseMessage]) -> Mapping[str, float]:
            self.weighed += 1
            return NO

    model = Counting(replies=deque(), asked=[])
    answer = ask_with(model).ask("How many officers were trained in Karaganda?")
    readings = answer.trace["readings"]
    assert answer.outcome == "not_found" and readings and model.weighed == len(readings)
    assert all(list(each) == ["answered"] for each in readings.values())


def test_several_things_are_looked_for_where_they_are_listed(
    ask_with: Ask, tmp_path: Path, index_files: Callable[..., Any]
) -> None:
    first = "Minister Massimov proposed three measures to the Civic Forum in Karaganda."
    second = "Massimov's measures were: a wheat credit, a road to Karaganda and a school."
    (tmp_path / "cables" / "1.txt").write_text(a_text(1, first=first, second=second))
    index_files(tmp_path / "cables")
    model = weighing("A wheat credit, a road to Karaganda and a school. ", answers_in=("measures",))
    answer = ask_with(model).ask("Which three measures did Minister Massimov propose to the Civic Forum?")
    assert [each.number for statement in answer.statements for each in statement.citations] == [2]


def test_where_the_surest_paragraph_says_nothing_a_faint_one_does_not_take_its_place(ask_with: Ask) -> None:
    model = weighing("The paragraph does not mention who.", "Massimov chaired the third Civic Forum.")
    model.faintly_in = FORUM
    answer = ask_with(model).ask(
        "Who of the officers trained in Karaganda for the third Civic Forum that Massimov chaired?"
    )
    assert max(each.get("sure", 0.0) for each in answer.trace["readings"].values()) > QUOTABLE
    assert len(answer.trace["readings"]) > 1 and len(model.asked) == 1
    assert answer.outcome == "not_found"


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        ("500 horses were bought.", "“A total of 97 officers were trained in Karaganda.”"),  # in the cable's words
        ("97 officers were trained. 500 horses were bought.", "97 officers were trained."),
        ("97 officers were trained. 97 officers were trained.", "97 officers were trained."),
    ],
)
def test_what_the_paragraph_does_not_carry_is_not_said(ask_with: Ask, draft: str, said: str) -> None:
    answer = ask_with(weighing(draft)).ask("How many officers were trained in Karaganda?")
    assert answer.text == said


class Doubting(WeighingModel):
    """As good as sure, but not quite."""

    yes: float = 0.8

    def first_words(self, messages: list[BaseMessage]) -> Mapping[str, float]:
        return {"yes": self.yes, "no": 1 - self.yes, "not": 0.1}


def test_a_source_that_is_not_sure_speaks_for_itself(ask_with: Ask) -> None:
    assistant = ask_with(Doubting(replies=deque(["97 officers were trained. "]), asked=[]))
    *words, last = assistant.stream("How many officers were trained in Karaganda?")
    assert not [each for each in words if isinstance(each, TextStreamed)]
    assert isinstance(last, AnswerReady)
    assert FLOOR < last.answer.trace["readings"]["1"]["sure"] < TRUSTED
    assert last.answer.text == "“A total of 97 officers were trained in Karaganda.”"


def test_a_source_that_is_not_sure_is_left_where_it_does_not_carry_its_draft(ask_with: Ask) -> None:
    doubting = Doubting(replies=deque(["97 officers were trained by marshals of honour. "] * 2), asked=[])
    answer = ask_with(doubting).ask("How many officers were trained in Karaganda?")
    assert (answer.outcome, answer.statements) == ("not_found", ())
    assert QUOTABLE < answer.trace["readings"]["1"]["sure"] < LIKELY
    assert {each["support"] for each in answer.trace["verdicts"]} == {"partly"}


def test_a_sentence_that_leans_on_one_that_was_withheld_is_not_told(ask_with: Ask) -> None:
    draft = "Banzer left for Lima in haste. They were 97 officers trained in Karaganda."
    answer = ask_with(weighing(draft)).ask("How many officers were trained?")
    assert [(each.text, each.support) for each in answer.statements] == [
        ("“A total of 97 officers were trained in Karaganda.”", "supported")
    ]


def test_a_draft_that_admits_that_it_does_not_know_is_no_answer(ask_with: Ask) -> None:
    doubting = Doubting(replies=deque(["The paragraph does not mention how many."]), asked=[], yes=0.88)
    answer = ask_with(doubting).ask("How many officers were trained in Karaganda?")
    assert LIKELY < answer.trace["readings"]["1"]["sure"] < CERTAIN
    assert (answer.outcome, answer.statements) == ("not_found", ())


def test_a_source_that_is_certain_is_quoted_though_its_draft_says_that_it_does_not_say(ask_with: Ask) -> None:
    answer = ask_with(weighing("The paragraph does not mention how many.")).ask(
        "How many officers were trained in Karaganda?"
    )
    assert answer.trace["readings"]["1"]["sure"] > CERTAIN
    assert answer.text == "“A total of 97 officers were trained in Karaganda.”"


def test_one_of_two_things_that_the_question_names_is_an_answer(ask_with: Ask) -> None:
    answer = ask_with(weighing("Officers were trained in Karaganda. ")).ask(
        "Were officers trained in Karaganda or in Moscow?"
    )
    assert [each.text for each in answer.statements] == ["Officers were trained in Karaganda."]


def test_a_draft_that_only_repeats_the_question_leaves_the_word_to_its_source(ask_with: Ask) -> None:
    answer = ask_with(weighing("Officers were trained in Karaganda.")).ask(
        "How many officers were trained in Karaganda?"
    )
    assert answer.text == "“A total of 97 officers were trained in Karaganda.”"


def test_a_draft_that_only_repeats_the_question_is_no_answer_where_its_source_is_not_sure(ask_with: Ask) -> None:
    doubting = Doubting(replies=deque(["Officers were trained in Karaganda."]), asked=[], yes=0.85)
    answer = ask_with(doubting).ask("How many officers were trained in Karaganda?")
    assert LIKELY < answer.trace["readings"]["1"]["sure"] < ECHOED
    assert (answer.outcome, answer.statements) == ("not_found", ())


def test_the_sentence_with_the_words_of_the_draft_is_quoted(
    ask_with: Ask, tmp_path: Path, index_files: Callable[..., Any]
) -> None:
    council = "The Council on Monetary Policy in Lima was created in May."
    decree = "It was set up by a decree of which the Embassy has sent the Department no translation until now. " * 9
    seats = "Minister of Finance Bordagaray presides over it, and Minister of Mines Villalba is its secretary."
    index_files(_cable(tmp_path / "council", f"{council} {decree}{seats}"))
    model = weighing("Ministers Bordagaray and Villalba. ", answers_in=("Villalba",))
    answer = ask_with(model).ask("Which ministers sit on the Council in Lima?")
    assert "Bordagaray" in answer.text and "Villalba" in answer.text and "was created" not in answer.text


def test_what_stands_before_every_question_is_read_beforehand(ask_with: Ask) -> None:
    class Remembering(WeighingModel):
        prompts: list[list[BaseMessage]]

        def first_words(self, messages: list[BaseMessage]) -> Mapping[str, float]:
            self.prompts.append(list(messages))
            return super().first_words(messages)

    model = Remembering(replies=deque(["97 officers were trained."]), asked=[], answers_in=(TRAINED,), prompts=[])
    warm(model)
    ask_with(model).ask("How many officers were trained in Karaganda?")
    first, *others = model.prompts
    assert len(first) > 1 and [each[: len(first)] for each in others if len(each) > 1] == [first]
    warm(None)


def _cable(folder: Path, first: str) -> Path:
    folder.mkdir()
    (folder / "3.txt").write_text(a_text(3, first=first))
    return folder


def test_a_model_that_fails_gives_way_to_a_quotation(ask_with: Ask) -> None:
    answer = ask_with(weighing(fails=True)).ask("How many officers were trained in Karaganda?")
    assert answer.outcome == "answered" and "97 officers" in answer.text
    assert "the model is gone" in (answer.notice or "") and answer.model == "none"
