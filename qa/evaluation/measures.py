"""Measures of one answer, each a pure function; None where a measure does not apply, which is not zero.

Ranking measures are computed by ir-measures (the trec_eval definitions).
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qa.evaluation.questions import GoldQuestion, Place
from qa.records import Answer, Citation, Passage

RANKING = ("recall@1", "recall@5", "recall@10", "recall@20", "MRR", "nDCG@10")
SAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Value:
    """A mean over questions, its 95 % bootstrap interval, and over how many questions it stands."""

    value: float
    low: float
    high: float
    n: int


def measure(gold: GoldQuestion, answer: Answer) -> dict[str, float]:
    """Every measure that applies to this question."""
    cited = [citation for statement in answer.statements for citation in statement.citations]
    places = {place_of(each) for each in cited}
    declined = answer.outcome != "answered"
    values: dict[str, float | None] = {
        "correct": correct(gold, answer),
        "token_F1": token_f1(gold, answer),
        "citation_precision": precision(places, gold.citations) if gold.answerable and not declined else None,
        "citation_recall": recall(places, gold.citations) if gold.answerable and not declined else None,
        "cable_precision": precision({cable for cable, _ in places}, {cable for cable, _ in gold.citations})
        if gold.answerable and not declined
        else None,
        "quote_validity": quote_validity(cited, answer.passages),
        "declined": float(declined) if not gold.answerable else None,
        "over_declined": float(declined) if gold.answerable else None,
        "unsupported": unsupported(answer),
        "seconds": answer.seconds.get("total"),
        "seconds_to_first_token": answer.seconds.get("first_token"),
        **ranking(gold, answer.passages),
    }
    return {name: float(value) for name, value in values.items() if value is not None}


def place_of(cited: Citation | Passage) -> Place:
    """Where a citation or a passage stands, as gold citations name it: printed number, else place in the cable."""
    if cited.ordinal == 0:
        return cited.cable_id, "header"
    return cited.cable_id, str(cited.number if cited.number is not None else cited.ordinal)


def correct(gold: GoldQuestion, answer: Answer) -> float | None:
    """1 if an accepted string is in the answer, 0 if none is; unanswerable questions have none to be in it."""
    if not gold.answerable:
        return None
    said = f" {fold(answer.text)} " if answer.outcome == "answered" else ""
    return float(any(f" {fold(each)} " in said for each in gold.answers))


def token_f1(gold: GoldQuestion, answer: Answer) -> float | None:
    """Overlap of the answer's words with those of the accepted string they fit best (SQuAD's F1)."""
    if not gold.answerable:
        return None
    said = Counter(fold(answer.text).split()) if answer.outcome == "answered" else Counter[str]()
    return max(_f1(said, Counter(fold(each).split())) for each in gold.answers)


def _f1(said: Counter[str], accepted: Counter[str]) -> float:
    common = sum((said & accepted).values())
    return 2 * common / (sum(said.values()) + sum(accepted.values())) if common else 0.0


def precision(cited: Collection[object], gold: Collection[object]) -> float | None:
    """Share of what is cited that is gold."""
    return len(set(cited) & set(gold)) / len(cited) if cited else None


def recall(cited: Collection[object], gold: Collection[object]) -> float | None:
    """Share of what is gold that is cited."""
    return len(set(cited) & set(gold)) / len(gold) if gold else None


def quote_validity(cited: Sequence[Citation], passages: Sequence[Passage]) -> float | None:
    """Share of citations whose quote is, letter for letter, the words at its place in the paragraph."""
    texts = {(each.cable_id, each.ordinal): each.text for each in passages}
    valid = [texts.get((each.cable_id, each.ordinal), "")[each.start : each.end] == each.quote for each in cited]
    return sum(valid) / len(valid) if valid else None


def unsupported(answer: Answer) -> float | None:
    """Share of the statements shown that the verifier found unsupported."""
    if not answer.statements:
        return None
    return sum(each.support == "unsupported" for each in answer.statements) / len(answer.statements)


def ranking(gold: GoldQuestion, passages: Sequence[Passage]) -> dict[str, float]:
    """Recall, MRR and nDCG of the gold paragraphs among the passages; nothing for unanswerable questions."""
    if not gold.answerable:
        return {}
    import ir_measures
    from ir_measures import RR, R, nDCG

    names = {R @ 1: "recall@1", R @ 5: "recall@5", R @ 10: "recall@10", R @ 20: "recall@20", RR: "MRR"}
    names[nDCG @ 10] = "nDCG@10"
    # Two paragraphs printed with one number are one gold place: the better of the two ranks.
    ranked = {place_of(passage): passage.rank for passage in sorted(passages, key=lambda each: -each.rank)}
    qrels = [ir_measures.Qrel("q", "/".join(place), 1) for place in gold.citations]
    run = [ir_measures.ScoredDoc("q", "/".join(place), -rank) for place, rank in ranked.items()]
    found = {names[each.measure]: each.value for each in ir_measures.iter_calc(list(names), qrels, run)} if run else {}
    return {name: float(found.get(name, 0.0)) for name in RANKING}


def summarise(values: Sequence[Mapping[str, float]]) -> dict[str, Value]:
    """The mean of each measure over the questions it applies to."""
    names = dict.fromkeys(name for each in values for name in each)
    return {name: mean([each[name] for each in values if name in each]) for name in names}


def mean(values: Sequence[float]) -> Value:
    """The mean with its 95 % percentile bootstrap interval; the same values give the same interval."""
    sample = np.asarray(values, dtype=float)
    draws = np.random.default_rng(0).choice(sample, size=(SAMPLES, len(sample))).mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return Value(float(sample.mean()), float(low), float(high), len(sample))


def fold(text: str) -> str:
    """Lower case, only letters, digits and the signs that change a figure: `$3,000.` and `3000` meet."""
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.lower())
    return " ".join(re.findall(r"[^\W\d_]+|\d+(?:[./-]\d+)*%?", plain))
