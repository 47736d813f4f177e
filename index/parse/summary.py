"""Summary and comment: from their opening words, or the heading over them, to END SUMMARY and END COMMENT."""

import re
from collections.abc import Sequence

from index.records import Paragraph

_SUMMARY = re.compile(
    r"(?:\(?(?:BEGIN\s+)?(?:EXECUTIVE\s+)?SUMMARY(?:\s+(?:AND|&)\s+(?:COMMENT|INTRODUCTION|CONCLUSIONS?|"
    r"ACTION REQUEST(?:ED)?|RECOMMENDATIONS?|OVERVIEW))?\)?\s*"
    r"(?:[:.;,]|--?|\)|(?=\n)|$)[\s:.-]*|BEGIN SUMMARY\s*[:.]?\s*)",
    re.IGNORECASE,
)
_COMMENT = re.compile(
    r"(?:\(?(?:BEGIN\s+)?(?:EMBASSY(?:'S)?\s+|POST(?:'S)?\s+|MISSION\s+|CONSULATE\s+|AMBASSADOR'?S?\s+)?COMMENTS?"
    r"(?:\s+(?:AND|&)\s+[A-Z ]{3,30}?)?\)?\s*(?:[:.;]|--?|\)|(?=\n)|$)[\s:.-]*)",
    re.IGNORECASE,
)
# These begin with a letter that the engine can skip to; only then comes what must not stand before it.
_END_SUMMARY = re.compile(
    r"[Ee](?<!\w[Ee])(?i:ND\s+(?:OF\s+)?(?:EXECUTIVE\s+)?SUMMARY\b[^\n]{0,40}?(?:[.:)\]]|$)[.)\]]*)"
)
_END_COMMENT = re.compile(r"[Ee](?<!\w[Ee])(?i:ND\s+(?:OF\s+)?(?:[A-Z']+\s+)?COMMENTS?\b\s*[.)\]]*)")
_ENDS = {"SUMMARY": _END_SUMMARY, "COMMENT": _END_COMMENT}
_INLINE_COMMENT = re.compile(
    r"(?:(?<=[.?!)\"”]\s)|(?<=\n)|(?<=\())(?:BEGIN\s+)?COMMENTS?\s*[:.]\s*(?=\S)", re.IGNORECASE
)
_SUMMARY_HEADING = re.compile(r"(?:\d\W*)?(?:BEGIN |EXECUTIVE )?SUMMARY\b.*", re.IGNORECASE)
_COMMENT_HEADING = re.compile(r"(?:\d\W*)?(?:EMBASSY |POST |AMBASSADOR'S )?COMMENTS?\b.*", re.IGNORECASE)
_REACH = 12


def summary_of(paragraphs: Sequence[Paragraph]) -> str | None:
    """The cable's summary, without its opening and closing words."""
    if not any(_has(paragraph.text, "SUMMARY") or paragraph.heading for paragraph in paragraphs[:_REACH]):
        return None
    for place, paragraph in enumerate(paragraphs[:_REACH]):
        headed = paragraph.heading is not None and _SUMMARY_HEADING.fullmatch(paragraph.heading)
        opening = _SUMMARY.match(paragraph.text)
        if opening or headed:
            start = opening.end() if opening else 0
            return _until(paragraphs[place:], start, "SUMMARY", headed=bool(headed))
    for place, paragraph in enumerate(paragraphs[:_REACH]):
        # The opening may be lost: then the summary began with the text.
        if _has(paragraph.text, "SUMMARY") and _END_SUMMARY.search(paragraph.text):
            return _until(paragraphs[: place + 1], 0, "SUMMARY", headed=False)
    return None


def comment_of(paragraphs: Sequence[Paragraph]) -> str | None:
    """The drafter's comment: a paragraph of its own if there is one, else the first inside a paragraph."""
    if not any(_has(paragraph.text, "COMMENT") or paragraph.heading for paragraph in paragraphs):
        return None
    for place, paragraph in enumerate(paragraphs):
        headed = paragraph.heading is not None and _COMMENT_HEADING.fullmatch(paragraph.heading)
        opening = _COMMENT.match(paragraph.text)
        if opening or headed:
            start = opening.end() if opening else 0
            return _until(paragraphs[place:], start, "COMMENT", headed=bool(headed))
    for paragraph in paragraphs:
        if _has(paragraph.text, "COMMENT") and (match := _INLINE_COMMENT.search(paragraph.text)):
            return _one(paragraph.text, match)
    return None


_SMALL = {"SUMMARY": "ummary", "COMMENT": "omment"}


def _has(text: str, word: str) -> bool:
    """Whether the word may stand there, in capitals or not: what costs less than a pattern."""
    return word in text or _SMALL[word] in text


def _until(paragraphs: Sequence[Paragraph], start: int, word: str, *, headed: bool) -> str | None:
    """The text up to the closing words; without them the paragraph alone, or what stands under the heading."""
    texts = [paragraphs[0].text[start:], *(paragraph.text for paragraph in paragraphs[1:_REACH])]
    for place, text in enumerate(texts):
        if _has(text, word) and (match := _ENDS[word].search(text)):
            return _tidy("\n".join([*texts[:place], text[: match.start()]]))
        following = paragraphs[place + 1] if place + 1 < len(paragraphs) else None
        if following is not None and following.heading is not None:
            break
    if not headed:
        return _tidy(texts[0])
    number = next((at for at, paragraph in enumerate(paragraphs[1:], 1) if paragraph.heading is not None), 1)
    return _tidy("\n".join(texts[: min(number, _REACH)]))


def _one(text: str, opening: re.Match[str]) -> str | None:
    end = _END_COMMENT.search(text, opening.end())
    if end:
        return _tidy(text[opening.end() : end.start()])
    if opening.start() and text[opening.start() - 1] == "(":
        close = _closing_bracket(text, opening.end())
        return _tidy(text[opening.end() : close])
    return _tidy(text[opening.end() :])


def _closing_bracket(text: str, start: int) -> int:
    depth = 1
    for at in range(start, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if not depth:
            return at
    return len(text)


def _tidy(text: str) -> str | None:
    return text.strip(" \n\t-([") or None
