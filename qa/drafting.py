"""Passages -> Statements by a chat model that can hold them all at once: draft, cite, check, read again, withhold.

A sentence is let out as soon as it is whole and its source carries it; the paragraph it rests on is
then read a second time, apart from the draft, and where that reading says that the question is not
answered there, nothing is said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from index.embed import Encoder
from index.errors import ChatError
from index.sentences import sentence_spans
from qa.answer import stream_draft, to_messages
from qa.cite import cite
from qa.context import excerpt, sentence_case
from qa.evidence import FLOOR, sureness
from qa.quote import quote_answer
from qa.reading import read
from qa.records import Passage, Statement
from qa.settle import Settled, parted, quoted_from, settle, trace_of

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import RunnableConfig

MOST_READINGS = 2
"""Paragraphs read a second time: each costs a small machine some three seconds."""


@dataclass(slots=True)
class Drafting:
    """One answer in the making."""

    chat_model: "BaseChatModel"
    name: str
    question: str
    sources: Sequence[Passage]
    encoder: Encoder
    text: str = ""
    failure: str | None = None
    """Why the chat model broke off, in one sentence."""
    withheld: tuple[Statement, ...] = ()
    _settled: list[Settled] = field(default_factory=list)
    _sure: dict[int, float] = field(default_factory=dict)
    _messages: "list[BaseMessage]" = field(default_factory=list)

    def stream(self, config: "RunnableConfig | None") -> Iterator[str]:
        """The sentences of the draft that their sources carry, markers included, each as soon as it is whole."""
        self._messages = to_messages(self.question, self.sources, [self._shown(each) for each in self.sources])
        done = 0
        try:
            for words in stream_draft(self.chat_model, self.name, self._messages, config):
                self.text += words
                for start, end in sentence_spans(self.text[done:])[:-1]:
                    yield from self._let_out(self.text[done + start : done + end])
                    done += end
        except ChatError as error:
            self.failure = str(error)
        yield from self._let_out(self.text[done:])

    def _let_out(self, sentence: str) -> Iterator[str]:
        if any(
            settle(each, self.sources, self.question)[1].support != "unsupported"
            for each in cite(sentence, self.sources)
        ):
            yield f"{sentence.strip()} "

    def _shown(self, source: Passage) -> str:
        return sentence_case(excerpt(source.text, self.question, self.encoder), self.question)

    # ── what stands ──────────────────────────────────────────────────────────────────────────

    def statements(self) -> tuple[Statement, ...]:
        """What may be said: each statement checked, and the paragraphs read once more. Empty where nothing stands."""
        if self.failure:
            return quote_answer(self.question, self.sources, self.encoder)
        self._settled = [settle(each, self.sources, self.question) for each in cite(self.text, self.sources)]
        standing, self.withheld = parted(self._settled)
        markers = [citation.marker for each in standing or self.withheld for citation in each.citations]
        cited = list(dict.fromkeys(markers))[:MOST_READINGS]
        surest = max(cited, key=self._sureness, default=None)
        if surest is None or self._sureness(surest) < FLOOR:
            self.withheld = ()
            return ()
        return standing or quoted_from(surest, self.question, self.sources, self.encoder)

    def _sureness(self, marker: int) -> float:
        """How surely one source, read by itself, answers the question."""
        if marker not in self._sure:
            source = self.sources[marker - 1]
            try:
                reading = read(self.chat_model, self.question, source, self._shown(source))
                self._sure[marker] = sureness(self.question, self.sources, marker - 1, reading)
            except ChatError as error:
                self.failure = str(error)
                self._sure[marker] = 0.0
        return self._sure[marker]

    def trace(self) -> dict[str, Any]:
        """The exact prompt, the raw draft, each verdict, and what the second reading said."""
        return {
            "prompt": [{"role": each.type, "text": each.text} for each in self._messages],
            "draft": self.text,
            "verdicts": trace_of(self._settled),
            "readings": {str(marker): {"sure": round(value, 3)} for marker, value in self._sure.items()},
            "failure": self.failure,
        }
