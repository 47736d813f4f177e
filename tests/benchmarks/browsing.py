"""Times every query of the Cables page over synthetic cables put straight into a catalog: no embedding, no model.

    python tests/benchmarks/browsing.py [CABLES] [REPEATS]

Prints for each query the median milliseconds of processor time and of wall-clock time.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from index.catalog import Catalog, Ceiling, Selection
from index.gazetteer import posts, tags
from index.records import CLASSIFICATIONS, Cable, Chunk, Header, Paragraph, Reference, Source

CAPTIONS = ("SIPDIS", "SENSITIVE", "NOFORN", "EXDIS", "NODIS", "LIMDIS")
WORDS = "embassy reports minister grain port talks election treaty visit wheat border court army rail credit".split()


def synthetic(number: int, chance: random.Random) -> Cable:
    """A cable that looks like one to the catalog: a post, a day between 1973 and 2010, TAGS, references, paragraphs."""
    post = chance.choice(list(posts())[:150])
    sent = datetime(1973, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(37 * 365 * 24))
    cable_id = f"{sent:%y}{post}{number}"
    text = " ".join(chance.choices(WORDS, k=80))
    cited = tuple(
        Reference(None, "REF", f"{sent:%y}{post}{chance.randrange(1, number + 1)}") for _ in range(chance.randrange(4))
    )
    header = Header(
        cable_id, post, number, sent.year, sent,
        classification=chance.choice(CLASSIFICATIONS[:4]), captions=tuple(chance.sample(CAPTIONS, chance.randrange(3))),
        tags=tuple(chance.sample(list(tags()), 3)), subject=" ".join(chance.choices(WORDS, k=7)).upper(),
        references=cited, text=f"FM AMEMBASSY {post}",
    )  # fmt: skip
    body = tuple(Paragraph(n, text, n, f"{n}.") for n in range(1, 7))
    return Cable(header, body, Source(f"/synthetic/{cable_id}.txt", "text", f"{number:064x}"))


def fill(catalog: Catalog, cables: int) -> None:
    """Write the cables, each with one chunk a paragraph."""
    chance = random.Random(7)
    for start in range(0, cables, 1000):
        batch = [synthetic(number + 1, chance) for number in range(start, min(start + 1000, cables))]
        with catalog.transaction():
            for cable in batch:
                chunks = [Chunk(cable.cable_id, each.ordinal, 0, each.text, "", 0, 9) for each in cable.citable()]
                catalog.add(cable, chunks, cable.source.path)
            catalog.make_ready([cable.cable_id for cable in batch])


def queries(catalog: Catalog) -> dict[str, Callable[[], object]]:
    """What the page asks, by what the reader did."""
    every = Selection()
    chunks = tuple(range(1, 35_000, 7))
    middle = catalog.listed(every, start=50, most=1)[0].cable.cable_id
    chosen = {
        "all": every,
        "a year": Selection(since=date(1985, 1, 1), until=date(1985, 12, 31)),
        "a country and a tag": Selection(countries=("Brazil",), tags=("ECON", "PREL", "BR")),
        "a classification": Selection(classifications=("SECRET",)),
        "a caption": Selection(captions=("NODIS",)),
        "with references": Selection(refers=True),
        "5,000 found by words": Selection(chunks=chunks),
    }
    asked: dict[str, Callable[[], object]] = {}
    for name, selection in chosen.items():
        asked[f"counts: {name}"] = lambda selection=selection: catalog.counts(selection)  # type: ignore[misc]
        asked[f"first page: {name}"] = lambda selection=selection: catalog.listed(selection)  # type: ignore[misc]
    for order in ("oldest", "post", "referred"):
        asked[f"first page: all, {order}"] = lambda order=order: catalog.listed(every, order=order)  # type: ignore[misc]
    asked["first page: found by words, best"] = lambda: catalog.listed(replace(every, chunks=chunks), order="best")
    asked["last page: all"] = lambda: catalog.listed(every, start=catalog.counts(every).cables - 25)
    asked["neighbours of a cable"] = lambda: catalog.neighbours(middle)
    asked["a whole cable"] = lambda: catalog.get(middle)
    asked["who refers to it"] = lambda: catalog.cited_by(middle)
    asked["facets of the archive"] = catalog.facets
    return asked


def main() -> None:
    """Fill a catalog in a temporary folder, and time each query for a reader without a ceiling and for one with."""
    cables, repeats = (int(given) for given in (*sys.argv[1:], "50000", "5")[:2])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.sqlite3"
        fill(Catalog(path, writable=True), cables)
        print(
            f"{cables:,} cables, {path.stat().st_size / 1e6:.0f} MB; milliseconds of processor time (and of the clock)"
        )
        for who, ceiling in (
            ("no ceiling", None),
            ("ceiling CONFIDENTIAL, NODIS barred", Ceiling("CONFIDENTIAL", ("NODIS",))),
        ):
            print(f"\n{who}")
            for name, ask in queries(Catalog(path, ceiling=ceiling)).items():
                spent, waited = [], []
                for _ in range(repeats):
                    cpu, clock = time.process_time(), time.perf_counter()
                    ask()
                    spent.append(time.process_time() - cpu)
                    waited.append(time.perf_counter() - clock)
                print(f"{name:36} {1000 * statistics.median(spent):7.1f}  ({1000 * statistics.median(waited):.1f})")


if __name__ == "__main__":
    main()
