"""Ask: a question, the answer with its chips, the passages, and the cable beside them."""

import streamlit as st

from qa.assistant import Assistant
from ui import filters, state, welcome
from ui.place import Place
from ui.render import answers, cables
from ui.turn import Turn

FIRST_PASSAGES = 0.25
"""Seconds a run waits for the passages before it draws the page without them."""

BEAT = 0.08
"""Seconds between two drawings of an answer that is being written."""


def show(assistant: Assistant) -> None:
    """Draw the view."""
    chosen = filters.sidebar(assistant.catalog.facets())
    reading, beside = st.columns([11, 9], gap="large")
    with reading, st.container(key="reading"):
        asked = st.chat_input("Ask the cables", key="question", max_chars=2000)
        if asked:
            state.ask(asked, chosen)
        if (turn := state.turn()) is None:
            welcome.ready(assistant, chosen)
            return
        st.html(answers.question(turn.question, turn.filters))
        if turn.filters != chosen:
            st.button("Ask again with these filters", on_click=state.ask, args=(turn.question, chosen))
        answer, passages = _Slot(), _Slot()
    with beside, st.container(key="source"):
        source = _Slot()
    turn.wait_for_passages(FIRST_PASSAGES)
    _follow(turn, assistant, answer, passages, source)


class _Slot:
    """A place on the page that is drawn again only when there is something new to draw."""

    def __init__(self) -> None:
        self._place = st.empty()
        self._drawn = ""

    def show(self, html: str) -> None:
        if html != self._drawn:
            self._place.html(html)
            self._drawn = html


def _follow(turn: Turn, assistant: Assistant, answer: _Slot, passages: _Slot, source: _Slot) -> None:
    """Draw what has come, until all has. A click meanwhile begins a new run, which follows on."""
    shown: Place | None = None
    while True:
        finished = turn.finished  # read before drawing: what comes after is drawn in the next round
        here = state.place() or _first_place(turn)
        answer.show(_answer(turn, here))
        passages.show(_passages(turn, here))
        if here and here != shown:
            source.show(_source(assistant, here))
            shown = here
        if finished:
            return
        turn.wait_for_news(BEAT)


def _answer(turn: Turn, here: Place | None) -> str:
    if turn.answer:
        return answers.answer(turn.answer, here)
    if turn.error:
        return answers.draft(turn.draft) + answers.note(turn.error, kind="error")
    return answers.draft(turn.draft)


def _passages(turn: Turn, here: Place | None) -> str:
    if turn.passages is None:
        return answers.note("Searching …")
    return answers.passages(turn.passages, here)


def _source(assistant: Assistant, here: Place) -> str:
    cable = assistant.catalog.get(here.cable_id)
    if cable is None:
        return answers.note(f"{here.cable_id} is not in this archive any more.")
    return cables.source(cable, here)


def _first_place(turn: Turn) -> Place | None:
    """What is shown beside the answer until the reader chooses: its first citation, or the best passage."""
    for statement in turn.answer.statements if turn.answer else ():
        if statement.citations:
            return Place.of(statement.citations[0])
    return Place.of(turn.passages[0]) if turn.passages else None
