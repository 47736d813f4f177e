"""Cables: browse and search the archive by facets. The address says all that is chosen: see `ui.browse`."""

from dataclasses import replace

import streamlit as st

from index.catalog import Catalog, Counts, Selection
from qa.assistant import Assistant
from ui import filters, state
from ui.browse import PAGE_SIZE, Browse
from ui.place import link
from ui.render import answers, browse
from ui.render.safe import words


def show(assistant: Assistant) -> None:
    """Draw the view."""
    view = Browse.from_link({name: st.query_params.get_all(name) for name in st.query_params})
    st.session_state.list = view.link()
    catalog = assistant.catalog
    chosen = replace(view.chosen, chunks=assistant.cables_with(view.words)) if view.words else view.chosen
    counts = state.counts(chosen)
    with st.sidebar:
        filters.wordmark()
        st.html(browse.facets(view, counts))
    with st.container(key="cables"):
        _search(view)
        if narrowed := browse.chosen(view) + _named(catalog, view):
            st.html(narrowed)
        if not counts.cables:
            st.html(
                answers.note("No cable is like that. Remove what you have chosen above, or search for other words.")
            )
            return
        st.html(browse.histogram(view, counts))
        _list(catalog, view, chosen, counts)


def _list(catalog: Catalog, view: Browse, chosen: Selection, counts: Counts) -> None:
    on = view if view.start < counts.cables else view.on_page(1)
    found = catalog.listed(chosen, order=on.sorted_by, start=on.start, most=PAGE_SIZE)
    st.html(browse.head(on, counts) + browse.listed(found) + browse.pages(on, counts))


def _search(view: Browse) -> None:
    """The box for words: what is typed goes into the address, and the address says what stands in the box."""

    def on_change() -> None:
        state.open_page_at(view.searching(st.session_state.words).link())

    st.session_state.words = view.words
    st.text_input(
        "Search the cables",
        key="words",
        placeholder="Words that a cable has, or its number",
        max_chars=200,
        on_change=on_change,
        label_visibility="collapsed",
        icon=":material/search:",
    )


def _named(catalog: Catalog, view: Browse) -> str:
    """Where the words spell a cable's id: a link to it."""
    found = catalog.resolve(view.words) if view.words else None
    if not found or not catalog.present([found]):
        return ""
    shown = f'<a class="rt-link" href="{words(link(found))}" data-view="page">{words(found)}</a>'
    return f'<p class="rt-note">Open {shown}</p>'
