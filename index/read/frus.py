"""A document of FRUS -> its fields: who wrote to whom and when, its paragraphs, and the editors' notes apart.

The markup is that of the Office of the Historian (history.state.gov): head with the source note, dateline, text,
closer. Page breaks and notes may stand anywhere, in mid-sentence too.
"""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

_XML = "http://www.w3.org/XML/1998/namespace "
# The namespace of the publisher's own names, as older and newer volumes write it.
_FRUS = ("http://history.state.gov/frus/ns/1.0 ", "http://history.state.gov/ns/1.0 ")
_LONGEST_DATE_LINE = 80
# What begins a block of text of its own, and the kind of block.
_BLOCKS = {
    "p": "p", "item": "item", "signed": "signed", "head": "head", "salute": "head", "table": "table", "quote": "p",
    "list": "p", "lg": "p", "closer": "p", "opener": "opener", "postscript": "p", "div": "p", "attachment": "p",
    "figure": "p",
}  # fmt: skip
_SKIPPED = frozenset(("pb", "graphic", "figDesc", "dateline", "milestone", "object", "param", "script"))
_LEVELS = re.compile(
    r"(?:^|[.;:]\s+|\s)(Top Secret|Secret|Confidential|Limited Official Use|Official Use Only|Unclassified|Restricted|"
    r"No classification marking)\b(?P<handling>[^.]{0,80})"
)
_LEVEL_WORDS = re.compile(
    r"top secret|secret|confidential|limited official use|official use only|restricted|unclassified", re.I
)
_PLAIN_LEVEL = re.compile(
    rf"(?:(?:{_LEVEL_WORDS.pattern}|us urgent|u\.s\. urgent|urgent|priority|niact|immediate|plain)[\s,;.—-]*)+",
    re.IGNORECASE,
)
_PRECEDENCE = re.compile(r"\b(Flash|Emergency|Niact|Immediate|Priority|Routine)\b", re.IGNORECASE)
_PRECEDENCES = {"EMERGENCY": "FLASH", "NIACT": "IMMEDIATE"}
_NUMBER = re.compile(r"^\s*\[?\d+[a-z]?\]?\.?\]?\s+")
_CORRESPONDENTS = re.compile(
    r"\b(?:From|(?:Memorandum|Note|Report|Letter|Message|Telegram)s? [Bb]y) (?:the )?(?P<from>.+?) to (?P<to>.+)$"
)
_SENDER = re.compile(r"\b(?:From|[Bb]y|[Pp]repared in) (?:the )?(?P<from>.+)$")
# Heads of 1861 to 1951 name the two and nothing else: `The Ambassador in Spain (Bowers) to the Secretary of State`,
# `Mr. Adams to Mr. Seward`. A title on either side tells them from other titles with a `to` in them.
_TITLES = (
    r"(?:Mr|Mrs|Miss|Messrs|Dr|M|Sir|Lord|Lady|Earl|Count|Baron|Viscount|Marquis|Duke|Prince|Sultan|King|Queen|Emperor|"
    r"(?:Vice )?President|(?:Prime|Foreign) Minister|Premier|Foreign Secretary|(?:Acting |Under |Assistant )*Secretary|"
    r"Ambassador|Minister|Chargé|Consul|Vice Consul|Commissioner|(?:Major |Brigadier |Lieutenant )?General|Admiral|"
    r"Commodore|Captain|Colonel|Major|Lieutenant|Marshal|Governor|Senator|Señor|Senhor|Herr|Chancellor|Professor|"
    r"Generalissimo)\b\.?"
)
_BEFORE_OLD = r"^(?:.{0,80}?(?:[\].:]|\d|\bTelegram)\s+)??"
_OLD_CORRESPONDENTS = (
    re.compile(r"^(?:The )(?P<from>.+?) to (?P<to>.+)$", re.IGNORECASE),
    re.compile(rf"{_BEFORE_OLD}(?:[Tt]he )?(?P<from>{_TITLES} \S.*?) to (?P<to>[A-Z].+|the .+)$"),
    re.compile(rf"{_BEFORE_OLD}The (?P<from>[A-Z].+?) to (?P<to>[Tt]he [A-Z].+|{_TITLES} .+)$"),
    re.compile(
        rf"^(?P<from>[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){{0,4}}) to "
        rf"(?P<to>[Tt]he (?:Secretary|Department|President|Ambassador|Minister) .+|{_TITLES} .+)$"
    ),
)
# Offices whose titles go on with `to`: a head is not cut there.
_TITLE_GOES_ON = re.compile(
    r"\b(?:Assistant|Counselor|Adviser|Advisor|Ambassador|Delegation|Mission|Embassy|Representative|Delegate|Envoy|"
    r"Aide|Secretary|Minister|Legation|Observer|Deputy|Liaison)$"
)
_ABBREVIATED = re.compile(r"\b(?:Jr|Sr|Esq|Co|[A-Z])\.$")
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
    level = level or blocks.level
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
        self._labelled = False
        self.level = ""

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
            title = _child(element, "head")
            self._add("head", _text_without_notes(title) if title is not None else "")
            self._add("table", "\n".join(_rows(element)))
            self.notes += [_note(note, len(self.paragraphs)) for note in _notes(element)]
        elif name == "lb":
            self._pieces.append(" ")
        elif name == "label":
            # `<label>1.</label><item>`: the label is printed before the item, on its line.
            self._flush()
            self._take_inline(element)
            self._pieces.append(" ")
            self._labelled = True
        elif name == "gap":
            self._pieces.append("[…]")
        elif name == "seg" and self._kind == "opener":
            self._take_marking(element)
        elif name in _BLOCKS:
            self._take_block(element, _BLOCKS[name])
        elif name not in _SKIPPED:
            self._take_inline(element)
        else:
            for note in _notes(element):
                self._take_note(note)

    def _take_block(self, element: Element, kind: str) -> None:
        if not self._labelled:
            self._flush()
        self._labelled = False
        before, self._kind = self._kind, "item" if self._kind == "item" and kind == "p" else kind
        self._take_inline(element)
        self._flush()
        self._kind = before

    def _take_marking(self, element: Element) -> None:
        """What older volumes print above the dateline: the level, which is no text of the document, or a line of it."""
        self._flush()
        text = _text_without_notes(element)
        if _PLAIN_LEVEL.fullmatch(text):
            found = _LEVEL_WORDS.search(text)
            self.level = self.level or (found[0].title() if found else "")
        else:
            self._take_inline(element)
            self._flush()

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
            self._add("p" if self._kind == "opener" else self._kind, text)

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
    forms = (pattern.search(said) for pattern in (_CORRESPONDENTS, *_OLD_CORRESPONDENTS))
    match = next((found for found in forms if found), None)
    if match is None:
        sender = _SENDER.search(said)
        return senders or ([sender["from"]] if sender else []), receivers
    who, whom = match["from"], match["to"]
    while _TITLE_GOES_ON.search(who) and " to " in whom:
        more, _, whom = whom.partition(" to ")
        who = f"{who} to {more}"
    whom = whom.removeprefix("the ").removeprefix("The ").rstrip(", ")
    return senders or [who.rstrip(", ")], receivers or [whom if _ABBREVIATED.search(whom) else whom.rstrip(".")]


