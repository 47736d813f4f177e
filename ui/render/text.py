"""Answer -> Markdown, terminal text and footnotes."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Final

from rich.text import Text

from index.records import Header, Reference
from qa.records import Answer, Citation, Outcome, Passage, Statement, Support
from ui.render.safe import escape_markdown, one_line

OUTCOME_WORDS: Final[dict[Outcome, str]] = {
    "answered": "",
    "not_found": "The cables were searched and do not say.",
    "no_match": "No cable passes these filters.",
    "missing_reference": "The cable asked about is referred to by others, but is not in this archive.",
}
"""What an outcome means to a reader, where the answer has no sentence of its own for it."""

SUPPORT_WORDS: Final[dict[Support, str]] = {
    "supported": "",
    "partly": "partly supported",
    "unsupported": "not supported by its source",
    "unchecked": "",
}
"""What is said beside a statement that its source does not carry whole."""

_STATIONS: Final[dict[str, str]] = {
    "AMEMBASSY": "Embassy",
    "EMBASSY": "Embassy",
    "AMCONGEN": "Consulate General",
    "AMCONSUL": "Consulate",
    "USMISSION": "Mission",
    "USDEL": "Delegation",
    "USINT": "Interests Section",
    "USLO": "Liaison Office",
    "USOFFICE": "Office",
}
_DEPARTMENTS: Final[dict[str, str]] = {"SECSTATE": "Department of State", "SECDEF": "Department of Defense"}
_SMALL_WORDS: Final[frozenset[str]] = frozenset({"de", "da", "do", "des", "of", "the", "and", "for"})


def cite_text(citation: Citation | Passage) -> str:
    """How a citation is written: `07ASTANA3162 ¶2`."""
    return one_line(f"{citation.cable_id} {citation.label}")


def reading_words(source: Passage) -> str:
    """What is told while the chat model reads a source: `Reading 07ASTANA3162 ¶2 …`."""
    return f"Reading {cite_text(source)} …"


def to_markdown(answer: Answer, headers: Mapping[str, Header] | None = None) -> str:
    """The answer with a numbered footnote for every citation, as Markdown.

    Args:
        answer: what is rendered.
        headers: the headers of the cables it cites; a footnote says as much as they tell.
    """
    notes: list[str] = []
    body = [f"**{escape_markdown(answer.query.text)}**"]
    sentences = [_markdown_statement(statement, notes, headers or {}) for statement in answer.statements]
    # Cables of a list stand one below the other.
    body.append(("\n\n" if answer.query.collection else " ").join(sentences) or escape_markdown(declined_words(answer)))
    if answer.statements and answer.notice:
        body.append(escape_markdown(answer.notice))
    footnotes = "\n".join(f"[^{place}]: {note}" for place, note in enumerate(notes, start=1))
    return "\n\n".join(part for part in (*body, footnotes) if part) + "\n"


def to_terminal(answer: Answer, headers: Mapping[str, Header] | None = None) -> Text:
    """The answer for a terminal: statements with their citations, then the words they rest on.

    A `rich` Text and not a string: nothing in it is read as rich's markup or emoji codes.
    Its `plain` is the text without colours.
    """
    page = Text()
    if answer.query.said:
        page.append(f"Asked as: {one_line(answer.query.text)}\n\n", style="dim")
    if not answer.statements:
        page.append(one_line(declined_words(answer)), style="yellow")
    for statement in answer.statements:
        page.append(one_line(statement.text), style="dim" if statement.support == "unsupported" else "")
        for citation in statement.citations:
            page.append(f" [{cite_text(citation)}]", style="cyan")
        if words := SUPPORT_WORDS[statement.support]:
            page.append(f" ({words})", style="yellow")
        page.append("\n")
    for citation in _unique(citation for statement in answer.statements for citation in statement.citations):
        page.append(f"\n{cite_text(citation)}", style="cyan")
        page.append(f"  {footnote(citation, _header(citation, headers))}\n", style="dim")
        page.append(f"  “{one_line(citation.quote)}”\n")
    if answer.statements and answer.notice:
        page.append(f"\n{one_line(answer.notice)}\n", style="dim")
    return page


def declined_words(answer: Answer) -> str:
    """What is said instead of statements."""
    return answer.notice or OUTCOME_WORDS[answer.outcome]


def footnote(citation: Citation, header: Header | None = None) -> str:
    """A citation as an editor of documents would print it, as far as the header tells.

    `Embassy La Paz telegram 604 to the Department of State, 29 January 1974, ¶2, Confidential.`
    """
    if header is None:
        return f"{cite_text(citation)}."
    number = f"telegram {header.number}" if header.number is not None else f"cable {one_line(header.cable_id)}"
    to = receiver(header)
    parts = [
        " ".join(part for part in (sender(header), number, f"to {to}" if to else "") if part),
        long_day(header.sent) or (str(header.year) if header.year else ""),
        one_line(citation.label),
        level_words(header),
    ]
    return f"{', '.join(part for part in parts if part)}."


def note_text(citation: Citation, header: Header | None = None, said: Callable[[str], str] = one_line) -> str:
    """The footnote with the id by which the archive has the cable, and the words cited.

    Args:
        citation: what is noted.
        header: of its cable.
        said: makes each part fit for where it goes.
    """
    known_as = f" ({said(citation.cable_id)})" if header else ""
    return f"{said(footnote(citation, header))}{known_as} “{said(citation.quote)}”"


def sender(header: Header) -> str:
    """Who sent the cable, in ordinary letters: `Embassy La Paz`."""
    return station_name(header.from_) if header.from_ else one_line(header.origin)


def receiver(header: Header) -> str:
    """To whom it was sent: `the Department of State and others`; nothing where the header does not say."""
    name = station_name(header.to[0].name) if header.to else ""
    others = " and others" if name and len(header.to) > 1 else ""
    return f"{'the ' if name in _DEPARTMENTS.values() else ''}{name}{others}"


def level_words(header: Header) -> str:
    """The classification in ordinary letters: `Limited Official Use`."""
    return (header.classification or "").title()


def station_name(printed: str) -> str:
    """A station's name in ordinary letters: `AMEMBASSY LA PAZ` -> `Embassy La Paz`."""
    words = one_line(printed).split()
    if not words:
        return ""
    if words[0] in _DEPARTMENTS:
        return _DEPARTMENTS[words[0]]
    kind, place = ([_STATIONS[words[0]]], words[1:]) if words[0] in _STATIONS else ([], words)
    return " ".join([*kind, *(_ordinary(word, first=n == 0) for n, word in enumerate(place))])


