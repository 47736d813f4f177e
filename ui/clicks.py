"""Links inside `st.html` that act within the page instead of loading it anew.

`st.html` runs no script, so a component without looks of its own listens for clicks on
`[data-view]` and sends where they point; it also scrolls the source pane to the lit words, and copies
what `button[data-copy]` or `button[data-copy-link]` holds. Nothing is rendered by it: text never passes
through this script as markup.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final
from urllib.parse import parse_qs

import streamlit as st
from streamlit.components.v2 import component
from streamlit.components.v2.types import ComponentRenderer

from ui.place import Place

_KEY: Final = "clicks"
_MOST: Final = 500

_SCRIPT: Final = """
const number = (text) => (text === undefined || text === "" ? null : Number(text));

function toMessage(link, event) {
  const { view, cable, ordinal, start, end } = link.dataset;
  const place = { cable, ordinal: number(ordinal), start: number(start), end: number(end) };
  // A link drawn by Graphviz is an SVG one: its address is an object.
  const address = new URL(link.href?.baseVal ?? link.href ?? "", location.href);
  const path = address.pathname.split("/").pop();
  return { view: view ?? "page", place, path, link: address.search, at: event.timeStamp };
}

let shown = "";
let asked = false; // a click asked for what comes into view next
let aimed = null; // what was brought into view last, until the reader moves the pane

function show() {
  const focus = document.querySelector("[data-focus]");
  const paragraph = focus?.querySelector(".rt-here");
  if (!paragraph || focus.dataset.focus === shown) return;
  shown = focus.dataset.focus;
  const target = paragraph.querySelector("mark") ?? paragraph;
  const pane = target.closest(".st-key-source");
  resized.disconnect();
  aimed = pane && target;
  if (!pane) {
    target.scrollIntoView({ behavior: pace(), block: "center" });
    return;
  }
  bring(target, pane);
  resized.observe(pane);
  const { top: above, bottom: below } = pane.getBoundingClientRect();
  if (asked && (above > innerHeight * 0.7 || below < 0)) pane.scrollIntoView({ behavior: pace(), block: "end" });
  asked = false;
}

const pace = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

function bring(target, pane) {
  const room = Math.max(0, pane.clientHeight - target.offsetHeight) / 3;
  const top = target.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
  pane.scrollTo({ top: top - room, behavior: pace() });
}

// What is drawn above the pane makes it lower, and would leave its last lines out of view.
const resized = new ResizeObserver(([{ target: pane }]) => aimed?.isConnected && bring(aimed, pane));

const MOVES = ["wheel", "touchmove", "pointerdown", "keydown"];

function leave(event) {
  if (event.target.closest?.(".st-key-source")) aimed = null;
}

async function copy(button) {
  const said = button.textContent;
  const { copy, copyLink } = button.dataset;
  try {
    await navigator.clipboard.writeText(copy ?? new URL(copyLink, location.href).href);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Copying is not allowed here";
  }
  setTimeout(() => (button.textContent = said), 1500);
}

export default function ({ setTriggerValue }) {
  const onClick = (event) => {
    const button = event.target.closest?.("button[data-copy], button[data-copy-link]");
    if (button) return void copy(button);
    const link = event.target.closest?.("[data-view], .stGraphVizChart a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    asked = true;
    if (link.ariaCurrent === "true") {
      shown = "";
      show();
    }
    const message = toMessage(link, event);
    if (message.view === "page") scrollTo(0, 0), document.querySelector(".stMain")?.scrollTo(0, 0);
    setTriggerValue("opened", message);
  };
  const watcher = new MutationObserver(show);
  document.addEventListener("click", onClick, true);
  for (const move of MOVES) document.addEventListener(move, leave, { capture: true, passive: true });
  watcher.observe(document.body, { childList: true, subtree: true });
  // Until then a link loads the page anew; what drives a browser can wait for this.
  document.documentElement.dataset.listening = "";
  show();
  return () => {
    delete document.documentElement.dataset.listening;
    document.removeEventListener("click", onClick, true);
    for (const move of MOVES) document.removeEventListener(move, leave, { capture: true });
    resized.disconnect();
    watcher.disconnect();
  };
}
"""


Parameters = dict[str, list[str]]
"""What a link says after its `?`."""


def listen(
    *,
    pane: Callable[[Place], None],
    page: Callable[[Parameters, str | None], None],
    ask: Callable[[Parameters], None],
    close: Callable[[], None],
) -> None:
    """Act on clicks, before the page runs, so that it already shows what was clicked.

    Args:
        pane: is given the place to show beside the answer.
        page: is given the parameters of the link to follow within the page, and the path of the view that it names.
        ask: is given those of a link that asks a question.
        close: is called where the place beside the answer is to be shown no longer.
    """

    def on_opened_change() -> None:
        sent = st.session_state[_KEY].opened
        if not isinstance(sent, Mapping):
            return
        parameters = parse_qs(str(sent.get("link") or "").removeprefix("?"), errors="replace", max_num_fields=_MOST)
        path = sent.get("path")
        path = path if isinstance(path, str) else None
        match sent.get("view"):
            case "page" if parameters or path is not None:
                page(parameters, path)
            case "ask" if parameters:
                ask(parameters)
            case "close":
                close()
            case "pane" if place := Place.from_click(sent.get("place")):
                pane(place)

    with st.container(key="unseen"):
        _component()(key=_KEY, on_opened_change=on_opened_change)


@cache
def _component() -> ComponentRenderer:
    return component("reftel.clicks", js=_SCRIPT)
