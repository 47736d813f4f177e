"""How well the right paragraph is found: the fused search beside its parts and other fusions.

    python tests/benchmarks/retrieval.py documents ../shared/data/frus_summary
    python tests/benchmarks/retrieval.py documents ../shared/data/scifact
    python tests/benchmarks/retrieval.py quotes ../shared/data/aad_questions.jsonl ../shared/data/aad …

`documents` (any folder with corpus.jsonl, queries.jsonl, qrels.tsv, and paragraphs.jsonl where a
document has several): documents ranked by their best paragraph. `quotes`: a question file over
cables; a quote counts as found when one passage holds at least 80 % of the words of one of its
pieces, in order. Measures by ir-measures, intervals by bootstrap over the questions.
"""

import argparse
import json
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import RR, R, nDCG

import qa.retrieve
from index.build import build
from index.embed import open_encoder
from index.settings import Settings
from qa.assistant import Assistant, open_assistant
from qa.records import Passages

DEPTH = 400
SYSTEMS: dict[str, tuple[float, float]] = {
    # name: (share of the dense score beside BM25, share of the whole cable's score)
    "dense paragraphs": (1.0, 0.0),
    "BM25 paragraphs": (0.0, 0.0),
    "weighted sum": (0.4, 0.0),
    "BM25 cables": (0.4, 1.0),
    "reftel": (qa.retrieve.DENSE_WEIGHT, qa.retrieve.CABLE_WEIGHT),
}


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def open_over(paths: list[Path], home: Path) -> Assistant:
    """Index the paths in a folder that may be kept, and open it."""
    settings = Settings(home=home, chat_model="none")
    encoder = open_encoder()
    started = time.perf_counter()
    report = build(paths, settings, encoder=encoder)
    print(f"indexed {report.added} cables, {report.chunks} chunks in {time.perf_counter() - started:.1f} s", flush=True)
    return open_assistant(settings=settings, encoder=encoder)


def each_system(assistant: Assistant, questions: dict[str, str]) -> Iterator[tuple[str, dict[str, Passages]]]:
    """The passages of every question, by every system."""
    for name, (dense, cable) in SYSTEMS.items():
        qa.retrieve.DENSE_WEIGHT, qa.retrieve.CABLE_WEIGHT = dense, cable
        yield name, {key: assistant.search(text, top_k=DEPTH) for key, text in questions.items()}


def interval(values: list[float]) -> str:
    """The mean, with the 95 % interval of 1,000 bootstrap samples."""
    draw = random.Random(0)
    means = sorted(sum(draw.choices(values, k=len(values))) / len(values) for _ in range(1000))
    return f"{sum(values) / len(values):.3f} ({means[25]:.3f}–{means[974]:.3f})"


def documents(folder: Path, home: Path) -> None:
    """Documents ranked by their best paragraph."""
    paragraphs: dict[str, list[dict[str, str]]] = defaultdict(list)
    if (folder / "paragraphs.jsonl").exists():
        for each in read_lines(folder / "paragraphs.jsonl"):
            paragraphs[each["doc_id"]].append({"text": each["text"]})
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as corpus:
        for each in read_lines(folder / "corpus.jsonl"):
            texts = paragraphs[each["_id"]] or [{"text": each["text"]}]
            line = {"id": each["_id"], "title": each["title"], "paragraphs": texts}
            corpus.write(json.dumps(line) + "\n")
        corpus.flush()
        assistant = open_over([Path(corpus.name)], home)
    qrels = list(ir_measures.read_trec_qrels(_to_trec(folder / "qrels.tsv")))
    judged = {each.query_id for each in qrels}
    questions = {each["_id"]: each["text"] for each in read_lines(folder / "queries.jsonl") if each["_id"] in judged}
    measures = [nDCG @ 10, R @ 10, RR @ 10]
    print(f"{'':20} {'nDCG@10':22} {'recall@10':22} {'MRR@10':22}")
    for name, found in each_system(assistant, questions):
        run = [
            ir_measures.ScoredDoc(key, passage.cable_id, passage.score)
            for key, passages in found.items()
            for passage in {each.cable_id: each for each in reversed(passages.passages)}.values()
        ]
        values: dict[Any, list[float]] = defaultdict(list)
        for metric in ir_measures.iter_calc(measures, qrels, run):
            values[metric.measure].append(metric.value)
        print(f"{name:20} " + " ".join(f"{interval(values[each]):22}" for each in measures), flush=True)


def _to_trec(tsv: Path) -> str:
    rows = (line.split("\t") for line in tsv.read_text(encoding="utf-8").splitlines()[1:])
    return "\n".join(f"{query} 0 {document} {score}" for query, document, score in rows)


def quotes(questions_file: Path, cables: list[Path], home: Path) -> None:
    """Gold quotes among the first passages."""
    gold = {each["id"]: each for each in read_lines(questions_file) if each["quote"]}
    assistant = open_over(cables, home)
    print(f"{len(gold)} questions with a quote\n{'':20} {'found@1':22} {'found@5':22} {'found@10':22} {'found@20':22}")
    for name, found in each_system(assistant, {key: each["question"] for key, each in gold.items()}):
        first = {key: first_with_quote(passages, gold[key]["quote"]) for key, passages in found.items()}
        shares = [[float(rank is not None and rank <= k) for rank in first.values()] for k in (1, 5, 10, 20)]
        print(f"{name:20} " + " ".join(f"{interval(each):22}" for each in shares), flush=True)
    print("not within 10:", ", ".join(key for key, rank in first.items() if rank is None or rank > 10))


def first_with_quote(passages: Passages, quote: str) -> int | None:
    """Rank of the first passage that holds one of the quote's pieces."""
    pieces = [piece.split() for piece in quote.split("||")]
    for passage in passages:
        words = passage.text.split()
        if any(common_in_order(piece, words) >= 0.8 * len(piece) for piece in pieces):
            return int(passage.rank)
    return None


def common_in_order(piece: list[str], words: list[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(words) + 1)
    for word in piece:
        before = 0
        for place, other in enumerate(words, 1):
            before, row[place] = row[place], before + 1 if word == other else max(row[place], row[place - 1])
    return row[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("documents", "quotes"))
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--home", type=Path, help="keep the index here, to run again sooner")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = chosen.home or Path(folder)
        run: Callable[[], None] = (
            (lambda: documents(chosen.paths[0], home))
            if chosen.kind == "documents"
            else (lambda: quotes(chosen.paths[0], chosen.paths[1:], home))
        )
        run()


if __name__ == "__main__":
    main()
