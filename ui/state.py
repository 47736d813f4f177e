"""What the page keeps: one assistant for everybody, and for each reader a conversation and a place."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlencode

import streamlit as st

from index.catalog import Ceiling, Counts, Facets, Selection
from index.errors import ReftelError
from index.settings import DEFAULT_HOME, Settings, load_settings
from qa.assistant import Assistant, open_assistant
from qa.records import Filters
from ui import filters
from ui.clicks import Parameters
from ui.jobs import Jobs, Work
from ui.place import ASK, Place, ask_link, filters_asked
from ui.reader import Reader, reader_of
from ui.render import answers
from ui.talks import Talk, Talks
from ui.turn import Turn

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
"""Addresses that only this machine reaches."""


def settings() -> Settings:
    """The settings of this server."""
    return _settings(_home())


def reader() -> Reader | None:
    """Who reads; None for one who may not, or has not signed in yet."""
    person = st.user.to_dict() if settings().sign_in else {}
    return reader_of(settings(), person, is_local=is_local())


def is_local() -> bool:
    """Whether only this machine sees the page."""
    return st.get_option("server.address") in LOOPBACK


def may_name_paths() -> bool:
    """Whether this page may be told to index a path: on one's own machine, or in folders that the settings allow."""
    return (is_local() and not settings().sign_in) or bool(settings().folders)


def uploads_folder() -> Path:
    """Where uploads lie."""
    return settings().home.absolute() / "uploads"


def jobs() -> Jobs:
    """The work on the index that is under way, or was last."""
    return _jobs()


def begin_job(name: str, work: Work) -> None:
    """Start work on the index; afterwards the assistant is opened anew.

    Raises:
        StoreBusy: other work is under way.
    """
    _jobs().begin(name, work, after=forget_assistant)


def assistant() -> Assistant:
    """The assistant of this server, opened at the first call; to this reader nothing above their ceiling exists.

    Raises:
        ReftelError: there is no index yet, or it cannot be opened; asked again, it is tried again.
    """
    reading = reader()
    if reading is None:
        raise PermissionError("nobody reads without being known")
    opened = everything()
    return _under(_home(), reading.ceiling) if reading.ceiling else opened


def everything() -> Assistant:
    """The assistant without a ceiling: for the server itself, and for keepers."""
    return _assistant(_home())


def facets() -> Facets:
    """Counts over the whole archive, as this reader has it."""
    catalog = assistant().catalog
    return _facets(catalog.revision(), _home(), catalog.ceiling)


def counts(chosen: Selection) -> Counts:
    """How many cables of each kind there are in a selection, as this reader has the archive."""
    catalog = assistant().catalog
    return _counts(chosen, catalog.revision(), _home(), catalog.ceiling)


def forget_assistant() -> None:
    """Open it anew at the next call: the index has been made or replaced."""
    _assistant.clear()
    _under.clear()


def _home() -> str:
    return os.environ.get("REFTEL_HOME") or str(DEFAULT_HOME)


@st.cache_resource(show_spinner=False)
def _settings(home: str) -> Settings:
    return load_settings(home)


@st.cache_resource(show_spinner=False, on_release=lambda opened: opened.close())
def _assistant(home: str) -> Assistant:
    return open_assistant(home)


@st.cache_resource(show_spinner=False, max_entries=50, on_release=lambda bounded: bounded.catalog.close())
def _under(home: str, ceiling: Ceiling) -> Assistant:
    return _assistant(home).under(ceiling)


@st.cache_resource(show_spinner=False, max_entries=50)
def _facets(revision: int, home: str, ceiling: Ceiling | None) -> Facets:
    return assistant().catalog.facets()


@st.cache_resource(show_spinner=False, max_entries=200)
def _counts(chosen: Selection, revision: int, home: str, ceiling: Ceiling | None) -> Counts:
    return assistant().catalog.counts(chosen)


@st.cache_resource(show_spinner=False)
def _jobs() -> Jobs:
    return Jobs()


@st.cache_resource(show_spinner=False)
def _talks() -> Talks:
    return Talks()


