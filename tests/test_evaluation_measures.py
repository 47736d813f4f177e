"""Every measure by worked examples; bad answerers are caught by the measures meant for them, and only by those."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ir_measures
import pytest
from conftest import PROJECT, SAMPLE
from evaluating import (
    DECLINED,
    FALSE_PREMISE,
    GOLD,
    NO_ANSWER,
    PASSAGES,
    TEXT,
    a_citation,
    a_passage,
    an_answer,
)

from index.parse import parse
from index.read import read_file
from index.records import Cable, Message, paragraph_label
from qa.evaluation.check import cited_paragraphs
from qa.evaluation.citing import numbers_grounded, precision, quote_validity, recall, unsupported
from qa.evaluation.measures import MEASURES, SPREAD, measure, summarise
from qa.evaluation.questions import WHOLE, GoldQuestion, read_questions, to_place
from qa.evaluation.ranking import RANKING, ranking
from qa.evaluation.statistics import Agreement, Value, agreement, mean, median, p95, paired_p_value
from qa.evaluation.wording import contains_any, fold, points_covered, token_f1
from qa.records import Answer, Citation, Passage, Query, Statement
from qa.settle import check

WHOLE_CABLE = replace(GOLD, citations=frozenset({("07ASTANA1", WHOLE)}))
MARKED_WRONG = GoldQuestion("q4", "How many?", "marked", rejected=("79 officers",))
MARKED_SOURCE = GoldQuestion("q5", "How many?", "marked", rejected_citations=frozenset({("07ASTANA1", "2")}))


@pytest.mark.parametrize(
    ("gold", "answer", "expected"),
    [
        (GOLD, an_answer(), {"correct": 1, "citation_precision": 1, "citation_recall": 1, "over_declined": 0}),
        (GOLD, an_answer("Ninety-seven were."), {"correct": 1, "points_covered": 0}),
        (GOLD, an_answer("197 were trained."), {"correct": 0}),  # a number is not found inside another
        (GOLD, an_answer(TEXT, a_citation(2)), {"citation_precision": 0, "citation_recall": 0, "cable_precision": 1}),
        (GOLD, an_answer(TEXT, a_citation(2), a_citation(4)), {"citation_precision": 0.5, "citation_recall": 1}),
        (GOLD, an_answer(TEXT, a_citation(cable_id="07ASTANA2")), {"cable_precision": 0, "cable_recall": 0}),
        (GOLD, an_answer(TEXT, a_citation(quote="79 officers")), {"quote_validity": 0}),
        (GOLD, an_answer("98 officers were trained."), {"correct": 0, "numbers_grounded": 0}),
        (GOLD, DECLINED, {"correct": 0, "over_declined": 1, "token_F1": 0, "points_covered": 0}),
        (GOLD, DECLINED, {"declining_precision": 0}),
        (NO_ANSWER, DECLINED, {"declined": 1, "declining_precision": 1}),
        (NO_ANSWER, an_answer(), {"declined": 0}),
        (FALSE_PREMISE, DECLINED, {"correct": 1, "declining_precision": 1}),
        (FALSE_PREMISE, an_answer(), {"correct": 1}),
        (FALSE_PREMISE, an_answer("Because the course was closed."), {"correct": 0}),
        (WHOLE_CABLE, an_answer(TEXT, a_citation(2)), {"citation_precision": 1, "citation_recall": 1}),
        (MARKED_WRONG, an_answer("Some 79 officers were."), {"mistakes_repeated": 1}),
        (MARKED_WRONG, an_answer(), {"mistakes_repeated": 0}),
        (MARKED_SOURCE, an_answer(TEXT, a_citation(2)), {"mistakes_repeated": 1}),
        (MARKED_SOURCE, an_answer(), {"mistakes_repeated": 0}),
    ],
)
def test_measures_of_one_answer(gold: GoldQuestion, answer: Answer, expected: dict[str, float]) -> None:
    found = measure(gold, answer)
    assert {name: found[name] for name in expected} == expected


CITING = {"citation_precision", "citation_recall", "cable_precision", "cable_recall"}


@pytest.mark.parametrize(
    ("gold", "answer", "absent"),
    [
        (GOLD, DECLINED, {*CITING, "quote_validity", "numbers_grounded", "unsupported", "declined"}),
        (GOLD, an_answer(), {"declined", "declining_precision", "mistakes_repeated", "prompt_tokens"}),
        (NO_ANSWER, an_answer(), {"correct", "token_F1", "points_covered", *CITING, "over_declined", *RANKING}),
        (FALSE_PREMISE, DECLINED, {"token_F1", "points_covered", "over_declined", "declined", *CITING}),
        (MARKED_WRONG, an_answer(), {"correct", "declined", "over_declined", *CITING, *RANKING}),
        (WHOLE_CABLE, replace(DECLINED, seconds={}), {"seconds", "seconds_to_first_token"}),
        (GOLD, an_answer(statements=(Statement("Some were."),)), {"citation_precision", "quote_validity"}),
    ],
)
def test_a_measure_that_does_not_apply_is_not_zero(gold: GoldQuestion, answer: Answer, absent: set[str]) -> None:
    assert not absent & set(measure(gold, answer))


def test_every_measure_is_named_with_its_meaning() -> None:
    tokens = {"prompt_tokens": 100, "answer_tokens": 10}
    told = [
        measure(gold, answer, (), tokens)
        for gold in (GOLD, NO_ANSWER, MARKED_WRONG)
        for answer in (an_answer(), DECLINED)
    ]
    assert {name for each in told for name in each} == set(MEASURES) - {"judged_correct"}
    assert all(each.meaning for each in MEASURES.values())


# ── bad answerers ────────────────────────────────────────────────────────────────────────────


def perfect(gold: GoldQuestion, cables: dict[str, Cable]) -> Answer:
    """What the gold itself would answer: its points and an accepted string, each cited paragraph quoted."""
    ranked = [
        (cable, paragraph)
        for cable_id, number in sorted(gold.citations)
        for cable in [cables[cable_id]]
        for paragraph in cited_paragraphs(cable, number)[:1]
    ]
    first = next(iter(cables.values()))
    filling = [(first, paragraph) for paragraph in first.paragraphs if (first, paragraph) not in ranked]
    passages = tuple(
        Passage(
            rank, 1 / rank, cable.cable_id, each.ordinal, each.number, paragraph_label(each, cable.paragraphs), None,
            cable.header.origin, cable.header.subject, cable.header.classification, each.text,
        )
        for rank, (cable, each) in enumerate([*ranked, *filling], 1)
    )  # fmt: skip
    query, seconds = Query(gold.question), {"total": 1.0}
    if gold.must_decline:
        return Answer(query, "not_found", (), passages, "perfect", seconds, "The cables do not say.")
    cited = [
        Citation(place, each.cable_id, each.ordinal, each.number, each.label, each.text, 0, len(each.text))
        for place, each in enumerate(passages[: len(ranked)], 1)
    ]
    words = f"{'; '.join(gold.points)}: {gold.answers[0]} here"
    statements = (Statement(words, tuple(cited), "supported"),)
    return Answer(query, "answered", statements, passages, "perfect", seconds)


def declines(gold: GoldQuestion, good: Answer) -> Answer:
    return replace(good, outcome="not_found", statements=(), notice="The cables do not say.")


def answers(gold: GoldQuestion, good: Answer) -> Answer:
    said = Statement("So it was", (_whole(good.passages[0], 1),), "supported")
    return good if good.statements else replace(good, outcome="answered", statements=(said,))


def cites_wrongly(gold: GoldQuestion, good: Answer) -> Answer:
    """The same words, cited from paragraphs of other cables."""
    gold_cables = {cable_id for cable_id, _ in gold.citations}
    others = [each for each in good.passages if each.cable_id not in gold_cables] or [
        replace(good.passages[-1], cable_id="99ELSEWHERE1")
    ]
    statements = tuple(replace(each, citations=(_whole(others[-1], 1),)) for each in good.statements)
    return replace(good, statements=statements, passages=(*good.passages, others[-1]))


def invents(gold: GoldQuestion, good: Answer) -> Answer:
    """A number of nobody's in place of a word, as sure of itself as the rest."""
    return replace(
        good,
        statements=tuple(replace(each, text=each.text.removesuffix("here") + "987654") for each in good.statements),
    )


