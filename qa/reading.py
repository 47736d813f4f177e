"""One paragraph, read by itself: does it answer the question? And what the chat model is sent to say so.

The chat model is not shown a draft, which it would defend, but asked before there is one. Where there is a probe of
its hidden states (`qa.chat.probe`), one prompt tells: what the answer is, with a way out. Elsewhere the weights of its
first words do, of two prompts: whether the question is answered here, and that one. Over real cables and a model of 1.5
billion weights, `Yes` against `No` and the weight of `Not stated` part what a paragraph tells from what it does not
better together than either alone. Before the way out stand four examples, two of each kind: without them a small model
takes it too often.

The examples are the same in every prompt, and the paragraph and the question follow before what to do, so that a model
which drafts from the paragraph has read all but the last words.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from prompts import load_prompt
from qa.orders import for_model
from qa.records import Passage
from qa.shield import shown as shown_plain

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

SAID = 3.0
"""Log odds of the Yes of a model that does not weigh its words, and is asked once: plain, but not certain."""

FAINTEST = 2.5e-3
"""A word lighter than this counts as if it had this weight: beyond that, a weight tells no more."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading of one paragraph says, as log odds.

    `answered`: that the question is answered in it; `missing`: that the answer is not stated in it, None where a probe
    has told both at once. `hoped`: whether some of it is not known yet, but as good as is hoped for.
    """

    answered: float
    missing: float | None = None
    hoped: bool = False

    def to_dict(self) -> dict[str, float]:
        """For the trace: what is known of it."""
        missing = {} if self.missing is None or self.hoped else {"missing": round(self.missing, 3)}
        return {"answered": round(self.answered, 3), **missing}


HOPED = Reading(answered=1.4, missing=-5.0, hoped=True)
"""As good a reading as is hoped for: a source that even so would not answer, or less surely than one that was read
already, is not worth reading. A quarter of the readings is saved by it, at no loss where it was chosen."""

HOPED_PROBED = Reading(answered=1.5, hoped=True)
"""The same by a probe."""


def hoped(chat_model: Any) -> Reading:
    """As good a reading as is hoped for of this chat model."""
    return HOPED_PROBED if _has_probe(chat_model) else HOPED


def read(chat_model: "BaseChatModel", question: str, source: Passage, shown: str) -> Iterator[Reading]:
    """Read one paragraph for a question, prompt by prompt: what is known after each, the last of them whole.

    Args:
        shown: what the chat model is shown of the paragraph.

    Raises:
        ChatError: the chat model fails.
    """
    if _has_probe(chat_model):
        yield Reading(weigh_probed(chat_model, question, source, shown))
    elif hasattr(chat_model, "first_words"):
        answered = weigh_answered(chat_model, question, source, shown)
        yield Reading(answered, HOPED.missing, hoped=True)
        yield Reading(answered, weigh_missing(chat_model, question, source, shown))
    else:
        said = weigh_answered(chat_model, question, source, shown)
        yield Reading(said, -said)


def warm(chat_model: Any) -> None:
    """Load a model that weighs its words, and let it read what stands before every question.

    Raises:
        ChatError: the chat model fails.
    """
    if hasattr(chat_model, "first_words"):
        *before, _ = _examples()
        chat_model.first_words(before)


def weigh_probed(chat_model: Any, question: str, source: Passage, shown: str) -> float:
    """Log odds that the question is answered, by a probe. Raises ChatError, as `read` does."""
    return float(chat_model.probed(with_examples("stated", question, source, shown)))


def weigh_missing(chat_model: Any, question: str, source: Passage, shown: str) -> float:
    """Log odds that the answer is not stated, by a model that weighs its words. Raises ChatError, as `read` does."""
    return _odds(chat_model.first_words(with_examples("stated", question, source, shown)), "not", None)


def weigh_answered(chat_model: Any, question: str, source: Passage, shown: str) -> float:
    """Log odds that the question is answered, by one word of a model. Raises ChatError, as `read` does."""
    return _weigh_yes(chat_model, to_messages("reading", question, source, shown))


def weigh_meant(chat_model: Any, question: str, source: Passage, shown: str) -> float:
    """Log odds that the source's cable is the one that the question speaks of. Raises ChatError, as `read` does."""
    return _weigh_yes(chat_model, to_messages("meant", question, source, shown))


def _weigh_yes(chat_model: Any, messages: "list[BaseMessage]") -> float:
    """Log odds of `Yes` against `No`, as far as a model weighs its words, or says one of them."""
    if hasattr(chat_model, "first_words"):
        return _odds(chat_model.first_words(messages), "yes", "no")
    says = chat_model.invoke(messages).text.strip().lower()
    return SAID if says.startswith("yes") else -SAID if says.startswith("no") else 0.0


def with_examples(task: str, question: str, source: Passage, shown: str) -> "list[BaseMessage]":
    """The prompt of that name over one paragraph, after those that are answered already."""
    return [*_examples(), *to_messages(task, question, source, shown)]


def prompts_read() -> str:
    """Fingerprint of the prompts that a probe is asked with: where they change, it is to be fitted anew."""
    return "-".join(load_prompt(name).fingerprint for name in ("examples", "paragraph", "stated"))


def _has_probe(chat_model: Any) -> bool:
    return getattr(chat_model, "probe", None) is not None


def _examples() -> "Iterator[BaseMessage]":
    """Paragraphs with a question, each with the reply that is wanted."""
    from langchain_core.messages import AIMessage, HumanMessage

    for asked, reply in load_prompt("examples").examples:
        yield HumanMessage(f"{asked}\n\n{load_prompt('stated').text}")
        yield AIMessage(reply)


def to_messages(task: str, question: str, source: Passage, shown: str) -> "list[BaseMessage]":
    """One paragraph with its head, the question, and what to do: the prompt of that name."""
    from langchain_core.messages import HumanMessage

    paragraph = load_prompt("paragraph").fill(
        cable_id=shown_plain(source.cable_id),
        label=source.label,
        origin=shown_plain(source.origin),
        day=f"{datetime.fromisoformat(source.sent):%-d %B %Y}" if source.sent else "undated",
        subject=for_model(source.subject or ""),
        text=shown,
        question=shown_plain(question),
    )
    return [HumanMessage(f"{paragraph}\n\n{load_prompt(task).text}")]


def _odds(weights: Mapping[str, float], word: str, against: str | None) -> float:
    """Log odds of a first word, against another or against all else."""
    for_it = max(weights.get(word, 0.0), FAINTEST)
    rest = max(weights.get(against, 0.0) if against else 1.0 - for_it, FAINTEST)
    return math.log(for_it / rest)
