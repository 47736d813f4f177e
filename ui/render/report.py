"""A run as one HTML file that needs nothing else: no network, no other file, and it works without scripts.

All words of cables, models and questions are escaped by the template, and the file's own policy
forbids every request and every script but its own.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from index.errors import CorpusError
from qa.evaluation.compare import Comparison
from qa.evaluation.runs import Run
from qa.evaluation.statistics import Value, mean
from qa.evaluation.verdicts import verdict_of
from ui.render import plots
from ui.render.measures import answerer, judge_text, meaning, verdict
from ui.render.safe import clean

if TYPE_CHECKING:
    from jinja2 import Template

TILES = (
    "correct", "points_covered", "citation_precision", "citation_recall", "declined", "over_declined", "recall@10",
    "seconds_median",
)  # fmt: skip
"""Told large, at the top."""

BY_KIND = (
    "correct", "points_covered", "citation_precision", "citation_recall", "declined", "over_declined", "recall@10",
    "nDCG@10",
)  # fmt: skip
"""Told for each kind of question."""

SPREAD_OUT = ("token_F1", "points_covered", "citation_precision", "citation_recall", "numbers_grounded", "nDCG@10")
"""Measures whose distribution says more than their mean."""

PASSAGES, CHARACTERS = 10, 700
"""Most passages of a question, and characters of each, that the file holds: it must open at a thousand questions."""


def write_report(path: Path, run: Run, comparison: Comparison | None = None) -> None:
    """Write the report of a run, and of what changed against another.

    Raises:
        CorpusError: the file cannot be written.
    """
    try:
        path.write_text(to_html(run, comparison), encoding="utf-8")
    except OSError as error:
        raise CorpusError(f"{path}: cannot be written ({error}); give another path.") from None


def to_html(run: Run, comparison: Comparison | None = None) -> str:
    """The report's text."""
    style, script = _own("report.css"), _own("report.js")
    rows, measures = [_shown(row) for row in run.rows], run.measures()
    return _template().render(
        style=Markup(style),
        script=Markup(script),
        policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; "
        "form-action 'none'",
        run=run,
        answerer=answerer(run),
        measures=measures,
        tiles=[name for name in TILES if name in measures],
        meaning=meaning,
        judge=judge_text(run.made_with["judge"]) if run.made_with.get("judge") else None,
        figures=[Markup(figure) for figure in _by_kind(run)],
        others=[Markup(figure) for figure in (*_distributions(run), *_declining(run), *_latency(run))],
        comparison=comparison,
        verdict=verdict,
        rows=rows,
        kinds=Counter(row["kind"] for row in rows),
        verdicts=Counter(row["verdict"].words for row in rows),
        failed=sum(row["verdict"].failed for row in rows),
    )


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row as the template shows it: passages cut to what can be read, gold ones marked."""
    answer, gold = row["answer"], {tuple(place) for place in row["gold"]["citations"]}
    passages = [
        {**each, "text": _cut(each["text"]), "gold": _is_gold(each, gold)} for each in answer["passages"][:PASSAGES]
    ]
    return {**row, "verdict": verdict_of(row), "passages": passages, "left": len(answer["passages"]) - len(passages)}


def _is_gold(passage: dict[str, Any], gold: set[Any]) -> bool:
    name = "header" if passage["ordinal"] == 0 else str(passage["number"] or passage["ordinal"])
    return bool({(passage["cable_id"], name), (passage["cable_id"], "*")} & gold)


def _cut(text: str) -> str:
    return text if len(text) <= CHARACTERS else text[:CHARACTERS].rsplit(" ", 1)[0] + " …"


# ── plots ────────────────────────────────────────────────────────────────────────────────────


def _by_kind(run: Run) -> Iterator[str]:
    overall, kinds = run.measures(), run.by_kind()
    for name in BY_KIND:
        if name in overall:
            found = [(kind, values[name]) for kind, values in kinds.items() if name in values]
            yield plots.intervals(f"{name}: {meaning(name)}", [("all", overall[name]), *found])


def _distributions(run: Run) -> Iterator[str]:
    for name in SPREAD_OUT:
        if sample := [row["measures"][name] for row in run.rows if name in row["measures"]]:
            yield plots.histogram(f"{name}, how many questions have which", sample)


def _declining(run: Run) -> Iterator[str]:
    """Whether declining follows the evidence: by the score of the best passage, in five equal parts."""
    scored = sorted(
        (
            (row["answer"]["passages"][0]["score"] if row["answer"]["passages"] else 0.0, row)
            for row in run.rows
            if row["answer"]["outcome"] is not None
        ),
        key=lambda each: each[0],
    )
    if len(scored) < 5:
        return
    fifths = [scored[len(scored) * part // 5 : len(scored) * (part + 1) // 5] for part in range(5)]
    yield plots.shares(
        "Declining, by the score of the best passage (lowest fifth to highest)",
        [(f"{each[0][0]:.2f}–{each[-1][0]:.2f}", *_declined(row for _, row in each)) for each in fifths],
        ("declined", "has no answer"),
    )


def _declined(rows: Iterator[dict[str, Any]]) -> tuple[Value, Value]:
    pairs = [(row["answer"]["outcome"] != "answered", row["gold"]["must_decline"]) for row in rows]
    return mean([float(declined) for declined, _ in pairs]), mean([float(must) for _, must in pairs])


def _latency(run: Run) -> Iterator[str]:
    measures = run.measures()
    for name, title in (
        ("seconds", "Seconds to the whole answer"),
        ("seconds_to_first_token", "Seconds to first word"),
    ):
        if sample := [row["measures"][name] for row in run.rows if name in row["measures"]]:
            marks = [("median", measures[f"{name}_median"].value), ("p95", measures[f"{name}_p95"].value)]
            yield plots.cumulative(f"{title}: share of questions within", sample, marks, "s")


# ── the file's own parts ─────────────────────────────────────────────────────────────────────


@cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined

    def finalize(value: Any) -> Any:
        return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=finalize, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_own("report.html"))


def _own(name: str) -> str:
    return (files("ui.render") / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """How a content security policy names one allowed style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
