"""How fast search is, with and without filters, and what it takes in memory and on disk, by size of the archive.

    python tests/benchmarks/search_speed.py frus_telegrams.jsonl.gz --queries queries.jsonl

Real telegrams are indexed once (or taken from `--base`, a home folder that holds them), then written again into homes
of 10,000, 100,000 and 1,000,000 chunks: as they are while they last, then as copies with new ids, other days, one word
in seven exchanged and their vectors moved. Each size is measured in a process of its own, the embedding of the question
included. Building the largest takes about an hour on two cores; `--sizes 10000 100000` leaves it out.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import numpy as np

from index.build import build
from index.catalog import Catalog
from index.embed import Vectors
from index.home import Stores, open_stores
from index.records import Cable, Chunk
from index.settings import Settings
from qa.assistant import open_assistant
from qa.records import Filters

NOISE = 0.025
"""Added to each of 384 components of a vector of length one: copies stay within a cosine of about 0.9."""

BATCH = 5000
"""Chunks written together."""

QUERIES = 200

Written = tuple[Cable, list[Chunk], Vectors]


def grow(base: Path, home: Path, size: int) -> None:
    """Fill a home with the base's cables, again and again, until it holds `size` chunks."""
    source = open_stores(Settings(home=base))
    home.mkdir(parents=True)
    target = open_stores(Settings(home=home), writable=True)
    kept = {"generation": "1", **{key: source.catalog.manifest()[key] for key in ("encoder", "dtype", "dimension")}}
    target.catalog.write_manifest(kept)
    batch: list[Written] = []
    written = waiting = 0
    for one in copies(source):
        batch.append(one)
        written += len(one[1])
        waiting += len(one[1])
        if waiting >= BATCH or written >= size:
            write(target, batch)
            batch, waiting = [], 0
            print(f"\r{written:,} chunks", end="", file=sys.stderr, flush=True)
        if written >= size:
            break
    target.close()
    source.close()


def copies(source: Stores) -> Iterator[Written]:
    """The cables with their chunks and vectors: once as they are, then changed, without end."""
    draw = random.Random(0)
    noise = np.random.default_rng(0)
    words = words_by_length(source.catalog)
    originals = list(read_all(source))
    for turn in count():
        for cable, spans, vectors in originals:
            if turn:
                cable = changed(cable, turn, draw, words)
                vectors = vectors + noise.normal(scale=NOISE, size=vectors.shape).astype(np.float32)
                vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            yield cable, chunks_of(cable, spans), vectors


def read_all(source: Stores) -> Iterator[tuple[Cable, list[tuple[int, int, int]], Vectors]]:
    """Every cable, with its chunks as ordinal, start and end, and their vectors."""
    for cable_id, numbers in source.catalog.chunks_by_cable().items():
        cable = source.catalog.get(cable_id)
        assert cable is not None
        yield cable, source.catalog.spans_of(numbers), source.vectors.vectors_of(numbers)


def words_by_length(catalog: Catalog) -> dict[int, list[str]]:
    """Words to exchange: by length, so that the chunks' offsets hold."""
    found: dict[int, set[str]] = defaultdict(set)
    for cable_id in list(catalog.chunks_by_cable())[:500]:
        cable = catalog.get(cable_id)
        for paragraph in cable.paragraphs if cable else ():
            for word in paragraph.text.split():
                found[len(word)].add(word)
    return {length: sorted(words) for length, words in found.items()}


def changed(cable: Cable, turn: int, draw: random.Random, words: dict[int, list[str]]) -> Cable:
    """The cable as another: its id, its day, and one word in seven."""
    sent = cable.header.sent and cable.header.sent + timedelta(days=97 * turn)
    header = replace(cable.header, cable_id=f"{cable.cable_id}/{turn}", sent=sent)
    paragraphs = tuple(replace(each, text=exchange(each.text, draw, words)) for each in cable.paragraphs)
    return replace(cable, header=header, paragraphs=paragraphs)


def exchange(text: str, draw: random.Random, words: dict[int, list[str]]) -> str:
    pieces = text.split(" ")
    for place in range(draw.randrange(7), len(pieces), 7):
        pieces[place] = draw.choice(words.get(len(pieces[place])) or [pieces[place]])
    return " ".join(pieces)


