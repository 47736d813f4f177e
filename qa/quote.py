"""Query + Passages -> Statements in the cables' own words: the answer when there is no chat model.

The sentence that comes closest to the question, word by word (`qa.closeness`), in the best of the passages, is quoted
with those about it, as they stand. A stretch without anything of the kind that is sought, no
amount where an amount is asked for, is passed over.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from index.records import HEADER_ORDINAL
from index.sentences import Span, run_around, sentence_spans
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


def quote_answer(
    question: str, sources: Sequence[Passage], hint: str = "", floor: float = QUOTE_FLOOR
) -> tuple[Statement, ...]:
    """The one or two runs of sentences that answer best, each citing itself; none where nothing is close enough.

    Args:
        hint: a draft of the answer; the sentence with the words that it adds to the question's comes first.
        floor: how close the closest sentence must come.
    """
    found = sorted(_stretches(question, sources, hint), key=lambda each: -each.score)
    if not found or max(each.closeness for each in found) < floor:
        return ()
    first, *rest = found
    also = [each for each in rest[:1] if first.score - each.score <= SECOND_WITHIN and not each.overlaps(first)]
    return tuple(
        Statement(
            f"“{each.source.text[slice(*each.span)]}”", (to_citation(each.marker, each.source, each.span),), "supported"
        )
        for each in (first, *also)
    )


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What may be quoted of one source: a sentence with those about it, and how close the sentence comes."""

    marker: int
    source: Passage
    span: Span
    closeness: float
    score: float

    def overlaps(self, other: "_Stretch") -> bool:
        return self.marker == other.marker and self.span[0] < other.span[1] and other.span[0] < self.span[1]


def _stretches(question: str, sources: Sequence[Passage], hint: str) -> Iterator[_Stretch]:
    """One for each sentence, where there is something of the kind that is sought."""
    # What a cable would have its reader say is quoted to one who asks for just that.
    told = (lambda text: text) if tells_of_orders(question) else without_orders
    added = set(key_words(hint)) - set(key_words(question))
    marked = [(marker, each) for marker, each in enumerate(sources, 1) if each.text and each.ordinal != HEADER_ORDINAL]
    compared = open_closeness().compare(question, [source for _, source in marked])
    for (marker, source), beside in zip(marked, compared, strict=True):
        sentences = sentence_spans(told(source.text))
        closeness = [beside.closeness_of(sentence) for sentence in sentences]
        for which, sentence in enumerate(sentences):
            span = run_around(sentences, closeness, which, LONGEST_QUOTE)
            if could_answer(question, source.text[slice(*span)], source.sent):
                score = SENTENCE_WEIGHT * closeness[which] + PASSAGE_WEIGHT * source.score
                score += HINT_WEIGHT * _share(added, source.text[slice(*sentence)])
                yield _Stretch(marker, source, span, closeness[which], score)


def _share(words: Collection[str], text: str) -> float:
    return len(set(words) & set(key_words(text))) / max(len(words), 1)
