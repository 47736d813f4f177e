"""The filters in the sidebar: days, post, TAGS, classification."""

from collections.abc import Mapping
from typing import cast

import streamlit as st

from index.catalog import Facets
from index.records import CLASSIFICATIONS, Classification
from qa.records import Filters


def sidebar(facets: Facets) -> Filters:
    """Draw the filters; what is chosen stays while the reader goes from view to view."""
    with st.sidebar:
        wordmark()
        first = st.date_input(
            "From", None, facets.first, facets.last, key="since", format="YYYY-MM-DD", persist_state="session"
        )
        last = st.date_input(
            "To", None, facets.first, facets.last, key="until", format="YYYY-MM-DD", persist_state="session"
        )
        posts = _choice("Post", facets.posts)
        tags = _choice("TAGS", facets.tags)
        levels = _choice(
            "Classification",
            {level: facets.classifications[level] for level in CLASSIFICATIONS if level in facets.classifications},
        )
        st.html(f'<p class="rt-count">{facets.cables:,} cables · {facets.paragraphs:,} paragraphs</p>')
    return Filters(
        since=first,
        until=last,
        posts=tuple(posts),
        tags=tuple(tags),
        classifications=tuple(cast(Classification, level) for level in levels),
    )


def wordmark() -> None:
    """The name of the page, at the top of the sidebar."""
    st.html('<p class="rt-wordmark">Reftel</p>')


def _choice(label: str, counts: Mapping[str, int]) -> list[str]:
    """One field: any of the chosen values will do. The counts stand beside the values."""
    return st.multiselect(
        label,
        list(counts),
        format_func=lambda value: f"{value} · {counts.get(value, 0)}",
        key=label.lower(),
        placeholder="any",
        persist_state="session",
    )