def chunks_of(cable: Cable, spans: list[tuple[int, int, int]]) -> list[Chunk]:
    texts = {each.ordinal: each.text for each in cable.citable()}
    subject = cable.header.subject or ""
    return [
        Chunk(cable.cable_id, ordinal, 0, texts[ordinal][start:end], subject if ordinal else "", start, end)
        for ordinal, start, end in spans
    ]


def write(stores: Stores, batch: list[Written]) -> None:
    with stores.catalog.transaction():
        numbered = [stores.catalog.add(cable, chunks, "grown") for cable, chunks, _ in batch]
        stores.catalog.make_ready([cable.cable_id for cable, _, _ in batch])
        stores.catalog.raise_revision()
    flat = [number for numbers in numbered for number in numbers]
    stores.vectors.add(flat, np.concatenate([vectors for _, _, vectors in batch]))
    for numbers, (cable, chunks, _) in zip(numbered, batch, strict=True):
        stores.terms.add(numbers, chunks, cable.header)
    stores.terms.commit()


def measure(home: Path, queries: list[str]) -> dict[str, float]:
    """Milliseconds of a search at the middle and at the 95th of 100, by filter; memory and disk in MB."""
    assistant = open_assistant(settings=Settings(home=home, chat_model="none"))
    facets = assistant.catalog.facets()
    post = next(iter(facets.posts), "")
    middle = facets.first + (facets.last - facets.first) / 2 if facets.first and facets.last else date(1970, 1, 1)
    year = Filters(since=middle, until=middle + timedelta(days=365))
    filters = {
        "no filter": None,
        "a year": year,
        "a month": Filters(since=middle, until=middle + timedelta(days=30)),
        "a post": Filters(posts=(post,)),
        "a post in a year": replace(year, posts=(post,)),
        "one day": Filters(since=middle, until=middle),
    }
    for text in queries[:5]:
        assistant.search(text)
    found: dict[str, float] = {"cables": facets.cables, "paragraphs": facets.paragraphs}
    # Filters take turns query by query, so that a noisy moment falls on all of them.
    seconds: dict[str, list[float]] = defaultdict(list)
    for text in queries:
        for name, chosen in filters.items():
            started = time.perf_counter()
            assistant.search(text, filters=chosen)
            seconds[name].append(time.perf_counter() - started)
    for name, each in seconds.items():
        found[f"{name}: p50 ms"] = round(1000 * float(np.percentile(each, 50)), 1)
        found[f"{name}: p95 ms"] = round(1000 * float(np.percentile(each, 95)), 1)
    found["memory MB"] = resident_mb()
    found["disk MB"] = sum(file.stat().st_size for file in home.rglob("*") if file.is_file()) // 2**20
    assistant.close()
    return found


def resident_mb() -> int:
    """Memory held now; what is only mapped from files counts as far as it was read."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("telegrams", type=Path, help="files of cables to index and repeat")
    parser.add_argument("--queries", type=Path, required=True, help='JSON Lines with "text" or "question"')
    parser.add_argument("--base", type=Path, help="a home folder that holds them already")
    parser.add_argument("--homes", type=Path, help="keep the homes here, and use those that are there")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    lines = [json.loads(line) for line in chosen.queries.read_text(encoding="utf-8").splitlines()]
    texts = [line.get("text") or line["question"] for line in lines]
    queries = random.Random(1).sample(texts, min(QUERIES, len(texts)))
    if chosen.measure:
        print(json.dumps(measure(chosen.measure, queries)))
        return
    with tempfile.TemporaryDirectory() as folder:
        homes = chosen.homes or Path(folder)
        base = chosen.base or homes / "base"
        if not base.exists():
            build([chosen.telegrams], Settings(home=base, chat_model="none"))
        results = {}
        for size in chosen.sizes:
            home = homes / str(size)
            if not home.exists():
                grow(base, home, size)
            again = [sys.executable, __file__, str(chosen.telegrams), "--queries", str(chosen.queries)]
            printed = subprocess.run(
                [*again, "--measure", str(home)], capture_output=True, text=True, check=True
            ).stdout
            results[size] = json.loads(printed.splitlines()[-1])
    for name in next(iter(results.values())):
        print(f"| {name} | " + " | ".join(f"{result[name]:,}" for result in results.values()) + " |")


if __name__ == "__main__":
    main()
