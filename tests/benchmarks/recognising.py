"""The lesson by which a question for a fact of a cable's head is known (`qa/understand/wording.py`), and how well.

    python tests/benchmarks/recognising.py [--teach] [--write]

Without `--teach` the lesson that is there is tried: on heads/unseen_wording.jsonl, 260 questions for a fact of a head
and 220 traps with the same words, by other writers than those it was taught on, and on the questions of heads/,
frus/unseen.jsonl and frus/later.jsonl. `--teach` fits it anew on heads/wording.jsonl, 970 questions and 830 traps by
seven writers, and on questions of aad/ and frus/ that ask for what cables tell; `--write` puts it where Reftel looks
for it.
"""

import argparse
import json
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, normalize
from transformers import AutoModel, AutoTokenizer

from index.embed import OFFLINE_ENCODER, offline_folder
from qa.understand.header_facts import header_facts, said_plainly
from qa.understand.wording import LESSON, TAUGHT, WEIGHTS

HERE = Path(__file__).parent
LESSONS = HERE / "heads" / "wording.jsonl"
OTHERS = [HERE / "aad" / "questions.jsonl", *(HERE / "frus" / f"{n}.jsonl" for n in ("written", "further", "near"))]
TRIED_ON = [
    HERE / "heads" / "unseen_wording.jsonl", *(HERE / "heads" / f"{n}.jsonl" for n in ("aad", "sample", "later")),
    *(HERE / "frus" / f"{n}.jsonl" for n in ("unseen", "later")),
]  # fmt: skip
RANK = 8
LEARNING_RATE = 1e-3
HEAD_LEARNING_RATE = 2e-3
WARM_UP = 30
"""Steps."""
BATCH = 32
EPOCHS = 4
LONGEST = 96
"""Tokens of a question that are looked at."""
SCALE = 20.0
"""The vectors are of unit length: their numbers are so many times greater while the weights are learned."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, and the facts of a head that it asks for; None where only that it asks for some is known."""

    question: str
    facts: frozenset[str] | None


def read(file: Path) -> list[Asked]:
    """The questions of a file, of either form."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [
        Asked(
            row["question"],
            frozenset(row["asks"]) if "asks" in row else None if row.get("kind") == "metadata" else frozenset(),
        )
        for row in rows
    ]


class Pupil(torch.nn.Module):
    """The offline encoder with an adapter that learns, and a weight for each fact."""

    def __init__(self) -> None:
        super().__init__()
        folder = str(offline_folder())
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        whole: Any = AutoModel.from_pretrained(folder, dtype=torch.float32)
        config = LoraConfig(r=RANK, lora_alpha=2 * RANK, target_modules=["query", "key", "value", "dense"])
        self.adapted: Any = get_peft_model(whole, config)
        self.head = torch.nn.Linear(2 * whole.config.hidden_size, len(TAUGHT) + 1)

    def forward(self, questions: Sequence[str]) -> Tensor:
        """Log odds of each fact, and of any: shape (questions, facts + 1)."""
        tokens = self._tokenizer(
            list(questions), truncation=True, max_length=LONGEST, padding=True, return_tensors="pt"
        )
        vectors = normalize(self.adapted(**tokens).last_hidden_state.float(), dim=-1)
        within = tokens["attention_mask"].bool()
        within[torch.arange(len(within)), within.sum(dim=1) - 1] = False  # the marks at both ends
        within[:, 0] = False
        middle = (vectors * within[..., None]).sum(dim=1) / within.sum(dim=1, keepdim=True)
        greatest = vectors.masked_fill(~within[..., None], -1.0).max(dim=1).values
        found: Tensor = self.head(SCALE * torch.cat([middle, greatest], dim=1))
        return found

    def save(self, folder: Path) -> None:
        """Write what was learned, in half precision."""
        weights = torch.cat([SCALE * self.head.weight.T, self.head.bias[None]]).detach().half().numpy()
        self.adapted.peft_config["default"].base_model_name_or_path = OFFLINE_ENCODER
        self.adapted.half().save_pretrained(str(folder))
        (folder / "README.md").unlink()  # a form to fill in
        np.savez(folder / WEIGHTS, weights=weights)


def batches(lessons: Sequence[Asked]) -> Iterable[list[Asked]]:
    """Lessons of about the same length together, in any order."""
    order = sorted(lessons, key=lambda each: len(each.question) + 40 * random.random())
    found = [order[start : start + BATCH] for start in range(0, len(order) - BATCH + 1, BATCH)]
    return random.sample(found, len(found))


def teach(pupil: Pupil, lessons: list[Asked]) -> None:
    """Go through the lessons, and tell now and then what is still lost."""
    slow = [each for name, each in pupil.named_parameters() if each.requires_grad and not name.startswith("head")]
    optimizer = torch.optim.AdamW(
        [{"params": slow, "lr": LEARNING_RATE}, {"params": pupil.head.parameters(), "lr": HEAD_LEARNING_RATE}]
    )
    steps = EPOCHS * (len(lessons) // BATCH)
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / WARM_UP) * max(0.0, 1 - step / steps)
    )
    for epoch in range(EPOCHS):
        lost = []
        for batch in batches(lessons):
            wanted = torch.tensor(
                [[*(float(fact in (each.facts or ())) for fact in TAUGHT), float(bool(each.facts))] for each in batch]
            )
            with torch.autocast("cpu", dtype=torch.bfloat16):
                found = pupil([each.question for each in batch])
            loss = binary_cross_entropy_with_logits(found.float(), wanted)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            pace.step()
            lost.append(loss.item())
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {mean(lost):.4f}", flush=True)


def told(name: str, asked: Sequence[Asked]) -> str:
    """A row: how many questions for a fact are known as such, with just their facts, and how many others mistaken."""
    for_a_fact = [each for each in asked if each.facts is None or each.facts]
    others = [each for each in asked if each.facts == frozenset()]
    cells = []
    for facts in (said_plainly, header_facts):
        known = [(each, frozenset(facts(each.question)) - {"cables"}) for each in for_a_fact]
        exact = sum(found == each.facts for each, found in known if each.facts is not None)
        whole = sum(each.facts is not None for each, _ in known)
        mistaken = sum(bool(set(facts(each.question)) - {"cables"}) for each in others)
        cells.append(
            f"{sum(bool(found) for _, found in known)} of {len(for_a_fact)}; {exact} of {whole}; "
            f"{mistaken} of {len(others)}"
        )
    return f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teach", action="store_true", help="fit the lesson anew: about ten minutes of two cores")
    parser.add_argument("--write", action="store_true", help="put the new lesson where Reftel looks for it")
    given = parser.parse_args()
    random.seed(0)
    torch.manual_seed(0)
    if given.teach:
        others = [each for file in OTHERS for each in read(file) if each.facts == frozenset()]
        lessons = [*read(LESSONS), *others]
        print(f"{len(lessons)} lessons")
        pupil = Pupil()
        started = time.perf_counter()
        teach(pupil, lessons)
        print(f"{(time.perf_counter() - started) / 60:.0f} minutes")
        if given.write:
            pupil.save(LESSON)
            print(f"Written to {LESSON}.")
    print("| tried on | by patterns: known; with just their facts; others mistaken | by patterns and the lesson |")
    print("| --- | --- | --- |")
    for file in TRIED_ON:
        print(told(f"{file.parent.name}/{file.name}", read(file)), flush=True)


if __name__ == "__main__":
    main()
