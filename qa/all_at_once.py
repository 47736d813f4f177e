"""Passages -> Statements by a chat model that can hold them all at once: draft, cite, check, read again, withhold.

A sentence is let out as soon as it is whole and its source carries it; the paragraph it rests on is
then read a second time, apart from the draft, and where that reading says that the question is not
answered there, nothing is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from index.errors import ChatError
from qa.answer import stream_draft, to_messages
from qa.chat import chat_errors
from qa.chat.budget import fitted, left_out
from qa.cite import cite
from qa.context import for_reading
from qa.drafting import Drafting
from qa.evidence import FLOOR, sureness
from qa.reading import read
from qa.records import Passage, Statement
from qa.settle import parted, quoted_from, settle, trace_of
from qa.stream import Sentences

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import RunnableConfig

MOST_READINGS = 2
"""Paragraphs read a second time: each costs a small machine some three seconds."""


@dataclass(slots=True)
class AllAtOnce(Drafting):
    """One answer, drafted from all sources that fit the chat model's window, each with its number."""

    _sure: dict[int, float] = field(default_factory=dict)
    _messages: "list[BaseMessage]" = field(default_factory=list)

    def stream(self, config: "RunnableConfig | None") -> Iterator[str]:
        """Draft from all sources that fit, and let out what they carry, sentence by sentence."""
        sentences = Sentences()
        try:
            self._fit()
            for words in stream_draft(self.chat_model, self.name, self._messages, config):
                self.text += words
                for sentence in sentences.feed(words):
                    yield from self._let_out(sentence)
        except ChatError as error:
            self.failure = str(error)
        for sentence in sentences.end():
            yield from self._let_out(sentence)

    def _fit(self) -> None:
        """Make the prompt, with as many of the sources as the chat model has room for."""
        shown = [self._shown(each) for each in self.sources]
        with chat_errors(self.name):
            self._messages, fit = fitted(
                self.chat_model, lambda n: to_messages(self.question, self.sources[:n], shown[:n]), len(shown)
            )
        self.remark = left_out(len(shown), fit)
        self.sources = self.sources[:fit]

    def _let_out(self, sentence: str) -> Iterator[str]:
        if any(
            settle(each, self.sources, self.question, self.entail)[1].support != "unsupported"
            for each in cite(sentence, self.sources, self.question)
        ):
            yield f"{sentence.strip()} "

    def _shown(self, source: Passage) -> str:
        return for_reading(source, self.question)

    # ── what stands ──────────────────────────────────────────────────────────────────────────

    def statements(self) -> tuple[Statement, ...]:
        """Each statement checked, and the paragraphs read once more."""
        if self.failure:
            return ()
        cited = cite(self.text, self.sources, self.question)
        self._settled = [settle(each, self.sources, self.question, self.entail) for each in cited]
        standing, self.withheld = parted(self._settled)
        markers = [citation.marker for each in standing or self.withheld for citation in each.citations]
        surest = max(list(dict.fromkeys(markers))[:MOST_READINGS], key=self._sureness, default=None)
        if surest is None or self._sureness(surest) < FLOOR:
            self.withheld = ()
            return ()
        return standing or quoted_from(surest, self.question, self.sources)

    def _sureness(self, marker: int) -> float:
        """How surely one source, read by itself, answers the question."""
        if marker not in self._sure:
            source = self.sources[marker - 1]
            try:
                with chat_errors(self.name):
                    *_, reading = read(self.chat_model, self.question, source, self._shown(source))
                self._sure[marker] = sureness(self.question, source, reading)
            except ChatError as error:
                self.failure = str(error)
                self._sure[marker] = 0.0
        return self._sure[marker]

    def trace(self) -> dict[str, Any]:
        """What was drafted, judged, and read a second time."""
        return {
            "prompt": [{"role": each.type, "text": each.text} for each in self._messages],
            "draft": self.text,
            "verdicts": trace_of(self._settled),
            "readings": {str(marker): {"sure": round(value, 3)} for marker, value in self._sure.items()},
            "failure": self.failure,
        }
