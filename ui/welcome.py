"""What the page says before the first question, and where there is nothing to ask yet."""

import json
from functools import cache
from importlib.resources import files

import streamlit as st

from index.catalog import Selection
from index.errors import StoreMissing
from qa.assistant import Assistant
from qa.records import Filters
from ui import state
from ui.browse import Browse
from ui.reader import Reader
from ui.render import answers, browse
from ui.render.safe import escape_markdown

QUOTING = (
    "No chat model is set up, so answers are quoted: the sentences that answer best, word for word. "
    "`reftel model fetch` gets the local model, which writes answers in its own words."
)
"""Said where the quoting answerer is at work."""


def no_index(missing: StoreMissing) -> None:
    """There is nothing to ask yet: say which command brings it."""
    st.html(answers.no_index(str(missing)))


def sign_in() -> None:
    """Nobody is known yet, or this person may not read here."""
    if not st.user.is_logged_in:
        st.html(answers.hall("Reftel", "This archive is for those who are known to it."))
        st.button("Sign in", on_click=st.login, type="primary")
        return
    who = str(st.user.get("email") or "Your account")
    st.html(answers.hall("Reftel", f"{who} may not read this archive. Ask its keeper to let you in."))
    st.button("Sign out", on_click=st.logout)


def signed_in(reading: Reader) -> None:
    """Who reads, and the way out, at the foot of the sidebar; nothing where nobody signs in."""
    if reading.name:
        with st.sidebar, st.container(key="who"):
            st.html(answers.who(reading.name))
            st.button("Sign out", on_click=st.logout, type="tertiary")


def ready(assistant: Assistant, chosen: Filters) -> None:
    """The archive in one sentence, and questions to begin with."""
    st.html(answers.welcome(state.facets()))
    questions = suggestions(assistant)
    with st.container(key="suggestions"):
        if questions:
            st.html('<p class="rt-label">For example</p>')
        for place, question in enumerate(questions):
            st.button(
                escape_markdown(question),
                key=f"suggestion-{place}",
                on_click=state.ask,
                args=(question, chosen),
                type="tertiary",
            )
    if assistant.model_name == "none":
        st.html(answers.note(QUOTING))


def glance(assistant: Assistant) -> None:
    """What the archive holds: when it was sent, from where, about what; every bar and name leads to those cables."""
    view, counts = Browse(), state.counts(Selection())
    listed = assistant.catalog.listed(Selection(), order="referred", most=5)
    referred = browse.referred([each for each in listed if each.referred])
    with st.container(key="glance"):
        st.html(browse.histogram(view, counts) + browse.most(view, counts) + referred)


def suggestions(assistant: Assistant, most: int = 4) -> list[str]:
    """Questions of the sample set whose cables are all in the archive, each about other cables."""
    cables: set[str] = set()
    found: list[str] = []
    for question, cited in _sample_questions():
        if len(found) == most:
            break
        if cables.isdisjoint(cited) and len(assistant.catalog.present(cited)) == len(cited):
            found.append(question)
            cables |= cited
    return found


@cache
def _sample_questions() -> tuple[tuple[str, frozenset[str]], ...]:
    """The sample questions with one plain answer, the shortest first, each with the cables it is answered from."""
    text = files("qa.evaluation").joinpath("sample_questions.jsonl").read_text(encoding="utf-8")
    gold = [json.loads(line) for line in text.splitlines() if line.strip()]
    found = [
        (each["question"], frozenset(cited["cable"] for cited in each["citations"]))
        for each in gold
        if each["kind"] == "factoid" and each["citations"]
    ]
    return tuple(sorted(found, key=lambda each: len(each[0])))
