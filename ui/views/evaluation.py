"""Evaluation: browse stored runs, compare two, open a question, ask it again, mark its answer. For keepers only."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import streamlit as st

from qa.assistant import Assistant
from qa.evaluation.compare import Comparison, compare
from qa.evaluation.marks import stored_answer
from qa.evaluation.runs import Run, load_run, run_names
from qa.evaluation.verdicts import verdict_of
from ui import filters
from ui.render import answers, evaluation
from ui.render.report import to_html
from ui.views import marking

PAGE: Final = 20
"""Questions drawn at once."""

FAILED: Final = "failed"
CHANGED: Final = "changed"


def show(assistant: Assistant) -> None:
    """Draw the view."""
    st.html(Path(__file__).parents[1] / "evaluation.css")
    home = assistant.settings.home
    names = run_names(home)
    with st.sidebar:
        filters.wordmark()
        chosen = st.selectbox("Run", names, key="run") if names else None
        other = st.selectbox("Compare with", [name for name in names if name != chosen], None, key="other")
    with st.container(key="evaluation"):
        if chosen is None:
            st.html(answers.note("No run is stored yet. Measure a question file with `reftel evaluate QUESTIONS`."))
            return
        run = load_run(home, chosen)
        comparison = compare(load_run(home, other), run) if other else None
        _run(run, comparison)
        _questions(assistant, run, comparison)


def _run(run: Run, comparison: Comparison | None) -> None:
    st.html(evaluation.head(run))
    if comparison:
        st.html(evaluation.changed(comparison))
    with st.expander("Measures", expanded=True):
        st.html(evaluation.measures(run, comparison))
        # Made when it is asked for: of a thousand questions the file has some megabytes.
        st.download_button(
            "Download the report", lambda: to_html(run, comparison), f"{run.run}.html", "text/html", key="report"
        )


def _questions(assistant: Assistant, run: Run, comparison: Comparison | None) -> None:
    """The questions that pass the filters, a page of them at a time."""
    changes = _changes(comparison)
    wanted = _chosen(run, comparison)
    rows = [row for row in run.rows if _passes(row, changes, *wanted)]
    pages = max(1, -(-len(rows) // PAGE))
    number = st.number_input("Page", 1, pages, key="page") if pages > 1 else 1
    st.html(f'<p class="rt-count">{len(rows)} of {len(run.rows)} questions</p>')
    for row in rows[(number - 1) * PAGE : number * PAGE]:
        with st.container(border=True):
            st.html(evaluation.summary(row, verdict_of(row), changes.get(row["id"], "")))
            if st.toggle("Open", key=f"open {run.run} {row['id']}"):
                st.html(evaluation.inside(row))
                if row["answer"]["outcome"] is not None:
                    marking.form(assistant, stored_answer(row), f"{run.run} {row['id']}")


def _chosen(run: Run, comparison: Comparison | None) -> tuple[str | None, str | None, str]:
    """The kind, the verdict and the words asked for."""
    kinds = list(dict.fromkeys(row["kind"] for row in run.rows))
    verdicts = [FAILED, *([CHANGED] if comparison else []), *dict.fromkeys(verdict_of(row).words for row in run.rows)]
    first, second, third = st.columns(3)
    with first:
        kind = st.selectbox("Kind", kinds, None, key="kind", placeholder="all")
    with second:
        verdict = st.selectbox("Verdict", verdicts, None, key="verdict", placeholder="all")
    with third:
        words = st.text_input("Words", key="asked_words", max_chars=200)
    return kind, verdict, words.strip().casefold()


def _passes(
    row: Mapping[str, Any], changes: Mapping[str, str], kind: str | None, verdict: str | None, words: str
) -> bool:
    found = verdict_of(row)
    allowed = {found.words, *([FAILED] if found.failed else []), *([CHANGED] if row["id"] in changes else [])}
    said = f"{row['id']} {row['question']} {row['answer']['text']}".casefold()
    return kind in (None, row["kind"]) and (verdict is None or verdict in allowed) and words in said


def _changes(comparison: Comparison | None) -> dict[str, str]:
    """For each question whose rightness changed: which way. Rightness is the first measure the runs share."""
    if comparison is None or not comparison.changes:
        return {}
    change = comparison.changes[0]
    better, worse = f"{change.measure} better", f"{change.measure} worse"
    return dict.fromkeys(change.gains, better) | dict.fromkeys(change.losses, worse)
