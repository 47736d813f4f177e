"""The lesson of the offline encoder for late interaction (`qa/closeness.py`): an adapter, fitted on questions.

    python tests/benchmarks/teaching.py QUESTIONS… --over CABLES… [--home HOME] [--write]

Each question is held against the paragraph that answers it and against others: three that the search finds as well, and
those of the other questions of its batch. The paragraph that answers is to come closest, by the mean over the
question's tokens of the nearest token (Khattab & Zaharia, "ColBERT", 2020). Only low-rank changes of the upper half of
the layers are learned (Hu et al., "LoRA", 2021), so that what the lower half makes of a text is computed once.
`--write` puts the adapter where Reftel looks for it; closeness.py tries it on questions that it has not seen.

The adapter was fitted on frus/written.jsonl, 3,840 questions over 960 telegrams of *Foreign Relations of the United
States*, frus/questions.jsonl and frus/further.jsonl: 4,173 lessons of 4,542 questions, in nineteen minutes of two
cores. They were searched for among these telegrams and those of frus/unseen.jsonl:

    cat frus/*telegrams.txt > ids.txt; zcat frus_telegrams.jsonl.gz | grep -F -f ids.txt > telegrams.jsonl
"""

import argparse
import copy
import random
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import torch
from closeness import LEFT_OUT
from peft import LoraConfig, get_peft_model
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize
from torch.nn.utils.rnn import pad_sequence
from transformers import AutoModel, AutoTokenizer

from index.build import build
from index.embed import OFFLINE_ENCODER, offline_folder
from index.records import HEADER_ORDINAL
from index.settings import Settings
from qa.assistant import Assistant, open_assistant
from qa.closeness import ADAPTER, read_before
from qa.evaluation.places import as_archived, cited_by, gold_place_of, numbered_cables, place_of
from qa.evaluation.questions import GoldQuestion, read_questions
from qa.records import Passage

FROZEN = 3
"""Layers that are left as they are."""
RANK = 16
LEARNING_RATE = 5e-4
WARM_UP = 20
"""Steps."""
BATCH = 16
"""Questions."""
WRONG = 3
"""Paragraphs beside that of each question, drawn from the first that the search finds."""
DRAWN_FROM = 12
REACH = 100
"""Passages among which the one that answers is looked for."""
TEMPERATURE = 0.03
LONGEST, LONGEST_QUESTION = 192, 64
"""Tokens of a paragraph and of a question that are looked at."""
AT_ONCE = 16
"""Texts of like length that go through the layers together."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One question, the paragraphs that answer it, and others that the search finds for it, each in its context."""

    question: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]


def lesson_of(assistant: Assistant, asked: GoldQuestion) -> Lesson | None:
    """The lesson of a question; none where the catalog answers it, or what answers it is not found."""
    gold = as_archived(asked, assistant.catalog)
    found = assistant.search(gold.question, top_k=REACH)
    numbered = numbered_cables(cited_by(gold, found), assistant.catalog)
    right, wrong = [], []
    for each in found.passages:
        if gold_place_of(place_of(each, numbered), gold.citations) in gold.citations:
            right.append(in_context(each))
        elif each.ordinal != HEADER_ORDINAL:
            wrong.append(in_context(each))
    if gold.kind in LEFT_OUT or found.query.asks or not right or len(wrong) < WRONG:
        return None
    return Lesson(gold.question, tuple(right), tuple(wrong[:DRAWN_FROM]))


def in_context(passage: Passage) -> str:
    return read_before(passage) + passage.text


