"""How well the right paragraph is found: the search as it is, beside its parts, other fusions, and without each step.

    python tests/benchmarks/retrieval.py --documents ../shared/data/frus_summary --documents ../shared/data/scifact \\
        --quotes ../shared/data/aad_questions.jsonl ../shared/data/aad ../shared/data/astana --plot docs/retrieval.svg

`make bench-retrieval` runs it over the questions that ship. `--documents` (a folder with corpus.jsonl, queries.jsonl,
qrels.tsv, and paragraphs.jsonl where a document has several): documents ranked by their best paragraph. `--quotes` (a
question file and its cables): a quote counts as found when one passage holds at least 80 % of the words of one of its
pieces, in order. Measures by ir-measures; intervals of 95 % by bootstrap over the questions. The weights were chosen on
every other question: `held out` is nDCG@10 of the rest.
"""

import argparse
import json
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import ir_measures
import tutorial
from ir_measures import RR, R, nDCG
from plot import Bar, bars

from index.build import build
from index.embed import Encoder, Vectors, open_encoder
from index.settings import Settings
from qa.assistant import Assistant, open_assistant
from qa.records import FoundBy

DOCUMENTS_DEPTH, QUOTES_DEPTH = 200, 20
MEASURES = [nDCG @ 10, R @ 1, R @ 5, R @ 10, R @ 20, RR @ 20]
Scores = dict[int, float]
Values = dict[str, list[float]]
"""A value for each question, by measure."""


def by_rank(parts: Mapping[FoundBy, Scores], *_: object) -> Scores:
    """Reciprocal-rank fusion of the paragraphs' two lists, with the customary 60."""
    fused: Scores = defaultdict(float)
    for scores in parts.values():
        for rank, key in enumerate(sorted(scores, key=lambda key: -scores[key]), 1):
            fused[key] += 1 / (60 + rank)
    return dict(fused)


SYSTEMS: dict[str, dict[str, Any]] = {
    # name: what is put in the place of what
    "dense alone": {"qa.retrieve.DENSE_WEIGHT": 1.0, "qa.retrieve.CABLE_WEIGHT": 0.0},
    "BM25 alone": {"qa.retrieve.DENSE_WEIGHT": 0.0, "qa.retrieve.CABLE_WEIGHT": 0.0},
    "reciprocal-rank fusion": {"qa.retrieve.fuse": by_rank},
    "weighted sum of the two": {"qa.retrieve.CABLE_WEIGHT": 0.0},
    "whole cables only": {"qa.retrieve.CABLE_WEIGHT": 1.0},
    "short cables as others": {"index.catalog.Catalog.of_one_paragraph": lambda *_: set()},
    "without references": {"qa.retrieve.REFERRED": 0.0},
    "without header words": {"index.terms.HEAD_WEIGHT": 0.0},
    "without acronyms": {"qa.retrieve.other_words": lambda question: ""},
    "without clues": {"qa.understand.periods": lambda question: [], "qa.understand.names": lambda *_: ()},
    "Reftel": {},
}


TUTORIAL = "LangChain's tutorial"


class Remembering:
    """An encoder that embeds a question once, however many systems ask; for LangChain an embedding as well."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.encode_query = cache(self._encode_query)

    def _encode_query(self, text: str) -> Vectors:
        return self._encoder.encode_query(text)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._encoder.encode_documents(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        return self.encode_query(text).tolist()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._encoder, name)


@contextmanager
def system(name: str) -> Iterator[None]:
    with ExitStack() as stack:
        for place, value in SYSTEMS[name].items():
            stack.enter_context(patch(place, value))
        yield


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def open_over(paths: list[Path], home: Path, encoder: Any) -> Assistant:
    """Index the paths in a folder that may be kept, and open it."""
    settings = Settings(home=home, chat_model="none")
    started = time.perf_counter()
    report = build(paths, settings, encoder=encoder)
    print(f"indexed {report.added} cables, {report.chunks} chunks in {time.perf_counter() - started:.1f} s", flush=True)
    return open_assistant(settings=settings, encoder=encoder)


def documents(folder: Path, home: Path, encoder: Any) -> dict[str, Values]:
    """Every system's values over a collection of documents."""
    qrels = list(ir_measures.read_trec_qrels(_to_trec(folder / "qrels.tsv")))
    judged = {each.query_id for each in qrels}
    questions = {each["_id"]: each["text"] for each in read_lines(folder / "queries.jsonl") if each["_id"] in judged}
    with tempfile.TemporaryDirectory() as place:
        assistant = open_over([_as_cables(folder, Path(place) / f"{folder.name}.jsonl")], home, encoder)
    texts = [(each["_id"], f"{each['title']}\n\n{each['text']}") for each in read_lines(folder / "corpus.jsonl")]
    with tempfile.TemporaryDirectory() as place:
        store = tutorial.stored(texts, encoder, Path(place))
        nearest = {key: store.similarity_search(text, k=DOCUMENTS_DEPTH) for key, text in questions.items()}
    found = {TUTORIAL: values_of(qrels, {key: by_place(pieces) for key, pieces in nearest.items()})}
    for name in SYSTEMS:
        with system(name):
            ranked = {key: assistant.search(text, top_k=DOCUMENTS_DEPTH) for key, text in questions.items()}
        # The best paragraph of a document comes first, and stands for it.
        best = {
            key: {each.cable_id: each.score for each in reversed(passages.passages)} for key, passages in ranked.items()
        }
        found[name] = values_of(qrels, best)
    assistant.close()
    return found


def by_place(pieces: list[Any]) -> dict[str, float]:
    """The documents of pieces in their order: a score for each, that of its best piece."""
    return {each.metadata["source"]: -float(place) for place, each in reversed(list(enumerate(pieces)))}


