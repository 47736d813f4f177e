"""Ask: a conversation, the answer with its chips, the passages, and the cable beside them."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from qa.assistant import Assistant
from qa.records import Answer, Citation, Filters
from ui import filters, state, welcome
from ui.next import follow_ups
from ui.place import Place
from ui.render import answers, cables, trace
from ui.turn import Turn
from ui.views import take_away

FIRST_PASSAGES = 0.25
"""Seconds a run waits for the passages before it draws the page without them."""

BEAT = 0.08
"""Seconds between two drawings of an answer that is being written."""


def show(assistant: Assistant) -> None:
    """Draw the view."""
    if state.talk() is None and "ask" in st.query_params:
        state.ask_linked({name: st.query_params.get_all(name) for name in st.query_params})
    chosen = filters.sidebar(state.facets())
    reading, beside = st.columns([11, 9], gap="large")
    with reading, st.container(key="reading"):
        asked = st.chat_input("Ask the cables", key="question", max_chars=2000)
        if asked:
            state.ask(asked, chosen)
        state.show_problem()
    if turn := state.turn():
        state.name_talk()
        _turn(assistant, turn, chosen, reading, beside)
        return
    with reading:
        welcome.ready(assistant, chosen)
    with beside:
        welcome.glance(assistant)


def _turn(assistant: Assistant, turn: Turn, chosen: Filters, reading: DeltaGenerator, beside: DeltaGenerator) -> None:
    """Draw a question and what has come back for it, until all has."""
    with reading:
        if filters.showable(state.facets(), turn.filters) != chosen:
            again = turn.asked, filters.with_chosen(turn.filters, chosen), turn.ignore
            st.button("Ask again with these filters", on_click=state.ask, args=again)
        heading, answer, stop, after, passages = _Slot(), _Slot(), st.empty(), st.container(), _Slot()
        _earlier(turn)
    with beside, st.container(key="beside"):
        moves = st.container(key="moves")
        with st.container(key="source"):
            source = _Slot()
    turn.wait_for_passages(FIRST_PASSAGES)
    if not turn.finished:
        stop.button("Stop", on_click=turn.stop, icon=":material/stop_circle:", key=f"stop-{id(turn)}")
    _follow(turn, assistant, (heading, answer, passages, source))
    stop.empty()
    if turn.answer:
        with moves:
            _citations(turn.answer, state.place() or _first_place(turn))
        with after:
            _after(assistant, turn.answer, turn)


class _Slot:
    """A place on the page that is drawn again only when there is something new to draw."""

    def __init__(self) -> None:
        self._place = st.empty()
        self._drawn = ""

    def show(self, html: str) -> None:
        if html and html != self._drawn:
            self._place.html(html)
            self._drawn = html


def _follow(turn: Turn, assistant: Assistant, slots: tuple[_Slot, _Slot, _Slot, _Slot]) -> None:
    """Draw what has come, until all has. A click meanwhile begins a new run, which follows on."""
    heading, answer, passages, source = slots
    shown: Place | None = None
    while True:
        finished = turn.finished  # read before drawing: what comes after is drawn in the next round
        here = state.place() or _first_place(turn)
        understood = turn.passages.query.understood if turn.passages else ()
        heading.show(answers.question(turn.question, turn.filters, understood, turn.ignore, turn.asked))
        answer.show(_answer(turn, here))
        passages.show(_passages(turn, here))
        if here and here != shown:
            source.show(_source(assistant, here))
            shown = here
        if finished:
            return
        turn.wait_for_news(BEAT)


def _after(assistant: Assistant, ready: Answer, turn: Turn) -> None:
    """What comes after a finished answer: taking it away, what to ask next, how it came about."""
    take_away.show(assistant, ready)
    conversation = state.talk()
    before = [each.asked for each in conversation.turns] if conversation else []
    asked_next = follow_ups(ready, assistant.catalog, before)
    st.html(answers.follow_ups(asked_next, turn.filters) + trace.trace(ready, scores=assistant.catalog.ceiling is None))


def _earlier(turn: Turn) -> None:
    conversation = state.talk()
    before = [each for each in conversation.turns if each is not turn] if conversation else []
    if before:
        here = state.place()
        st.html("".join(answers.earlier(each.asked, each.answer, here) for each in reversed(before)))
    st.button("Begin a new conversation", on_click=state.leave_talk, type="tertiary")


def _citations(ready: Answer, here: Place | None) -> None:
    """Steps from citation to citation, by button or key."""
    places = list(dict.fromkeys(Place.of(each) for each in _cited(ready)))
    if not places:
        return
    at = places.index(here) if here in places else -1
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<p class="rt-count">Citation {at + 1 if at >= 0 else "–"} of {len(places)}</p>')
        for name, key, to in (("Previous", "Alt+Up", at - 1), ("Next", "Alt+Down", at + 1)):
            place = places[max(0, min(to, len(places) - 1))]
            is_end = not 0 <= to < len(places)
            st.button(name, key=f"citation-{name}", on_click=state.open_place, args=(place,), shortcut=key,
                      type="tertiary", disabled=is_end)  # fmt: skip


def _cited(ready: Answer) -> list[Citation]:
    return [citation for statement in ready.statements for citation in statement.citations]


def _answer(turn: Turn, here: Place | None) -> str:
    if turn.answer:
        return answers.answer(turn.answer, here)
    if turn.error:
        return answers.draft(turn.draft, is_ended=True) + answers.note(turn.error, kind="error")
    if turn.stopped:
        return answers.draft(turn.draft, is_ended=True) + answers.note("Stopped. The passages found are below.")
    return answers.reading(turn.reading) if turn.reading and not turn.draft else answers.draft(turn.draft)


def _passages(turn: Turn, here: Place | None) -> str:
    if turn.passages is None:
        return "" if turn.finished else answers.note("Searching …")
    # Those found for a part of the question alone come with the answer.
    return answers.passages(turn.answer.passages if turn.answer else turn.passages, here)


def _source(assistant: Assistant, here: Place) -> str:
    cable = assistant.catalog.get(here.cable_id)
    if cable is None:
        return answers.note(f"{here.cable_id} is not in this archive any more.")
    return cables.source(cable, here, is_chosen=state.place() is not None)


def _first_place(turn: Turn) -> Place | None:
    """What is shown beside the answer until the reader chooses: its first citation, or the best passage."""
    for statement in turn.answer.statements if turn.answer else ():
        if statement.citations:
            return Place.of(statement.citations[0])
    return Place.of(turn.passages[0]) if turn.passages else None