# ── the conversation ─────────────────────────────────────────────────────────────────────────


def talk() -> Talk | None:
    """This reader's conversation: the one at hand, or the one that the address names."""
    found: Talk | None = st.session_state.get("talk")
    reading = reader()
    if found is None and reading and (token := st.query_params.get("talk")):
        found = _talks().find(token, reading)
        st.session_state.talk = found
        if found and found.turns:
            filters.put(facets(), found.turns[-1].filters)
    return found if found and found.owner == reading else None


def turn() -> Turn | None:
    """The question that this reader asked last, and what has come back."""
    conversation = talk()
    return conversation.turns[-1] if conversation and conversation.turns else None


def ask(question: str, given: Filters, ignore: Sequence[str] = (), *, literally: bool = False) -> None:
    """Begin a turn; an unfinished one before it is stopped.

    Args:
        literally: what was said before does not count.
    """
    reading = reader()
    if reading is None:
        return
    conversation = talk() or _talks().begin(reading)
    conversation.add(Turn(assistant(), question, given, ignore, () if literally else conversation.said()))
    st.session_state.talk = conversation
    st.session_state.pop("place", None)


def ask_linked(parameters: Parameters) -> None:
    """Ask what a link asks."""
    if question := parameters.get("ask"):
        try:
            given = filters_asked(assistant().catalog, parameters)
            literally = bool(parameters.get("literally"))
            ask(question[-1][:2000], given, parameters.get("without", ()), literally=literally)
            filters.put(facets(), given)
            st.session_state.leads_to = ASK
        except ReftelError as error:
            st.session_state.problem = str(error)


def talk_link() -> str:
    """What opens this conversation again: by its name while it is kept, and for who began it; else its last question
    is asked anew.
    """
    conversation, last = talk(), turn()
    if not conversation or not last:
        return ""
    return f"{ask_link(last.asked, last.filters, last.ignore)}&{urlencode({'talk': conversation.token})}"


def name_talk() -> None:
    """The address names the conversation, so that a reload finds it."""
    if address := talk_link():
        open_page_at(address)


def show_problem() -> None:
    """Say once what went wrong with what the reader just did."""
    if problem := st.session_state.pop("problem", ""):
        st.html(answers.note(problem, kind="error"))


def back_links() -> dict[str, str]:
    """Where the reader came from: the answer, the list."""
    conversation, listed = talk(), st.session_state.get("list")
    found = {"Back to the list": listed} if listed else {}
    if conversation:
        found["Back to the answer"] = f"./{ASK}?{urlencode({'talk': conversation.token})}"
    return found or {"Ask the cables": f"./{ASK}"}


def leave_talk() -> None:
    """Begin anew."""
    if last := turn():
        last.stop()
    st.session_state.pop("talk", None)
    st.session_state.pop("place", None)
    st.query_params.clear()


def place() -> Place | None:
    """The paragraph that is open beside the answer."""
    found: Place | None = st.session_state.get("place")
    return found


def open_place(wanted: Place) -> None:
    """Show a paragraph beside the answer."""
    st.session_state.place = wanted


def close_place() -> None:
    """Show the first citation again."""
    st.session_state.pop("place", None)


def open_page_at(address: str) -> None:
    """Follow a link's address within the view."""
    open_page(parse_qs(address.partition("?")[2]))


def open_page(parameters: Parameters, path: str | None = None) -> None:
    """Follow a link within the page: the address changes, what the reader has asked stays.

    Args:
        parameters: what the link says after its `?`.
        path: of the view it leads to; None for the one at hand.
    """
    st.query_params.from_dict({name: values if len(values) > 1 else values[0] for name, values in parameters.items()})
    if path is not None:
        st.session_state.leads_to = path


def go(here: st.Page, pages: Iterable[st.Page]) -> None:
    """Change to the view that the last link led to, where that is another one than this."""
    path = st.session_state.pop("leads_to", here.url_path)
    for page in pages:
        if page.url_path == path != here.url_path:
            st.switch_page(page, query_params={name: st.query_params.get_all(name) for name in st.query_params})
