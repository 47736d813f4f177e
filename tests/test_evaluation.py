"""Question files, their check, marks, runs that are stored and go on, comparisons, the judge, and the gate."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT, SAMPLE, ScriptedChatModel, scripted
from evaluating import DECLINED, GOLD, a_citation, an_answer, rows
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from making import a_text

from index.catalog import Catalog
from index.errors import ChatUnavailable, CorpusError, QueryError, ReplyError
from index.home import catalog_path
from qa.assistant import Assistant
from qa.evaluation.check import check_questions
from qa.evaluation.compare import compare
from qa.evaluation.gate import to_requirement
from qa.evaluation.judge import ChatJudge, labelled_answers, measured_agreement, to_messages
from qa.evaluation.marks import mark, marked_path, stored_answer
from qa.evaluation.questions import GoldQuestion, read_questions
from qa.evaluation.runs import Run, evaluate, load_run, run_names
from qa.evaluation.statistics import Agreement, Value

# ── question files ───────────────────────────────────────────────────────────────────────────


def a_line(**changes: Any) -> str:
    line = {"id": "q1", "question": "How many?", "kind": "factoid", "answers": ["97"]}
    return json.dumps({**line, "citations": [{"cable": "07ASTANA1", "paragraph": 1}], **changes})


def test_a_question_file_is_checked_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    bad = [
        a_line(), "no json", a_line(), a_line(id="q3", citations=[]), a_line(id="q4", question=""),
        a_line(id="q5", answers=[], points=["97 were"]), '["q6"]', a_line(id="q7", citations=[{"paragraph": 1}]),
    ]  # fmt: skip
    path.write_text("\n".join(bad))
    with pytest.raises(CorpusError) as caught:
        read_questions(path)
    told = str(caught.value)
    for part in (
        "line 2: ", "line 3: the id 'q1' stands twice", "line 4: there are answers but no citations",
        "line 5: question", "line 6: there are points but no answers", "line 7: ", "line 8: citations.0.cable",
    ):  # fmt: skip
        assert part in told
    assert "\n" not in told


def test_a_line_separator_within_a_question_ends_no_line(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    line = json.dumps({**json.loads(a_line()), "question": "How\u2028many?"}, ensure_ascii=False)
    path.write_text(line + "\n", encoding="utf-8")
    assert [each.question for each in read_questions(path)] == ["How\u2028many?"]


@pytest.mark.parametrize("text", ["", None])
def test_a_question_file_that_holds_none_is_told(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "questions.jsonl"
    if text is not None:
        path.write_text(text)
    with pytest.raises(CorpusError, match=str(path)):
        read_questions(path)


@pytest.fixture
def archive(tmp_path: Path, index_files: Callable[..., Any]) -> None:
    (tmp_path / "1.txt").write_text(
        a_text(1, first="A total of 97 officers were trained.", second="The harvest failed.")
    )
    index_files(tmp_path / "1.txt")


@pytest.fixture
def catalog(archive: None, home: Path) -> Catalog:
    return Catalog(catalog_path(home))


def gold(**changes: Any) -> GoldQuestion:
    return replace(GOLD, line=7, citations=frozenset({("07ASTANA1", "1")}), **changes)


@pytest.mark.parametrize(
    ("question", "problems"),
    [
        (gold(quote="A total of 97\n officers || were trained."), []),
        (gold(quote="The harvest failed."), ["the quote 'The harvest failed.' stands in no cited paragraph"]),
        (gold(quote="97 officers || 98 officers"), ["the quote '98 officers' stands in no cited paragraph"]),
        (replace(gold(), citations=frozenset({("07ASTANA9", "1")})), ["07ASTANA9 is not in the archive"]),
        (replace(gold(), citations=frozenset({("07ASTANA1", "9")})), ["07ASTANA1 has no paragraph 9"]),
        (replace(gold(), citations=frozenset({("Astana 1", "2")}), quote="The harvest failed."), []),
        (replace(gold(), citations=frozenset({("07ASTANA1", "header")}), quote="AMEMBASSY ASTANA"), []),
        (replace(gold(), citations=frozenset({("07ASTANA1", "*")}), quote="The harvest failed."), []),
        (gold(quote="1. A total of 97 offi- cers"), []),
        (replace(gold(), citations=frozenset({("07ASTANA1", "header")}), quote="The harvest failed. ORDWAY"), []),
        (
            replace(gold(), citations=frozenset({("07ASTANA1", "header")}), quote="The harvest failed."),
            ["the quote 'The harvest failed.' stands in no cited paragraph"],
        ),
        (replace(gold(), rejected_citations=frozenset({("07ASTANA1", "8")})), ["07ASTANA1 has no paragraph 8"]),
    ],
)
def test_gold_is_held_against_the_catalog(catalog: Catalog, question: GoldQuestion, problems: list[str]) -> None:
    assert check_questions([question], catalog) == [f"line 7 (q1): {each}" for each in problems]


def test_the_sample_questions_stand_in_the_sample_cables(index_files: Callable[..., Any], home: Path) -> None:
    index_files(SAMPLE)
    questions = read_questions(PROJECT / "qa" / "evaluation" / "sample_questions.jsonl")
    assert check_questions(questions, Catalog(catalog_path(home))) == []


def test_the_questions_over_real_cables_stand_in_them(
    index_files: Callable[..., Any], home: Path, shared_data: Path
) -> None:
    index_files(shared_data / "aad", shared_data / "astana")
    assert check_questions(read_questions(shared_data / "aad_questions.jsonl"), Catalog(catalog_path(home))) == []


# ── marks ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def marking(archive: None, ask_with: Callable[..., Assistant]) -> Assistant:
    return ask_with()


def test_a_right_answer_becomes_gold(marking: Assistant, home: Path) -> None:
    question = mark(marking, an_answer("97 were trained.", a_citation(1)), "right", accepted=["97"])
    assert (question.answers, question.points) == (("97",), ("97 were trained.",))
    assert (question.citations, question.quote) == (frozenset({("07ASTANA1", "1")}), "97 officers")
    assert read_questions(marked_path(home)) == [question]
    assert check_questions([question], marking.catalog) == []


def test_a_wrong_answer_is_not_to_be_said_again(marking: Assistant) -> None:
    question = mark(marking, an_answer("79 were trained."), "wrong")
    assert (question.rejected, question.answers, question.must_decline) == (("79 were trained.",), (), False)


def test_a_wrong_source_is_not_to_be_cited_again(marking: Assistant) -> None:
    question = mark(marking, an_answer("97 were trained.", a_citation(2)), "wrong source", places="Astana 1 ¶1")
    assert question.rejected_citations == {("07ASTANA1", "2")}
    assert (question.answers, question.citations) == (("97 were trained.",), {("07ASTANA1", "1")})


def test_declining_rightly_makes_an_unanswerable_question(marking: Assistant) -> None:
    assert mark(marking, DECLINED, "right").must_decline
    with pytest.raises(QueryError, match="give what it should have said"):
        mark(marking, DECLINED, "wrong")
    assert mark(marking, DECLINED, "wrong", accepted=["97"]).answers == ("97",)


@pytest.mark.parametrize("places", ["07ASTANA1 9", "07ASTANA9 1", "07ASTANA1", "nowhere"])
def test_a_place_that_is_not_there_is_told(marking: Assistant, places: str) -> None:
    with pytest.raises(QueryError, match="is no paragraph of the archive; write it as 07ASTANA3162 4"):
        mark(marking, an_answer(), "wrong source", places=places)


def test_a_question_marked_again_replaces_its_line(marking: Assistant, home: Path) -> None:
    other = replace(an_answer(), query=replace(an_answer().query, text="What else?"))
    mark(marking, an_answer(), "right")
    mark(marking, other, "right")
    mark(marking, an_answer("79 were trained."), "wrong")
    assert [each.rejected for each in read_questions(marked_path(home))] == [(), ("79 were trained.",)]


def test_a_stored_answer_is_the_answer_that_was_given(marking: Assistant, questions: list[GoldQuestion]) -> None:
    row = json.loads(json.dumps(evaluate(marking, questions).rows[0]))
    given = marking.ask(questions[0].question, top_k=20)
    assert stored_answer(row).to_dict() == {**given.to_dict(), "seconds": row["answer"]["seconds"]}


# ── runs ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def questions(tmp_path: Path) -> list[GoldQuestion]:
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join([a_line(), a_line(id="q2", question="What of the harvest?", answers=["failed"])]))
    return read_questions(path)


TIMED = {"seconds", "seconds_to_first_token"}


def untimed(run: Run) -> list[dict[str, float]]:
    return [{name: value for name, value in row["measures"].items() if name not in TIMED} for row in run.rows]


@pytest.mark.usefixtures("archive")
def test_a_run_is_stored_and_gives_the_same_numbers_twice(
    ask_with: Callable[..., Assistant], questions: list[GoldQuestion]
) -> None:
    assistant = ask_with()
    first = evaluate(assistant, questions, name="first")
    again = evaluate(assistant, questions, name="again", jobs=2)
    assert load_run(assistant.settings.home, "first") == first
    assert untimed(first) == untimed(again)
    assert {name for name in first.measures() if not name.startswith("seconds")} >= {"correct", "recall@10"}
    with pytest.raises(QueryError, match="no run is called 'third'; there are: again, first"):
        load_run(assistant.settings.home, "third")
    assert load_run(assistant.settings.home, "latest").run == "again"


@pytest.mark.usefixtures("archive")
def test_a_run_keeps_what_it_was_made_with_and_how_answers_came_about(
    ask_with: Callable[..., Assistant], questions: list[GoldQuestion]
) -> None:
    run = evaluate(ask_with(Counting(*["97 were [1]."] * 2)), questions, file="questions.jsonl")
    made = run.made_with
    assert (made["file"], made["chat_model"], made["encoder"], made["cables"]) == (
        "questions.jsonl", "Counting", "hashing", 1,
    )  # fmt: skip
    assert {"answer", "question", "source", "judge"} <= set(made["prompts"])
    assert {"langchain-core", "tantivy", "chromadb", "torch"} <= set(made["libraries"])
    row = run.rows[0]
    assert (row["question"], row["trace"]["draft"], row["gold"]["answers"]) == ("How many?", "97 were [1].", ["97"])
    assert "A total of 97 officers" in row["trace"]["prompts"][0][-1]["text"]
    assert (row["measures"]["prompt_tokens"], row["measures"]["answer_tokens"]) == (120, 12)


class Counting(ScriptedChatModel):
    """A scripted chat model that reports its tokens, as real ones do."""

    def __init__(self, *replies: str) -> None:
        super().__init__(replies=scripted(*replies).replies, asked=[])

    def _stream(self, *args: Any, **kwargs: Any) -> Any:
        yield from super()._stream(*args, **kwargs)
        usage = {"input_tokens": 120, "output_tokens": 12, "total_tokens": 132}
        yield ChatGenerationChunk(message=AIMessageChunk(content="", usage_metadata=usage))


class Failing(ScriptedChatModel):
    """A chat model that is gone after its last reply."""

    def _stream(self, *args: Any, **kwargs: Any) -> Any:
        if not self.replies:
            raise ChatUnavailable("no server; start it.")
        yield from super()._stream(*args, **kwargs)


@pytest.mark.usefixtures("archive")
def test_a_run_that_broke_off_says_how_to_go_on_and_goes_on(
    ask_with: Callable[..., Assistant], questions: list[GoldQuestion], home: Path
) -> None:
    model = Failing(replies=scripted("97 were [1].").replies, asked=[])
    with pytest.raises(ChatUnavailable, match=r"start it\..*\(1 answers are kept; go on with: --resume first\)"):
        evaluate(ask_with(model), questions, name="first")
    answers = home / "runs" / "first" / "answers.jsonl"
    answers.write_text(answers.read_text() + '{"id": "q2", "cut o')
    model.replies.append("The harvest failed [1].")
    resumed = evaluate(ask_with(model), questions, name="first")
    assert [row["id"] for row in resumed.rows] == ["q1", "q2"]
    assert len(model.asked) == 2
    assert load_run(home, "first") == resumed


@pytest.mark.usefixtures("archive")
def test_a_run_is_not_gone_on_with_by_another_chat_model_or_with_other_questions(
    ask_with: Callable[..., Assistant], questions: list[GoldQuestion]
) -> None:
    evaluate(ask_with(), questions, name="first")
    with pytest.raises(QueryError, match="the run first was made with another chat_model; set that back"):
        evaluate(ask_with(scripted()), questions, name="first")
    with pytest.raises(QueryError, match="made with another questions"):
        evaluate(ask_with(), questions[:1], name="first")
    with pytest.raises(QueryError, match="is no name of a run"):
        evaluate(ask_with(), questions, name="../first")


@pytest.mark.usefixtures("archive")
def test_searching_only_measures_the_ranking(ask_with: Callable[..., Assistant], questions: list[GoldQuestion]) -> None:
    run = evaluate(ask_with(scripted()), questions, search_only=True)
    assert set(run.measures()) == {"recall@1", "recall@5", "recall@10", "recall@20", "MRR", "nDCG@10"}
    assert (run.made_with["chat_model"], run.rows[0]["answer"]["outcome"]) == (None, None)


def a_run(*correct: float, name: str = "r") -> Run:
    return Run(name, {"chat_model": name}, rows("correct", correct))


def test_a_comparison_tells_gains_losses_and_noise() -> None:
    found = compare(a_run(0, 0, 1, 1), a_run(1, 0, 0, 1, name="s"))
    (change,) = found.changes
    assert (found.questions, found.differing) == (4, ("chat_model",))
    assert (change.before, change.after, change.gains, change.losses, change.is_noise) == (
        0.5, 0.5, ("q0",), ("q2",), True,
    )  # fmt: skip
    assert not compare(a_run(*[0.0] * 8), a_run(*[1.0] * 8)).changes[0].is_noise
    with pytest.raises(QueryError, match="share no question"):
        compare(a_run(1), Run("s", {}, ()))


def test_less_of_a_bad_thing_is_a_gain() -> None:
    found = compare(Run("r", {}, rows("over_declined", [1, 1])), Run("s", {}, rows("over_declined", [0, 1])))
    assert (found.changes[0].gains, found.changes[0].losses) == (("q0",), ())


def test_a_question_with_other_words_is_another_question() -> None:
    reworded = Run("s", {}, ({**rows("correct", [0])[0], "question": "How few?"}, *rows("correct", [0, 1])[1:]))
    assert compare(a_run(1, 1), reworded).questions == 1


# ── the judge ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("reply", "verdict"), [("Yes.", 1), ("**no**, because", 0), ("YES", 1)])
def test_a_judge_says_yes_or_no(reply: str, verdict: float) -> None:
    model = scripted(reply)
    assert ChatJudge(model, "scripted")(GOLD, "97 were.") == verdict
    assert model.asked == [to_messages(GOLD, "97 were.")]
    (message,) = model.asked[0]
    assert "- 97 officers were trained" in message.content and "Answer to check: 97 were." in message.content


def test_a_judge_that_says_neither_is_told() -> None:
    with pytest.raises(ReplyError, match="said neither Yes nor No"):
        ChatJudge(scripted("It depends."), "scripted")(GOLD, "97 were.")


def test_the_labelled_answers_are_as_often_right_as_wrong() -> None:
    labelled = labelled_answers()
    assert len(labelled) >= 40
    assert len({(each.gold.question_id, each.answer) for each in labelled}) == len(labelled)
    assert sum(each.right for each in labelled) / len(labelled) == pytest.approx(0.5, abs=0.05)
    known = {each.question for each in read_questions(PROJECT / "qa" / "evaluation" / "sample_questions.jsonl")}
    assert {each.gold.question for each in labelled} <= known


def test_the_agreement_of_a_judge_is_measured_once_and_kept(home: Path) -> None:
    labelled = labelled_answers()
    model = scripted(*("Yes" if each.right else "No" for each in labelled))
    assert measured_agreement(ChatJudge(model, "scripted"), home) == Agreement(1.0, 1.0, len(labelled))
    assert measured_agreement(ChatJudge(scripted(), "scripted"), home) == Agreement(1.0, 1.0, len(labelled))
    always = ChatJudge(scripted(*["Yes"] * len(labelled)), "always")
    assert measured_agreement(always, home).kappa == 0


@pytest.mark.usefixtures("archive")
def test_a_verdict_stands_beside_the_other_measures(
    ask_with: Callable[..., Assistant], questions: list[GoldQuestion]
) -> None:
    judge = ChatJudge(scripted("Yes", "No"), "scripted")
    answering = ask_with(scripted("A total of 97 officers were trained.", "The harvest failed."))
    run = evaluate(answering, questions, judge=judge, judged_by={"chat_model": "scripted"})
    assert [row["measures"]["judged_correct"] for row in run.rows] == [1, 0]
    assert run.made_with["judge"] == {"chat_model": "scripted"}
    assert "correct" in run.measures()


# ── the gate ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("requirement", "failure"),
    [
        ("correct>=0.5", None),
        ("correct > 0.5", "correct>0.5 is not met: correct is 0.500 over 2 questions"),
        (
            "over_declined<=0.1",
            "over_declined<=0.1 is not met: over_declined applied to no question; there are correct",
        ),
    ],
)
def test_the_gate_says_why(requirement: str, failure: str | None) -> None:
    assert to_requirement(requirement).failure({"correct": Value(0.5, 0, 1, 2)}) == failure


@pytest.mark.parametrize("text", ["correct", "correct==1", ">=0.5", "correct>=high"])
def test_a_requirement_that_is_none_is_told(text: str) -> None:
    with pytest.raises(QueryError, match="is no requirement"):
        to_requirement(text)


def test_without_runs_there_are_no_names(home: Path) -> None:
    assert run_names(home) == []