def misquotes(gold: GoldQuestion, good: Answer) -> Answer:
    return replace(
        good,
        statements=tuple(
            replace(each, citations=tuple(replace(cited, quote=f"not {cited.quote}") for cited in each.citations))
            for each in good.statements
        ),
    )


def _whole(passage: Passage, marker: int) -> Citation:
    return Citation(
        marker, passage.cable_id, passage.ordinal, passage.number, passage.label, passage.text, 0, len(passage.text)
    )


GIVEN_BY_AN_ANSWER = {*CITING, "quote_validity", "numbers_grounded", "unsupported"}
BAD: dict[str, tuple[Callable[[GoldQuestion, Answer], Answer], set[str], set[str]]] = {
    # what it does: (the answerer, measures that catch it, measures that no longer apply to anything)
    "always declines": (
        declines,
        {"correct", "token_F1", "points_covered", "over_declined", "declining_precision"},
        GIVEN_BY_AN_ANSWER,
    ),
    "always answers": (answers, {"declined"}, {"declining_precision"}),
    "cites the wrong paragraph": (cites_wrongly, {*CITING, "numbers_grounded"}, set()),
    "invents a number": (invents, {"numbers_grounded"}, set()),
    "misquotes": (misquotes, {"quote_validity"}, set()),
}


