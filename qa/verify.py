"""Statements -> Statements with Support: each is held against the paragraphs it cites.

Every figure must stand in a cited paragraph, in whatever form, and every name; what a paragraph
denies must not be affirmed, nor the other way round; of the other words, enough must be there. The
header words of the cable count too: a statement may name the cable's subject, post and day.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from index.gazetteer import posts
from qa import orders
from qa.records import Citation, Passage, Statement, Support
from qa.words import figures, in_full, key_words, names, numbers

SUPPORTED_SHARE = 0.6
"""Share of a statement's words that its paragraphs must hold for it to be supported."""

PARTLY_SHARE = 0.35
"""Below this share it is unsupported; between the two, partly supported."""

ALIKE = 5
"""Letters that two names must share from their first on: Bolivian and Bolivia, Peruvian and Peru's."""

_NOT = re.compile(r"\b(?:not|never|no longer|without|cannot|n['’]t)\b|(?<=\w)n['’]t\b", re.IGNORECASE)
_SIZES = frozenset(key_words("thousand million billion dollar"))
_WRITER = frozenset("us usa usg american americans america united states u.s".split())
"""Whoever writes a cable writes for the United States, named or not."""
_DENIED_WORDS = 3
"""Words after a negation that it may deny."""
_FEWEST_ECHOED = 4
"""Words of the question that a statement must repeat to repeat a premise."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How well a statement is supported, and what speaks against it, in plain words."""

    support: Support
    reasons: tuple[str, ...] = ()


def verify(statements: Sequence[Statement], sources: Sequence[Passage]) -> tuple[Statement, ...]:
    """The statements with their support. `sources` are the passages they cite."""
    return tuple(replace(each, support=judge(each, sources).support) for each in statements)


def judge(statement: Statement, sources: Sequence[Passage], question: str = "") -> Verdict:
    """The verdict on one statement.

    Args:
        question: what was asked; a name that only echoes it is not invented, but not supported either.
    """
    if not statement.citations:
        return Verdict("unsupported", ("no source is cited for it",))
    by_place = {(source.cable_id, source.ordinal): source for source in sources}
    evidence = " ".join(_evidence(citation, by_place, statement.text) for citation in statement.citations)
    asked = _words(question)
    unnamed = dict(_missing_names(statement.text, evidence))
    echoed = [told for name, told in unnamed.items() if set(key_words(name)) & asked]
    against = [*_missing_figures(statement.text, evidence), *(told for told in unnamed.values() if told not in echoed)]
    against += _turned_round(statement.text, evidence)
    if against:
        return Verdict("unsupported", tuple(against))
    # Figures have been looked for already, in whatever form.
    wanted = {word for word in key_words(statement.text) if not (word[0].isdigit() or word in _SIZES)}
    held = _words(evidence)
    share = len(wanted & held) / len(wanted) if wanted else 0.0
    counts = tuple(f"the count {each} is not in the source" for each in _missing_counts(statement.text, evidence))
    assumed = _assumed(wanted & asked, held)
    if share >= SUPPORTED_SHARE and not (counts or echoed or assumed):
        return Verdict("supported")
    reasons = (f"the source has {share:.0%} of its words", *counts, *echoed, *assumed)
    return Verdict(
        "partly" if share >= PARTLY_SHARE or _news_held(statement.text, asked, held) else "unsupported", reasons
    )


def _assumed(echo: set[str], held: set[str]) -> tuple[str, ...]:
    """What to tell where a statement repeats a premise of the question that the source does not carry."""
    if len(echo) < _FEWEST_ECHOED or len(echo & held) >= SUPPORTED_SHARE * len(echo):
        return ()
    return ("what the question takes for granted is not in the source",)


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


def _words(evidence: str) -> set[str]:
    return set(key_words(evidence)) | set(key_words(in_full(evidence)))


def _missing_figures(statement: str, evidence: str) -> Iterator[str]:
    there = numbers(evidence)
    for printed, forms in figures(statement).items():
        if not forms & there:
            yield f"{printed} is not in the source"


def _missing_counts(statement: str, evidence: str) -> Iterator[str]:
    """Numbers in words are often counts that a writer made: three reasons, two ministers."""
    there = numbers(evidence)
    digits = set().union(*figures(statement).values())
    yield from sorted(each for each in numbers(statement) - there - digits if each != "1")


def _missing_names(statement: str, evidence: str) -> Iterator[tuple[str, str]]:
    """Names that the evidence does not have, each with what to tell of it."""
    there = _words(evidence) | {word.lower() for word in re.findall(r"\w+", evidence)}
    openings = {word[:ALIKE] for word in there}
    for name in names(statement):
        word = name.lower()
        known = word in _WRITER or word in there or word[:ALIKE] in openings or set(key_words(name)) & there
        if not known:
            yield name, f"{name} is not named in the source"


def _turned_round(statement: str, evidence: str) -> Iterator[str]:
    """What the source only denies and the statement affirms, or the other way round."""
    denied, affirmed = _denied(evidence)
    said_not, said = _denied(statement)
    for word in sorted((said & denied) - affirmed - said_not):
        yield f"the source denies what is said with “{word}”"
    for word in sorted((said_not & affirmed) - denied - said):
        yield f"the source affirms what is denied with “{word}”"


def _denied(text: str) -> tuple[set[str], set[str]]:
    """Stems that stand right after a negation, and those that do not."""
    denied: set[str] = set()
    rest = text
    for match in _NOT.finditer(text):
        after = re.match(rf"\W*(?:\w+\W+){{0,{_DENIED_WORDS - 1}}}\w+", text[match.end() :])
        if after:
            # The first word with a meaning is what is denied; further words may be its objects.
            denied.update(key_words(after.group())[:1])
            rest = rest.replace(after.group(), " ", 1)
    return denied, set(key_words(rest))
