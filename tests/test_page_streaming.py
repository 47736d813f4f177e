"""An answer on the page while it comes: what is read, the words so far, an error, a stop."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from test_page import ask, opened, shown

from index.errors import ChatUnavailable
from qa.assistant import Assistant
from qa.records import Answer, AnswerReady, Event, Passage, PassagesFound, SourceOpened, Statement, TextStreamed
from ui.render import answers

__all__ = ["opened"]


def test_support_is_shown_and_streamed_words_give_way_to_chips(
    opened: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stream(self: Assistant, text: str, **given: Any) -> Iterator[Event]:
        found = self.search(text, **given)
        yield PassagesFound(found)
        yield TextStreamed("It is so [1].")
        statements = (Statement("It is so.", (), "partly"), Statement("It is not.", (), "unsupported"))
        yield AnswerReady(Answer(found.query, "answered", statements, tuple(found), "scripted", {"total": 1.0}))

    monkeypatch.setattr(Assistant, "stream", stream)
    html = shown(ask(opened(), "Is it so?"))
    assert "◐ partly supported" in html and "○ not supported by its source" in html
    assert "Written by scripted · 1.0 s · 2 of 2 sentences not fully supported" in html
    assert "[1]" not in html


def test_an_error_while_answering_keeps_the_passages(
    opened: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stream(self: Assistant, text: str, **given: Any) -> Iterator[Event]:
        yield PassagesFound(self.search(text, **given))
        raise ChatUnavailable("the chat model does not reply; try again.")

    monkeypatch.setattr(Assistant, "stream", stream)
    html = shown(ask(opened(), "Who chaired the third Civic Forum?"))
    assert 'role="alert">the chat model does not reply; try again.' in html
    assert "rt-passage" in html


# ── the conversation ─────────────────────────────────────────────────────────────────────────


def test_an_answer_is_stopped(opened: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()

    def stream(self: Assistant, text: str, **given: Any) -> Iterator[Event]:
        yield PassagesFound(self.search(text, **given))
        yield TextStreamed("It is")
        go.wait(20)

    monkeypatch.setattr(Assistant, "stream", stream)
    at = opened()
    threading.Timer(1.0, lambda: at.session_state["talk"].turns[-1].stop()).start()
    html = shown(at.chat_input(key="question").set_value("Is it so?").run())
    go.set()
    assert "Stopped." in html and "It is" in html and "rt-passage" in html


def test_what_is_being_read_stands_in_the_place_of_the_answer(
    opened: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    go, drawn = threading.Event(), list[str]()

    def stream(self: Assistant, text: str, **given: Any) -> Iterator[Event]:
        found = self.search(text, **given)
        yield PassagesFound(found)
        yield SourceOpened(found[0])
        go.wait(5)
        yield TextStreamed("It is")
        yield AnswerReady(Answer(found.query, "not_found", (), tuple(found), "scripted", {}))

    def draw(source: Passage, render: Callable[[Passage], str] = answers.reading) -> str:
        drawn.append(render(source))
        go.set()
        return drawn[-1]

    monkeypatch.setattr(Assistant, "stream", stream)
    monkeypatch.setattr(answers, "reading", draw)
    html = shown(ask(opened(), "Who chaired the third Civic Forum?"))
    assert drawn and "Reading 07ASTANA3162 ¶" in drawn[0] and 'aria-busy="true"' in drawn[0]
    assert "Reading" not in html
