"""A document of FRUS -> its fields: who wrote to whom and when, its paragraphs, and the editors' notes apart.

The markup is that of the Office of the Historian (history.state.gov): head with the source note, dateline, text,
closer. Page breaks and notes may stand anywhere, in mid-sentence too.
"""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

_XML = "http://www.w3.org/XML/1998/namespace "
_FRUS = "http://history.state.gov/ns/1.0 "
# What begins a block of text of its own, and the kind of block.
_BLOCKS = {
    "p": "p", "item": "item", "signed": "signed", "head": "head", "salute": "head", "table": "table", "quote": "p",
    "list": "p", "lg": "p", "closer": "p", "opener": "p", "postscript": "p", "div": "p", "attachment": "p",
    "figure": "p",
}  # fmt: skip
_SKIPPED = frozenset(("pb", "graphic", "figDesc", "dateline", "milestone", "object", "param", "script"))
_LEVELS = re.compile(
    r"(?:^|[.;:]\s+|\s)(Top Secret|Secret|Confidential|Limited Official Use|Official Use Only|Unclassified|Restricted|"
    r"No classification marking)\b(?P<handling>[^.]{0,80})"
)
_PRECEDENCE = re.compile(r"\b(Flash|Emergency|Niact|Immediate|Priority|Routine)\b", re.IGNORECASE)
_PRECEDENCES = {"EMERGENCY": "FLASH", "NIACT": "IMMEDIATE"}
_NUMBER = re.compile(r"^\s*\[?\d+[a-z]?\]?\.?\]?\s+")
_CORRESPONDENTS = re.compile(r"\bFrom (?:the )?(?P<from>.+?) to (?P<to>.+)$")
_SENDER = re.compile(r"\b(?:From|[Bb]y|[Pp]repared in) (?:the )?(?P<from>.+)$")
_OLD_CORRESPONDENTS = re.compile(r"^(?:The )(?P<from>.+?) to (?P<to>.+)$", re.IGNORECASE)
# Offices whose titles go on with `to`: a head is not cut there.
_TITLE_GOES_ON = re.compile(
    r"\b(?:Assistant|Counselor|Adviser|Advisor|Ambassador|Delegation|Mission|Embassy|Representative|Delegate|Envoy|"
    r"Aide|Secretary|Minister|Legation|Observer|Deputy|Liaison)$"
)
_DOCUMENT = re.compile(r"(?:(?P<volume>frus[\w.-]+)(?:/|#))?#?(?P<document>d\d+[a-z]?\d*)(?:fn\d+)?")


def fields_of(document: Element, volume: str) -> dict[str, Any]:
    """The document under the keys of a structured cable (JSON Lines), with `footnotes` and `source_note` beside."""
    head = _child(document, "head")
    blocks = _Blocks()
    blocks.read(document, without=head)
    source, notes = _source_note(head, blocks.notes)
    title = _text_without_notes(head) if head is not None else ""
    senders, receivers = _correspondents(head, title)
    level, precedence = _marking(source)
    when, printed, place = _dateline(document)
    identity = document.get(f"{_XML}id") or f"d{document.get('n', '0')}"
    return {
        "id": f"{volume}/{identity}",
        "title": title,
        "date": when,
        "date_text": printed,
        "place": place,
        "from": senders,
        "to": receivers,
        "classification": level,
        "precedence": precedence,
        "source_note": source,
        "paragraphs": blocks.paragraphs,
        "footnotes": notes,
        "references": _referred(document, volume, identity),
    }


class _Blocks:
    """Goes through a document once. State: the text of the block at hand, and what is complete."""

    def __init__(self) -> None:
        self.paragraphs: list[dict[str, str]] = []
        self.notes: list[dict[str, Any]] = []
        self._pieces: list[str] = []
        self._kind = "p"

    def read(self, element: Element, *, without: Element | None = None) -> None:
        """Take the text of an element, block by block."""
        for child in element:
            if child is not without:
                self._take(child)
            self._pieces.append(child.tail or "")
        self._flush()

    def _take(self, element: Element) -> None:
        name = _name(element)
        if name == "note":
            self._take_note(element)
        elif name == "table":
            self._flush()
            self._add("table", "\n".join(_rows(element)))
            self.notes += [_note(note, len(self.paragraphs)) for note in _notes(element)]
        elif name == "lb":
            self._pieces.append(" ")
        elif name == "gap":
            self._pieces.append("[…]")
        elif name in _BLOCKS:
            self._take_block(element, _BLOCKS[name])
        elif name not in _SKIPPED:
            self._take_inline(element)
        else:
            for note in _notes(element):
                self._take_note(note)

    def _take_block(self, element: Element, kind: str) -> None:
        self._flush()
        before, self._kind = self._kind, "item" if self._kind == "item" and kind == "p" else kind
        self._take_inline(element)
        self._flush()
        self._kind = before

    def _take_inline(self, element: Element) -> None:
        self._pieces.append(element.text or "")
        for child in element:
            self._take(child)
            self._pieces.append(child.tail or "")

    def _take_note(self, element: Element) -> None:
        here = len(self.paragraphs) + (1 if "".join(self._pieces).strip() else 0)
        self.notes.append(_note(element, here))

    def _flush(self) -> None:
        text = " ".join("".join(self._pieces).split())
        self._pieces.clear()
        if text:
            self._add(self._kind, text)

    def _add(self, kind: str, text: str) -> None:
        if text:
            self.paragraphs.append({"kind": kind, "text": text})