@pytest.fixture(scope="module")
def cables() -> dict[str, Cable]:
    parsed = [parse(message) for path in sorted(SAMPLE.glob("*.txt")) for message in read_file(path)
              if isinstance(message, Message)]  # fmt: skip
    return {cable.cable_id: cable for cable in parsed}


@pytest.fixture(scope="module")
def good(cables: dict[str, Cable]) -> list[tuple[GoldQuestion, Answer]]:
    questions = read_questions(PROJECT / "qa" / "evaluation" / "sample_questions.jsonl")
    return [(gold, perfect(gold, cables)) for gold in questions]


NUMBERED = frozenset({"07ASTANA1"})


def told(pairs: list[tuple[GoldQuestion, Answer]]) -> dict[str, float]:
    return {name: each.value for name, each in summarise([measure(gold, answer) for gold, answer in pairs]).items()}


def test_the_gold_itself_scores_full_marks(good: list[tuple[GoldQuestion, Answer]]) -> None:
    found = told(good)
    full = {"correct", "points_covered", *CITING, "quote_validity", "declined", "declining_precision", "MRR", "nDCG@10"}
    assert {name: found[name] for name in full} == pytest.approx(dict.fromkeys(full, 1.0))
    assert (found["over_declined"], found["unsupported"]) == (0, 0)


@pytest.mark.parametrize(("answerer", "caught_by", "gone"), BAD.values(), ids=BAD.keys())
def test_a_bad_answerer_is_caught_by_the_measures_meant_for_it_and_only_by_those(
    answerer: Callable[[GoldQuestion, Answer], Answer],
    caught_by: set[str],
    gone: set[str],
    good: list[tuple[GoldQuestion, Answer]],
) -> None:
    before, after = told(good), told([(gold, answerer(gold, answer)) for gold, answer in good])
    assert set(before) - set(after) == gone
    assert {name for name in after if after[name] != pytest.approx(before[name])} == caught_by
    worse = {name for name in caught_by if (after[name] < before[name]) is MEASURES[name].more_is_better}
    assert worse == caught_by


def test_the_verifier_tells_an_invented_number_too() -> None:
    honest, inventing = (
        (check(Statement(text, (a_citation(),)), PASSAGES, "")[0],) for text in (TEXT, f"{TEXT[:-1]} in 4211.")
    )
    assert unsupported(an_answer(statements=honest)) == 0
    assert unsupported(an_answer(statements=inventing)) == 1


