"""What the page keeps: one assistant for everybody, and for each reader a turn and a place."""

import os
from collections.abc import Mapping
from typing import Final

import streamlit as st

from index.settings import DEFAULT_HOME
from qa.assistant import Assistant, open_assistant
from qa.records import Filters
from ui.place import Place
from ui.turn import Turn

LINK_PARAMETERS: Final = ("cable", "paragraph", "ordinal")
"""What a link to a cable may say."""


def assistant() -> Assistant:
    """The assistant of this server, opened at the first call.

    Raises:
        ReftelError: there is no index yet, or it cannot be opened; asked again, it is tried again.
    """
    return _assistant(os.environ.get("REFTEL_HOME") or str(DEFAULT_HOME))


@st.cache_resource(show_spinner=False, on_release=lambda opened: opened.close())
def _assistant(home: str) -> Assistant:
    return open_assistant(home)


def turn() -> Turn | None:
    """The question that this reader asked last, and what has come back."""
    found: Turn | None = st.session_state.get("turn")
    return found


def ask(question: str, filters: Filters) -> None:
    """Begin a turn; an unfinished one before it is dropped."""
    if before := turn():
        before.stop()
    st.session_state.turn = Turn(assistant(), question, filters)
    st.session_state.pop("place", None)


def place() -> Place | None:
    """The paragraph that is open beside the answer."""
    found: Place | None = st.session_state.get("place")
    return found


def open_place(wanted: Place) -> None:
    """Show a paragraph beside the answer."""
    st.session_state.place = wanted


def open_page(parameters: Mapping[str, str]) -> None:
    """Follow a link within the page: the address changes, what the reader has asked stays."""
    st.query_params.from_dict({name: parameters[name] for name in LINK_PARAMETERS if name in parameters})
