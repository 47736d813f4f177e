"""What can be done with an answer: copied, linked, taken away as a file, marked."""

from functools import partial

import streamlit as st

from index.records import Header
from qa.assistant import Assistant
from qa.records import Answer
from ui import state
from ui.render import answers, export, to_markdown, word
from ui.views import marking

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def show(assistant: Assistant, ready: Answer) -> None:
    """Draw the buttons; a keeper can mark the answer too."""
    cited = dict.fromkeys(each.cable_id for statement in ready.statements for each in statement.citations)
    found = (assistant.catalog.get(cable_id) for cable_id in cited)
    headers: dict[str, Header] = {cable.cable_id: cable.header for cable in found if cable}
    with st.container(key="tools", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(answers.tools(to_markdown(ready, headers), state.talk_link()), width="content")
        if ready.statements:
            _files(ready, headers)
        reading, conversation = state.reader(), state.talk()
        if reading and reading.is_keeper and conversation:
            with st.popover("Mark", type="tertiary", key="mark"):
                marking.form(assistant, ready, f"{conversation.token} {len(conversation.turns)}")


def _files(ready: Answer, headers: export.Headers) -> None:
    st.html('<p class="rt-count">Save as</p>', width="content")
    for name, file, mime, make in (
        ("Markdown", "answer.md", "text/markdown", to_markdown),
        ("Word", "answer.docx", _WORD, word.to_docx),
        ("BibTeX", "answer.bib", "application/x-bibtex", export.to_bibtex),
        ("RIS", "answer.ris", "application/x-research-info-systems", export.to_ris),
    ):
        st.download_button(name, partial(make, ready, headers), file, mime, on_click="ignore", type="tertiary",
                           key=f"export-{name}")  # fmt: skip
