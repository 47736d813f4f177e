"""How good the answers are: the README's table, from the sample cables and their questions, or from others.

    python tests/benchmarks/quality.py                                    both shipped: `make quality`
    python tests/benchmarks/quality.py QUESTIONS CABLES…                  a question file over other cables
    python tests/benchmarks/quality.py --write                            the baselines that the tests hold answers to

Quoting needs nothing. The local chat model is measured beside it where `reftel model fetch` has
brought it (or REFTEL_TEST_MODELS names the folder); sixty questions take it about a quarter of an hour.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from index.build import build
from index.settings import Settings
from qa.assistant import open_assistant
from qa.chat import fetched, list_models
from qa.evaluation.questions import GoldQuestion, read_questions
from qa.evaluation.runs import Run, evaluate
from ui.render.measures import run_markdown

ROOT = Path(__file__).parents[2]
SAMPLE = (ROOT / "qa" / "evaluation" / "sample_questions.jsonl", ROOT / "index" / "sample")
GOLD = ROOT / "tests" / "gold"
MODELS = Path(os.environ.get("REFTEL_TEST_MODELS") or ROOT / ".reftel" / "models")
HELD = (
    "correct", "points_covered", "citation_precision", "citation_recall", "quote_validity", "numbers_grounded",
    "unsupported", "declined", "over_declined", "recall@5", "recall@10", "MRR", "nDCG@10",
)  # fmt: skip
"""The measures that a baseline holds."""


def local_model() -> str | None:
    """The first local chat model that is here."""
    return next((each.name for each in list_models() if fetched(each.name, MODELS)), None)


def measured(home: Path, questions: list[GoldQuestion], file: Path, model: str) -> Run:
    """A run over the index of a home folder, each answer told as it comes."""
    settings = Settings(home=home, chat_model=model)
    with open_assistant(settings=settings) as assistant:
        return evaluate(
            assistant, questions, file=file.name,
            progress=lambda done, total, what: print(f"\r{model}: {done} of {total} ", end="", file=sys.stderr),
        )  # fmt: skip


def write_baseline(name: str, run: Run, command: str, **more: object) -> None:
    values = {key: round(value.value, 3) for key, value in run.measures().items() if key in HELD}
    text = json.dumps({"command": command, **more, "measures": values}, indent=2)
    (GOLD / name).write_text(text + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", nargs="?", type=Path, default=SAMPLE[0])
    parser.add_argument("cables", nargs="*", type=Path)
    parser.add_argument("--write", action="store_true", help="write the baselines under tests/gold instead")
    given = parser.parse_args()
    questions = read_questions(given.questions)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "models").symlink_to(MODELS.absolute())
        build(given.cables or [SAMPLE[1]], Settings(home=home))
        runs = [measured(home, questions, given.questions, "none")]
        local = local_model()
        if given.write:
            command = "python tests/benchmarks/quality.py --write"
            write_baseline("sample_quoting.json", runs[0], command)
            if local:
                chosen = json.loads((GOLD / "sample_local.json").read_text(encoding="utf-8"))["questions"]
                few = [each for each in questions if each.question_id in chosen]
                run = measured(home, few, given.questions, local)
                write_baseline("sample_local.json", run, command, chat_model=local, questions=chosen)
            return
        if local:
            runs.append(measured(home, questions, given.questions, local))
        print(run_markdown(runs))


if __name__ == "__main__":
    main()
