"""Statement -> Verdict: it is held against the paragraphs that it cites.

Every figure must stand in a cited paragraph, in whatever form, and every name; what a paragraph
denies must not be affirmed, nor the other way round; of the other words, enough must be there. The
header words of the cable count too: a statement may name the cable's subject, post and day; but the day of sending is
no other's, where the paragraph does not say so.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from index.gazetteer import posts
from qa import orders
from qa.discrepancies import (
    led_astray,
    missing_counts,
    missing_figures,
    missing_names,
    missing_turns,
    other_voice,
    turned_round,
    words_of,
)
from qa.records import Citation, Passage, Statement, Support
from qa.understand.days import periods
from qa.words import key_words, numbers

SUPPORTED_SHARE = 0.6
"""Share of a statement's words that its paragraphs must hold for it to be supported."""

PARTLY_SHARE = 0.35
"""Below this share it is unsupported; between the two, partly supported."""

ECHO_SHARE = 0.65
"""Share of the words of the question that a statement repeats which its paragraphs must hold."""

NEWS_SHARE = 0.85
"""Share of the words that a statement adds to the question which its paragraphs must hold, words of telling left out:
what a small model adds of its own is mostly what it has guessed."""

_ADDED_ALIKE = 6
"""Letters that an added word must share with one of the paragraphs: `pressured` is not `press of work`."""

_SIZES = frozenset(key_words("thousand million billion dollar"))
TELLING = frozenset(
    key_words(
        "say said tell told ask asked state stated think thought note noted report reported mention mentioned describe "
        "described explain explained claim claimed believe believed according while keep kept also include included"
    )
)
"""Words with which one tells who says what."""
_THAT_DAY = re.compile(r"\b(?:today|tonight|this (?:morning|noon|afternoon|evening|date)|just)\b", re.IGNORECASE)
_FEWEST_ECHOED = 4
"""Words of the question that a statement must repeat to repeat a premise."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How well a statement is supported, and what speaks against it, in plain words.

    `share` is that of its words which its paragraphs hold, where nothing rules it out.
    """

    support: Support
    reasons: tuple[str, ...] = ()
    share: float = 0.0


def judge(statement: Statement, sources: Sequence[Passage], question: str = "") -> Verdict:
    """The verdict on one statement.

    Args:
        question: what was asked; a name that only echoes it is not invented, but not supported either.
    """
    if not statement.citations:
        return Verdict("unsupported", ("no source is cited for it",))
    by_place = {(source.cable_id, source.ordinal): source for source in sources}
    evidence = " ".join(_evidence(citation, by_place, statement.text) for citation in statement.citations)
    asked = words_of(question)
    unnamed = dict(missing_names(statement.text, evidence))
    echoed = [told for name, told in unnamed.items() if set(key_words(name)) & asked]
    against = [*missing_figures(statement.text, evidence), *(told for told in unnamed.values() if told not in echoed)]
    against += [*turned_round(statement.text, evidence), *led_astray(statement.text, evidence)]
    if against:
        return Verdict("unsupported", tuple(against))
    # Figures have been looked for already, in whatever form.
    wanted = {word for word in key_words(statement.text) if not (word[0].isdigit() or word in _SIZES)}
    held = words_of(evidence)
    share = len(wanted & held) / len(wanted) if wanted else 0.0
    counts = tuple(f"the count {each} is not in the source" for each in missing_counts(statement.text, evidence))
    turns = tuple(missing_turns(statement.text, evidence))
    voice = tuple(other_voice(statement.text, " ".join(citation.quote for citation in statement.citations)))
    dated = tuple(_dated(statement.text, [by_place[each.cable_id, each.ordinal] for each in statement.citations]))
    assumed = _assumed(wanted & asked, held)
    added = _added(wanted - asked - TELLING, held) if question else ()
    if share >= SUPPORTED_SHARE and not (counts or turns or voice or echoed or dated or assumed or added):
        return Verdict("supported", share=share)
    reasons = (f"the source has {share:.0%} of its words", *counts, *turns, *voice, *echoed, *dated, *assumed, *added)
    partly = share >= PARTLY_SHARE or _news_held(statement.text, asked, held)
    return Verdict("partly" if partly else "unsupported", reasons, share)


def _dated(statement: str, sources: Sequence[Passage]) -> Iterator[str]:
    """What to tell where a statement dates by the day of sending what a paragraph does not say was that day."""
    for source in sources:
        sent = datetime.fromisoformat(source.sent).date() if source.sent else None
        named = any(each.since == each.until == sent for each in periods(statement))
        if sent and named and str(sent.day) not in numbers(source.text) and not _THAT_DAY.search(source.text):
            yield "that day is when the cable was sent"


def _assumed(echo: set[str], held: set[str]) -> tuple[str, ...]:
    """What to tell where a statement repeats a premise of the question that the source does not carry."""
    if len(echo) < _FEWEST_ECHOED or len(echo & held) >= ECHO_SHARE * len(echo):
        return ()
    return ("what the question takes for granted is not in the source",)


def _added(news: set[str], held: set[str]) -> tuple[str, ...]:
    """What to tell where a statement adds words to the question that the source does not have."""
    openings = {word[:_ADDED_ALIKE] for word in held}
    missing = sorted(word for word in news if word not in held and word[:_ADDED_ALIKE] not in openings)
    if len(news) - len(missing) >= NEWS_SHARE * len(news):
        return ()
    return (f"the source does not have: {', '.join(missing)}",)


def _news_held(statement: str, asked: set[str], held: set[str]) -> bool:
    """Whether what a statement adds to the question is in the source: the rest is the asker's own way to put it."""
    news = set(key_words(statement)) - asked - _SIZES
    return bool(asked and news) and len(news & held) >= SUPPORTED_SHARE * len(news)


def _evidence(citation: Citation, sources: Mapping[tuple[str, int], Passage], statement: str) -> str:
    source = sources[citation.cable_id, citation.ordinal]
    day = f"{datetime.fromisoformat(source.sent):%-d %B %Y}" if source.sent else ""
    post = posts().get(source.origin)
    sender = f"{post.name} {post.country}" if post else ""
    # What a cable would have its reader say is not what it says is so.
    text, subject = (orders.evidence(each, statement) for each in (source.text, source.subject or ""))
    return f"{text}\n{source.cable_id} {source.origin} {sender} {day} {subject}"
