"""A keeper's verdict on an answer, kept as a gold question: on the Ask page and on the Evaluation page."""

from typing import get_args

import streamlit as st

from index.errors import ReftelError
from qa.assistant import Assistant
from qa.evaluation.marks import Verdict, mark, marked_path
from qa.records import Answer
from ui.render import answers


def form(assistant: Assistant, answer: Answer, key: str) -> None:
    """Draw the form; `key` tells it from others on the page."""
    with st.form(f"mark {key}", border=False):
        verdict = st.radio("This answer is", get_args(Verdict), None, key=f"verdict {key}", horizontal=True)
        accepted = st.text_input("What a right answer says (short; several with ;)", key=f"accepted {key}")
        places = st.text_input("Where it stands", key=f"places {key}", placeholder="07ASTANA3162 4; 79LAPAZ12 header")
        if st.form_submit_button("Keep as a gold question"):
            strings = [each.strip() for each in accepted.split(";") if each.strip()]
            if verdict is None:
                st.html(answers.note("Say first whether it is right.", kind="error"))
            else:
                _keep(assistant, answer, verdict, strings, places)


def _keep(assistant: Assistant, answer: Answer, verdict: Verdict, accepted: list[str], places: str) -> None:
    try:
        mark(assistant, answer, verdict, accepted=accepted, places=places)
    except ReftelError as error:
        st.html(answers.note(str(error), kind="error"))
        return
    path = marked_path(assistant.settings.home)
    st.html(answers.note(f"Kept in {path}. Ask it again with `reftel evaluate {path}`."))
