"""The gate: the sample questions, answered by quoting, are answered no worse than the committed baseline says."""

import json
from pathlib import Path

import pytest
from conftest import PROJECT, SAMPLE

from index.build import build
from index.settings import Settings
from qa.assistant import open_assistant
from qa.evaluation.questions import read_questions
from qa.evaluation.runs import evaluate

BASELINE = PROJECT / "tests" / "gold" / "sample_quoting.json"
ALLOWANCE = 0.04
"""Two questions of sixty: what another processor's number format may change."""


@pytest.mark.weights
def test_the_sample_questions_are_answered_no_worse_than_before(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, chat_model="none")
    build([SAMPLE], settings)
    questions = read_questions(PROJECT / "qa" / "evaluation" / "sample_questions.jsonl")
    with open_assistant(settings=settings) as assistant:
        found = evaluate(assistant, questions).measures()
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))["measures"]
    worse = {
        name: (found[name].value, value) for name, value in baseline.items() if found[name].value < value - ALLOWANCE
    }
    assert not worse, "measure: (now, baseline)"
