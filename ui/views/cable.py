"""One cable, to be read: opened by a link, `?cable=07ASTANA3162&paragraph=2`, on whatever page the reader is."""

import streamlit as st

from index.catalog import Catalog
from index.records import Cable
from qa.assistant import Assistant
from ui import filters, state
from ui.originals import LOST, source_text
from ui.place import Place, ordinal_asked
from ui.render import answers, cables, original


def show(assistant: Assistant, asked: str) -> None:
    """Draw the view.

    Args:
        assistant: whose archive is read.
        asked: the cable's id, in any spelling.
    """
    catalog = assistant.catalog
    cable_id = catalog.resolve(asked)
    cable = catalog.get(cable_id) if cable_id else None
    with st.sidebar:
        filters.wordmark()
        st.html(answers.back(state.back_links()))
    with st.container(key="cable"):
        if cable:
            _read(assistant, cable)
        else:
            _absent(assistant, asked)


def _read(assistant: Assistant, cable: Cable) -> None:
    st.set_page_config(page_title=f"{cable.cable_id} · Reftel")
    here = Place(cable.cable_id, ordinal_asked(cable, st.query_params.to_dict()))
    is_original = st.query_params.get("lines") == "original"
    if here.ordinal is None and {"paragraph", "ordinal"} & set(st.query_params):
        st.html(answers.note("The link names a paragraph that this cable does not have; here is the whole cable."))
    st.html(cables.views(cable, is_original=is_original))
    if is_original:
        text = source_text(cable, assistant.catalog.file_of(cable.cable_id), max_file_mb=assistant.settings.max_file_mb)
        beside = answers.note(LOST) if text is None else original.side_by_side(cable, text)
        st.html(f'<article class="rt-cable">{cables.masthead(cable)}</article>{beside}')
    else:
        st.html(cables.page(cable, here))
    around = _around(assistant.catalog, cable)
    st.sidebar.html(around)
    with st.container(key="references"):  # seen only on a small screen, where the sidebar is folded away
        st.html(around)


def _around(catalog: Catalog, cable: Cable) -> str:
    """What it refers to, what refers to it, and its neighbours from the same post."""
    named = [
        each for reference in cable.header.references for each in (reference.cable_id, reference.last_year) if each
    ]
    present = catalog.summaries(named)
    absent = [each.cable_id for each in cable.header.references if each.cable_id and each.cable_id not in present]
    also = {each: [other for other in catalog.cited_by(each) if other.cable_id != cable.cable_id] for each in absent}
    found = cables.references(cable, present, catalog.cited_by(cable.cable_id), also)
    return found + cables.neighbours(*catalog.neighbours(cable.cable_id))


def _absent(assistant: Assistant, asked: str) -> None:
    cable_id = assistant.catalog.resolve(asked) or asked
    st.set_page_config(page_title=f"{cable_id[:40]} · Reftel")
    st.html(cables.absent(cable_id, assistant.catalog.cited_by(cable_id)))
