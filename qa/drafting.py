"""Passages -> Statements by way of a chat model: draft, cite, check, read again, and withhold what does not stand.

A sentence is let out as soon as it is whole and its source carries it; the paragraph it rests on is
then read a second time, apart from the draft, and where that reading says that the question is not
answered there, nothing is said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from index.embed import Encoder
from index.errors import ChatError
from index.sentences import sentence_spans
from qa.answer import stream_draft, to_messages
from qa.cite import cite, cite_as
from qa.context import excerpt, sentence_case
from qa.quote import quote_answer
from qa.reading import READ_FLOOR, answers_question
from qa.records import Passage, Statement
from qa.verify import Verdict, judge

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
    _verdicts: list[tuple[Statement, Verdict]] = field(default_factory=list)
    _readings: dict[int, float] = field(default_factory=dict)
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
        if any(self._settle(each)[1].support != "unsupported" for each in cite(sentence, self.sources)):
            yield f"{sentence.strip()} "

    def _shown(self, source: Passage) -> str:
        return sentence_case(excerpt(source.text, self.question, self.encoder), self.question)

    # ── what stands ──────────────────────────────────────────────────────────────────────────

    def statements(self) -> tuple[Statement, ...]:
        """What may be said: each statement checked, and the paragraphs read once more. Empty where nothing stands."""
        if self.failure:
            return quote_answer(self.question, self.sources, self.encoder)
        self._verdicts = [self._settle(each) for each in cite(self.text, self.sources)]
        kept = [replace(each, support=verdict.support) for each, verdict in self._verdicts]
        standing = tuple(each for each in kept if each.support != "unsupported")
        self.withheld = tuple(each for each in kept if each.support == "unsupported")
        cited = [citation.marker for each in standing or kept for citation in each.citations]
        if not any(self._reads(marker) >= READ_FLOOR for marker in list(dict.fromkeys(cited))[:MOST_READINGS]):
            self.withheld = ()
            return ()
        return standing or self._quoted(cited)

    def _settle(self, statement: Statement) -> tuple[Statement, Verdict]:
        """The statement with its verdict; cited anew where another source carries what its own does not."""
        verdict = judge(statement, self.sources)
        if verdict.support != "unsupported":
            return statement, verdict
        for marker in range(1, len(self.sources) + 1):
            other = cite_as(statement.text, marker, self.sources)
            if (found := judge(other, self.sources)).support == "supported":
                return other, found
        return statement, verdict

    def _reads(self, marker: int) -> float:
        """How surely one source, read by itself, answers the question."""
        if marker not in self._readings:
            shown = self._shown(self.sources[marker - 1])
            try:
                self._readings[marker] = answers_question(self.chat_model, self.question, shown)
            except ChatError as error:
                self.failure = str(error)
                self._readings[marker] = 0.0
        return self._readings[marker]

    def _quoted(self, cited: Sequence[int]) -> tuple[Statement, ...]:
        """The source's own words, where the draft misread a paragraph that does answer."""
        best = max(dict.fromkeys(cited), key=lambda marker: self._readings.get(marker, 0.0))
        only = [each if n == best else replace(each, text="") for n, each in enumerate(self.sources, 1)]
        return quote_answer(self.question, only, self.encoder)[:1]

    def trace(self) -> dict[str, Any]:
        """The exact prompt, the raw draft, each verdict, and what the second reading said."""
        return {
            "prompt": [{"role": each.type, "text": each.text} for each in self._messages],
            "draft": self.text,
            "verdicts": [
                {"text": each.text, "support": verdict.support, "reasons": list(verdict.reasons)}
                for each, verdict in self._verdicts
            ],
            "readings": {str(marker): round(value, 3) for marker, value in self._readings.items()},
            "failure": self.failure,
        }
