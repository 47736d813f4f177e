"""Query + Passages -> Statements in the cables' own words: the answer when there is no chat model.

The sentence that comes closest to the question, word by word (`qa.closeness`), in the best of the passages, is quoted
with the one before and the one after it, as they stand. A stretch without anything of the kind that is sought, no
amount where an amount is asked for, is passed over.
"""

from collections.abc import Collection, Sequence

from index.records import HEADER_ORDINAL
from index.sentences import Span, sentence_spans
from qa.cite import to_citation
from qa.closeness import open_closeness
from qa.orders import tells_of_orders, without_orders
from qa.records import Passage, Statement
from qa.understand.sought import could_answer
from qa.words import key_words

SENTENCE_WEIGHT = 4.0
"""What the closeness of a sentence to the question, a cosine, adds to its score. Between 1 and 16 nothing changes. By
the meaning of the whole sentence and the words that it shares, instead, an accepted string was quoted for 68 of 109
questions over real and sample cables; so it is for 75."""

PASSAGE_WEIGHT = 2.0
"""What the score of its passage adds to a sentence's: the search knows more than one sentence does."""

QUOTE_FLOOR = 0.34
"""Where no sentence comes so close, none is quoted: the cables do not say. Fitted on the questions over real and sample
cables so that it costs no right answer; it stops only questions far from the archive."""

HINT_WEIGHT = 1.5
"""What a hint adds to a sentence's score, by the share of its words, beyond the question's, that it has."""

SECOND_WITHIN = 0.1
"""A second sentence is quoted where its score comes so near to the first's."""

LONGEST_QUOTE = 700
"""Characters a quotation may reach by its neighbours; a longer sentence stands alone."""


def quote_answer(question: str, sources: Sequence[Passage], hint: str = "") -> tuple[Statement, ...]:
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
    markers = list(dict.fromkeys(marker for marker, *_ in places))
    compared = dict(zip(markers, open_closeness().compare(question, [sources[n - 1] for n in markers]), strict=True))
    own = [compared[marker].closeness_of(sentence) for marker, _, sentence, _ in places]
    added = set(key_words(hint)) - set(key_words(question))
    total = [
        SENTENCE_WEIGHT * close
        + PASSAGE_WEIGHT * source.score
        + HINT_WEIGHT * _share(added, source.text[slice(*sentence)])
        for close, (_, source, sentence, _) in zip(own, places, strict=True)
    ]
    first, *rest = sorted(range(len(places)), key=lambda place: -total[place])
    if max(own) < QUOTE_FLOOR:
        return ()
    chosen: dict[tuple[int, Span], Passage] = {}
    for place in [first, *rest[:1]]:
        marker, source, _, span = places[place]
        inside = any(marker == other and span[0] < end and start < span[1] for other, (start, end) in chosen)
        if total[first] - total[place] <= SECOND_WITHIN and not inside:
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