def _marked(head: Element | None, role: str) -> list[str]:
    found = [] if head is None else [each for each in head.iter() if each.get("type") == role]
    return list(dict.fromkeys(filter(None, map(_text_without_notes, found))))


def _dateline(document: Element) -> tuple[str, str, str]:
    """When, as the markup has it and as printed, and where; the document's own dateline comes before those in it."""
    given = next(
        (document.get(f"{space}doc-dateTime-min") for space in _FRUS if document.get(f"{space}doc-dateTime-min")), ""
    )
    own, enclosed = _datelines(document)
    place = next((each for line in own for each in line.iter() if _name(each) == "placeName"), None)
    where = _text_without_notes(place) if place is not None else ""
    # A date in the head, or on a line of its own, serves where no dateline has one; an enclosure's comes last.
    elsewhere = [each for each in document if _name(each) in ("head", "opener", "closer") or _is_date_line(each)]
    undated = any("undated" in _text_without_notes(line).lower() for line in own)
    for line in [*own, *([] if given or undated else [*elsewhere, *enclosed])]:
        date = next((each for each in line.iter() if _name(each) == "date"), None)
        if date is not None:
            when = next(
                (date.get(key) for key in ("when", "from", "notBefore", "notAfter", "to") if date.get(key)), None
            )
            printed = _text_without_notes(date)
            return when or given or printed, printed, where
    return given or "", "", where


# Parts of a document that have datelines of their own; a `div` in a document is an attachment or an enclosure.
_OF_ITS_OWN = frozenset(("attachment", "div", "quote", "floatingText", "note"))


def _datelines(document: Element) -> tuple[list[Element], list[Element]]:
    """The document's own datelines, and those of what is enclosed or quoted in it."""
    own: list[Element] = []
    enclosed: list[Element] = []

    def walk(element: Element, found: list[Element]) -> None:
        for child in element:
            name = _name(child)
            if name == "dateline":
                found.append(child)
            walk(child, enclosed if name in _OF_ITS_OWN else found)

    walk(document, own)
    return own, enclosed


def _is_date_line(element: Element) -> bool:
    """A paragraph that is nothing but place and date."""
    if _name(element) != "p" or not any(_name(each) == "date" for each in element):
        return False
    return len(_text_without_notes(element)) <= _LONGEST_DATE_LINE


def _referred(document: Element, volume: str, identity: str) -> list[str]:
    """The documents that text and notes link to, by their ids."""
    found: dict[str, None] = {}
    for element in document.iter():
        match = _DOCUMENT.fullmatch(element.get("target") or "") if _name(element) == "ref" else None
        if match:
            found.setdefault(f"{match['volume'] or volume}/{match['document']}")
    found.pop(f"{volume}/{identity}", None)
    return list(found)
