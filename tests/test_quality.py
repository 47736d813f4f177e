"""The gate: answers to the sample questions are no worse than the committed baselines; the README's table is ours."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT, SAMPLE

from index.build import build
from index.settings import Settings
from qa.assistant import open_assistant
from qa.evaluation.measures import MEASURES
from qa.evaluation.questions import read_questions
from qa.evaluation.runs import Run, evaluate
from qa.evaluation.statistics import Value
from ui.render.measures import QUALITY, meaning
from ui.render.safe import escape_markdown

QUESTIONS = PROJECT / "qa" / "evaluation" / "sample_questions.jsonl"
MODELS = Path(os.environ.get("REFTEL_TEST_MODELS", ""))
LOCAL = "qwen2.5-coder-1.5b-instruct"


def baseline(name: str) -> dict[str, Any]:
    """What was measured when it was accepted; `tests/benchmarks/quality.py --write` writes it anew."""
    found: dict[str, Any] = json.loads((PROJECT / "tests" / "gold" / name).read_text(encoding="utf-8"))
    return found


def worse(
    found: Mapping[str, Value], accepted: Mapping[str, float], questions: float
) -> dict[str, tuple[float, float]]:
    """The measures that fell by more than so many questions of those they apply to: (now, baseline)."""
    return {
        name: (found[name].value, value)
        for name, value in accepted.items()
        if (value - found[name].value) * (1 if MEASURES[name].more_is_better else -1)
        > questions / found[name].n + 0.001  # the baseline is rounded
    }


def measured(home: Path, model: str, wanted: list[str] | None = None) -> Run:
    settings = Settings(home=home, chat_model=model)
    build([SAMPLE], settings)
    questions = [each for each in read_questions(QUESTIONS) if wanted is None or each.question_id in wanted]
    with open_assistant(settings=settings) as assistant:
        return evaluate(assistant, questions)


@pytest.mark.weights
def test_the_sample_questions_are_answered_by_quoting_no_worse_than_before(tmp_path: Path) -> None:
    # Two questions of sixty: what another processor's number format may change.
    assert worse(measured(tmp_path, "none").measures(), baseline("sample_quoting.json")["measures"], 2) == {}


@pytest.mark.chat
@pytest.mark.weights
@pytest.mark.skipif(
    not (MODELS / f"{LOCAL}.gguf").is_file(),
    reason=f"no {LOCAL}.gguf in the folder that REFTEL_TEST_MODELS names: reftel model fetch brings it",
)
def test_a_few_sample_questions_are_answered_by_the_local_chat_model_no_worse_than_before(tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(MODELS.absolute())
    accepted = baseline("sample_local.json")
    found = measured(tmp_path, accepted["chat_model"], accepted["questions"]).measures()
    # One question of seven: another processor rounds otherwise, and one word may tip an answer.
    assert worse(found, accepted["measures"], 1) == {}


@pytest.mark.parametrize(
    ("name", "now", "expected"),
    [
        ("correct", 0.52, {}),
        ("correct", 0.40, {}),
        ("correct", 0.29, {"correct": (0.29, 0.5)}),
        ("over_declined", 0.71, {"over_declined": (0.71, 0.5)}),
        ("over_declined", 0.2, {}),
    ],
)
def test_the_gate_lets_one_question_pass_and_no_more(name: str, now: float, expected: dict[str, Any]) -> None:
    assert worse({name: Value(now, 0, 1, 10)}, {name: 0.5}, 2) == expected


def test_the_readmes_table_of_quality_is_the_one_that_make_quality_prints() -> None:
    lines = (PROJECT / "README.md").read_text(encoding="utf-8").splitlines()
    start = next((place for place, line in enumerate(lines) if line.startswith("| measure | meaning | quoting")), None)
    assert start is not None, "README.md lacks the table: paste what `make quality` prints"
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in _table(lines[start + 2 :])]
    names = [row[0].strip("`") for row in rows]
    assert names == [name for name in QUALITY if name in names] and {"correct", "declined"} < set(names)
    assert [row[1] for row in rows] == [escape_markdown(meaning(name)) for name in names]


def _table(lines: list[str]) -> list[str]:
    end = next((place for place, line in enumerate(lines) if not line.startswith("|")), len(lines))
    return lines[:end]
