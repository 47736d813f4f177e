"""Passages -> Statements by a chat model: what the two ways of drafting have in common.

`all_at_once` shows a model all sources, `one_by_one` a small one each by itself.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from index.embed import Encoder
from qa.entail import Entail
from qa.quote import quote_answer
from qa.records import Passage, Statement
from qa.settle import Settled

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import RunnableConfig


@dataclass(slots=True)
class Drafting(ABC):
    """One answer in the making: `stream` it, then take its `statements`."""

    chat_model: "BaseChatModel"
    name: str
    """What the chat model is called to the person, if it fails."""
    question: str
    sources: Sequence[Passage]
    encoder: Encoder
    entail: Entail | None = None
    text: str = ""
    """The raw draft, as far as it is written."""
    failure: str | None = None
    """Why the chat model broke off, in one sentence."""
    withheld: tuple[Statement, ...] = ()
    left_out: str | None = None
    """That not all sources fit the chat model's window, in one sentence."""
    _settled: list[Settled] = field(default_factory=list)

    @abstractmethod
    def stream(self, config: "RunnableConfig | None") -> Iterator[Passage | str]:
        """The sentences that their sources carry, markers included, each as soon as it is whole.

        Where the sources are read one by one, each comes as it is opened.
        """

    def statements(self) -> tuple[Statement, ...]:
        """What may be said, once the draft is written; the cables' own words where the chat model failed."""
        return quote_answer(self.question, self.sources, self.encoder) if self.failure else self._standing()

    @abstractmethod
    def _standing(self) -> tuple[Statement, ...]:
        """The statements that stand. Empty where nothing does."""

    @abstractmethod
    def trace(self) -> dict[str, Any]:
        """The exact prompts, the raw draft, each verdict, what the readings said, and the failure."""
