"""Measures by worked examples, bad answerers caught by the measure meant for them, runs that go on and compare."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import ir_measures
import pytest
from conftest import scripted
from test_build import a_text

from index.errors import CorpusError, QueryError
from qa.assistant import Assistant
from qa.evaluation.gate import to_requirement
from qa.evaluation.measures import Value, fold, mean, measure, quote_validity, ranking, summarise, token_f1
from qa.evaluation.questions import GoldQuestion, read_questions, to_place
from qa.evaluation.runs import Run, compare, evaluate, load_run, sign_test
from qa.records import Answer, Citation, Passage, Query, Statement

GOLD = GoldQuestion(
    "q1", "How many were trained?", "factoid", ("97", "ninety-seven"), (), frozenset({("07ASTANA1", "4")})
)
NO_ANSWER = GoldQuestion("q2", "What did it cost?", "unanswerable", (), (), frozenset())


def a_passage(rank: int, number: int, cable_id: str = "07ASTANA1") -> Passage:
    text = "A total of 97 officers were trained."
    return Passage(rank, 1 / rank, cable_id, number, number, f"¶{number}", None, "ASTANA", None, None, text, ("terms",))


PASSAGES = (a_passage(1, 2), a_passage(2, 4))


def an_answer(text: str = "97 were trained.", number: int = 4, quote: str = "97 officers", **changes: Any) -> Answer:
    citation = Citation(1, "07ASTANA1", number, number, f"¶{number}", quote, 11, 22)
    statements = (Statement(text, (citation,), "supported"),)
    return replace(
        Answer(Query("How many?"), "answered", statements, PASSAGES, "none", {"total": 2.0, "first_token": 1.0}),
        **changes,
    )


DECLINED = Answer(Query("How many?"), "not_found", (), PASSAGES, "none", {"total": 2.0, "first_token": 1.0}, "No.")


@pytest.mark.parametrize(
    ("gold", "answer", "expected"),
    [
        (GOLD, an_answer(), {"correct": 1, "citation_precision": 1, "citation_recall": 1, "over_declined": 0}),
        (GOLD, an_answer("Ninety-seven were."), {"correct": 1}),
        (GOLD, an_answer("197 were trained."), {"correct": 0}),  # a number is not found inside another
        (
            GOLD,
            an_answer(number=2),
            {"correct": 1, "citation_precision": 0, "citation_recall": 0, "cable_precision": 1},
        ),
        (GOLD, an_answer(quote="79 officers"), {"quote_validity": 0}),
        (GOLD, DECLINED, {"correct": 0, "over_declined": 1, "token_F1": 0}),
        (NO_ANSWER, DECLINED, {"declined": 1}),
        (NO_ANSWER, an_answer(), {"declined": 0}),
    ],
)
def test_measures_of_one_answer(gold: GoldQuestion, answer: Answer, expected: dict[str, float]) -> None:
    found = measure(gold, answer)
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("gold", "answer", "absent"),
    [
        (GOLD, DECLINED, {"citation_precision", "citation_recall", "quote_validity", "unsupported", "declined"}),
        (NO_ANSWER, an_answer(), {"correct", "token_F1", "citation_precision", "over_declined", "MRR", "recall@10"}),
    ],
)
def test_a_measure_that_does_not_apply_is_not_zero(gold: GoldQuestion, answer: Answer, absent: set[str]) -> None:
    assert not absent & set(measure(gold, answer))


BAD = {
    "always declines": (lambda gold: DECLINED, {"correct", "token_F1", "over_declined"}),
    "always answers": (lambda gold: an_answer(), {"declined"}),
    "cites the wrong paragraph": (
        lambda gold: an_answer(number=2) if gold.answerable else DECLINED,
        {"citation_precision", "citation_recall"},
    ),
    "invents a quote": (
        lambda gold: an_answer(quote="1,000 officers") if gold.answerable else DECLINED,
        {"quote_validity"},
    ),
}


@pytest.mark.parametrize(("answerer", "caught_by"), BAD.values(), ids=BAD.keys())
def test_a_bad_answerer_is_caught_by_the_measures_meant_for_it_and_only_by_those(
    answerer: Callable[[GoldQuestion], Answer], caught_by: set[str]
) -> None:
    def run(answer_to: Callable[[GoldQuestion], Answer]) -> dict[str, Value]:
        return summarise([measure(gold, answer_to(gold)) for gold in (GOLD, NO_ANSWER)])

    good, bad = run(lambda gold: an_answer() if gold.answerable else DECLINED), run(answerer)
    assert {name for name, value in bad.items() if value.value != good[name].value} == caught_by


def test_token_f1_is_squads() -> None:
    gold = replace(GOLD, answers=("the third civic forum",))
    assert token_f1(gold, an_answer("The civic forum met.")) == pytest.approx(2 * 3 / (4 + 4))


def test_quote_validity_counts_citations() -> None:
    cited = [an_answer().statements[0].citations[0], an_answer(quote="x").statements[0].citations[0]]
    assert quote_validity(cited, PASSAGES) == 0.5
    assert quote_validity([], PASSAGES) is None


def test_ranking_by_hand() -> None:
    assert ranking(GOLD, PASSAGES) == pytest.approx(
        {"recall@1": 0, "recall@5": 1, "recall@10": 1, "recall@20": 1, "MRR": 0.5, "nDCG@10": 0.6309297535714575}
    )


def test_ranking_equals_trec_eval_on_a_random_run() -> None:
    draw = random.Random(7)
    order = draw.sample(range(1, 41), 40)
    gold = replace(GOLD, citations=frozenset(("07ASTANA1", str(n)) for n in draw.sample(order, 6)))
    ours = ranking(gold, [a_passage(rank, number) for rank, number in enumerate(order[:20], 1)])
    names = {"recall@5": "R@5", "recall@10": "R@10", "recall@20": "R@20", "MRR": "RR", "nDCG@10": "nDCG@10"}
    qrels = [ir_measures.Qrel("q", number, 1) for _, number in gold.citations]
    run = [ir_measures.ScoredDoc("q", str(number), float(-rank)) for rank, number in enumerate(order[:20])]
    for name, theirs in names.items():
        wanted = ir_measures.pytrec_eval.calc_aggregate([ir_measures.parse_measure(theirs)], qrels, run)
        assert ours[name] == pytest.approx(next(iter(wanted.values())))


def test_the_mean_has_a_bootstrap_interval_that_repeats() -> None:
    assert mean([1.0, 1.0]) == Value(1.0, 1.0, 1.0, 2)
    found = mean([0.0, 1.0] * 50)
    assert found == mean([0.0, 1.0] * 50)
    assert (found.value, found.n) == (0.5, 100)
    assert 0.38 < found.low < 0.42 and 0.58 < found.high < 0.62


@pytest.mark.parametrize(
    ("text", "folded"),
    [("$3,000.", "3000"), ("15 %, 12.5%", "15 12.5%"), ("7-1/8", "7-1/8"), ("Nov. 18", "nov 18"), ("É!", "é")],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("cable", "paragraph", "place"),
    [
        ("A", 2, ("A", "2")),
        ("A", "10.D", ("A", "10")),
        ("A", "signature", ("A", "header")),
        ("A", "header", ("A", "header")),
    ],
)
def test_gold_places_are_compared_as_they_contain_one_another(
    cable: str, paragraph: Any, place: tuple[str, str]
) -> None:
    assert to_place(cable, paragraph) == place


def a_line(**changes: Any) -> str:
    line = {"id": "q1", "question": "How many?", "kind": "factoid", "answers": ["97"]}
    return json.dumps({**line, "citations": [{"cable": "07ASTANA1", "paragraph": 1}], **changes})


def test_a_question_file_is_checked_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(
        "\n".join([a_line(), "no json", a_line(), a_line(id="q3", citations=[]), a_line(id="q4", question="")])
    )
    with pytest.raises(CorpusError) as caught:
        read_questions(path)
    told = str(caught.value)
    for part in ("line 2: ", "line 3: the id 'q1' stands twice", "line 4: answers and citations", "line 5: question"):
        assert part in told
    assert "\n" not in told


@pytest.mark.parametrize("text", ["", None])
def test_a_question_file_that_holds_none_is_told(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "questions.jsonl"
    if text is not None:
        path.write_text(text)
    with pytest.raises(CorpusError, match=str(path)):
        read_questions(path)


@pytest.fixture
def questions(tmp_path: Path) -> list[GoldQuestion]:
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join([a_line(), a_line(id="q2", question="What of the harvest?", answers=["failed"])]))
    return read_questions(path)


@pytest.fixture
def archive(tmp_path: Path, index_files: Callable[..., Any]) -> None:
    (tmp_path / "1.txt").write_text(
        a_text(1, first="A total of 97 officers were trained.", second="The harvest failed.")
    )
    index_files(tmp_path / "1.txt")


@pytest.mark.usefixtures("archive")
def test_a_run_is_stored_repeats_and_goes_on(ask_with: Callable[..., Assistant], questions: list[GoldQuestion]) -> None:
    assistant = ask_with()
    first = evaluate(assistant, questions, name="first")
    again = evaluate(assistant, questions, name="again", jobs=2)
    stored = load_run(assistant.settings.home, "first")
    assert stored.rows == tuple(json.loads(json.dumps(first.rows)))
    quick = {"seconds", "seconds_to_first_token"}
    assert [{k: v for k, v in row["measures"].items() if k not in quick} for row in first.rows] == [
        {k: v for k, v in row["measures"].items() if k not in quick} for row in again.rows
    ]
    path = assistant.settings.home / "runs" / "first" / "answers.jsonl"
    path.write_text(path.read_text().splitlines()[0] + '\n{"id": "q2", "cut o')
    model = scripted("The harvest failed [1].")
    resumed = evaluate(ask_with(model), questions, name="first")
    assert [row["id"] for row in resumed.rows] == ["q1", "q2"]
    assert len(model.asked) == 1
    with pytest.raises(QueryError, match="there are: again, first"):
        load_run(assistant.settings.home, "third")


def a_run(*correct: float) -> Run:
    rows = tuple({"id": f"q{n}", "kind": "factoid", "measures": {"correct": each}} for n, each in enumerate(correct))
    return Run("r", {}, rows)


def test_a_comparison_tells_gains_losses_and_noise() -> None:
    found = compare(a_run(0, 0, 1, 1), a_run(1, 0, 0, 1))
    assert (found.before, found.after, found.gains, found.losses, found.is_noise) == (0.5, 0.5, ("q0",), ("q2",), True)
    assert not compare(a_run(*[0.0] * 8), a_run(*[1.0] * 8)).is_noise
    with pytest.raises(QueryError, match="share no question"):
        compare(a_run(1), Run("s", {}, ()))


@pytest.mark.parametrize(
    ("gains", "losses", "p"), [(0, 0, 1.0), (1, 0, 1.0), (6, 0, 0.03125), (5, 5, 1.0), (8, 1, 0.0390625)]
)
def test_the_sign_test_is_exact(gains: int, losses: int, p: float) -> None:
    assert sign_test(gains, losses) == pytest.approx(p)


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
