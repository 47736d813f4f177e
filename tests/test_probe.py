"""The probe: kept in a file, fitted with the prompts that are asked, and what an answer makes of it."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chatting import WIDTH, write_model
from conftest import ScriptedChatModel
from langchain_core.messages import BaseMessage, HumanMessage
from making import a_text

from index.errors import ChatUnavailable
from qa.assistant import Assistant
from qa.chat import probe as probes
from qa.chat.local import LocalChatModel
from qa.chat.models import list_models
from qa.chat.probe import Probe, find_probe, save_probe
from qa.chat.unpacking import unpack, unpacked
from qa.chat.weights import fetched
from qa.evidence import BY_PROBE
from qa.reading import prompts_read, read, warm
from qa.records import Answer, Passage

PREFERRED = list_models()[0].name
HIDDEN = 1536
"""Numbers of a hidden state of the preferred model."""


@pytest.fixture
def no_probes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder of probes with nothing in it."""
    monkeypatch.setattr(probes, "FOLDER", tmp_path / "probes")
    find_probe.cache_clear()
    yield
    find_probe.cache_clear()


def test_the_probe_that_ships_was_fitted_with_the_prompts_that_ship() -> None:
    """If this fails, the prompts were changed: fit it anew by tests/benchmarks/probing.py."""
    probe = find_probe(PREFERRED)
    assert probe is not None
    assert probe.prompts == prompts_read()
    assert probe.direction.shape == (HIDDEN,) and np.isfinite(probe.direction).all()


@pytest.mark.usefixtures("no_probes")
def test_a_probe_is_found_as_it_was_saved() -> None:
    assert find_probe("tiny") is None
    find_probe.cache_clear()
    direction = np.linspace(-1, 1, WIDTH, dtype=np.float32) / 3
    save_probe("tiny", Probe(1, direction, 0.25, prompts_read()))
    found = find_probe("tiny")
    assert found is not None
    assert (found.layers, found.bias, found.prompts) == (1, 0.25, prompts_read())
    assert found.direction == pytest.approx(direction, rel=1e-3)


@pytest.mark.usefixtures("no_probes")
def test_the_odds_are_those_of_the_state_at_the_end(tmp_path: Path) -> None:
    file = write_model(tmp_path / "tiny.gguf")
    direction = np.ones(WIDTH, dtype=np.float32)
    save_probe("tiny", Probe(1, direction, 2.0, prompts_read()))
    model = LocalChatModel(path=file, unpacked=unpack(file), context=256)
    asked = [HumanMessage("The port was closed.")]
    assert model.probed(asked) == pytest.approx(model.state(asked, 1).sum() + 2.0, abs=1e-3)
    assert LocalChatModel(path=file).probe is None  # packed weights have no hidden states to look at


class ProbedModel(ScriptedChatModel):
    """Has a probe, which says of each paragraph what the words in it are worth."""

    probe: Any = True
    worth: Any
    read: Any
    weighed: Any
    fails: bool = False

    def probed(self, messages: list[BaseMessage]) -> float:
        if self.fails:
            raise ChatUnavailable("the model is gone; start it again.")
        self.read.append(messages)
        shown = messages[-1].text.partition("Question:")[0]
        return max((odds for words, odds in self.worth.items() if words in shown), default=-6.0)

    def first_words(self, messages: list[BaseMessage]) -> dict[str, float]:
        self.weighed.append(messages)
        return {}


def probed(*replies: str, fails: bool = False, **worth: float) -> ProbedModel:
    odds = {words.replace("_", " "): each for words, each in worth.items()}
    return ProbedModel(replies=deque(replies), asked=[], worth=odds, read=[], weighed=[], fails=fails)


@pytest.fixture
def archive(tmp_path: Path, index_files: Callable[..., Any]) -> None:
    (tmp_path / "cables").mkdir()
    first, second = "A total of 97 officers were trained in Karaganda.", "Massimov chaired the third Civic Forum."
    (tmp_path / "cables" / "1.txt").write_text(a_text(1, first=first, second=second))
    index_files(tmp_path / "cables")


