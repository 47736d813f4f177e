"""A fuzz run on reading and parsing: guided by coverage where atheris is installed, plain mutation where not.

    python tests/benchmarks/fuzz_parse.py --minutes 10 [--corpus FOLDER]

Needs nothing but this project, and atheris for the guidance (`pip install atheris` in an environment of its
own). Seeds are the sample cables. Whatever the bytes: nothing is raised but CableSyntaxError, every problem is
one sentence, paragraphs are in order and inside the text, and no input takes longer than ten seconds. The first
input that breaks this is printed as a finding, kept as a file, and ends the run with exit code 1.
"""

import argparse
import importlib.util
import io
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

NAMES = ("a.txt", "a.txt", "a.txt", "a.jsonl", "a.csv", "a.xml")
SECONDS_PER_INPUT = 10
TEI = (
    b'<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body><div type="document" xml:id="d1" n="1"><head>1. Telegram '
    b'From A to B<note>Source: X. Secret.</note></head><dateline><date when="1961-01-21">x</date></dateline>'
    b"<p>1. One.</p><list><item>two</item></list><closer><signed>Roe</signed></closer></div></body></text></TEI>"
)


def check_bytes(data: bytes) -> None:
    """Read bytes as the format that the first of them chooses, and parse what comes out."""
    from index.errors import CableSyntaxError
    from index.parse import parse
    from index.read.box import Box
    from index.read.streams import read_stream
    from index.records import Message

    name = NAMES[data[0] % len(NAMES)] if data else NAMES[0]
    for item in read_stream(io.BytesIO(data[1:]), Box(name, name, 1_000_000), len(data)):
        if not isinstance(item, Message):
            assert item.reason.endswith(".") and "\n" not in item.reason, item
            continue
        try:
            cable = parse(item, ignore_attributes=bool(data[0] & 128))
        except CableSyntaxError as error:
            assert str(error).endswith("."), error
            continue
        check_cable(cable, item.text)


def check_cable(cable: Any, text: str) -> None:
    """Ordinals without a gap, every paragraph inside the text; in order, unless sections stood out of order."""
    assert [each.ordinal for each in cable.paragraphs] == list(range(1, len(cable.paragraphs) + 1))
    last = -1
    for each in cable.paragraphs:
        assert 0 <= each.start <= each.end <= len(text), each
        assert each.start >= last or cable.header.sections > 1, each
        last = each.start
    cable.to_dict()


def seeds() -> Iterator[bytes]:
    """Real cables, one of each layout."""
    for path in sorted((ROOT / "index" / "sample").glob("*.txt")):
        yield b"\0" + path.read_bytes()[:6000]
    yield b"\3" + b'{"id": "07 Astana 1", "date": "2007-11-20", "paragraphs": [{"text": "1. One."}, "2. Two."]}\n'
    yield b"\4" + b'"1","11/20/2007 11:58","07ASTANA1","Embassy Astana","UNCLASSIFIED","","FM X","1. One."\n'
    yield b"\5" + TEI


def guided(corpus: Path, seconds: float) -> None:
    """Coverage-guided, by libFuzzer; it ends the process itself."""
    import atheris  # type: ignore[import-not-found]

    with atheris.instrument_imports(include=["index"]):
        import index.parse
        import index.read.streams  # noqa: F401
    for place, seed in enumerate(seeds()):
        (corpus / f"seed-{place:03d}").write_bytes(seed)
    options = [
        f"-max_total_time={int(seconds)}",
        f"-timeout={SECONDS_PER_INPUT}",
        "-max_len=8192",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={corpus}/finding-", str(corpus)], check_bytes)
    atheris.Fuzz()


def unguided(corpus: Path, seconds: float, check: Callable[[bytes], None] = check_bytes) -> int:
    """Mutations of the seeds, without a look at what they reach."""
    chance, kept = random.Random(1), list(seeds())
    words = [word for seed in kept for word in seed.split(b"\n")]
    runs, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        data, started = mutated(chance, kept, words), time.process_time()
        try:
            check(data)
            if time.process_time() - started > SECONDS_PER_INPUT:
                raise TimeoutError("the input took too long")
        except Exception:
            (corpus / "finding").write_bytes(data)
            print(f"finding kept as {corpus / 'finding'}", file=sys.stderr)
            raise
        runs += 1
    return runs


def mutated(chance: random.Random, kept: list[bytes], words: list[bytes]) -> bytes:
    """A seed with lines of others put in, lines gone or twice, and bytes changed."""
    lines = chance.choice(kept).split(b"\n")
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(lines))
        match chance.randrange(4):
            case 0:
                lines[at] = chance.choice(words)
            case 1:
                lines.insert(at, chance.choice(words))
            case 2 if len(lines) > 1:
                del lines[at]
            case _:
                place = chance.randrange(len(lines[at]) + 1)
                lines[at] = (
                    lines[at][:place] + bytes([chance.randrange(256)]) + lines[at][place + chance.randrange(2) :]
                )
    return b"\n".join(lines)


def main() -> None:
    """Run for the minutes given and say what was done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--corpus", type=Path)
    chosen = parser.parse_args()
    corpus = chosen.corpus or Path(tempfile.mkdtemp(prefix="reftel-fuzz-"))
    corpus.mkdir(parents=True, exist_ok=True)
    if importlib.util.find_spec("atheris"):
        print(f"guided by coverage; corpus in {corpus}")
        guided(corpus, 60 * chosen.minutes)
    else:
        print("atheris is not installed: mutations without guidance")
        print(f"{unguided(corpus, 60 * chosen.minutes)} inputs, nothing found")


if __name__ == "__main__":
    main()
