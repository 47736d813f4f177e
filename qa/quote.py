"""Query + Passages -> Statements in the cables' own words: the answer when there is no chat model.

The sentence that supports an answer best is quoted with the one before and the one after it,
as they stand. A sentence is held against the question by meaning (the encoder) and by shared
words, weighted by how rare they are among the passages. A stretch without anything of the kind that is
sought, no amount where an amount is asked for, is passed over.
"""

import math
from collections import Counter
from collections.abc import Collection, Sequence

from index.embed import Encoder
from index.records import HEADER_ORDINAL
from index.sentences import Span, sentence_spans
from qa.cite import to_citation
from qa.orders import tells_of_orders, without_orders
from qa.records import Passage, Statement
from qa.understand.sought import could_answer
from qa.words import key_words

MEANING_WEIGHT = 0.5
"""Share of the encoder's similarity in a sentence's score; shared words have the rest."""

PASSAGE_WEIGHT = 2.0
"""What the score of its passage adds to a sentence's: the search knows more than one sentence does."""

QUOTE_FLOOR = 0.18
"""Where no sentence reaches this score of its own, none is quoted: the cables do not say. Fitted on the questions over
real and sample cables so that it costs no right answer; it stops only questions far from the archive."""

HINT_WEIGHT = 0.5
"""What a hint adds to a sentence's score, by the share of its words, beyond the question's, that it has."""

SECOND_SHARE = 0.9
"""A second sentence is quoted when it scores at least this share of the first."""

LONGEST_QUOTE = 700
"""Characters a quotation may reach by its neighbours; a longer sentence stands alone."""


def quote_answer(question: str, sources: Sequence[Passage], encoder: Encoder, hint: str = "") -> tuple[Statement, ...]:
    """The one or two runs of sentences that answer best, each citing itself; none where nothing is close enough.

    Args:
        hint: a draft of the answer; the sentence with the words that it adds to the question's comes first.
    """
    # What a cable would have its reader say is quoted to one who asks for just that.
    told = (lambda text: text) if tells_of_orders(question) else without_orders
    places = [
        (marker, source, spans[which], run)
        for marker, source in enumerate(sources, 1)
        if source.ordinal != HEADER_ORDINAL
        for spans in [sentence_spans(told(source.text))]
        for which in range(len(spans))
        for run in [_with_neighbours(spans, which)]
        if could_answer(question, source.text[slice(*run)], source.sent)
    ]
    if not places:
        return ()
    texts = [source.text[slice(*sentence)] for _, source, sentence, _ in places]
    own = sentence_scores(question, texts, encoder)
    added = set(key_words(hint)) - set(key_words(question))
    total = [
        score + PASSAGE_WEIGHT * source.score + HINT_WEIGHT * _share(added, text)
        for score, text, (_, source, _, _) in zip(own, texts, places, strict=True)
    ]
    first, *rest = sorted(range(len(places)), key=lambda place: -total[place])
    if max(own) < QUOTE_FLOOR:
        return ()
    chosen: dict[tuple[int, Span], Passage] = {}
    for place in [first, *rest[:1]]:
        marker, source, _, span = places[place]
        inside = any(marker == other and span[0] < end and start < span[1] for other, (start, end) in chosen)
        if total[place] >= SECOND_SHARE * total[first] and not inside:
            chosen[marker, span] = source
    return tuple(
        Statement(f"“{source.text[slice(*span)]}”", (to_citation(marker, source, span),), "supported")
        for (marker, span), source in chosen.items()
    )


def _share(words: Collection[str], text: str) -> float:
    return len(set(words) & set(key_words(text))) / max(len(words), 1)


def _with_neighbours(spans: Sequence[Span], which: int) -> Span:
    """The sentence with the one before and the one after it, where they fit."""
    start, end = spans[which]
    if which + 1 < len(spans) and spans[which + 1][1] - start <= LONGEST_QUOTE:
        end = spans[which + 1][1]
    if which > 0 and end - spans[which - 1][0] <= LONGEST_QUOTE:
        start = spans[which - 1][0]
    return start, end


def sentence_scores(question: str, texts: Sequence[str], encoder: Encoder) -> list[float]:
    """How near each text comes to the question: 0 … 1, half by meaning, half by the rarer words they share."""
    meaning = encoder.encode_documents(texts) @ encoder.encode_query(question)
    words = [set(key_words(text)) for text in texts]
    spread = Counter(word for each in words for word in each)
    asked = {word: math.log(1 + len(texts) / (1 + spread[word])) for word in set(key_words(question))}
    total = sum(asked.values()) or 1.0
    return [
        MEANING_WEIGHT * float(cosine) + (1 - MEANING_WEIGHT) * sum(asked.get(word, 0.0) for word in each) / total
        for cosine, each in zip(meaning, words, strict=True)
    ]
