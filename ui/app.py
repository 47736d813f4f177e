"""The page: what Streamlit runs, from its top, at every interaction of every reader.

`reftel web` serves it (see `ui.web`).
"""

import sys
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
from ui import clicks, state, welcome  # noqa: E402
from ui.pages import ask, cable  # noqa: E402
from ui.render import answers  # noqa: E402


def home() -> None:
    """A link to a cable opens it; everything else is asking. A problem is one plain sentence."""
    try:
        assistant = state.assistant()
        if asked := st.query_params.get("cable"):
            cable.show(assistant, asked)
        else:
            ask.show(assistant)
    except StoreMissing as missing:
        welcome.no_index(missing)
    except ReftelError as error:
        st.html(answers.note(str(error), kind="error"))


st.set_page_config(page_title="Reftel", page_icon="📄", layout="wide")
st.html(_HERE / "page.css")
clicks.listen(pane=state.open_place, page=state.open_page)
st.navigation([st.Page(home, title="Reftel", default=True)], position="hidden").run()
