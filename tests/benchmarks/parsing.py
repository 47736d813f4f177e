"""How fast one core reads cables, and whether memory stays flat: text of 4 kB in, a Cable out.

    python tests/benchmarks/parsing.py [--cables 20000] [--json]

Cables are made from the sample archive, each of about 4,000 bytes under its own number, so that no two are
alike and no cache of whole texts could help. Splitting a file, reading it and parsing are all in the time;
making the texts and writing them to disk is not.
"""

import argparse
import json
import re
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

BYTES = 4000
CABLES_A_FILE = 1000
HEADS = {
    2007: (
        "VZCZCXRO{number:04d}\nOO RUEHDBU\nDE RUEHTA #{serial:04d} 3241158\nZNR UUUUU ZZH\nO 201158Z NOV 07\n"
        "FM AMEMBASSY ASTANA\nTO RUEHC/SECSTATE WASHDC IMMEDIATE 1220\nINFO RUCNCIS/CIS COLLECTIVE 0307\n\n"
        "UNCLAS ASTANA {number:06d}\n\nSIPDIS\n\nE.O. 12958: N/A\nTAGS: PREL, PGOV, KZ\n"
        "SUBJECT: TRADE TALKS {number}\n\n"
        "REF: A. STATE 147242\n     B. ASTANA {number}\n\n"
    ),
    1976: (
        "Message Text\n \nUNCLASSIFIED\n \nPAGE 01        LA PAZ {number:05d}  201158Z\n \n43\nACTION ARA-10\n \n"
        "INFO  OCT-01  ISO-00  /011 W\n                       ---------------------     099491\nP 201158Z NOV 76\n"
        "FM AMEMBASSY LA PAZ\nTO SECSTATE WASHDC PRIORITY 1220\n \nUNCLAS LA PAZ {number:04d}\n \nE.O. 11652: N/A\n"
        "TAGS: PFOR, EAID, BL\nSUBJECT: TRADE TALKS {number}\n \nREF: STATE 147242\n \n"
    ),
}


def texts(count: int) -> Iterator[str]:
    """Cables of one era for a file, then of the other; the paragraphs of the sample archive are their bodies."""
    bodies = cycle(list(_bodies()))
    for number, body in enumerate(islice(bodies, count), 1):
        head = HEADS[1976 if (number - 1) // CABLES_A_FILE % 2 else 2007]
        printed = head.format(number=number % 100_000, serial=number % 10_000)
        yield f"{printed}{body}"[: BYTES - 10].rstrip() + ".\nORDWAY\n\n\n"


def _bodies() -> Iterator[str]:
    paragraphs: list[str] = []
    for path in sorted((ROOT / "index" / "sample").glob("*.txt")):
        blocks = re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))
        paragraphs += [block for block in blocks if re.match(r"\d{1,2}\. ", block)]
    for start in range(0, len(paragraphs) - 20, 5):
        chosen = paragraphs[start : start + 20]
        yield "\n\n".join(f"{number}. {block.split('. ', 1)[-1]}" for number, block in enumerate(chosen, 1))


def files(folder: Path, count: int) -> list[Path]:
    """The cables in files of a thousand."""
    made, source = [], texts(count)
    while piece := list(islice(source, CABLES_A_FILE)):
        made.append(folder / f"{len(made):05d}.txt")
        made[-1].write_text("".join(piece), encoding="utf-8")
    return made


def measure(paths: list[Path]) -> dict[str, float]:
    """Cables a second of one core's time, and how much memory grew between the first tenth and the end."""
    from index.build import cables_in
    from index.records import Cable

    started = time.process_time()
    cables = size = 0
    early = 0
    for place, path in enumerate(paths):
        size += path.stat().st_size
        cables += sum(isinstance(item, Cable) for item in cables_in(path, max_file_mb=100))
        if place == len(paths) // 10:
            early = _memory()
    seconds = time.process_time() - started
    return {
        "cables": cables,
        "mean_bytes": round(size / max(cables, 1)),
        "cpu_seconds": round(seconds, 2),
        "cables_a_second": round(cables / seconds),
        "peak_mb": round(_memory() / 1024, 1),
        "grown_mb": round((_memory() - early) / 1024, 1),
    }


def _memory() -> int:
    """The most memory held so far, in kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cables", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(files(Path(folder), chosen.cables))
    if chosen.json:
        print(json.dumps(found))
    else:
        print(*(f"{name:<16}{value:>12}" for name, value in found.items()), sep="\n")


if __name__ == "__main__":
    main()
