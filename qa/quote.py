"""Query + Passages -> Statements in the cables' own words: the answer when there is no chat model.

The sentence that supports an answer best is quoted as it stands, with its paragraph. A
sentence is held against the question by meaning (the encoder) and by shared words, weighted
by how rare they are among the passages.
"""

import math
from collections import Counter
from collections.abc import Sequence

from index.embed import Encoder
from index.records import HEADER_ORDINAL
from index.sentences import sentence_spans
from qa.cite import to_citation
from qa.records import Passage, Statement
from qa.words import key_words

MEANING_WEIGHT = 0.5
"""Share of the encoder's similarity in a sentence's score; shared words have the rest."""

PASSAGE_WEIGHT = 0.5
"""What the rank score of its passage adds to a sentence's score."""

QUOTE_FLOOR = 0.45
"""Below this score no sentence is quoted: the cables do not say."""

SECOND_SHARE = 0.9
"""A second sentence is quoted when it scores at least this share of the first."""


def quote_answer(question: str, sources: Sequence[Passage], encoder: Encoder) -> tuple[Statement, ...]:
    """The one or two sentences that answer best, each citing itself; none where nothing is close enough."""
    places = [
        (marker, source, span)
        for marker, source in enumerate(sources, 1)
        if source.ordinal != HEADER_ORDINAL
        for span in sentence_spans(source.text)
    ]
    if not places:
        return ()
    texts = [source.text[slice(*span)] for _, source, span in places]
    scores = _scores(question, texts, encoder)
    ranked = sorted(
        (
            (score + PASSAGE_WEIGHT * source.score, place)
            for place, (score, (_, source, _)) in enumerate(zip(scores, places, strict=True))
        ),
        reverse=True,
    )
    best = ranked[0][0]
    chosen = [
        place
        for rank, (score, place) in enumerate(ranked[:2])
        if score >= QUOTE_FLOOR and (rank == 0 or score >= SECOND_SHARE * best)
    ]
    return tuple(Statement(f"“{texts[place]}”", (to_citation(*places[place]),), "supported") for place in chosen)


def _scores(question: str, texts: Sequence[str], encoder: Encoder) -> list[float]:
    meaning = encoder.encode_documents(texts) @ encoder.encode_query(question)
    words = [set(key_words(text)) for text in texts]
    spread = Counter(word for each in words for word in each)
    asked = {word: math.log(1 + len(texts) / (1 + spread[word])) for word in set(key_words(question))}
    total = sum(asked.values()) or 1.0
    return [
        MEANING_WEIGHT * float(cosine) + (1 - MEANING_WEIGHT) * sum(asked.get(word, 0.0) for word in each) / total
        for cosine, each in zip(meaning, words, strict=True)
    ]
