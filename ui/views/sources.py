"""Index: what the archive is made of, and bringing cables in and out of it. For keepers only."""

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from index.build import Report, build
from index.check import repair
from index.errors import CorpusError, ReftelError, StoreMissing
from index.removal import remove
from ui import filters, state, uploads
from ui.jobs import Progress
from ui.render import answers, sources
from ui.show import status_of

POLL = 0.5
"""Seconds between two looks at a job under way."""


def show() -> None:
    """Draw the view; it is drawn for keepers only, and each of its acts asks again."""
    with st.sidebar:
        filters.wordmark()
    with st.container(key="index"):
        st.html('<h1 class="rt-question">Index</h1>')
        state.show_problem()
        job = state.jobs().last
        if job and not job.is_over:
            _follow()
        elif job:
            st.html(answers.note(job.error or job.said, kind="error" if job.error else "plain"))
        try:
            _state()
        except StoreMissing:
            st.html(answers.note("Nothing is indexed yet. Add cables below."))
            _add()
        except ReftelError as error:
            st.html(answers.note(str(error), kind="error"))


@st.fragment(run_every=POLL)
def _follow() -> None:
    """How far the job has come; only this is drawn again while it runs."""
    job = state.jobs().last
    if job is None or job.is_over:
        st.rerun()
    st.progress(job.share, text=f"{job.name} … {f'{job.done:,} of {job.total:,} files' if job.total else ''}")


def _state() -> None:
    """What there is, what can be added, whether the stores agree, what was left out."""
    report = status_of(state.settings(), check=False)
    catalog = state.everything().catalog
    st.html(sources.summary(report))
    _add()
    _check()
    st.html(sources.left_out(catalog.problems()))
    st.html(sources.folders(catalog.cables_by_file()))
    _remove(sorted(path for path in catalog.files() if Path(path).is_relative_to(state.uploads_folder())))


def _add() -> None:
    st.html(sources.heading("Add cables"))
    upload, path = st.columns(2, gap="large") if state.may_name_paths() else (st.container(), None)
    with upload, st.form("upload", clear_on_submit=True, border=False):
        sent = st.file_uploader("Upload cables", type=list(uploads.TYPES), accept_multiple_files=True, key="files")
        if st.form_submit_button("Upload and index") and sent:
            _act(lambda: _upload([(each.name, each.getvalue()) for each in sent]))
    if path:
        with path, st.form("path", clear_on_submit=True, border=False):
            named = st.text_input("Or index a path on the server", key="path", placeholder="/home/anna/cables")
            if st.form_submit_button("Index") and named.strip():
                _act(lambda: _index_path(Path(named.strip()).expanduser()))


def _check() -> None:
    st.html(sources.heading("Check"))
    with st.container(horizontal=True):
        asked = st.button("Check that the stores agree")
        st.button("Repair", on_click=_act, args=(_repair,))
    if asked:
        st.html(sources.agreement(status_of(state.settings(), check=True)["check"]))


def _remove(uploaded: Sequence[str]) -> None:
    if not uploaded:
        return
    with st.form("remove", clear_on_submit=True, border=False):
        chosen = st.multiselect("Delete uploads, with their cables", uploaded, format_func=lambda path: Path(path).name)
        if st.form_submit_button("Delete") and chosen:
            _act(lambda: _delete(chosen))


# ── acts ─────────────────────────────────────────────────────────────────────────────────────


def _act(act: Callable[[], None]) -> None:
    """Do what only a keeper may; a problem is one plain sentence."""
    reading = state.reader()
    try:
        if not reading or not reading.is_keeper:
            raise CorpusError("only a keeper of this archive may do that; ask one.")
        act()
    except ReftelError as error:
        st.session_state.problem = str(error)
    st.rerun()


def _upload(files: Sequence[tuple[str, bytes]]) -> None:
    folder, most = state.uploads_folder(), state.settings().max_upload_mb
    _index([uploads.keep(folder, name, content, most_mb=most) for name, content in files])


def _index_path(path: Path) -> None:
    if not state.may_name_paths():
        raise CorpusError("paths cannot be named on this page; upload the files.")
    if not state.is_local() and not uploads.may_index(path, state.settings().folders):
        raise CorpusError(f"{path} is in none of the folders that the settings allow; ask who set the server up.")
    if not path.exists():
        raise CorpusError(f"there is no {path} on the server; check the path.")
    _index([path])


def _index(paths: Sequence[Path]) -> None:
    def work(progress: Progress) -> str:
        return _said(build(paths, state.settings(), progress=progress))

    state.begin_job("Indexing", work)


def _repair() -> None:
    def work(_: Progress) -> str:
        found = repair(state.settings())
        return f"The three stores agree: {found.chunks:,} chunks." if found else "The stores still differ."

    state.begin_job("Repairing", work)


def _delete(paths: Sequence[str]) -> None:
    def work(_: Progress) -> str:
        report = remove([Path(path) for path in paths], state.settings())
        for path in paths:
            Path(path).unlink(missing_ok=True)
        return f"{report.removed:,} cables removed."

    state.begin_job("Deleting", work)


def _said(report: Report) -> str:
    left_out = sum(problem.left_out for problem in report.problems)
    missed = f" {left_out:,} could not be read: see below." if left_out else ""
    return f"{report.added:,} cables added, {report.updated:,} updated, {report.removed:,} removed.{missed}"
