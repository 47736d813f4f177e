"""One cable, to be read: opened by a link, `?cable=07ASTANA3162&paragraph=2`."""

import streamlit as st

from index.records import Cable
from qa.assistant import Assistant
from ui import filters, state
from ui.place import Place, ordinal_asked
from ui.render import answers, cables


def show(assistant: Assistant, asked: str) -> None:
    """Draw the view.

    Args:
        assistant: whose archive is read.
        asked: the cable's id, in any spelling.
    """
    with st.sidebar:
        filters.wordmark()
        back = "← Back to the answer" if state.turn() else "← Ask the cables"
        st.button(back, on_click=st.query_params.clear, type="tertiary")
    cable_id = assistant.catalog.resolve(asked)
    cable = assistant.catalog.get(cable_id) if cable_id else None
    with st.container(key="cable"):
        if cable:
            _read(assistant, cable)
        else:
            _absent(assistant, asked)


def _read(assistant: Assistant, cable: Cable) -> None:
    st.set_page_config(page_title=f"{cable.cable_id} · Reftel")
    here = Place(cable.cable_id, ordinal_asked(cable, st.query_params.to_dict()))
    if here.ordinal is None and {"paragraph", "ordinal"} & set(st.query_params):
        st.html(answers.note("The link names a paragraph that this cable does not have; here is the whole cable."))
    st.html(cables.page(cable, here))
    cited = {each.cable_id for each in cable.header.references if each.cable_id}
    present, cited_by = assistant.catalog.present(cited), assistant.catalog.cited_by(cable.cable_id)
    references = cables.references(cable, present, cited_by)
    st.sidebar.html(references)
    with st.container(key="references"):  # seen only on a small screen, where the sidebar is folded away
        st.html(references)


def _absent(assistant: Assistant, asked: str) -> None:
    others = assistant.catalog.cited_by(asked)
    if others:
        st.html(answers.note(f"{asked} is not in this archive, but these cables refer to it.") + answers.cables(others))
    else:
        st.html(answers.note(f"There is no cable {asked} in this archive. Look for it by asking, or check the link."))
