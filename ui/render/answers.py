"""Questions, answers and passages -> safe HTML for the page.

Every word of a cable, a model or a reader goes through `words`; the page hands the result to
`st.html`, which sanitises it once more (DOMPurify, HTML profile) before the browser shows it.
Links carry `data-view`, by which `ui.clicks` follows them within the page.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any, Final

from index.catalog import CableSummary, Facets
from qa.assistant import FROM_CATALOG, QUOTING
from qa.records import Answer, Citation, Clue, Filters, Passage, Statement
from ui.place import Place, ask_link, link, link_to
from ui.render.safe import looks, one_line, words
from ui.render.text import SUPPORT_WORDS, cite_text, declined_words, long_day, reading_words

_SIGNS: Final[dict[str, str]] = {"partly": "◐", "unsupported": "○"}
_WITHHELD: Final = "⊘ withheld: no source carries it"
_ANSWERERS: Final = {
    QUOTING: "Quoted word for word, without a chat model",
    FROM_CATALOG: "Read from the heads of the cables, without a chat model",
}
_MARKERS = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
_EXCERPT = 420
_NAMES: Final = {"since": "from {}", "until": "to {}"}


def question(
    text: str, filters: Filters, understood: Iterable[Clue] = (), ignored: Sequence[str] = (), asked_as: str = ""
) -> str:
    """The question as the heading of its answer; the filters it was asked with, and what was understood from it.

    Each is a link that asks again without it.

    Args:
        asked_as: the question in full, where the text is a follow-up.
    """
    asked = asked_as or text
    chips = [_filter_chip(asked, filters, name, value, ignored) for name, value in _set(filters)]
    chips += [_clue_chip(asked, filters, clue, ignored) for clue in understood]
    in_full = _in_full(text, asked, ask_link(text, filters, ignored, literally=True)) if asked != text else ""
    return f'<h1 class="rt-question" dir="auto">{words(text)}</h1>{in_full}' + (
        f'<ul class="rt-limits" aria-label="Filters">{"".join(chips)}</ul>' if chips else ""
    )


def _in_full(text: str, asked: str, address: str) -> str:
    return (
        f'<p class="rt-asked">Asked as: <span dir="auto">{words(one_line(asked))}</span> '
        f'<a class="rt-link" href="{words(address)}" data-view="ask">Ask “{words(one_line(text))}” as it stands</a></p>'
    )


def answer(ready: Answer, here: Place | None) -> str:
    """The whole answer: its sentences with their chips, or why there are none; then how it was made."""
    return f'<div aria-live="polite">{_said(ready, here)}</div>'


def _said(ready: Answer, here: Place | None) -> str:
    sentences = " ".join(_statement(each, here) for each in ready.statements)
    if ready.outcome == "answered" and sentences:
        looks_like = "rt-answer rt-listed" if ready.query.collection else "rt-answer"
        said = f'<p class="{looks_like}" dir="auto">{sentences}</p>' + (note(ready.notice) if ready.notice else "")
    else:
        said = declined(ready) + (f'<p class="rt-answer" dir="auto">{sentences}</p>' if sentences else "")
    return said + _withheld(ready.withheld) + (_made_by(ready) if ready.statements else "")


def _withheld(held: Sequence[Statement]) -> str:
    """What the chat model said and no source carries: struck through, and only for those who open it."""
    items = "".join(
        f'<li class="rt-withheld"><span class="rt-words" dir="auto">{words(one_line(each.text))}</span> '
        f'<span class="rt-flag">{_WITHHELD}</span></li>'
        for each in held
    )
    what = "the sentence that was" if len(held) == 1 else f"the {len(held)} sentences that were"
    return f'<details class="rt-held"><summary>Show {what} withheld</summary><ul>{items}</ul></details>' if held else ""


def earlier(text: str, ready: Answer | None, here: Place | None) -> str:
    """An earlier turn of the conversation, in small."""
    said = _said(ready, here) if ready else note("Stopped before there was an answer.")
    again = (
        f'<a class="rt-link" href="{words(ask_link(text, ready.query.filters if ready else None))}" data-view="ask">'
    )
    return (
        f'<section class="rt-earlier" aria-label="Earlier in this conversation"><h2 dir="auto">{words(text)}</h2>'
        f'{said}<p class="rt-made">{again}Ask it again</a></p></section>'
    )


def follow_ups(questions: Iterable[str], filters: Filters) -> str:
    """Questions that may be asked next, each a link."""
    items = "".join(
        f'<li><a href="{words(ask_link(each, filters))}" data-view="ask" dir="auto">{words(one_line(each))}</a></li>'
        for each in questions
    )
    return (
        f'<nav aria-label="Ask next"><h2 class="rt-label">Ask next</h2><ul class="rt-next">{items}</ul></nav>'
        if items
        else ""
    )


def tools(copied: str, address: str) -> str:
    """What can be done with an answer at once: copy it, or a link to it.

    Args:
        copied: the answer as the clipboard gets it.
        address: what opens it again; the browser puts its own name before it.
    """
    return (
        f'<p class="rt-tools"><button type="button" data-copy="{words(copied)}">Copy with citations</button>'
        f'<button type="button" data-copy-link="{words(address)}">Copy link</button></p>'
    )


def back(links: Mapping[str, str]) -> str:
    """Ways back to what the reader came from: from a name to an address."""
    items = "".join(f'<a href="{words(to)}" data-view="page">← {words(name)}</a>' for name, to in links.items())
    return f'<nav class="rt-back" aria-label="Back">{items}</nav>'


def declined(ready: Answer) -> str:
    """Why there is no answer, in so many words, and what the reader can do."""
    advice = {
        "not_found": "Other words, or fewer filters, may find more."
        if ready.passages
        else "Search with other words, or see what there is under Cables.",
        "no_match": "Loosen a filter at the left and ask again.",
        "missing_reference": "What the archive holds nearest to it is below.",
        "answered": "",
    }[ready.outcome]
    why = _with_commands(words(one_line(declined_words(ready))))
    return f'<div class="rt-declined" role="note"><p><strong>{why}</strong></p><p>{advice}</p></div>'


def draft(text: str, *, is_ended: bool = False) -> str:
    """The words streamed so far; markers such as `[1]` as small numbers, until chips take their place."""
    body = _MARKERS.sub(r'<sup class="rt-marker">\1</sup>', words(text))
    if is_ended:
        return f'<p class="rt-answer rt-draft" dir="auto">{body}</p>' if text else ""
    return f'<p class="rt-answer rt-draft" dir="auto" aria-busy="true">{body}<span class="rt-caret"></span></p>'


def reading(source: Passage) -> str:
    """What the chat model reads, before there is a word of a draft."""
    told = words(reading_words(source))
    return f'<p class="rt-note rt-reading" role="status" aria-busy="true">{told}<span class="rt-caret"></span></p>'


def passages(found: Iterable[Passage], here: Place | None) -> str:
    """The passages as a list, best first; a click opens each beside the answer."""
    items = "".join(f"<li>{_passage(each, here)}</li>" for each in found)
    return f'<h2 class="rt-label">Passages</h2><ol class="rt-passages">{items}</ol>' if items else "<div></div>"


def note(text: str, *, kind: str = "plain") -> str:
    """One plain sentence to the reader; an `error` is announced by screen readers."""
    role = "alert" if kind == "error" else "note"
    return f'<p class="rt-note rt-{kind}" role="{role}">{_with_commands(words(text))}</p>'


def cables(listed: Iterable[CableSummary]) -> str:
    """Cables as a list of links."""
    items = "".join(
        f'<li><a href="{words(link(each.cable_id))}" data-view="page">{words(each.cable_id)}</a> '
        f"{words(one_line(each.subject or ''))}</li>"
        for each in listed
    )
    return f'<ul class="rt-cables">{items}</ul>'


def welcome(facets: Facets) -> str:
    """What there is to ask, before the first question."""
    years = f", {facets.first.year} to {facets.last.year}" if facets.first and facets.last else ""
    return (
        '<div class="rt-welcome"><h1>Ask the cables.</h1>'
        f"<p>{facets.cables:,} cables from {len(facets.posts):,} posts{years}. "
        "Every sentence of an answer ends in the paragraph it came from; choose one to read it in its cable.</p></div>"
    )


def hall(title: str, said: str) -> str:
    """A title and one sentence, where there is nothing else to show."""
    return f'<div class="rt-welcome"><h1>{words(title)}</h1><p>{words(said)}</p></div>'


def who(name: str) -> str:
    """By what name the reader has signed in."""
    return f'<p class="rt-count">Signed in as {words(one_line(name))}</p>'


def no_index(why: str) -> str:
    """Nothing is indexed: the command that brings cables in."""
    return (
        '<div class="rt-welcome"><h1>Nothing to ask yet.</h1>'
        f"<p>{_with_commands(words(one_line(why)))}</p>"
        "<p>Index a folder of cables, then load this page again:</p>"
        "<pre><code>reftel index PATH</code></pre></div>"
    )


def _statement(statement: Statement, here: Place | None) -> str:
    chips = "".join(_chip(each, here) for each in statement.citations)
    flag = SUPPORT_WORDS[statement.support]
    sign = f' <span class="rt-flag">{_SIGNS[statement.support]} {words(flag)}</span>' if flag else ""
    return (
        f'<span class="rt-statement rt-{words(statement.support)}"><span class="rt-words{looks(statement.text)}">'
        f"{words(one_line(statement.text))}</span>{chips}{sign}</span>"
    )


def _chip(citation: Citation, here: Place | None) -> str:
    place = Place.of(citation)
    return (
        f' <a class="rt-chip" href="{words(link_to(citation))}" data-view="pane" '
        f'data-cable="{words(citation.cable_id)}" data-ordinal="{citation.ordinal}" '
        f'data-start="{citation.start}" data-end="{citation.end}" title="{words(one_line(citation.quote))}"'
        f"{_current(place == here)}>{words(cite_text(citation))}</a>"
    )


def _passage(each: Passage, here: Place | None) -> str:
    current = here is not None and (here.cable_id, here.ordinal) == (each.cable_id, each.ordinal)
    about = " · ".join(part for part in (long_day(each.sent), one_line(each.subject or "")) if part)
    same = f'<span class="rt-also">The same in {words(", ".join(each.also_in))}</span>' if each.also_in else ""
    return (
        f'<a class="rt-passage" href="{words(link_to(each))}" data-view="pane" data-cable="{words(each.cable_id)}" '
        f'data-ordinal="{each.ordinal}"{_current(current)}><span class="rt-where">{words(cite_text(each))}</span>'
        f'<span class="rt-about">{words(about)}</span>'
        f'<span class="rt-excerpt{looks(each.text)}" dir="auto">'
        f"{words(one_line(each.text[:_EXCERPT]))}</span>{same}</a>"
    )


def _current(is_current: bool) -> str:
    return ' aria-current="true"' if is_current else ""


def _with_commands(safe: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", safe)


def _made_by(ready: Answer) -> str:
    seconds = f" · {ready.seconds['total']:.1f} s" if "total" in ready.seconds else ""
    how = _ANSWERERS.get(ready.model) or f"Written by {one_line(ready.model)}"
    flags = [each.support for each in ready.statements if each.support in _SIGNS]
    warning = f" · {len(flags)} of {len(ready.statements)} sentences not fully supported" if flags else ""
    return f'<p class="rt-made">{words(how)}{seconds}{warning}</p>'


def _set(filters: Filters) -> list[tuple[str, Any]]:
    """The fields and values that are set, one by one."""
    found: list[tuple[str, Any]] = []
    for each in fields(filters):
        value = getattr(filters, each.name)
        found += (
            [(each.name, item) for item in value] if isinstance(value, tuple) else [(each.name, value)] * bool(value)
        )
    return found


def _clue_chip(text: str, filters: Filters, clue: Clue, ignored: Sequence[str]) -> str:
    """What was understood; a clue that narrows the search is told from one that only lifts what fits it."""
    said = one_line(clue.value) if clue.firm else f"{one_line(clue.value)} first"
    title = f"Understood from “{one_line(clue.text)}”"
    return _chip_without(said, ask_link(text, filters, [*ignored, clue.text]), kind="rt-understood", title=title)


def _filter_chip(text: str, filters: Filters, name: str, value: Any, ignored: Sequence[str]) -> str:
    before = getattr(filters, name)
    rest: Any = tuple(each for each in before if each != value) if isinstance(before, tuple) else None
    said = long_day(value) if isinstance(value, date) else one_line(str(value))
    address = ask_link(text, _with(filters, name, rest), ignored)
    return _chip_without(_NAMES.get(name, "{}").format(said), address, kind="rt-set")


def _chip_without(said: str, address: str, *, kind: str, title: str = "") -> str:
    return (
        f'<li class="{kind}"><a href="{words(address)}" data-view="ask" title="{words(title)}" '
        f'aria-label="Ask without {words(said)}">{words(said)} <span aria-hidden="true">×</span></a></li>'
    )


def _with(filters: Filters, name: str, value: Any) -> Filters:
    given: dict[str, Any] = {name: value}
    return replace(filters, **given)
