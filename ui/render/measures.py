"""A run's measures as a terminal table and as Markdown; what changed against another run."""

from collections.abc import Sequence

from qa.evaluation.compare import Change, Comparison
from qa.evaluation.measures import MEASURES
from qa.evaluation.runs import Run
from qa.evaluation.statistics import Value
from ui.render.safe import clean, escape_markdown

BY_KIND = (
    "correct",
    "points_covered",
    "citation_precision",
    "citation_recall",
    "declined",
    "over_declined",
    "recall@10",
)
"""The measures told for each kind of question."""

QUALITY = (
    "correct", "points_covered", "citation_precision", "citation_recall", "quote_validity", "numbers_grounded",
    "unsupported", "declined", "declining_precision", "over_declined", "recall@5", "recall@10", "nDCG@10",
    "seconds_median", "seconds_p95",
)  # fmt: skip
"""The rows of the README's table."""

NAMED = 12
"""Questions named at most where gains and losses are told."""


def run_text(run: Run) -> str:
    """The measures of a run: over all questions with their intervals, then by kind."""
    lines = [f"run {run.run}: {len(run.rows)} questions, {answerer(run)}", ""]
    lines += [
        f"{name:30} {each.value:8.3f}  {f'({each.low:.3f}–{each.high:.3f})':17}  n={each.n:<5} {meaning(name)}"
        for name, each in run.measures().items()
    ]
    if judge := run.made_with.get("judge"):
        lines += ["", judge_text(judge)]
    return clean("\n".join([*lines, "", *_by_kind(run)]))


def judge_text(judge: dict[str, object]) -> str:
    """What is known of the judge, to be read beside its verdicts."""
    found = judge["agreement"]
    assert isinstance(found, dict)
    return (
        f"judged_correct is the verdict of {judge['chat_model']}; on {found['n']} answers labelled by hand it agrees "
        f"with the labels in {found['accuracy']:.2f} of all, Cohen's kappa {found['kappa']:.2f} (0: chance, 1: always)"
    )


def answerer(run: Run) -> str:
    """What answered, in words."""
    model = run.made_with.get("chat_model")
    return "search only" if model is None else "quoting, no chat model" if model == "none" else f"chat model {model}"


def meaning(name: str) -> str:
    """The one line that MEASURES has for it."""
    for suffix, told in (("_median", "median of "), ("_p95", "95th percentile of ")):
        if name.endswith(suffix):
            return told + MEASURES[name.removesuffix(suffix)].meaning
    return MEASURES[name].meaning


def comparison_text(found: Comparison) -> str:
    """Gains and losses against an earlier run, and whether they are more than noise."""
    lines = [
        "",
        f"against {found.before}, {found.questions} questions in both; "
        f"made with another: {', '.join(found.differing) or 'nothing'}",
    ]
    lines += [line for change in found.changes if change.gains or change.losses for line in _change(change)]
    same = [change.measure for change in found.changes if not (change.gains or change.losses)]
    if same:
        lines.append(f"the same everywhere: {', '.join(same)}")
    if len(found.changes) > 1:
        lines.append(f"of {len(found.changes)} measures, one in twenty passes for more than noise by chance alone")
    return clean("\n".join(lines))


def run_markdown(runs: Sequence[Run]) -> str:
    """The measures of runs side by side, as the README has them: value, interval, and how many questions."""
    columns = [run.measures() for run in runs]
    head = ["measure", "meaning", *(escape_markdown(f"{answerer(run)}, {len(run.rows)} questions") for run in runs)]
    rows = [
        [f"`{name}`", escape_markdown(meaning(name)), *(_cell(column.get(name)) for column in columns)]
        for name in QUALITY
        if any(name in column for column in columns)
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def verdict(change: Change) -> str:
    """Whether the difference is more than noise, in words."""
    word = "no more than noise" if change.is_noise else "more than noise"
    return f"{word} (p = {change.p_value:.3f})"


def _change(change: Change) -> list[str]:
    return [
        f"{change.measure:20} {change.before:.3f} -> {change.after:.3f}  n={change.n}  {verdict(change)}",
        f"    better: {_named(change.gains)}",
        f"    worse: {_named(change.losses)}",
    ]


def _named(questions: Sequence[str]) -> str:
    rest = f" and {len(questions) - NAMED} more" if len(questions) > NAMED else ""
    return (", ".join(questions[:NAMED]) or "none") + rest


def _by_kind(run: Run) -> list[str]:
    overall = run.measures()
    columns = [name for name in BY_KIND if name in overall]
    lines = [f"{'by kind':16}{'':>6}" + "".join(f"{name:>20}" for name in columns)]
    for kind, values in run.by_kind().items():
        count = sum(row["kind"] == kind for row in run.rows)
        cells = (f"{values[name].value:.2f} n={values[name].n}" if name in values else "–" for name in columns)
        lines.append(f"{kind:16}{count:>6}" + "".join(f"{cell:>20}" for cell in cells))
    return lines


def _cell(value: Value | None) -> str:
    return f"{value.value:.2f} ({value.low:.2f}–{value.high:.2f}), n={value.n}" if value else "–"
