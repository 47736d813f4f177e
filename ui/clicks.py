"""Links inside `st.html` that act within the page instead of loading it anew.

`st.html` runs no script, so a component without looks of its own listens for clicks on
`a[data-view]` and sends where they point; it also scrolls the source pane to the lit words.
Nothing is rendered by it: text never passes through this script.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

import streamlit as st
from streamlit.components.v2 import component
from streamlit.components.v2.types import ComponentRenderer

from ui.place import Place

_KEY: Final = "clicks"

_SCRIPT: Final = """
const number = (text) => (text === undefined || text === "" ? null : Number(text));

function toMessage(link, event) {
  const { view, cable, ordinal, start, end } = link.dataset;
  const place = { cable, ordinal: number(ordinal), start: number(start), end: number(end) };
  return { view, place, link: Object.fromEntries(new URLSearchParams(link.search)), at: event.timeStamp };
}

let shown = "";
let asked = false; // a click asked for what comes into view next

function show() {
  const focus = document.querySelector("[data-focus]");
  const paragraph = focus?.querySelector(".rt-here");
  if (!paragraph || focus.dataset.focus === shown) return;
  shown = focus.dataset.focus;
  const target = paragraph.querySelector("mark") ?? paragraph;
  const pane = target.closest(".st-key-source");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const behavior = calm ? "auto" : "smooth";
  if (!pane || pane.scrollHeight <= pane.clientHeight) {
    target.scrollIntoView({ behavior, block: "center" });
    return;
  }
  const room = Math.max(0, pane.clientHeight - target.offsetHeight) / 3;
  const top = target.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
  pane.scrollTo({ top: top - room, behavior });
  const { top: above, bottom: below } = pane.getBoundingClientRect();
  if (asked && (above > innerHeight * 0.7 || below < 0)) pane.scrollIntoView({ behavior, block: "end" });
  asked = false;
}

export default function ({ setTriggerValue }) {
  const onClick = (event) => {
    const link = event.target.closest?.("a[data-view]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    asked = true;
    if (link.ariaCurrent === "true") {
      shown = "";
      show();
    }
    setTriggerValue("opened", toMessage(link, event));
  };
  const watcher = new MutationObserver(show);
  document.addEventListener("click", onClick, true);
  watcher.observe(document.body, { childList: true, subtree: true });
  show();
  return () => {
    document.removeEventListener("click", onClick, true);
    watcher.disconnect();
  };
}
"""


def listen(*, pane: Callable[[Place], None], page: Callable[[dict[str, str]], None]) -> None:
    """Act on clicks, before the page runs, so that it already shows what was clicked.

    Args:
        pane: is given the place to show beside the answer.
        page: is given the parameters of the link to follow within the page.
    """

    def on_opened_change() -> None:
        sent = st.session_state[_KEY].opened
        if not isinstance(sent, Mapping):
            return
        if sent.get("view") == "page" and isinstance(sent.get("link"), Mapping):
            page({name: str(value) for name, value in sent["link"].items()})
        elif place := Place.from_click(sent.get("place")):
            pane(place)

    with st.container(key="unseen"):
        _component()(key=_KEY, on_opened_change=on_opened_change)


@cache
def _component() -> ComponentRenderer:
    return component("reftel.clicks", js=_SCRIPT)
