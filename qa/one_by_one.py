"""Passages -> Statements by a small chat model: each paragraph read by itself, the answer drafted from the surest.

A small model that is shown five paragraphs takes a figure from one for the fact of another, and answers whatever is
asked. So each is read alone, best first, until none is left that could answer more surely; the answer is
drafted from the surest, and so cites it by construction. What none of them answers surely is not answered.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qa.answer import stream_draft
from qa.chat import chat_errors
from qa.cite import cite_as, without_markers
from qa.context import for_reading
from qa.drafting import Drafting
from qa.evidence import FLOOR, shortcomings, sureness
from qa.reading import Reading, hoped, read, with_examples
from qa.records import Passage, Statement
from qa.settle import Settled, check, parted, quoted_from, trace_of, weakened
from qa.stream import Sentences
from qa.understand.sought import asks_whether
from qa.verify import TELLING
from qa.words import key_words

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import RunnableConfig

MOST_DRAFTED = 2
"""Paragraphs drafted from: the second where the first gives nothing."""

QUOTABLE = 0.35
"""A source this sure may come second, or answer a part of a question."""

LIKELY = 0.4
"""A source this sure is quoted where no draft of it stands; a fainter one must carry a draft. Of nine between this and
0.5 whose draft did not stand, over four sets of questions, five answered; of 22 fainter ones, five."""

FAINT_SHARE = 2 / 3
"""So much of a draft's words a fainter source must hold for the draft to stand."""

CERTAIN = 0.9
"""A source this sure is quoted even where its draft says that it does not say."""

ECHOED = 0.75
"""A source this sure is quoted even where its draft says no more than the question. Of the twelve that were drafted so,
over five sets of questions, the five below held the answer once, the seven others each time."""

TRUSTED = 0.6
"""A source this sure may be told in the chat model's words; one less sure speaks for itself. Of 21 sources that were
the surest for their question, and between 0.45 and this, seven did not answer."""

CARRIED = 0.6
"""Share of a quotation's words that a draft must have for the quotation to add nothing."""

MOST_SHOWN = 1100
"""Characters shown of one paragraph: the stretch nearest to the question. What was asked for is in sight in 82 of 84
gold paragraphs of more than 900, over four sets; of 900 characters in 78, and in 77 where the stretch grows from the
nearest sentence. Of 123 such paragraphs that are read for two of these sets, the probe tells those that answer from the
others with an area of 0.975; of 900 characters with 0.953, and 0.951."""

_ADMITS = re.compile(
    r"\b(?:not|n['’]t)\b.{0,40}\b(?:stat|mention|specif|provid|giv|sa(?:y|id)|indicat|contain|includ|disclos|reveal)"
    r"\w*|\bno (?:information|mention|indication)\b",
    re.IGNORECASE,
)
_LEANS = re.compile(r"(?:He|She|They|His|Her|Their|This|These|Those)\b")
"""How a sentence begins that only the one before it makes plain."""
_OF_THE_TEXT = re.compile(r"\b(?:paragraph|text|document|source|passage|cable)\b", re.IGNORECASE)


