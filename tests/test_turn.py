"""A question being answered in its own thread: what the page sees while it runs and when it ends."""

import logging
import threading
from collections.abc import Collection, Iterator, Sequence

import pytest
from evaluating import a_passage

from index.errors import ChatUnavailable
from qa.records import Answer, AnswerReady, Event, Filters, Passages, PassagesFound, Query, SourceOpened, TextStreamed
from ui.turn import Turn

PASSAGES = Passages(Query("q"), (), {})
ANSWER = Answer(Query("q"), "answered", (), (), "none", {})


class Scripted:
    """Plays its events, and an error after them; waits at every `None` until `go` is set."""

    def __init__(self, *events: Event | None, error: Exception | None = None) -> None:
        self.events, self.error, self.go = events, error, threading.Event()
        self.closed = threading.Event()
        self.asked: list[tuple[str, Filters | None, Collection[str], Sequence[Answer | str]]] = []

    def stream(
        self,
        text: str,
        *,
        filters: Filters | None = None,
        ignore: Collection[str] = (),
        talk: Sequence[Answer | str] = (),
    ) -> Iterator[Event]:
        self.asked.append((text, filters, ignore, talk))
        try:
            for event in self.events:
                if event is None:
                    self.go.wait(5)
                else:
                    yield event
        finally:
            self.closed.set()
        if self.error:
            raise self.error


def finished(turn: Turn) -> Turn:
    while not turn.finished:
        turn.wait_for_news(5)
    return turn


def test_all_events_arrive() -> None:
    assistant = Scripted(PassagesFound(PASSAGES), TextStreamed("It "), TextStreamed("is."), AnswerReady(ANSWER))
    turn = finished(Turn(assistant, "q", Filters(posts=("ASTANA",)), ["in May"], [ANSWER, "r"]))
    assert (turn.passages, turn.draft, turn.answer, turn.error) == (PASSAGES, "It is.", ANSWER, None)
    assert assistant.asked == [("q", Filters(posts=("ASTANA",)), ("in May",), (ANSWER, "r"))]


def test_passages_are_here_while_the_answer_is_written() -> None:
    assistant = Scripted(PassagesFound(PASSAGES), TextStreamed("It "), None, AnswerReady(ANSWER))
    turn = Turn(assistant, "q", Filters())
    turn.wait_for_passages(5)
    assert (turn.passages, turn.finished) == (PASSAGES, False)
    assistant.go.set()
    assert finished(turn).answer == ANSWER


def test_what_is_read_is_known_while_it_is_read() -> None:
    source = a_passage(1, 4)
    assistant = Scripted(PassagesFound(PASSAGES), SourceOpened(source), None, AnswerReady(ANSWER))
    turn = Turn(assistant, "q", Filters())
    while turn.reading is None and not turn.finished:
        turn.wait_for_news(5)
    assert (turn.reading, turn.draft, turn.finished) == (source, "", False)
    assistant.go.set()
    assert finished(turn).answer == ANSWER


def test_a_reftel_error_is_its_sentence() -> None:
    turn = finished(Turn(Scripted(PassagesFound(PASSAGES), error=ChatUnavailable("no key; set one.")), "q", Filters()))
    assert (turn.passages, turn.error) == (PASSAGES, "no key; set one.")


def test_a_fault_is_logged_and_said_without_its_details(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        turn = finished(Turn(Scripted(error=ZeroDivisionError("secret detail")), "q", Filters()))
    assert turn.error and "secret detail" not in turn.error
    assert "secret detail" in caplog.text


def test_a_stopped_turn_is_finished_at_once_and_takes_no_more() -> None:
    assistant = Scripted(PassagesFound(PASSAGES), TextStreamed("It "), None, TextStreamed("late"), AnswerReady(ANSWER))
    turn = Turn(assistant, "q", Filters())
    while not turn.draft:
        turn.wait_for_news(5)
    turn.stop()
    assert (turn.finished, turn.stopped) == (True, True)
    assistant.go.set()
    assert assistant.closed.wait(5)
    assert (turn.draft, turn.answer) == ("It ", None)


def test_a_finished_turn_cannot_be_stopped() -> None:
    turn = finished(Turn(Scripted(AnswerReady(ANSWER)), "q", Filters()))
    turn.stop()
    assert (turn.stopped, turn.answer) == (False, ANSWER)
