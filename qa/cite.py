"""A draft -> Statements with Citations: every marker is looked up among the sources, none is guessed.

A marker that names no source vanishes. A sentence without a marker is matched to the source
that carries most of its words, or stays without a citation. Each citation ends at the run of
words in the paragraph that supports the sentence best.
"""

import re
from collections.abc import Sequence

from index.sentences import sentence_spans
from qa.records import Citation, Passage, Statement
from qa.words import key_words, numbers

MATCH_SHARE = 0.5
"""Share of a sentence's words that a source must hold to be cited for it without a marker."""

_CALLED = r"(?:(?:sources?|passages?|paragraphs?|refs?)\.?\s*)?[#^]?"
_NUMBERS = rf"\d{{1,3}}(?:\s*(?:,|and|&|;|-|–)\s*{_CALLED}\d{{1,3}})*"
_MARKER = re.compile(
    rf"\s*(?:[\[［]\s*{_CALLED}({_NUMBERS})\s*[\]］]|【\s*{_CALLED}({_NUMBERS})[^】]*】|"
    rf"\(\s*sources?\s*({_NUMBERS})\s*\))",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(\d+)\s*[-–]\s*(\d+)")
_MARKER_AFTER_STOP = re.compile(rf"([.!?][\"')\]”’]*)((?:{_MARKER.pattern})+)", re.IGNORECASE)
_TEXT = r"(?:the|this) (?:paragraph|source|cable|text|document)"
_LEAD_IN = re.compile(
    r",?\s*\b(?:according to|as (?:stated|reported|mentioned|noted) in|based on|per|from|in) (?:the )?sources?"
    rf"((?:{_MARKER.pattern})+),?\s*"
    rf"|^(?:according to|based on) {_TEXT},?\s*"
    rf"|^{_TEXT} (?:reports|states|says|mentions|indicates)(?: that)?,?\s*",
    re.IGNORECASE,
)
"""`According to source [3], …`, `The paragraph states that …`: words about the source, which a chip says better."""
_NUMBER_WEIGHT = 3
"""A number counts this much more than another word: it is what a sentence is mostly asked for."""
_NEWS_WEIGHT = 2
"""So does what a sentence adds to the question."""
_SECOND_SENTENCE = 2.0
"""What a second sentence must hold beyond the first."""


def cite(draft: str, sources: Sequence[Passage], question: str = "") -> tuple[Statement, ...]:
    """The sentences of a draft, each with the citations its markers name.

    Args:
        sources: the passages as they were numbered to the chat model; `sources[0]` is [1].
        question: what the draft answers; the words that support a sentence best are those that it does not have.
    """
    text = with_markers_inside(draft.strip())
    statements = []
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        words = without_markers(sentence)
        if not words:
            continue
        markers = _markers(sentence, len(sources)) or _best_source(words, sources)
        statements.append(Statement(words, tuple(_citation(marker, words, sources, question) for marker in markers)))
    return tuple(statements)


def with_markers_inside(draft: str) -> str:
    """`… trained. [1]` and `… trained [1].` mean the same; the marker belongs inside the sentence."""
    return _MARKER_AFTER_STOP.sub(lambda found: f"{found.group(2)}{found.group(1)}", draft)


def without_markers(sentence: str) -> str:
    """The sentence as it is shown; empty where it says nothing."""
    words = _MARKER.sub("", _LEAD_IN.sub("", sentence)).strip()
    words = re.sub(r"\s+([.,;:!?])", r"\1", words[:1].upper() + words[1:])
    return words if key_words(words) else ""


def cite_as(sentence: str, marker: int, sources: Sequence[Passage], question: str = "") -> Statement:
    """The sentence, citing this one source."""
    return Statement(sentence, (_citation(marker, sentence, sources, question),))


def supporting_span(statement: str, text: str, question: str = "") -> tuple[int, int]:
    """Start and end of the sentence, or two together, in `text` that hold most of the statement's words.

    What the statement adds to the question counts more.
    """
    spans = sentence_spans(text)
    if not spans:
        return 0, len(text)
    asked = _weights(question)
    wanted = {word: weight if word in asked else _NEWS_WEIGHT * weight for word, weight in _weights(statement).items()}
    best, best_score = spans[0], -1.0
    for place, (start, _) in enumerate(spans):
        for last in range(place, min(place + 2, len(spans))):
            span = (start, spans[last][1])
            held = set(key_words(text[slice(*span)])) | numbers(text[slice(*span)])
            score = sum(weight for word, weight in wanted.items() if word in held) - _SECOND_SENTENCE * (last - place)
            if score > best_score:
                best, best_score = span, score
    return best


def _markers(sentence: str, n_sources: int) -> list[int]:
    found = [
        int(number)
        for match in _MARKER.finditer(sentence)
        for group in match.groups()
        if group
        for number in re.findall(r"\d+", _RANGE.sub(_all_of, group))
    ]
    return [marker for marker in dict.fromkeys(found) if 1 <= marker <= n_sources]


def _all_of(found: re.Match[str]) -> str:
    """`2-4` is 2, 3 and 4."""
    return ", ".join(map(str, range(int(found[1]), int(found[2]) + 1)))


def _best_source(sentence: str, sources: Sequence[Passage]) -> list[int]:
    """The one source that holds most of the sentence's words, if it holds enough of them."""
    wanted = _weights(sentence)
    total = sum(wanted.values())
    best, best_share = 0, 0.0
    for marker, source in enumerate(sources, 1):
        held = set(key_words(source.text)) | numbers(source.text)
        share = sum(weight for word, weight in wanted.items() if word in held) / total if total else 0.0
        if share > best_share:
            best, best_share = marker, share
    return [best] if best_share >= MATCH_SHARE else []


def _weights(sentence: str) -> dict[str, int]:
    figures = numbers(sentence)
    return dict.fromkeys(key_words(sentence), 1) | dict.fromkeys(figures, _NUMBER_WEIGHT)


def _citation(marker: int, sentence: str, sources: Sequence[Passage], question: str) -> Citation:
    return to_citation(marker, sources[marker - 1], supporting_span(sentence, sources[marker - 1].text, question))


def to_citation(marker: int, source: Passage, span: tuple[int, int]) -> Citation:
    """A citation of the words at `span` of a source."""
    start, end = span
    return Citation(
        marker=marker,
        cable_id=source.cable_id,
        ordinal=source.ordinal,
        number=source.number,
        label=source.label,
        quote=source.text[start:end],
        start=start,
        end=end,
    )
