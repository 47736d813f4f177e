"""Runs: gold questions asked, answers and measures stored, one folder a run; interrupted ones go on.

.reftel/runs/20261124-031500-none/run.json        what was run with what
                                 answers.jsonl    one line a question: the answer and its measures
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from math import comb
from pathlib import Path
from typing import Any

from index.errors import QueryError
from prompts import load_prompt, prompt_names
from qa.assistant import Assistant
from qa.evaluation.measures import Value, measure, summarise
from qa.evaluation.questions import GoldQuestion

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Run:
    """A run: what it was made with, and for each question its kind, its answer and its measures."""

    run: str
    made_with: dict[str, Any]
    rows: tuple[dict[str, Any], ...]

    def measures(self) -> dict[str, Value]:
        """Every measure over all questions."""
        return summarise([row["measures"] for row in self.rows])

    def by_kind(self) -> dict[str, dict[str, Value]]:
        """Every measure over the questions of each kind."""
        kinds = dict.fromkeys(row["kind"] for row in self.rows)
        return {kind: summarise([row["measures"] for row in self.rows if row["kind"] == kind]) for kind in kinds}

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `reftel evaluate`."""
        return {
            "run": self.run,
            "questions": len(self.rows),
            "measures": {name: asdict(value) for name, value in self.measures().items()},
            "by_kind": {
                kind: {name: asdict(value) for name, value in values.items()} for kind, values in self.by_kind().items()
            },
            "made_with": self.made_with,
        }


def evaluate(
    assistant: Assistant,
    questions: list[GoldQuestion],
    *,
    name: str | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Run:
    """Ask every question and measure the answers.

    Args:
        name: of a run that was interrupted: what it has answered is not asked again.
        jobs: questions asked at the same time.
    """
    name = name or f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{assistant.model_name.replace('/', '_').replace(':', '_')}"
    folder = runs_folder(assistant.settings.home) / name
    folder.mkdir(parents=True, exist_ok=True)
    made_with = _made_with(assistant)
    (folder / "run.json").write_text(json.dumps(made_with, indent=2), encoding="utf-8")
    done = {row["id"]: row for row in _rows(folder)}
    left = [each for each in questions if each.question_id not in done]
    with (folder / "answers.jsonl").open("a", encoding="utf-8") as file, ThreadPoolExecutor(jobs) as pool:
        for place, row in enumerate(pool.map(lambda each: _ask(assistant, each), left)):
            if progress:
                progress(len(done), len(questions), left[place].question_id)
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()
            done[row["id"]] = row
    return Run(name, made_with, tuple(done[each.question_id] for each in questions))


def load_run(home: Path, name: str) -> Run:
    """A run that was stored.

    Raises:
        QueryError: there is none of this name.
    """
    folder = runs_folder(home) / name
    if not (folder / "run.json").is_file():
        known = ", ".join(sorted(path.name for path in runs_folder(home).glob("*"))) or "none yet"
        raise QueryError(f"no run is called {name!r}; there are: {known}.")
    made_with = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return Run(name, made_with, tuple(_rows(folder)))


def runs_folder(home: Path) -> Path:
    """Where the runs of a home folder lie."""
    return home / "runs"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure of two runs on the questions they share: which went up, which down, and whether that is noise."""

    measure: str
    before: float
    after: float
    gains: tuple[str, ...]
    losses: tuple[str, ...]
    p_value: float

    @property
    def is_noise(self) -> bool:
        """Whether chance alone would give as lopsided a change more than once in twenty."""
        return self.p_value > 0.05


def compare(before: Run, after: Run, name: str = "correct") -> Comparison:
    """Question by question, with the exact sign test of the pairs that differ.

    Raises:
        QueryError: the runs share no question with this measure.
    """
    old, new = _by_question(before, name), _by_question(after, name)
    shared = [key for key in new if key in old]
    if not shared:
        raise QueryError(f"{before.run} and {after.run} share no question with the measure {name}; compare others.")
    gains = tuple(key for key in shared if new[key] > old[key])
    losses = tuple(key for key in shared if new[key] < old[key])
    return Comparison(
        measure=name,
        before=sum(old[key] for key in shared) / len(shared),
        after=sum(new[key] for key in shared) / len(shared),
        gains=gains,
        losses=losses,
        p_value=sign_test(len(gains), len(losses)),
    )


def sign_test(gains: int, losses: int) -> float:
    """Two-sided exact p-value that gains and losses are equally likely."""
    n, fewer = gains + losses, min(gains, losses)
    return min(1.0, 2.0 * sum(comb(n, k) for k in range(fewer + 1)) / float(2**n))


def _by_question(run: Run, name: str) -> dict[str, float]:
    return {row["id"]: row["measures"][name] for row in run.rows if name in row["measures"]}


def _ask(assistant: Assistant, gold: GoldQuestion) -> dict[str, Any]:
    answer = assistant.ask(gold.question, top_k=20)
    return {
        "id": gold.question_id,
        "kind": gold.kind,
        "measures": measure(gold, answer),
        "gold": {"answers": gold.answers, "points": gold.points, "citations": sorted(gold.citations)},
        "answer": answer.to_dict(),
        "draft": answer.draft,
    }


def _rows(folder: Path) -> Iterator[dict[str, Any]]:
    path = folder / "answers.jsonl"
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue  # the last line of a run that was cut off while it was written


def _made_with(assistant: Assistant) -> dict[str, Any]:
    manifest = assistant.catalog.manifest()
    return {
        "reftel": version("reftel"),
        "chat_model": assistant.model_name,
        "encoder": manifest.get("encoder"),
        "dtype": manifest.get("dtype"),
        "versions": {key: manifest.get(key) for key in ("parser", "chunker", "schema")},
        "cables": assistant.catalog.facets().cables,
        "settings": assistant.settings.model_dump(mode="json", exclude={"home"}),
        "prompts": {name: load_prompt(name).fingerprint for name in prompt_names()},
    }
