"""Runs: gold questions asked, answers and measures stored, one folder a run; interrupted ones go on.

.reftel/runs/20261124-031500-none/run.json        what was run with what
                                 answers.jsonl    one line a question: gold, answer, trace, measures
"""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.errors import ChatUnavailable, QueryError, ReftelError
from qa.assistant import Assistant
from qa.evaluation.made_with import differing, made_with
from qa.evaluation.measures import measure, summarise
from qa.evaluation.places import as_archived, cited_by, numbered_cables
from qa.evaluation.questions import GoldQuestion
from qa.evaluation.ranking import depth_of, ranking
from qa.evaluation.statistics import Value
from qa.records import Answer, AnswerReady

Progress = Callable[[int, int, str], None]
Judge = Callable[[GoldQuestion, str], float | None]
"""A question and the answer's text -> how right it is, 0 … 1; None where it does not say."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run: what it was made with, and for each question its gold, its answer and its measures."""

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
    questions: Sequence[GoldQuestion],
    *,
    name: str | None = None,
    file: str | None = None,
    jobs: int = 1,
    search_only: bool = False,
    judge: Judge | None = None,
    judged_by: dict[str, Any] | None = None,
    progress: Progress | None = None,
) -> Run:
    """Ask every question and measure the answers.

    Args:
        name: of a run that was interrupted: what it has answered is not asked again.
        file: what the question file is called to a person.
        jobs: questions asked at the same time.
        search_only: find passages and measure their ranking; ask no chat model.
        judge: judges answers to what can be answered; `judged_by` is what the run keeps about it.

    Raises:
        QueryError: the run named was made with other settings, cables or questions.
        ReftelError: a question could not be asked; what was answered is kept, and the message says how to go on.
    """
    made = {"file": file, **made_with(assistant, questions, search_only=search_only, judge=judged_by)}
    name, folder, done = _begin(assistant, name, made)
    left = [each for each in questions if each.question_id not in done]
    ask = _Asker(assistant, search_only=search_only, judge=judge)
    try:
        with (folder / "answers.jsonl").open("a", encoding="utf-8") as kept, ThreadPoolExecutor(jobs) as pool:
            for row in pool.map(ask, left):
                kept.write(json.dumps(row, ensure_ascii=False) + "\n")
                kept.flush()
                done[row["id"]] = row
                if progress:
                    progress(len(done), len(questions), row["id"])
    except ReftelError as error:
        raise type(error)(f"{error} ({len(done)} answers are kept; go on with: --resume {name})") from None
    return Run(name, made, tuple(done[each.question_id] for each in questions))


def load_run(home: Path, name: str) -> Run:
    """A run that was stored; `latest` is the newest.

    Raises:
        QueryError: there is none of this name.
    """
    names = run_names(home)
    name = names[0] if name == "latest" and names else name
    if name not in names:
        raise QueryError(f"no run is called {name!r}; there are: {', '.join(names) or 'none yet'}.")
    folder = runs_folder(home) / name
    rows = tuple(_rows(folder))
    if any(not {"question", "gold", "measures", "answer"} <= row.keys() for row in rows):
        raise QueryError(f"the run {name} was stored by another version of Reftel; run its questions again.")
    return Run(name, json.loads((folder / "run.json").read_text(encoding="utf-8")), rows)


def run_names(home: Path) -> list[str]:
    """The runs of a home folder, newest first."""
    found = [path.parent for path in runs_folder(home).glob("*/run.json")]
    return [folder.name for folder in sorted(found, key=lambda each: (each.stat().st_mtime, each.name), reverse=True)]


def runs_folder(home: Path) -> Path:
    """Where the runs of a home folder lie."""
    return home / "runs"


class _Asker:
    """Asks one question at a time and gives the row that is stored; threads may share it."""

    def __init__(self, assistant: Assistant, *, search_only: bool, judge: Judge | None) -> None:
        self._assistant, self._search_only, self._judge = assistant, search_only, judge

    def __call__(self, gold: GoldQuestion) -> dict[str, Any]:
        gold = as_archived(gold, self._assistant.catalog)
        row = {"id": gold.question_id, "kind": gold.kind, "question": gold.question, "gold": gold.to_dict()}
        return {**row, **(self._search(gold) if self._search_only else self._ask(gold))}

    def _search(self, gold: GoldQuestion) -> dict[str, Any]:
        found = self._assistant.search(gold.question, top_k=depth_of(gold))
        numbered = numbered_cables(cited_by(gold, found), self._assistant.catalog)
        return {"measures": ranking(gold, found.passages, numbered), "answer": {**_NOT_ASKED, **found.to_dict()}}

    def _ask(self, gold: GoldQuestion) -> dict[str, Any]:
        answer, trace, tokens = _watched(self._assistant, gold)
        numbered = numbered_cables(cited_by(gold, answer.passages), self._assistant.catalog)
        measures = measure(gold, answer, numbered, tokens)
        if self._judge and gold.answerable and answer.outcome == "answered":
            verdict = self._judge(gold, answer.text)
            measures |= {} if verdict is None else {"judged_correct": verdict}
        return {"measures": measures, "answer": answer.to_dict(), "trace": trace}


_NOT_ASKED: dict[str, Any] = {"outcome": None, "text": "", "statements": [], "model": None, "notice": None}
"""Of an answer, where only passages were searched."""


def _watched(assistant: Assistant, gold: GoldQuestion) -> tuple[Answer, dict[str, Any], dict[str, int]]:
    """The answer, how it came about, and the tokens that the chat model counted."""
    config: Any = None
    watch = None
    if assistant.chat_model is not None:
        from qa.chat.watch import Watch

        watch = Watch()
        config = {"callbacks": [watch]}
    *_, last = assistant.stream(gold.question, top_k=depth_of(gold), config=config)
    assert isinstance(last, AnswerReady)
    answer, tokens = last.answer, watch.tokens if watch else {}
    if answer.trace.get("failure"):
        # A person is helped by a quotation where the chat model failed; a run would measure another answerer.
        raise ChatUnavailable(answer.notice or f"{assistant.model_name} gave no answer; see that it can be reached.")
    prompts = watch.prompts if watch else []
    known = {"query": answer.query.to_dict(), "prompts": prompts, "draft": answer.draft, **tokens}
    return answer, {**dict(getattr(answer, "trace", {})), **known}, tokens


def _begin(assistant: Assistant, name: str | None, made: dict[str, Any]) -> tuple[str, Path, dict[str, Any]]:
    """The run's name and folder, and the rows it has already; a line that was cut off is dropped."""
    if name is None:
        named = assistant.model_name.replace("/", "_").replace(":", "_")
        name = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"[:-3] + f"-{named}"
    if Path(name).name != name or name == "..":
        raise QueryError(f"{name!r} is no name of a run; give the name that an earlier run printed.")
    folder = runs_folder(assistant.settings.home) / name
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "run.json"
    if path.is_file() and (others := differing(json.loads(path.read_text(encoding="utf-8")), made)):
        raise QueryError(
            f"the run {name} was made with another {' and another '.join(others)}; set that back, or begin a new run."
        )
    rows = list(_rows(folder))
    path.write_text(json.dumps(made, indent=2, ensure_ascii=False), encoding="utf-8")
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "answers.jsonl").write_text(text, encoding="utf-8")
    return name, folder, {row["id"]: row for row in rows}


def _rows(folder: Path) -> Iterator[dict[str, Any]]:
    path = folder / "answers.jsonl"
    if path.is_file():
        for line in path.read_text(encoding="utf-8").split("\n"):
            try:
                yield json.loads(line)
            except ValueError:
                continue  # the last line of a run that was cut off while it was written