def long_day(moment: date | str | None) -> str:
    """`2007-11-20T11:58:00Z` -> `20 November 2007`; nothing for nothing."""
    if not moment:
        return ""
    day = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{day.day} {day:%B %Y}"


def reference_words(reference: Reference) -> str:
    """One item of the REF line as it is shown: its label, and the id or the printed words."""
    label = f"{reference.label}: " if reference.label else ""
    return one_line(label + (reference.cable_id or reference.text))


def _markdown_statement(statement: Statement, notes: list[str], headers: Mapping[str, Header]) -> str:
    marks = ""
    for citation in statement.citations:
        note = note_text(citation, _header(citation, headers), escape_markdown)
        if note not in notes:
            notes.append(note)
        marks += f"[^{notes.index(note) + 1}]"
    words = SUPPORT_WORDS[statement.support]
    return escape_markdown(statement.text) + marks + (f" *({words})*" if words else "")


def _header(citation: Citation, headers: Mapping[str, Header] | None) -> Header | None:
    return (headers or {}).get(citation.cable_id)


def _unique(citations: Iterable[Citation]) -> list[Citation]:
    return list({(each.cable_id, each.ordinal, each.start, each.end): each for each in citations}.values())


def _ordinary(word: str, *, first: bool) -> str:
    if not word.isupper() or re.fullmatch(r"US[A-Z]{2,6}", word):
        return word
    return word.lower() if word.lower() in _SMALL_WORDS and not first else word.title()