class Pupil:
    """The offline encoder: its lower layers as they are, its upper ones with an adapter that learns."""

    def __init__(self) -> None:
        folder = str(offline_folder())
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        whole: Any = AutoModel.from_pretrained(folder, dtype=torch.float32)
        self._lower: Any = copy.deepcopy(whole).to(torch.bfloat16).eval()
        self._lower.encoder.layer = self._lower.encoder.layer[:FROZEN]
        upper = range(FROZEN, len(whole.encoder.layer))
        config = LoraConfig(
            r=RANK, lora_alpha=2 * RANK, target_modules=["query", "key", "value", "dense"],
            layers_to_transform=list(upper), layers_pattern="layer",
        )  # fmt: skip
        self._adapted: Any = get_peft_model(whole, config)
        self._upper = [self._adapted.base_model.model.encoder.layer[n] for n in upper]
        self._states: dict[str, Tensor] = {}

    def parameters(self) -> list[Tensor]:
        """What is learned."""
        return [each for each in self._adapted.parameters() if each.requires_grad]

    @torch.no_grad()
    def open(self, texts: Iterable[str], longest: int) -> None:
        """Keep what the lower layers make of texts."""
        new = [text for text in dict.fromkeys(texts) if text not in self._states]
        tokens = self._tokenizer(new, truncation=True, max_length=longest)["input_ids"] if new else []
        for places in alike([len(each) for each in tokens]):
            ids = pad_sequence([torch.tensor(tokens[place]) for place in places], batch_first=True)
            mask = within([len(tokens[place]) for place in places])
            states = self._lower(input_ids=ids, attention_mask=mask.long()).last_hidden_state
            for place, state in zip(places, states, strict=True):
                self._states[new[place]] = state[: len(tokens[place])].clone()

    def vectors(self, texts: Sequence[str]) -> list[Tensor]:
        """For each text that was opened, vectors of unit length, shape (tokens, dimension)."""
        found: dict[int, Tensor] = {}
        for places in alike([len(self._states[text]) for text in texts]):
            states = [self._states[texts[place]] for place in places]
            mask = within([len(each) for each in states])[:, None, None, :]
            hidden = pad_sequence(states, batch_first=True).float()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                for layer in self._upper:
                    hidden = layer(hidden, attention_mask=mask)
            for place, state, vectors in zip(places, states, hidden, strict=True):
                found[place] = normalize(vectors[: len(state)].float(), dim=-1)
        return [found[place] for place in range(len(texts))]

    def save(self, folder: Path) -> None:
        """Write what was learned, in half precision."""
        self._adapted.peft_config["default"].base_model_name_or_path = OFFLINE_ENCODER
        self._adapted.half().save_pretrained(str(folder))
        (folder / "README.md").unlink()  # a form to fill in


def alike(lengths: Sequence[int]) -> list[list[int]]:
    """Places of texts of like length, AT_ONCE together."""
    order = sorted(range(len(lengths)), key=lambda place: lengths[place])
    return [order[start : start + AT_ONCE] for start in range(0, len(order), AT_ONCE)]


def within(lengths: Sequence[int]) -> Tensor:
    """Which places of a padded batch hold a token: shape (texts, longest)."""
    return torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]


def closeness(asked: Sequence[Tensor], told: Sequence[Tensor]) -> Tensor:
    """How close each question comes to each paragraph, as `qa.closeness` has it: shape (questions, paragraphs)."""
    paragraphs, mask = pad_sequence(list(told), batch_first=True), within([len(each) for each in told])
    rows = []
    for question in asked:
        cosines = torch.einsum("qd,ptd->qpt", question[1:-1], paragraphs).masked_fill(~mask[None], -1.0)
        rows.append(cosines.max(dim=-1).values.mean(dim=0))
    return torch.stack(rows)


def teach(pupil: Pupil, lessons: list[Lesson], epochs: int) -> None:
    """Go through the lessons in batches, and tell now and then what is still lost."""
    optimizer = torch.optim.AdamW(pupil.parameters(), lr=LEARNING_RATE, weight_decay=0.01)
    steps = epochs * (len(lessons) // BATCH)
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / WARM_UP) * max(0.0, 1 - step / steps)
    )
    lost: list[float] = []
    for _ in range(epochs):
        random.shuffle(lessons)
        for start in range(0, len(lessons) - BATCH + 1, BATCH):
            batch = lessons[start : start + BATCH]
            told = [random.choice(each.right) for each in batch]
            told += [text for each in batch for text in random.sample(each.wrong, WRONG)]
            found = closeness(pupil.vectors([each.question for each in batch]), pupil.vectors(told))
            loss = cross_entropy(found / TEMPERATURE, torch.arange(len(batch)))
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            pace.step()
            lost.append(loss.item())
            if len(lost) % 20 == 0:
                print(f"step {len(lost)} of {steps}: loss {mean(lost[-20:]):.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--over", type=Path, nargs="+", required=True, help="the cables")
    parser.add_argument("--home", type=Path, help="keep the index of the cables here, to run again sooner")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="put the adapter where Reftel looks for it")
    given = parser.parse_args()
    random.seed(0)
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=given.home or Path(folder), chat_model="none")
        build(given.over, settings)
        with open_assistant(settings=settings) as assistant:
            asked = [gold for file in given.questions for gold in read_questions(file)]
            lessons = [lesson for gold in asked if (lesson := lesson_of(assistant, gold))]
    print(f"{len(lessons)} lessons of {len(asked)} questions")
    pupil = Pupil()
    pupil.open((each.question for each in lessons), LONGEST_QUESTION)
    pupil.open((text for each in lessons for text in (*each.right, *each.wrong)), LONGEST)
    started = time.perf_counter()
    teach(pupil, lessons, given.epochs)
    print(f"{(time.perf_counter() - started) / 60:.0f} minutes")
    if given.write:
        pupil.save(ADAPTER)
        print(f"Written to {ADAPTER}.")


if __name__ == "__main__":
    main()