def _as_cables(folder: Path, place: Path) -> Path:
    paragraphs: dict[str, list[dict[str, str]]] = defaultdict(list)
    if (folder / "paragraphs.jsonl").exists():
        for each in read_lines(folder / "paragraphs.jsonl"):
            paragraphs[each["doc_id"]].append({"text": each["text"]})
    with place.open("w", encoding="utf-8") as file:
        for each in read_lines(folder / "corpus.jsonl"):
            texts = paragraphs[each["_id"]] or [{"text": each["text"]}]
            file.write(json.dumps({"id": each["_id"], "title": each["title"], "paragraphs": texts}) + "\n")
    return place


def _to_trec(tsv: Path) -> str:
    rows = (line.split("\t") for line in tsv.read_text(encoding="utf-8").splitlines()[1:])
    return "\n".join(f"{query} 0 {document} {score}" for query, document, score in rows)


def quotes(questions_file: Path, cables: list[Path], home: Path, encoder: Any) -> dict[str, Values]:
    """Every system's values over questions with a gold quote; the first passage that holds it is the relevant one."""
    gold = {each["id"]: each for each in read_lines(questions_file) if each["quote"]}
    assistant = open_over(cables, home, encoder)
    qrels = [ir_measures.Qrel(key, "quote", 1) for key in gold]

    def ranked(search: Callable[[str], list[str]]) -> dict[str, dict[str, float]]:
        return {key: by_quote(search(each["question"]), each["quote"]) for key, each in gold.items()}

    with tempfile.TemporaryDirectory() as place:
        store = tutorial.stored(tutorial.files_in(cables), encoder, Path(place))
        nearest = ranked(lambda text: _texts(store.similarity_search(text, k=QUOTES_DEPTH)))
    found = {TUTORIAL: values_of(qrels, nearest)}
    for name in SYSTEMS:
        with system(name):
            best = ranked(lambda text: [each.text for each in assistant.search(text, top_k=QUOTES_DEPTH)])
        found[name] = values_of(qrels, best)
    print("not within 10:", ", ".join(key for key, ranked in best.items() if ranked.get("quote", -99.0) < -10))
    assistant.close()
    return found


def values_of(qrels: list[Any], ranked: Mapping[str, Mapping[str, float]]) -> Values:
    run = [
        ir_measures.ScoredDoc(key, document, score) for key, each in ranked.items() for document, score in each.items()
    ]
    by_question: dict[tuple[str, str], float] = {
        (str(metric.measure), metric.query_id): metric.value for metric in ir_measures.iter_calc(MEASURES, qrels, run)
    }
    return {str(each): [by_question.get((str(each), key), 0.0) for key in ranked] for each in MEASURES}


def _texts(pieces: list[Any]) -> list[str]:
    return [each.page_content for each in pieces]


def by_quote(texts: list[str], quote: str) -> dict[str, float]:
    """A score for each place in a list of texts; the first place that holds one of the quote's pieces is `quote`."""
    pieces = [piece.split() for piece in quote.split("||")]
    scores: dict[str, float] = {}
    for place, text in enumerate(texts, 1):
        words = text.split()
        holds = "quote" not in scores and any(common_in_order(piece, words) >= 0.8 * len(piece) for piece in pieces)
        scores["quote" if holds else str(place)] = -float(place)
    return scores


def common_in_order(piece: list[str], words: list[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(words) + 1)
    for word in piece:
        before = 0
        for place, other in enumerate(words, 1):
            before, row[place] = row[place], before + 1 if word == other else max(row[place], row[place - 1])
    return row[-1]


# ── results ──────────────────────────────────────────────────────────────────────────────────


def interval(values: list[float]) -> tuple[float, float, float]:
    """The mean, with the 95 % interval of 1,000 bootstrap samples."""
    draw = random.Random(0)
    means = sorted(mean(draw.choices(values, k=len(values))) for _ in range(1000))
    return mean(values), means[25], means[974]


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def table(title: str, found: dict[str, Values]) -> str:
    """One collection as Markdown: a row for each system, a column for each measure."""
    names = [str(each) for each in MEASURES]
    lines = [f"| {title} | {' | '.join(names)} | held out |", "|---" * (len(names) + 2) + "|"]
    for name, values in found.items():
        cells = ["{:.3f} ({:.3f}–{:.3f})".format(*interval(values[measure])) for measure in names]
        lines.append(f"| {name} | {' | '.join(cells)} | {mean(values[names[0]][1::2]):.3f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=Path, action="append", default=[], metavar="FOLDER")
    parser.add_argument("--quotes", type=Path, action="append", nargs="+", default=[], metavar="PATH")
    parser.add_argument("--homes", type=Path, help="keep the indexes here, to run again sooner")
    parser.add_argument("--plot", type=Path, help="where the plot is written")
    chosen = parser.parse_args()
    encoder: Any = Remembering(open_encoder())
    plotted: dict[str, list[Bar]] = {}
    with tempfile.TemporaryDirectory() as folder:
        homes = chosen.homes or Path(folder)
        for place in chosen.documents:
            found = documents(place, homes / place.name, encoder)
            print(table(place.name, found), flush=True)
            plotted[f"{place.name}: nDCG@10"] = [Bar(name, *interval(each["nDCG@10"])) for name, each in found.items()]
        for questions_file, *cables in chosen.quotes:
            found = quotes(questions_file, cables, homes / questions_file.stem, encoder)
            print(table(questions_file.stem, found), flush=True)
            plotted[f"{questions_file.stem}: recall@5"] = [
                Bar(name, *interval(each["R@5"])) for name, each in found.items()
            ]
    if chosen.plot:
        chosen.plot.write_text(bars(plotted), encoding="utf-8")


if __name__ == "__main__":
    main()
