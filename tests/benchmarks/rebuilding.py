"""How long questions take while all cables are embedded anew beside the generation that answers.

    python tests/benchmarks/rebuilding.py                             # the sample cables
    python tests/benchmarks/rebuilding.py folder other.jsonl --questions questions.jsonl

Questions are asked of an open assistant that quotes, as the page does, one after another, while `reftel index --encoder
NAME` runs as a process of its own: each twice, first with that process halted, then with it at work, so that whatever
else the machine does weighs on both alike. Each must find the same passages as before; what counts is the ratio of the
medians.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from index.build import build
from index.settings import Settings
from qa.assistant import Assistant, open_assistant
from qa.records import Answer

PROJECT = Path(__file__).parents[2]
QUESTIONS = PROJECT / "qa" / "evaluation" / "sample_questions.jsonl"


@dataclass(slots=True)
class Asked:
    """Seconds of each question, and those that found something else than before."""

    seconds: list[float] = field(default_factory=list)
    other: list[str] = field(default_factory=list)

    def ask(self, assistant: Assistant, question: str, expected: dict[str, list[str]]) -> None:
        """Ask, and compare with what was found the first time."""
        started = time.perf_counter()
        found = places(assistant.ask(question))
        self.seconds.append(time.perf_counter() - started)
        if found != expected.setdefault(question, found):
            self.other.append(question)


def places(answer: Answer) -> list[str]:
    """Which paragraphs were found, best first."""
    return [f"{each.cable_id} {each.ordinal}" for each in answer.passages]


def turn(home: Path, assistant: Assistant, questions: list[str], expected: dict[str, list[str]]) -> tuple[Asked, Asked]:
    """Ask each question twice during a rebuild, first while that is halted."""
    alone, beside, more = Asked(), Asked(), cycle(questions)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "REFTEL_HOME": str(home)}
    program = [sys.executable, "-c", "from ui.cli import main; main()", "index", "--quiet", "--encoder"]
    process = subprocess.Popen([*program, "all-MiniLM-L6-v2"], env=environment, stdout=subprocess.DEVNULL)
    while process.poll() is None and not assistant.catalog.next_manifest():
        time.sleep(0.05)
    while process.poll() is None:
        question = next(more)
        process.send_signal(signal.SIGSTOP)
        alone.ask(assistant, question, expected)
        process.send_signal(signal.SIGCONT)
        time.sleep(0.1)
        beside.ask(assistant, question, expected)
    if process.returncode:
        raise SystemExit("the rebuild failed")
    return alone, beside


def turns(paths: list[Path], questions: list[str], count: int) -> Iterator[tuple[Asked, Asked]]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), chat_model="none")
        build(paths, settings)
        with open_assistant(settings=settings) as assistant:
            expected: dict[str, list[str]] = {}
            for question in questions:
                Asked().ask(assistant, question, expected)
            for _ in range(count):
                yield turn(settings.home, assistant, questions, expected)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, default=[PROJECT / "index" / "sample"])
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--turns", type=int, default=3)
    chosen = parser.parse_args()
    questions = [json.loads(line)["question"] for line in chosen.questions.read_text(encoding="utf-8").splitlines()]
    ratios, other = [], 0
    for number, (alone, beside) in enumerate(turns(chosen.paths, questions, chosen.turns), 1):
        first, second = statistics.median(alone.seconds), statistics.median(beside.seconds)
        ratios.append(second / first)
        other += len(alone.other) + len(beside.other)
        print(
            f"turn {number}: {len(alone.seconds)} questions with the rebuild halted, median {first * 1000:.0f} ms; "
            f"{len(beside.seconds)} with it at work, median {second * 1000:.0f} ms, "
            f"longest {max(beside.seconds) * 1000:.0f} ms; ratio {second / first:.2f}",
            flush=True,
        )
    print(f"ratio of the medians: {statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})")
    print(f"{other} questions found other passages than before")


if __name__ == "__main__":
    main()