def _name(element: Element) -> str:
    return str(element.tag).rpartition(" ")[2]


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if _name(child) == name), None)


def _notes(element: Element) -> Iterator[Element]:
    return (inner for inner in element.iter() if _name(inner) == "note")


def _text_without_notes(element: Element) -> str:
    """The running text of an element, page breaks and notes left out."""
    pieces: list[str] = []

    def walk(inner: Element) -> None:
        pieces.append(inner.text or "")
        for child in inner:
            if _name(child) == "lb":
                pieces.append(" ")
            elif _name(child) not in ("note", *_SKIPPED):
                walk(child)
            pieces.append(child.tail or "")

    walk(element)
    return " ".join("".join(pieces).split())


def _rows(table: Element) -> Iterator[str]:
    for row in table.iter():
        if _name(row) == "row":
            yield "   ".join(_text_without_notes(cell) for cell in row)


# ── notes ────────────────────────────────────────────────────────────────────────────────────


def _note(element: Element, block: int) -> dict[str, Any]:
    """A footnote; `block` counts the blocks of text up to where its marker stands, from 1; 0 is the head."""
    text = " ".join("".join(element.itertext()).split())
    return {"label": element.get("n") or "", "block": block, "text": text, "type": element.get("type") or ""}


def _source_note(head: Element | None, notes: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """What the editors say of the document's source, and all other notes."""
    in_head = [_note(note, 0) for note in _notes(head)] if head is not None else []
    every = [*in_head, *notes]
    source = next(
        (note for note in every if note["type"] == "source" or note["text"].startswith("Source:")),
        in_head[0] if in_head else None,
    )
    rest = [{key: note[key] for key in ("label", "block", "text")} for note in every if note is not source]
    return source["text"] if source else "", rest


def _marking(source: str) -> tuple[str, str]:
    """Classification and precedence, as the source note gives them: `Secret; Priority; Limit Distribution.`"""
    match = _LEVELS.search(source)
    if match is None:
        return "", ""
    precedence = _PRECEDENCE.search(match["handling"])
    word = precedence[1].upper() if precedence else ""
    return match[1], _PRECEDENCES.get(word, word)


# ── who and when ─────────────────────────────────────────────────────────────────────────────


def _correspondents(head: Element | None, title: str) -> tuple[list[str], list[str]]:
    """Who wrote to whom: as the head marks them, else as its words say."""
    senders, receivers = _marked(head, "from"), _marked(head, "to")
    if senders and receivers:
        return senders, receivers
    said = _NUMBER.sub("", title)
    match = _CORRESPONDENTS.search(said) or _OLD_CORRESPONDENTS.search(said)
    if match is None:
        sender = _SENDER.search(said)
        return senders or ([sender["from"]] if sender else []), receivers
    who, whom = match["from"], match["to"]
    while _TITLE_GOES_ON.search(who) and " to " in whom:
        more, _, whom = whom.partition(" to ")
        who = f"{who} to {more}"
    return senders or [who.rstrip(", ")], receivers or [whom.removeprefix("the ").rstrip(", ")]


def _marked(head: Element | None, role: str) -> list[str]:
    found = [] if head is None else [each for each in head.iter() if each.get("type") == role]
    return list(dict.fromkeys(filter(None, map(_text_without_notes, found))))


def _dateline(document: Element) -> tuple[str, str, str]:
    """When, as the markup has it and as printed, and where; the document's own dateline comes before those in it."""
    lines = [each for each in document.iter() if _name(each) == "dateline"]
    for line in lines:
        date = next((each for each in line.iter() if _name(each) == "date"), None)
        if date is None:
            continue
        place = next((each for each in line.iter() if _name(each) == "placeName"), None)
        when = next((date.get(key) for key in ("when", "from", "notBefore", "notAfter", "to") if date.get(key)), None)
        printed = _text_without_notes(date)
        return (
            when or _given_date(document) or printed,
            printed,
            _text_without_notes(place) if place is not None else "",
        )
    place = next((each for line in lines for each in line.iter() if _name(each) == "placeName"), None)
    return _given_date(document), "", _text_without_notes(place) if place is not None else ""


def _given_date(document: Element) -> str:
    return document.get(f"{_FRUS}doc-dateTime-min") or ""


def _referred(document: Element, volume: str, identity: str) -> list[str]:
    """The documents that text and notes link to, by their ids."""
    found: dict[str, None] = {}
    for element in document.iter():
        match = _DOCUMENT.fullmatch(element.get("target") or "") if _name(element) == "ref" else None
        if match:
            found.setdefault(f"{match['volume'] or volume}/{match['document']}")
    found.pop(f"{volume}/{identity}", None)
    return list(found)
