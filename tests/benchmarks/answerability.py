"""How well Reftel tells whether a paragraph answers a question: the weights of `qa/evidence.py`, and what they decline.

    python tests/benchmarks/answerability.py QUESTIONS CABLES… [--also QUESTIONS CABLES…] [--model NAME]

The first paragraphs found for each question are read by the local chat model (`reftel model fetch` brings it). A
logistic regression over what the search and the readings say is fitted to whether the paragraph is a gold one: readings
by the probe where the model has one (probing.py fits it, on other questions), else by its words. With a second set the
weights are fitted on each and tried on the other: what they are worth on questions never seen.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from quality import MODELS, local_model
from scipy.optimize import minimize

from index.build import build
from index.records import HEADER_ORDINAL
from index.settings import Settings
from qa.assistant import Assistant, open_assistant
from qa.closeness import open_closeness
from qa.context import for_reading
from qa.evaluation.places import as_archived, cited_by, gold_place_of, numbered_cables, place_of
from qa.evaluation.questions import GoldQuestion, read_questions
from qa.evidence import shortcomings
from qa.one_by_one import MOST_SHOWN
from qa.reading import read
from qa.records import Passage
from qa.rerank import READ_CLOSELY, LateInteraction
from qa.understand.sought import asks_for_account

DEPTH = 4
"""Paragraphs read of each question."""
RIDGE = 3.0
OVER_DECLINED = 0.1
"""Share of the answerable questions that may be declined."""
NAMES = ("bias", "score", "lacking", "unlisted", "account", "answered", "missing")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """One paragraph read for one question."""

    question_id: str
    answerable: bool
    gold: bool
    facts: tuple[float, ...]


def to_read(assistant: Assistant, gold: GoldQuestion, depth: int) -> Iterator[tuple[Passage, str, bool]]:
    """The first paragraphs, once they are read closely: each with what a chat model is shown of it, and whether it is a
    gold one.

    None where the catalog answers the question itself.
    """
    gold = as_archived(gold, assistant.catalog)
    found = assistant.search(gold.question, top_k=READ_CLOSELY)
    if found.query.asks:
        return
    numbered = numbered_cables(cited_by(gold, found), assistant.catalog)
    closely = LateInteraction(open_closeness()).rerank(gold.question, found.passages, depth)
    for source in closely:
        if source.ordinal != HEADER_ORDINAL:
            shown = for_reading(source, gold.question, MOST_SHOWN)
            yield source, shown, gold_place_of(place_of(source, numbered), gold.citations) in gold.citations


def samples_of(assistant: Assistant, gold: GoldQuestion) -> list[Sample]:
    """The first paragraphs found, read."""
    assert assistant.chat_model is not None
    samples = []
    for source, shown, is_gold in to_read(assistant, gold, DEPTH):
        *_, reading = read(assistant.chat_model, gold.question, source, shown)
        lacks = shortcomings(gold.question, source)
        facts = (1.0, source.searched, *map(float, lacks), float(asks_for_account(gold.question)))
        facts += (reading.answered, *(() if reading.missing is None else (reading.missing,)))
        samples.append(Sample(gold.question_id, gold.kind != "unanswerable", is_gold, facts))
    return samples


def fit(samples: list[Sample]) -> Floats:
    """Weights that tell the gold paragraphs best, held small by a ridge."""
    facts, gold = np.array([each.facts for each in samples]), np.array([float(each.gold) for each in samples])
    spread = facts.std(axis=0) + 1e-9
    spread[0] = 1.0

    def loss(weights: Floats) -> float:
        logits = facts / spread @ weights
        return float(np.logaddexp(0, logits).sum() - gold @ logits + RIDGE * (weights[1:] ** 2).sum())

    fitted: Floats = minimize(loss, np.zeros(facts.shape[1]), method="L-BFGS-B").x / spread
    return fitted


def told(name: str, weights: Floats, samples: list[Sample]) -> str:
    """What these weights do on a set: the right paragraph first, and what is declined at the floor that costs 10 %."""
    best: dict[str, tuple[float, Sample]] = {}
    for each in samples:
        sure = float(1 / (1 + np.exp(-np.dot(each.facts, weights))))
        best[each.question_id] = max(best.get(each.question_id, (-1.0, each)), (sure, each), key=lambda pair: pair[0])
    answerable = sorted((sure, each.gold) for sure, each in best.values() if each.answerable)
    others = [sure for sure, each in best.values() if not each.answerable]
    floor = answerable[int(OVER_DECLINED * len(answerable))][0]
    kept = [gold for sure, gold in answerable if sure >= floor]
    declined = f"{sum(sure < floor for sure in others)} of {len(others)}"
    return (
        f"| {name} | {sum(gold for _, gold in answerable) / len(answerable):.2f} | {sum(kept) / len(kept):.2f} "
        f"| {declined} | {floor:.2f} |"
    )


@contextmanager
def opened(cables: list[Path], model: str) -> Iterator[Assistant]:
    """An assistant over these cables."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), chat_model=model)
        (settings.home / "models").symlink_to(MODELS.absolute())
        build(cables, settings)
        with open_assistant(settings=settings) as assistant:
            yield assistant


def read_set(questions: Path, cables: list[Path], model: str) -> list[Sample]:
    """All samples of a question file over its cables."""
    with opened(cables, model) as assistant:
        return [sample for gold in read_questions(questions) for sample in samples_of(assistant, gold)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("cables", type=Path, nargs="+")
    parser.add_argument("--also", type=Path, nargs="+", help="a second question file and its cables")
    parser.add_argument("--model", default=local_model())
    given = parser.parse_args()
    if given.model is None:
        parser.error("no local chat model is fetched; run: reftel model fetch")
    first = read_set(given.questions, given.cables, given.model)
    second = read_set(given.also[0], given.also[1:], given.model) if given.also else []
    together = fit(first + second)
    print(" ".join(f"{name} {weight:.2f}" for name, weight in zip(NAMES, together, strict=False)))
    print("| tried on (fitted on) | gold first | gold, where answered | unanswerable declined | floor |")
    print("| --- | --- | --- | --- | --- |")
    print(told("first (all)", together, first))
    if second:
        print(told("first (second)", fit(second), first))
        print(told("second (first)", fit(first), second))


if __name__ == "__main__":
    main()