# ── one by one ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "folded"),
    [("$3,000.", "3000"), ("15 %, 12.5%", "15 12.5%"), ("7-1/8", "7-1/8"), ("Nov. 18", "nov 18"), ("É!", "é")],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_an_accepted_string_is_found_as_whole_words() -> None:
    assert contains_any("It cost $3,000.", ["3000"]) == 1
    assert contains_any("It cost $13,000.", ["3000"]) == 0


def test_token_f1_is_squads() -> None:
    # 3 words in common, of 4 said and 4 accepted: precision 3/4, recall 3/4.
    assert token_f1("The civic forum met.", ["the third civic forum"]) == pytest.approx(0.75)


def test_points_covered_by_hand() -> None:
    points = ["Ninety-seven officers were trained", "The course was paid for by Astana"]
    assert points_covered("97 officers were trained.", points) == 0.5
    assert points_covered("Nothing of the kind.", points) == 0
    assert points_covered("97", []) is None


def test_precision_and_recall_by_hand() -> None:
    assert (precision({1, 2, 3}, {1, 4}), recall({1, 2, 3}, {1, 4})) == (pytest.approx(1 / 3), 0.5)
    assert (precision(set(), {1}), recall({1}, set())) == (None, None)


def test_quote_validity_counts_citations() -> None:
    assert quote_validity([a_citation(), a_citation(quote="x")], PASSAGES) == 0.5
    assert quote_validity([], PASSAGES) is None


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("97 officers were trained.", 1.0),
        ("Ninety-seven were trained.", 1.0),
        ("97 of 120 officers were trained.", 0.5),
        ("In November 2007, 97 were trained.", 1.0),  # the cable's own date
        ("Of 60, 97 were trained.", 1.0),  # the question's number
        ("Some were trained.", None),
    ],
)
def test_numbers_grounded_by_hand(text: str, share: float | None) -> None:
    passages = (replace(PASSAGES[1], sent="2007-11-20T11:58:00Z"),)
    assert numbers_grounded(an_answer(text, passages=passages, query=Query("How many of the 60?"))) == share


def test_unsupported_by_hand() -> None:
    statements = tuple(Statement("So.", (), support) for support in ("supported", "unsupported", "partly", "unchecked"))
    assert unsupported(an_answer(statements=statements)) == 0.25
    assert unsupported(DECLINED) is None


@pytest.mark.parametrize(
    ("cable", "paragraph", "place"),
    [
        ("A", 2, ("A", "2")),
        ("A", "10.D", ("A", "10")),
        ("A", "signature", ("A", "header")),
        ("A", "header", ("A", "header")),
        ("A", None, ("A", WHOLE)),
    ],
)
def test_gold_places_are_compared_as_they_contain_one_another(
    cable: str, paragraph: Any, place: tuple[str, str]
) -> None:
    assert to_place(cable, paragraph) == place


def test_an_unnumbered_paragraph_is_no_number_where_its_cable_prints_numbers() -> None:
    summary = a_passage(1, None, ordinal=4)
    gold = replace(GOLD, citations=frozenset({("07ASTANA1", "4")}))
    assert ranking(gold, [summary])["MRR"] == 1
    assert ranking(gold, [summary], NUMBERED)["MRR"] == 0


# ── ranking ──────────────────────────────────────────────────────────────────────────────────


def test_ranking_by_hand() -> None:
    assert ranking(GOLD, PASSAGES) == pytest.approx(
        {"recall@1": 0, "recall@5": 1, "recall@10": 1, "recall@20": 1, "MRR": 0.5, "nDCG@10": 0.6309297535714575}
    )


def test_whole_cables_are_ranked_by_their_best_passage() -> None:
    passages = [a_passage(1, 1, "07ASTANA2"), a_passage(2, 2, "07ASTANA2"), a_passage(3, 9)]
    assert ranking(WHOLE_CABLE, passages)["MRR"] == 0.5


