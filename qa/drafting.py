"""Passages -> Statements by a chat model: what the two ways of drafting have in common.

`all_at_once` shows a model all sources; `part_by_part` takes a question apart for a small one, which `one_by_one` shows
each source by itself.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qa.entail import Entail
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
    entail: Entail | None = None
    text: str = ""
    """The raw draft, as far as it is written."""
    failure: str | None = None
    """Why the chat model broke off, in one sentence."""
    withheld: tuple[Statement, ...] = ()
    remark: str | None = None
    """What is to be told beside the answer, in one sentence: what was left out, or not found."""
    added: tuple[Passage, ...] = ()
    """Passages that a search of its own has found: they are ranked after the sources."""
    _settled: list[Settled] = field(default_factory=list)

    @abstractmethod
    def stream(self, config: "RunnableConfig | None") -> Iterator[Passage | str]:
        """The sentences that their sources carry, markers included, each as soon as it is whole.

        Where the sources are read one by one, each comes as it is opened.
        """

    @abstractmethod
    def statements(self) -> tuple[Statement, ...]:
        """What may be said, once the draft is written. Empty where nothing stands, or the chat model failed."""

    @abstractmethod
    def trace(self) -> dict[str, Any]:
        """The exact prompts, the raw draft, each verdict, what the readings said, and the failure."""
