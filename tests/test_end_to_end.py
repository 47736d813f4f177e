"""The whole path with real weights: from files to a cited answer, as the README promises it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import SAMPLE

from index.build import build
from index.settings import Settings
from qa.assistant import Assistant, open_assistant

MODELS = Path(os.environ.get("REFTEL_TEST_MODELS", ""))
LOCAL = "qwen2.5-coder-1.5b-instruct"

needs_chat_model = pytest.mark.skipif(
    not (MODELS / f"{LOCAL}.gguf").is_file(),
    reason=f"no {LOCAL}.gguf in the folder that REFTEL_TEST_MODELS names: reftel model fetch brings it",
)


@pytest.fixture(scope="module")
def open_over(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Assistant]:
    """Index paths with the real encoder, and open them; each set of paths once."""
    homes: dict[tuple[Path, ...], Path] = {}

    def opener(*paths: Path, chat_model: Any = "none") -> Assistant:
        if paths not in homes:
            homes[paths] = tmp_path_factory.mktemp("home")
            report = build(paths, Settings(home=homes[paths]))
            assert not report.problems
        if not (homes[paths] / "models").exists():
            (homes[paths] / "models").symlink_to(MODELS.absolute())
        return open_assistant(settings=Settings(home=homes[paths], chat_model=chat_model))

    return opener


@pytest.mark.weights
def test_the_sample_cables_answer_in_their_own_words(open_over: Callable[..., Assistant]) -> None:
    with open_over(SAMPLE) as assistant:
        answer = assistant.ask("On what ground had the original March ballot in Ribeira do Sal been thrown out?")
    citation = answer.statements[0].citations[0]
    assert (answer.outcome, answer.model) == ("answered", "none")
    assert "bakery" in answer.text
    assert (citation.cable_id, citation.number) == ("08PRAIA118", 1)


@pytest.mark.weights
@pytest.mark.chat
@needs_chat_model
def test_the_local_chat_model_answers_with_a_citation(open_over: Callable[..., Assistant]) -> None:
    with open_over(SAMPLE, chat_model=LOCAL) as assistant:
        answer = assistant.ask("On what ground had the original March ballot in Ribeira do Sal been thrown out?")
    assert (answer.outcome, answer.model) == ("answered", LOCAL)
    assert "bakery" in answer.text
    assert {citation.cable_id for each in answer.statements for citation in each.citations} <= {
        passage.cable_id for passage in answer.passages
    }


@pytest.mark.weights
@pytest.mark.chat
@needs_chat_model
def test_the_question_the_project_began_with(open_over: Callable[..., Assistant], shared_data: Path) -> None:
    with open_over(shared_data / "astana", chat_model=LOCAL) as assistant:
        answer = assistant.ask("How many police officers did the Anti-TIP Center in Karaganda train?").to_dict()
        cable = assistant.catalog.get("07ASTANA3162")
    citations = [citation for statement in answer["statements"] for citation in statement["citations"]]
    assert answer["outcome"] == "answered"
    assert "97" in answer["text"]
    assert cable is not None
    fourth = next(citation for citation in citations if citation["number"] == 4)
    assert fourth["quote"] in cable.paragraphs[fourth["ordinal"] - 1].text
