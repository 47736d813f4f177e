"""The filters in the sidebar: days, post, TAGS, classification."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any, Final, cast

import streamlit as st

from index.catalog import Facets
from index.records import CLASSIFICATIONS, Classification
from qa.records import Filters

_KEYS: Final = {
    "since": "since", "until": "until", "posts": "post", "tags": "tags", "classifications": "classification",
}  # fmt: skip
"""Fields of Filters that can be chosen at the left, each with the key of its widget."""
_DAYS: Final = ("since", "until")
_LISTS: Final = ("posts", "tags", "classifications")


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


def put(facets: Facets, given: Filters) -> None:
    """Let the fields show these filters, as far as they can; to be called before they are drawn."""
    shown = showable(facets, given)
    for field in fields(shown):
        if key := _KEYS.get(field.name):
            value = getattr(shown, field.name)
            st.session_state[key] = list(value) if isinstance(value, tuple) else value


def showable(facets: Facets, given: Filters) -> Filters:
    """Those of the filters that the fields can show: days within the archive's, values that it has."""
    days: dict[str, Any] = {
        name: day if (day := getattr(given, name)) and _is_within(facets, day) else None for name in _DAYS
    }
    lists: dict[str, Any] = {
        name: tuple(each for each in getattr(given, name) if each in getattr(facets, name)) for name in _LISTS
    }
    return Filters(**days, **lists)


def with_chosen(given: Filters, chosen: Filters) -> Filters:
    """The filters with what the fields now say in place of what they can say."""
    said: dict[str, Any] = {name: getattr(chosen, name) for name in _KEYS}
    return replace(given, **said)


def _is_within(facets: Facets, day: date) -> bool:
    return bool(facets.first and facets.last and facets.first <= day <= facets.last)


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
