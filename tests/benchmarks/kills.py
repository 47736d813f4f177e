"""Kill the real `reftel index` at random moments: is anything lost or doubled afterwards?

    python tests/benchmarks/kills.py                # 50 kills
    python tests/benchmarks/kills.py --kills 200 --seed 7

Each round adds, changes, moves and removes some of the sample cables, starts the command and kills it by its process
id (SIGKILL). Then the index must open and hold every cable as it was before or as it is now; the next run must make
it equal to the files, and the three stores agree chunk by chunk, with nothing beyond the catalog. In the end it must
equal an index built anew.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from index.check import check
from index.home import open_stores
from index.records import Cable
from index.settings import Settings
from index.sync import cables_in

PROJECT = Path(__file__).parents[2]
SAMPLE = PROJECT / "index" / "sample"

Told = dict[str, tuple[str, tuple[str, ...]]]
"""Of each cable, the name of its file and the text of its paragraphs."""


def start(folder: Path, home: Path) -> subprocess.Popen[bytes]:
    """The real command, as a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "REFTEL_HOME": str(home)}
    program = [sys.executable, "-c", "from ui.cli import main; main()", "index", "--quiet", "--prune", str(folder)]
    return subprocess.Popen(program, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finish(folder: Path, home: Path) -> int:
    """Run the command to its end; gives how often the files of the home folder were seen to change."""
    process = start(folder, home)
    changes = watch(process, home)
    _, wrong = process.communicate()
    if process.returncode:
        raise AssertionError(f"the run after a kill failed: {wrong.decode()}")
    return changes


def kill(folder: Path, home: Path, after: int, seconds: float) -> bool:
    """Run the command and kill it some seconds after so many changes; gives whether it was still at work."""
    process = start(folder, home)
    watch(process, home, after)
    time.sleep(seconds)
    alive = process.poll() is None
    if alive:
        os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    return alive


def watch(process: subprocess.Popen[bytes], home: Path, most: int | None = None) -> int:
    """Count the changes of the files under the home folder until the process ends, or so many are seen."""
    before, seen = stamps(home), 0
    while process.poll() is None and seen != most:
        time.sleep(0.005)
        now = stamps(home)
        seen, before = seen + (now != before), now
    return seen


def stamps(home: Path) -> dict[str, int]:
    """When each file was last written; files come and go while they are looked at."""
    found = {}
    for folder, _, names in os.walk(home):
        for name in names:
            with suppress(FileNotFoundError):
                found[f"{folder}/{name}"] = Path(folder, name).stat().st_mtime_ns
    return found


def edit(folder: Path, chance: random.Random) -> None:
    """Add, change, move or remove a handful of files."""
    for source in chance.sample(sorted(SAMPLE.glob("*.txt")), 12):
        there = [path for path in (folder / source.name, folder / "moved" / source.name) if path.exists()]
        text = source.read_text(encoding="utf-8")
        if not there:
            (folder / source.name).write_text(text, encoding="utf-8")
        elif (what := chance.choice(("change", "change", "move", "remove"))) == "change":
            there[0].write_text(f"{text}\n99. Corrected {chance.randrange(10**6)} times.\n", encoding="utf-8")
        elif what == "move":
            there[0].replace(folder / ("" if there[0].parent.name == "moved" else "moved") / source.name)
        else:
            there[0].unlink()


def in_files(folder: Path) -> Told:
    """What the files say."""
    read = (item for file in sorted(folder.rglob("*.txt")) for item in cables_in(file, max_file_mb=100))
    return {cable.cable_id: tell(cable) for cable in read if isinstance(cable, Cable)}


def in_index(home: Path, *, whole: bool) -> Told:
    """What the index says; its stores must agree, and where it is whole hold nothing beyond the catalog."""
    stores = open_stores(Settings(home=home))
    try:
        found, by_cable, counted = check(stores), stores.catalog.chunks_by_cable(), stores.catalog.facets()
        if not found or (whole and (found.extra_vectors or found.extra_terms)):
            raise AssertionError(f"the stores do not agree: {found}")
        told = {cable.cable_id: tell(cable) for cable in map(stores.catalog.get, by_cable) if cable}
        if (counted.cables, counted.paragraphs) != (len(told), sum(len(texts) for _, texts in told.values())):
            raise AssertionError(f"something is doubled: {counted.cables} cables, {counted.paragraphs} paragraphs")
        return told
    finally:
        stores.close()


def tell(cable: Cable) -> tuple[str, tuple[str, ...]]:
    return Path(cable.source.path).name, tuple(each.text for each in cable.paragraphs)


def rounds(place: Path, kills: int, seed: int) -> int:
    """Edit, kill, look, finish, look: so often. Gives how many kills met the command at work."""
    folder, home, chance, caught = place / "cables", place / "home", random.Random(seed), 0
    (folder / "moved").mkdir(parents=True)
    edit(folder, chance)
    changes = finish(folder, home)
    before = in_files(folder)
    for number in range(1, kills + 1):
        edit(folder, chance)
        now = in_files(folder)
        alive = kill(folder, home, chance.randint(0, changes), chance.uniform(0, 0.2))
        caught += alive
        between = in_index(home, whole=False)
        if wrong := [each for each in between if between[each] not in (before.get(each), now.get(each))]:
            raise AssertionError(f"kill {number}: neither as it was nor as it is: {wrong}")
        if lost := [each for each in before.keys() & now.keys() if each not in between]:
            raise AssertionError(f"kill {number}: does not answer: {lost}")
        changes = max(changes // 2, finish(folder, home))
        if (after := in_index(home, whole=True)) != now:
            raise AssertionError(f"kill {number}: the index is not what the files are: {after.keys() ^ now.keys()}")
        before = now
        print(f"kill {number}: {'at work' if alive else 'ended'}, {len(between)} cables; then {len(now)}", flush=True)
    finish(folder, place / "anew")
    if in_index(place / "anew", whole=True) != before:
        raise AssertionError("an index built anew is another one")
    return caught


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        caught = rounds(Path(place), chosen.kills, chosen.seed)
    print(f"{chosen.kills} kills, {caught} of them while the command was at work: nothing lost, nothing doubled")


if __name__ == "__main__":
    main()
