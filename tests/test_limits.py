"""Limits: the prompt fits the window, stopping stops the model, a failing one is quoted."""

import json
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import ScriptedChatModel, scripted
from langchain_core.messages import HumanMessage
from langchain_core.outputs import ChatGenerationChunk
from making import a_text

from qa.assistant import Assistant
from qa.chat.budget import count_tokens, fitted, left_out, window_of
from qa.records import TextStreamed

Ask = Callable[..., Assistant]


class Windowed(ScriptedChatModel):
    """A chat model that tells its window."""

    context: int | None = None
    max_tokens: int = 20


def a_windowed(context: int | None) -> Windowed:
    return Windowed(replies=[], asked=[], context=context)


def prompt(n_sources: int) -> list[HumanMessage]:
    return [HumanMessage("Sources: " + "word " * 100 * n_sources)]


@pytest.mark.parametrize(
    ("window", "kept"), [(None, 5), (10_000, 5), (20 + 5 * 160, 5), (20 + 3 * 160, 3), (20 + 160, 1), (30, 1)]
)
def test_sources_are_left_out_from_the_last_until_the_prompt_fits(window: int | None, kept: int) -> None:
    model = a_windowed(window)
    messages, shown = fitted(model, prompt, 5)
    assert (messages, shown) == (prompt(kept), kept)
    if window and kept > 1:
        assert count_tokens(model, messages) <= window - model.max_tokens


def test_a_profile_tells_the_window_too() -> None:
    model = a_windowed(None)
    assert window_of(model) is None
    model.profile = {"max_input_tokens": 4096}
    assert window_of(model) == 4096


def test_what_did_not_fit_is_told() -> None:
    assert left_out(3, 3) is None
    assert left_out(3, 1) == (
        "The chat model's window holds 1 of the 3 sources found; raise chat_context, or choose a model with a larger "
        "one."
    )


@pytest.fixture
def archive(tmp_path: Path, index_files: Callable[..., Any]) -> None:
    folder = tmp_path / "cables"
    folder.mkdir()
    (folder / "1.txt").write_text(a_text(1, first="A total of 97 officers were trained in Karaganda."))
    index_files(folder)


class Closing(ScriptedChatModel):
    """A chat model that talks without end, and notes when its stream is closed."""

    closed: Any = None

    def _stream(self, messages: Any, stop: Any = None, run_manager: Any = None, **_: Any) -> Iterator[Any]:
        from langchain_core.messages import AIMessageChunk

        try:
            while True:
                yield ChatGenerationChunk(message=AIMessageChunk("97 officers were trained [1]. "))
        finally:
            self.closed.append(True)


@pytest.mark.usefixtures("archive")
def test_closing_an_answer_closes_the_chat_models_stream(ask_with: Ask) -> None:
    model = Closing(replies=[], asked=[], closed=[])
    events = ask_with(model).stream("How many officers were trained in Karaganda?")
    assert next(event for event in events if isinstance(event, TextStreamed))
    assert model.closed == []
    events.close()  # type: ignore[attr-defined]
    assert model.closed == [True]


class Failing(ScriptedChatModel):
    """A chat model whose provider cannot be reached."""

    error: Any = None

    def _stream(self, messages: Any, stop: Any = None, run_manager: Any = None, **_: Any) -> Iterator[Any]:
        raise self.error
        yield


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (httpx.ConnectError("refused"), "cannot be reached; check that its server runs"),
        (httpx.ReadTimeout("slow"), "did not answer in time"),
    ],
)
def test_a_provider_that_fails_is_told_in_a_sentence_and_the_cables_are_quoted(
    ask_with: Ask, error: Exception, told: str
) -> None:
    answer = ask_with(Failing(replies=[], asked=[], error=error)).ask("How many officers were trained in Karaganda?")
    assert (answer.outcome, answer.model) == ("answered", "none")
    assert "97 officers" in answer.text
    assert told in (answer.notice or "") and "The cables are quoted instead." in (answer.notice or "")


class FailingLater(ScriptedChatModel):
    """A chat model whose provider is gone when it is asked about its draft."""

    def _generate(self, *_: Any, **__: Any) -> Any:
        raise httpx.ConnectError("refused")


@pytest.mark.usefixtures("archive")
def test_a_provider_that_fails_after_the_draft_is_told_and_the_cables_are_quoted(ask_with: Ask) -> None:
    model = FailingLater(replies=deque(["97 officers were trained [1]."]), asked=[])
    answer = ask_with(model).ask("How many officers were trained in Karaganda?")
    assert (answer.outcome, answer.model) == ("answered", "none")
    assert answer.text == "“A total of 97 officers were trained in Karaganda.”"
    assert "cannot be reached" in (answer.notice or "") and "The cables are quoted instead." in (answer.notice or "")


@pytest.mark.usefixtures("archive")
def test_the_trace_tells_everything(ask_with: Ask) -> None:
    from ui.render.trace import trace_dict, trace_text

    model = scripted("97 officers were trained in Karaganda [1]. \x1b[31m500 horses were bought [1].")
    answer = ask_with(model).ask("and in Karaganda?", talk=["How many officers were trained in Astana?"])
    told = trace_dict(answer)
    assert told["query"]["said"] == "and in Karaganda?"
    assert told["prompt"][0]["role"] == "system" and "Question: How many officers" in told["prompt"][1]["text"]
    assert "500 horses" in told["draft"] and told["verdicts"] and told["seconds"]["total"] > 0
    json.dumps(told)
    page = trace_text(answer)
    for heading in ("ASKED", "UNDERSTOOD", "FOUND", "PROMPT", "DRAFT", "VERDICTS", "SECONDS"):
        assert f"{heading}\n" in page
    assert "500 is not in the source" in page and "\x1b" not in page