@dataclass(slots=True)
class OneByOne(Drafting):
    """One plain question, drafted from one source at a time."""

    candidates: Sequence[int] = field(kw_only=True)
    """Markers of the sources that are read."""
    floor: float = FLOOR
    """What is less sure does not answer. It may be lowered, and the rest be streamed."""
    avoided: frozenset[int] = frozenset()
    """Sources that answer another question more surely: drafted from where no other is sure enough."""
    _shown: dict[int, str] = field(default_factory=dict)
    _opened: dict[int, Iterator[Reading]] = field(default_factory=dict)
    """Sources opened, each read prompt by prompt; `_readings` has what is known of each, `_sure` those read whole."""
    _readings: dict[int, Reading] = field(default_factory=dict)
    _sure: dict[int, float] = field(default_factory=dict)
    _drafted: list[int] = field(default_factory=list)
    _empty: dict[int, float] = field(default_factory=dict)
    """Sources whose draft says that they do not say, or nothing; how sure they must be to be quoted all the same."""
    _said: list[Statement] = field(default_factory=list)
    _prompts: "list[list[BaseMessage]]" = field(default_factory=list)

    def stream(self, config: "RunnableConfig | None") -> Iterator[Passage | str]:
        """Read the sources, draft from the surest, and let out what it carries, sentence by sentence.

        Raises:
            ChatError: the chat model fails.
        """
        while len(self._drafted) < MOST_DRAFTED and (marker := (yield from self.choose())):
            if self._drafted and self._sure[marker] < QUOTABLE:
                return
            self._drafted.append(marker)
            before = len(self._settled)
            yield from self._draft(marker, config)
            self._weigh(marker, self._settled[before:])
            if self._said:
                return

    def statements(self) -> tuple[Statement, ...]:
        """What stands of the drafts, and what is quoted in their place."""
        return tuple(self._said)

    @property
    def found_nothing(self) -> bool:
        """Whether no source is sure enough, or those that were say nothing by their drafts."""
        return not self._said and (self.surest < self.floor or self._empty.keys() >= set(self._drafted))

    @property
    def surest(self) -> float:
        """How sure the surest source is, of those read so far."""
        return max(self._sure.values(), default=0.0)

    def _weigh(self, marker: int, drafted: Sequence[Settled]) -> None:
        """Keep what the source carries, and let the source speak for itself where that leaves out what it tells.

        A sentence that is only partly supported is mostly a misreading. Where nothing stands at all, a source
        that was not sure is left, and so is one in which the model saw no answer.
        """
        if not drafted:
            self._empty.setdefault(marker, ECHOED)
        faint = self._sure[marker] < LIKELY
        standing, _ = parted([each for each in drafted if not faint or each[1].share >= FAINT_SHARE])
        told = [each for each in standing if each.support == "supported" and self._sure[marker] >= TRUSTED]
        self.withheld += tuple(each for each, _ in drafted if each.support != "supported")
        if not standing and (faint or self._sure[marker] < self._empty.get(marker, 0.0)):
            return
        # The draft tells which of the paragraph's words are meant, even where it says them wrongly.
        hint = " ".join(each.text for each, _ in drafted)
        quoted = quoted_from(marker, self.question, self.sources, hint)
        if told and _carried(quoted, " ".join(each.text for each in told)):
            quoted = ()
        self._said += [*told, *quoted]

    # ── the paragraphs ───────────────────────────────────────────────────────────────────────

    def choose(self) -> Generator[Passage, None, int | None]:
        """Each source as it is opened; then the marker of the surest not drafted from yet, None where no other answers.

        What could not be surer than it is not read, or not to the end. Raises ChatError, as `stream` does.
        """
        for marker in self._order():
            source = self.sources[marker - 1]
            while marker not in self._sure and self._may_win(marker):
                if marker not in self._opened:
                    yield source
                    self._opened[marker] = read(self.chat_model, self.question, source, self._show(marker))
                with chat_errors(self.name):
                    self._readings[marker] = reading = next(self._opened[marker])
                if not reading.hoped:
                    self._sure[marker] = sureness(self.question, source, reading)
        left = {each: sure for each, sure in self._sure.items() if each not in self._drafted and sure >= self.floor}
        free = {each: sure for each, sure in left.items() if each not in self.avoided} or left
        return max(free, key=lambda marker: free[marker], default=None)

    def _may_win(self, marker: int) -> bool:
        """Whether a source would be drafted from if it were read as is hoped: it answers, more surely than any read."""
        others = (sure for other, sure in self._sure.items() if other not in {*self._drafted, *self.avoided})
        reading = self._readings.get(marker) or hoped(self.chat_model)
        return sureness(self.question, self.sources[marker - 1], reading) > max([self.floor, *others])

    def _order(self) -> list[int]:
        """The candidates as they are read: those that have what is sought first, and of these the lists."""
        return sorted(self.candidates, key=lambda marker: shortcomings(self.question, self.sources[marker - 1]))

    def _show(self, marker: int) -> str:
        if marker not in self._shown:
            self._shown[marker] = for_reading(self.sources[marker - 1], self.question, MOST_SHOWN)
        return self._shown[marker]

    # ── the draft ────────────────────────────────────────────────────────────────────────────

    def _draft(self, marker: int, config: "RunnableConfig | None") -> Iterator[str]:
        """Draft from one source."""
        messages = with_examples("sentence", self.question, self.sources[marker - 1], self._show(marker))
        self._prompts.append(messages)
        sentences = Sentences()
        for words in stream_draft(self.chat_model, self.name, messages, config):
            self.text += words
            for sentence in sentences.feed(words):
                yield from self._let_out(marker, sentence)
        for sentence in sentences.end():
            yield from self._let_out(marker, sentence)
        self.text += "\n"

    def _let_out(self, marker: int, sentence: str) -> Iterator[str]:
        words = without_markers(sentence)
        if _ADMITS.search(words) and _OF_THE_TEXT.search(words):
            self._empty[marker] = CERTAIN
            return
        adds = set(key_words(words)) - set(key_words(self.question)) - TELLING
        if not adds and not asks_whether(self.question):
            return
        cited = cite_as(words, marker, self.sources, self.question)
        statement, verdict = check(cited, self.sources, self.question, self.entail)
        if any(statement.text == said.text for said, _ in self._settled):
            return
        if verdict.support == "supported" and _LEANS.match(words) and self._withheld_last(marker):
            statement, verdict = weakened(statement, verdict, "whom or what it is about was not said before")
        self._settled.append((statement, verdict))
        if verdict.support == "supported" and self._sure[marker] >= TRUSTED:
            yield f"{words} [{statement.citations[0].marker}] "

    def _withheld_last(self, marker: int) -> bool:
        """Whether the sentence drafted last from this source does not stand."""
        mine = (verdict for said, verdict in reversed(self._settled) if said.citations[0].marker == marker)
        last = next(mine, None)
        return last is not None and last.support != "supported"

    def trace(self) -> dict[str, Any]:
        """What was read, drafted and judged."""
        return {
            "prompt": [{"role": each.type, "text": each.text} for messages in self._prompts for each in messages],
            "draft": self.text,
            "verdicts": trace_of(self._settled),
            "readings": {
                str(marker): {
                    **reading.to_dict(),
                    **({"sure": round(self._sure[marker], 3)} if marker in self._sure else {}),
                }
                for marker, reading in self._readings.items()
            },
        }


def _carried(quoted: Sequence[Statement], told: str) -> bool:
    """Whether what is told has most of the words of a quotation already."""
    words = {word for each in quoted for word in key_words(each.text)}
    return len(words & set(key_words(told))) >= CARRIED * len(words)
