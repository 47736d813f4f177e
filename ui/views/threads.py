"""Threads: how cables hang together, and what the answers of a conversation rest on."""

from collections import Counter
from collections.abc import Iterable

import streamlit as st

from index.catalog import Selection
from qa.assistant import Assistant
from ui import filters, state
from ui.place import thread_link
from ui.render import answers, bars
from ui.render import browse as browse_html
from ui.render import threads as html
from ui.threads import thread_of

MOST_THREADS = 15
"""Cables that are offered to begin with."""


def show(assistant: Assistant) -> None:
    """Draw the view from which threads are chosen."""
    with st.sidebar:
        filters.wordmark()
    with st.container(key="threads"):
        _rests_on(assistant)
        listed = assistant.catalog.listed(Selection(), order="referred", most=MOST_THREADS)
        found = [each for each in listed if each.referred]
        st.html('<h1 class="rt-question">Threads</h1>')
        st.html(
            answers.note("Choose a cable to see what it refers to, and what refers to it. Most referred to come first.")
            + browse_html.listed(found, thread_link)
            if found
            else answers.note("No cable here is referred to by another, so there is no thread to follow.")
        )


def show_thread(assistant: Assistant, asked: str) -> None:
    """Draw the thread of one cable.

    Args:
        assistant: whose archive is read.
        asked: the cable's id, in any spelling.
    """
    cable_id = assistant.catalog.resolve(asked)
    with st.sidebar:
        filters.wordmark()
        st.html(answers.back(state.back_links()))
    with st.container(key="threads"):
        if cable_id is None:
            st.html(answers.note(f"There is no cable {asked} in this archive, and none refers to it. Check the link."))
            return
        thread = thread_of(assistant.catalog, cable_id)
        st.html(html.head(thread))
        if len(thread.ids) > 1:
            st.graphviz_chart(html.drawing(thread, st.context.theme.type or "light"), width="stretch")
        st.html(html.timeline(thread))


def _rests_on(assistant: Assistant) -> None:
    """By date and by post: the cables that the answers of this conversation cite."""
    conversation = state.talk()
    answered = [turn.answer for turn in conversation.turns if turn.answer] if conversation else []
    cited = [each.cable_id for answer in answered for statement in answer.statements for each in statement.citations]
    heads = list(assistant.catalog.summaries(dict.fromkeys(cited)).values())
    if not heads:
        return
    st.html('<h1 class="rt-question">What your answers rest on</h1>')
    years = _counted(each.sent[:4] for each in heads if each.sent)
    posts = _counted(each.origin for each in heads)
    whole = (
        {str(year): years.get(str(year), 0) for year in range(int(min(years)), int(max(years)) + 1)} if years else {}
    )
    names = {post: browse_html.name_of("posts", post) for post in posts}
    when, where = st.columns(2, gap="large")
    when.html(bars.columns(whole, "Cables cited, by year"))
    where.html(bars.rows(posts, "Cables cited, by post", names))


def _counted(kinds: Iterable[str]) -> dict[str, int]:
    return dict(Counter(kinds).most_common())