@pytest.mark.usefixtures("archive")
def test_what_the_probe_is_sure_of_is_drafted_from(ask_with: Callable[..., Assistant]) -> None:
    model = probed("97 officers were trained. ", officers=6.0)
    answer = ask_with(model).ask("How many officers were trained in Karaganda?")
    assert (answer.outcome, answer.text) == ("answered", "97 officers were trained.")
    assert list(answer.trace["readings"]["1"]) == ["answered", "sure"]
    assert not model.weighed  # where there is a probe, words are not


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("draft", "outcome"),
    [
        ("97 officers were trained in Karaganda by foreign academies of criminal law.", "not_found"),
        ("97 officers were trained in Karaganda lately.", "answered"),
    ],
)
def test_a_source_that_is_not_sure_must_hold_most_of_its_draft(
    ask_with: Callable[..., Assistant], draft: str, outcome: str
) -> None:
    question = "How many officers were trained in Karaganda?"

    def ask(odds: float) -> Answer:
        return ask_with(probed(draft, officers=odds)).ask(question)

    sure = ask(0.0).trace["readings"]["1"]["sure"]
    faint = ask((log(0.25 / 0.75) - log(sure / (1 - sure))) / BY_PROBE.answered)
    assert faint.trace["readings"]["1"]["sure"] == pytest.approx(0.25, abs=0.01)
    assert [each["support"] for each in faint.trace["verdicts"]] == ["partly"]
    assert faint.outcome == outcome
    assert ask(6.0).outcome == "answered"


@pytest.mark.usefixtures("archive")
def test_what_was_read_is_drafted_from_but_for_the_last_words(ask_with: Callable[..., Assistant]) -> None:
    model = probed("97 officers were trained. ", officers=6.0)
    ask_with(model).ask("How many officers were trained in Karaganda?")
    (drafted,), (read, *_) = model.asked, model.read
    assert drafted[:-1] == read[:-1]
    paragraph, _, task = drafted[-1].text.rpartition("\n\n")
    assert read[-1].text.startswith(paragraph) and not read[-1].text.endswith(task)


@pytest.mark.usefixtures("archive")
def test_each_paragraph_is_read_once_behind_the_same_examples(ask_with: Callable[..., Assistant]) -> None:
    model = probed()
    answer = ask_with(model).ask("Which officers trained in Karaganda met at the third Civic Forum?")
    assert answer.outcome == "not_found"
    assert len(model.read) == len(answer.trace["readings"]) > 1
    before = {tuple(message.text for message in messages[:-1]) for messages in model.read}
    assert len(before) == 1 and len(before.pop()) > 1


def test_what_stands_before_every_question_is_read_beforehand() -> None:
    model = probed()
    warm(model)
    source = Passage(1, 1.0, "07ASTANA1", 1, 1, "¶1", None, "ASTANA", None, None, "97 were trained.", ("terms",))
    assert [each.hoped for each in read(model, "How many?", source, source.text)] == [False]
    (warmed,), (whole,) = model.weighed, model.read
    assert len(warmed) > 1 and whole[: len(warmed)] == warmed


@pytest.mark.usefixtures("archive")
def test_a_probed_model_that_fails_gives_way_to_a_quotation(ask_with: Callable[..., Assistant]) -> None:
    answer = ask_with(probed(fails=True)).ask("How many officers were trained in Karaganda?")
    assert "97 officers" in answer.text and "the model is gone" in (answer.notice or "")


@pytest.mark.chat
def test_the_real_model_knows_what_a_paragraph_does_not_say() -> None:
    path = fetched(PREFERRED, Path(os.environ.get("REFTEL_TEST_MODELS", "/nowhere")))
    if path is None:
        pytest.skip("no local chat model in the folder that REFTEL_TEST_MODELS names")
    if not unpacked(path):
        pytest.skip("its weights are not unpacked; reftel model fetch does it where the processor has bfloat16")
    model = LocalChatModel(path=path, unpacked=unpacked(path))
    text = (
        "The sugar mission led by Deputy Minister Okello left Tampico on May 9 with a contract for 31,000 tons. "
        "Okello told Econoff that the ships would load at Kingston, and that the price had been kept out of the press."
    )
    source = Passage(1, 1.0, "79TAMPICO12", 3, 3, "¶3", None, "TAMPICO", "SUGAR SALE", None, text, ("terms",))
    asked = {
        "How much sugar was the mission's contract for?": True,
        "Where were the vessels to take on their cargo?": True,
        "Who headed the sugar mission?": True,
        "What price a ton did Okello's mission agree to?": False,
        "Which shipping line was to carry the sugar?": False,
        "Who signed the contract for the buyers?": False,
    }
    odds = {question: [*read(model, question, source, text)][-1].answered for question in asked}
    assert min(odds[each] for each in asked if asked[each]) > max(odds[each] for each in asked if not asked[each])
