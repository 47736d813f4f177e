"""What late interaction (`qa/rerank.py`) is worth: where the first gold paragraph stands, by the search and after it.

    python tests/benchmarks/closeness.py QUESTIONS CABLES… [--weights 2 4 8] [--read 20] [--characters 12000]

Questions that the catalog answers, that nothing answers, or whose premise is false are left out. The seconds are those
of the closer reading, the median over the questions.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median
from unittest.mock import patch

from index.build import build
from index.settings import Settings
from qa.assistant import Assistant, open_assistant
from qa.closeness import open_closeness
from qa.evaluation.places import as_archived, cited_by, gold_place_of, numbered_cables, place_of
from qa.evaluation.questions import GoldQuestion, read_questions
from qa.records import Passage, Passages
from qa.rerank import CHARACTERS, CLOSENESS_WEIGHT, READ_CLOSELY, LateInteraction

DEPTHS = (1, 2, 3, 4, 6, 10)
LEFT_OUT = ("unanswerable", "false-premise", "metadata")


def rank_of_gold(assistant: Assistant, gold: GoldQuestion, found: Passages, order: Sequence[Passage]) -> float:
    """The place of the first gold paragraph in an order, counted from 1; infinite where it is not there."""
    numbered = numbered_cables(cited_by(gold, found), assistant.catalog)
    ranks = (
        rank
        for rank, each in enumerate(order, 1)
        if gold_place_of(place_of(each, numbered), gold.citations) in gold.citations
    )
    return next(ranks, float("inf"))


def told(name: str, ranks: Sequence[float]) -> str:
    within = " | ".join(str(sum(rank <= depth for rank in ranks)) for depth in DEPTHS)
    return f"| {name} | {len(ranks)} | {within} | {mean(1 / rank for rank in ranks):.3f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("cables", type=Path, nargs="+")
    parser.add_argument("--weights", type=float, nargs="+", default=[CLOSENESS_WEIGHT])
    parser.add_argument("--read", type=int, default=READ_CLOSELY, help="passages read")
    parser.add_argument("--characters", type=int, default=CHARACTERS, help="of them together")
    given = parser.parse_args()
    ranks: dict[str, list[float]] = {}
    seconds: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), chat_model="none")
        build(given.cables, settings)
        with open_assistant(settings=settings) as assistant:
            closely = LateInteraction(open_closeness())
            for asked in read_questions(given.questions):
                gold = as_archived(asked, assistant.catalog)
                found = assistant.search(gold.question, top_k=given.read)
                if gold.kind in LEFT_OUT or found.query.asks:
                    continue
                ranks.setdefault("search", []).append(rank_of_gold(assistant, gold, found, found.passages))
                for weight in given.weights:
                    with patch.multiple("qa.rerank", CLOSENESS_WEIGHT=weight, CHARACTERS=given.characters):
                        started = time.perf_counter()
                        order = closely.rerank(gold.question, found.passages, len(found))
                        seconds.append(time.perf_counter() - started)
                    ranks.setdefault(f"closely, {weight}", []).append(rank_of_gold(assistant, gold, found, order))
    print(f"| order | questions | {' | '.join(f'within {depth}' for depth in DEPTHS)} | MRR |")
    print("| --- " * (len(DEPTHS) + 3) + "|")
    for name, each in ranks.items():
        print(told(name, each))
    print(f"{median(seconds):.2f} s a question")


if __name__ == "__main__":
    main()
