"""How fast one core reads cables, and whether memory stays flat: text of 4 kB in, a Cable out.

    python tests/benchmarks/parsing.py [--cables 20000] [--json]

Cables are made from the sample archive, each of about 4,000 bytes under its own number and with names of its own,
so that no two are alike and no cache of whole texts or of names could help. Splitting a file, reading it and parsing
are in the time; making the texts and writing them to disk is not. A file is made, read and removed before the next.

On one of two cores of a virtual machine (Intel Xeon at 2.1 GHz, CPython 3.11 built without profile-guided
optimisation) whose own pace changed by half within minutes: with nothing else running, eleven runs of 6,000 to 20,000
gave 753 to 1,117 cables a second by the clock, 1,057 at the median, eight of them above 1,000. A million, beside the
whole test suite: 935 a second of its own time, 859 by the clock; memory 74.0 MB after the first 100,000 and 74.3 from
the second on to the end, 82.1 MB at its peak.
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
        "FM AMEMBASSY ASTANA\nTO RUEHC/SECSTATE WASHDC IMMEDIATE 1220\nINFO RUEH{word}/AMEMBASSY {word}VILLE 307\n\n"
        "UNCLAS ASTANA {number:06d}\n\nSIPDIS\n\nE.O. 12958: N/A\nTAGS: PREL, PGOV, KZ\n"
        "SUBJECT: TRADE TALKS {number}\n\n"
        "REF: A. STATE 147242\n     B. ASTANA {number}\n\n"
    ),
    1976: (
        "Message Text\n \nUNCLASSIFIED\n \nPAGE 01        LA PAZ {number:05d}  201158Z\n \n43\nACTION ARA-10\n \n"
        "INFO  OCT-01  ISO-00  /011 W\n                       ---------------------     099491\nP 201158Z NOV 76\n"
        "FM AMEMBASSY LA PAZ\nTO SECSTATE WASHDC PRIORITY 1220\nINFO AMEMBASSY {word}VILLE 307\n \n"
        "UNCLAS LA PAZ {number:04d}\n \nE.O. 11652: N/A\n"
        "TAGS: PFOR, EAID, BL\nSUBJECT: TRADE TALKS {number}\n \nREF: STATE 147242\n \n"
    ),
}


def texts(count: int) -> Iterator[str]:
    """Cables of one era for a file, then of the other; the paragraphs of the sample archive are their bodies."""
    bodies = cycle(list(_bodies()))
    for number, body in enumerate(islice(bodies, count), 1):
        head = HEADS[1976 if (number - 1) // CABLES_A_FILE % 2 else 2007]
        printed = head.format(number=number % 100_000, serial=number % 10_000, word=_word(number))
        yield f"{printed}{body}"[: BYTES - 10].rstrip() + ".\nORDWAY\n\n\n"


def _word(number: int) -> str:
    """A word of four letters that is another for each of 456,976 numbers."""
    return "".join(chr(65 + number // 26**place % 26) for place in range(4))


def _bodies() -> Iterator[str]:
    paragraphs: list[str] = []
    for path in sorted((ROOT / "index" / "sample").glob("*.txt")):
        blocks = re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))
        paragraphs += [block for block in blocks if re.match(r"\d{1,2}\. ", block)]
    for start in range(0, len(paragraphs) - 20, 5):
        chosen = paragraphs[start : start + 20]
        yield "\n\n".join(f"{number}. {block.split('. ', 1)[-1]}" for number, block in enumerate(chosen, 1))


def measure(folder: Path, count: int) -> dict[str, float | list[float]]:
    """Cables a second by the process's own time and by the clock; memory at each tenth of the way, in MB."""
    from index.records import Cable
    from index.sync import cables_in

    source, cables, size = texts(count), 0, 0
    seconds = waited = 0.0
    memory: list[float] = []
    while piece := list(islice(source, CABLES_A_FILE)):
        path = folder / f"{cables:09d}.txt"
        path.write_text("".join(piece), encoding="utf-8")
        size += path.stat().st_size
        started, clock = time.process_time(), time.perf_counter()
        cables += sum(isinstance(item, Cable) for item in cables_in(path, max_file_mb=100))
        seconds, waited = seconds + time.process_time() - started, waited + time.perf_counter() - clock
        path.unlink()
        if cables * 10 >= count * (len(memory) + 1):
            memory.append(round(_memory_mb(), 1))
    return {
        "cables": cables,
        "mean_bytes": round(size / max(cables, 1)),
        "cpu_seconds": round(seconds, 2),
        "clock_seconds": round(waited, 2),
        "cables_a_second": round(cables / seconds),
        "cables_a_second_by_the_clock": round(cables / waited),
        "memory_mb": memory,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def _memory_mb() -> float:
    """Memory held at this moment where the system tells it, else the most held so far."""
    held = Path("/proc/self/statm")
    if held.exists():
        return int(held.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cables", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), chosen.cables)
    if chosen.json:
        print(json.dumps(found))
    else:
        print(*(f"{name:<30}{value}" for name, value in found.items()), sep="\n")


if __name__ == "__main__":
    main()