def test_ranking_knows_grades() -> None:
    places = frozenset({("07ASTANA1", "2"), ("07ASTANA1", "4")})
    gold = replace(GOLD, citations=places, grades={("07ASTANA1", "4"): 3})
    # gains 1 and 3 in this order, 3 and 1 at best: (1 + 3/log2 3) / (3 + 1/log2 3)
    assert ranking(gold, PASSAGES)["nDCG@10"] == pytest.approx(0.7967075809905066)


def test_ranking_equals_trec_eval_on_a_random_run() -> None:
    draw = random.Random(7)
    for _ in range(20):
        order = draw.sample(range(1, 41), 40)
        found = frozenset(("07ASTANA1", str(n)) for n in draw.sample(order, draw.randint(1, 8)))
        gold = replace(GOLD, citations=found, grades={place: draw.randint(1, 3) for place in found})
        ours = ranking(gold, [a_passage(rank, number) for rank, number in enumerate(order[:20], 1)])
        names = {"recall@5": "R@5", "recall@10": "R@10", "recall@20": "R@20", "MRR": "RR", "nDCG@10": "nDCG@10"}
        qrels = [ir_measures.Qrel("q", place[1], gold.grades[place]) for place in found]
        run = [ir_measures.ScoredDoc("q", str(number), float(-rank)) for rank, number in enumerate(order[:20])]
        for name, theirs in names.items():
            wanted = ir_measures.pytrec_eval.calc_aggregate([ir_measures.parse_measure(theirs)], qrels, run)
            assert ours[name] == pytest.approx(next(iter(wanted.values())))


# ── statistics ───────────────────────────────────────────────────────────────────────────────


def test_the_mean_has_a_bootstrap_interval_that_repeats() -> None:
    assert mean([1.0, 1.0]) == Value(1.0, 1.0, 1.0, 2)
    found = mean([0.0, 1.0] * 50)
    assert found == mean([0.0, 1.0] * 50)
    assert (found.value, found.n) == (0.5, 100)
    assert 0.38 < found.low < 0.42 and 0.58 < found.high < 0.62


def test_latency_and_tokens_are_told_by_median_and_95th_percentile() -> None:
    sample = [float(second) for second in range(1, 101)]
    assert median(sample).value == 50.5
    assert p95(sample).value == pytest.approx(95.05)
    summary = summarise([dict.fromkeys(SPREAD, second) for second in sample])
    assert set(summary) == {f"{name}{suffix}" for name in SPREAD for suffix in ("_median", "_p95")}


@pytest.mark.parametrize(
    ("gains", "losses", "p"), [(0, 0, 1.0), (1, 0, 1.0), (6, 0, 0.03125), (5, 5, 1.0), (8, 1, 0.0390625)]
)
def test_the_paired_test_of_rights_and_wrongs_is_the_exact_sign_test(gains: int, losses: int, p: float) -> None:
    before, after = [0.0] * gains + [1.0] * losses, [1.0] * gains + [0.0] * losses
    assert paired_p_value([*before, 1.0], [*after, 1.0]) == pytest.approx(p)


def test_the_paired_test_of_shares_counts_every_sign_pattern() -> None:
    # Differences 0.1, 0.2, 0.4: of the 8 sign patterns only +++ and --- reach a sum of 0.7 either way.
    assert paired_p_value([0.0, 0.0, 0.0], [0.1, 0.2, 0.4]) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ("yynn", "yynn", Agreement(1.0, 1.0, 4)),
        ("yyyy", "yynn", Agreement(0.5, 0.0, 4)),
        ("ynyn", "yynn", Agreement(0.5, 0.0, 4)),
        # 7 of 10 agree; each says yes to 6 and 5: chance 0.6 * 0.5 + 0.4 * 0.5 = 0.5, kappa 0.2 / 0.5
        ("yyyyyynnnn", "yyyynnynnn", Agreement(0.7, 0.4, 10)),
    ],
)
def test_agreement_by_hand(ours: str, theirs: str, found: Agreement) -> None:
    measured = agreement([each == "y" for each in ours], [each == "y" for each in theirs])
    assert (measured.accuracy, measured.n) == (found.accuracy, found.n)
    assert measured.kappa == pytest.approx(found.kappa)
