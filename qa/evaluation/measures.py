"""All measures of one answer, by name. A measure that does not apply is left out, which is not zero."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from qa.evaluation.citing import numbers_grounded, precision, quote_validity, recall, unsupported
from qa.evaluation.places import gold_place_of, place_of
from qa.evaluation.questions import GoldQuestion, Place
from qa.evaluation.ranking import ranking
from qa.evaluation.statistics import Value, mean, median, p95
from qa.evaluation.wording import contains_any, points_covered, token_f1
from qa.records import Answer


@dataclass(frozen=True, slots=True)
class Measure:
    """What a measure means, in a line, and whether more of it is better."""

    meaning: str
    more_is_better: bool = True


MEASURES: Mapping[str, Measure] = {
    "correct": Measure("an accepted string is in the answer; a false premise may be declined instead"),
    "token_F1": Measure("overlap of the answer's words with the accepted string they fit best"),
    "points_covered": Measure("share of the gold points that the answer says"),
    "judged_correct": Measure("a chat model judges the answer right; see its agreement with labels"),
    "citation_precision": Measure("share of the paragraphs cited that are gold"),
    "citation_recall": Measure("share of the gold paragraphs that are cited"),
    "cable_precision": Measure("share of the cables cited that are gold"),
    "cable_recall": Measure("share of the gold cables that are cited"),
    "quote_validity": Measure("share of the quotes that are the cable's words, letter for letter"),
    "numbers_grounded": Measure("share of the numbers said that stand in what is cited for them"),
    "unsupported": Measure("share of the statements shown that the verifier found unsupported", False),
    "declined": Measure("questions without an answer that were declined (declining recall)"),
    "declining_precision": Measure("answers that declined where declining was right"),
    "over_declined": Measure("questions with an answer that were declined", False),
    "mistakes_repeated": Measure("answers that say or cite again what a person marked wrong", False),
    "recall@1": Measure("share of the gold places within the first passage"),
    "recall@5": Measure("share of the gold places within the first 5 passages"),
    "recall@10": Measure("share of the gold places within the first 10 passages"),
    "recall@20": Measure("share of the gold places within the first 20 passages"),
    "MRR": Measure("one over the rank of the first gold passage"),
    "nDCG@10": Measure("gain of the first 10 passages, discounted by rank, against the best order"),
    "seconds": Measure("seconds to the whole answer", False),
    "seconds_to_first_token": Measure("seconds to the first word of the draft", False),
    "prompt_tokens": Measure("tokens that the chat model read", False),
    "answer_tokens": Measure("tokens that the chat model wrote", False),
}
"""Every measure of one answer, in the order they are told."""

SPREAD = ("seconds", "seconds_to_first_token", "prompt_tokens", "answer_tokens")
"""Told by their median and their 95th percentile, `seconds_median` and `seconds_p95`, instead of their mean."""


def measure(
    gold: GoldQuestion,
    answer: Answer,
    numbered: Collection[str] = (),
    tokens: Mapping[str, int] | None = None,
) -> dict[str, float]:
    """Every measure that applies to this question, in the order of MEASURES.

    Args:
        numbered: cables that print paragraph numbers (see `places.numbered_cables`).
        tokens: `prompt_tokens` and `answer_tokens`, where the chat model counts them.
    """
    places = cited_places(gold, answer, numbered)
    declined = answer.outcome != "answered"
    found: dict[str, float | None] = {
        **_wording(gold, answer, declined=declined),
        **(_citing(gold, places) if not declined else {}),
        **_grounding(answer),
        **_declining(gold, declined=declined),
        "mistakes_repeated": mistakes_repeated(gold, answer, places),
        "seconds": answer.seconds.get("total"),
        "seconds_to_first_token": answer.seconds.get("first_token"),
        **ranking(gold, answer.passages, numbered),
        **(tokens or {}),
    }
    return {name: float(value) for name in MEASURES if (value := found.get(name)) is not None}


def cited_places(gold: GoldQuestion, answer: Answer, numbered: Collection[str] = ()) -> set[Place]:
    """What the answer cites, as the gold names it."""
    cited = [citation for statement in answer.statements for citation in statement.citations]
    return {gold_place_of(place_of(each, numbered), gold.citations) for each in cited}


def mistakes_repeated(gold: GoldQuestion, answer: Answer, places: Collection[Place]) -> float | None:
    """1 if a string or a source that was marked wrong is given again, 0 if not; None where nothing was."""
    if not (gold.rejected or gold.rejected_citations):
        return None
    said = answer.text if answer.outcome == "answered" else ""
    return max(contains_any(said, gold.rejected), float(bool(set(places) & gold.rejected_citations)))


def summarise(values: Sequence[Mapping[str, float]]) -> dict[str, Value]:
    """Each measure over the questions it applies to: its mean; of SPREAD, the median and the 95th percentile."""
    summary: dict[str, Value] = {}
    for name in MEASURES:
        sample = [each[name] for each in values if name in each]
        if sample:
            summary |= {f"{name}{suffix}": statistic(sample) for suffix, statistic in _statistics(name)}
    return summary


def _statistics(name: str) -> Sequence[tuple[str, Callable[[Sequence[float]], Value]]]:
    return (("_median", median), ("_p95", p95)) if name in SPREAD else (("", mean),)


def _wording(gold: GoldQuestion, answer: Answer, *, declined: bool) -> dict[str, float | None]:
    if not gold.answerable:
        return {}
    if declined:
        # A wrong premise seen through is dealt with rightly; how it would be worded is not known.
        if gold.may_decline:
            return {"correct": 1.0}
        return {"correct": 0.0, "token_F1": 0.0, "points_covered": 0.0 if gold.points else None}
    return {
        "correct": contains_any(answer.text, gold.answers),
        "token_F1": token_f1(answer.text, gold.answers),
        "points_covered": points_covered(answer.text, gold.points),
    }


def _citing(gold: GoldQuestion, places: Collection[Place]) -> dict[str, float | None]:
    if not gold.citations:
        return {}
    cables, gold_cables = {cable for cable, _ in places}, {cable for cable, _ in gold.citations}
    return {
        "citation_precision": precision(places, gold.citations),
        "citation_recall": recall(places, gold.citations),
        "cable_precision": precision(cables, gold_cables),
        "cable_recall": recall(cables, gold_cables),
    }


def _grounding(answer: Answer) -> dict[str, float | None]:
    cited = [citation for statement in answer.statements for citation in statement.citations]
    return {
        "quote_validity": quote_validity(cited, answer.passages),
        "numbers_grounded": numbers_grounded(answer),
        "unsupported": unsupported(answer),
    }


def _declining(gold: GoldQuestion, *, declined: bool) -> dict[str, float | None]:
    return {
        "declined": float(declined) if gold.must_decline else None,
        "declining_precision": float(gold.may_decline) if declined and (gold.must_decline or gold.answerable) else None,
        "over_declined": float(declined) if gold.answerable and not gold.may_decline else None,
    }
