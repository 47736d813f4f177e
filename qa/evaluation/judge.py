"""A chat model as judge of what strings cannot decide; its agreement with labels made by hand is measured beside it.

The judge sees the question, the gold and the answer, and says Yes or No. It is never the only
witness: its verdict is one measure (`judged_correct`) among those that no model decides.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import ReplyError
from prompts import load_prompt
from qa.chat import chat_errors
from qa.evaluation.made_with import fingerprint
from qa.evaluation.questions import GoldQuestion
from qa.evaluation.statistics import Agreement, agreement

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_VERDICT = re.compile(r"\W*(yes|no)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with its gold, an answer, and whether that is right, by hand."""

    gold: GoldQuestion
    answer: str
    right: bool


class ChatJudge:
    """A chat model that judges answers: called with a gold question and the answer's text."""

    def __init__(self, chat_model: "BaseChatModel", name: str) -> None:
        self.chat_model, self.name = chat_model, name

    def __call__(self, gold: GoldQuestion, answer: str) -> float:
        """1 if the answer is judged right, else 0.

        Raises:
            ChatError: the chat model cannot be reached.
            ReplyError: it says neither Yes nor No.
        """
        messages = to_messages(gold, answer)
        with chat_errors(self.name):
            if weigh := getattr(self.chat_model, "yes_probability", None):
                return float(weigh(messages) >= 0.5)
            reply = str(self.chat_model.invoke(messages).text)
        found = _VERDICT.match(reply)
        if found is None:
            raise ReplyError(f"{self.name} said neither Yes nor No ({reply[:60]!r}); judge with another chat model.")
        return float(found[1].lower() == "yes")

    def agreement(self, labelled: Sequence[Labelled]) -> Agreement:
        """How its verdicts agree with people's."""
        return agreement([bool(self(each.gold, each.answer)) for each in labelled], [each.right for each in labelled])


def to_messages(gold: GoldQuestion, answer: str) -> list[Any]:
    """What the judge is sent: one message."""
    from langchain_core.messages import HumanMessage

    told = gold.points or (" or ".join(gold.answers),)
    shown = "\n".join(f"- {point}" for point in told)
    return [HumanMessage(load_prompt("judge").fill(gold=shown, question=gold.question, answer=answer))]


@cache
def labelled_answers() -> tuple[Labelled, ...]:
    """The labelled answers that ship: right and wrong ones to questions over the sample cables.

    The makers of the sample cables wrote and labelled them, half of each, once.
    """
    text = (files("qa.evaluation") / "judge_labels.jsonl").read_text(encoding="utf-8")
    return tuple(_to_labelled(json.loads(line)) for line in text.split("\n") if line.strip())


def measured_agreement(
    judge: ChatJudge, home: Path, *, progress: Callable[[int, int, str], None] | None = None
) -> Agreement:
    """The judge's agreement on the labelled answers, measured once for each chat model, prompt and set of labels."""
    labelled = labelled_answers()
    kept = home / "runs" / "judges.json"
    known: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    key = f"{judge.name} {load_prompt('judge').fingerprint} {_fingerprint(labelled)}"
    if key not in known:
        verdicts = []
        for place, each in enumerate(labelled, 1):
            verdicts.append(bool(judge(each.gold, each.answer)))
            if progress:
                progress(place, len(labelled), "labelled answers")
        known[key] = asdict(agreement(verdicts, [each.right for each in labelled]))
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(known, indent=2), encoding="utf-8")
    return Agreement(**known[key])


def _fingerprint(labelled: Sequence[Labelled]) -> str:
    return fingerprint([each.gold for each in labelled])


def _to_labelled(line: dict[str, Any]) -> Labelled:
    gold = GoldQuestion(line["id"], line["question"], line["kind"], tuple(line["answers"]), tuple(line["points"]))
    return Labelled(gold, line["answer"], line["right"])
