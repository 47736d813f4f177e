"""The page: what Streamlit runs, from its top, at every interaction of every reader.

`reftel web` serves it (see `ui.web`).
"""

import logging
import sys
from collections.abc import Callable
from pathlib import Path

# Streamlit puts this script's folder first on the path, where `ui/render` or `ui/web.py` would
# shadow other packages of those names; what belongs there is the folder that holds the project's
# packages, so that a bare clone works as an installed package does.
_HERE = Path(__file__).resolve().parent
sys.path[:] = [entry for entry in sys.path if not entry or Path(entry).resolve() != _HERE]
if str(_HERE.parent) not in sys.path:
    sys.path.insert(0, str(_HERE.parent))

import streamlit as st  # noqa: E402

from index.errors import ReftelError, StoreMissing  # noqa: E402
from qa.assistant import Assistant  # noqa: E402
from ui import clicks, place, state, welcome  # noqa: E402
from ui.reader import Reader  # noqa: E402
from ui.render import answers  # noqa: E402
from ui.views import ask, cable, cables, evaluation, sources, threads  # noqa: E402

_log = logging.getLogger(__name__)


def _with_archive(show: Callable[[Assistant], None]) -> Callable[[], None]:
    """A page that reads the archive. A link to a cable or a thread opens it there; a problem is one plain sentence."""

    def draw() -> None:
        try:
            assistant = state.assistant()
            if asked := st.query_params.get("thread"):
                threads.show_thread(assistant, asked)
            elif asked := st.query_params.get("cable"):
                cable.show(assistant, asked)
            else:
                show(assistant)
        except StoreMissing as missing:
            welcome.no_index(missing)
        except ReftelError as error:
            st.html(answers.note(str(error), kind="error"))
        except Exception:
            _log.exception("drawing the page failed")
            st.html(answers.note("A fault in Reftel: the server's log has the details. Try again.", kind="error"))

    return draw


def _pages(reader: Reader) -> list[st.Page]:
    """The pages of a reader; what shows or changes the whole archive is for keepers."""
    pages = [
        st.Page(_with_archive(ask.show), title="Ask", default=True),
        st.Page(_with_archive(cables.show), title="Cables", url_path=place.CABLES),
        st.Page(_with_archive(threads.show), title="Threads", url_path=place.THREADS),
    ]
    if not reader.is_keeper:
        return pages
    return [
        *pages,
        st.Page(sources.show, title="Index", url_path=place.INDEX),
        st.Page(_with_archive(evaluation.show), title="Evaluation", url_path=place.EVALUATION),
    ]


st.set_page_config(page_title="Reftel", page_icon="📄", layout="wide")
st.html(_HERE / "page.css")
try:
    reading = state.reader()
except ReftelError as error:
    st.html(answers.note(str(error), kind="error"))
    st.stop()
if reading is None:
    welcome.sign_in()
else:
    clicks.listen(pane=state.open_place, page=state.open_page, ask=state.ask_linked, close=state.close_place)
    pages = _pages(reading)
    here = st.navigation(pages, position="top")
    state.go(here, pages)
    here.run()
    welcome.signed_in(reading)
