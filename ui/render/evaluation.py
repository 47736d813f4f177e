"""A run of gold questions as HTML for the page: measures, what changed, and one question with its answer and gold."""

from collections.abc import Mapping, Sequence
from typing import Any

from qa.evaluation.compare import Change, Comparison
from qa.evaluation.measures import SPREAD
from qa.evaluation.runs import Run
from qa.evaluation.statistics import Value
from qa.evaluation.verdicts import Verdict
from qa.records import Filters
from ui.place import ask_link
from ui.render.measures import answerer, judge_text, meaning, verdict
from ui.render.safe import words

PASSAGES = 5
"""Passages shown of a question."""

CHARACTERS = 400
"""Of each."""


def head(run: Run) -> str:
    """The run's file, what answered, and how its judge agrees with people."""
    made = run.made_with
    about = f"{len(run.rows)} questions, {answerer(run)} · encoder {made.get('encoder')} · {made.get('cables')} cables"
    judge = f'<p class="rt-note">{words(judge_text(made["judge"]))}</p>' if made.get("judge") else ""
    name = words(made.get("file") or run.run)
    return f'<h1 class="rt-question">{name}</h1><p class="rt-count">{words(about)}</p>{judge}'


def measures(run: Run, comparison: Comparison | None) -> str:
    """Every measure with its interval; beside another run, what it was there and whether the difference is noise."""
    changes = {each.measure: each for each in comparison.changes} if comparison else {}
    rows = "".join(_measure(name, value, changes.get(name)) for name, value in run.measures().items())
    heads = ["Measure", "Value", "95 %", "n", *(["There", "Difference"] if comparison else []), "What it is"]
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    return (
        '<div class="rt-wide" role="region" aria-label="Measures" tabindex="0"><table class="rt-measures">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def changed(comparison: Comparison) -> str:
    """What the two runs were made with differently."""
    different = ", ".join(comparison.differing) or "nothing"
    return (
        f'<p class="rt-count">{comparison.questions} questions in both; made with another: {words(different)}. '
        f"Of {len(comparison.changes)} measures, one in twenty passes for more than noise by chance alone.</p>"
    )


def summary(row: Mapping[str, Any], found: Verdict, change: str) -> str:
    """One line for a question: its id, its words, its kind and the verdict."""
    state = "rt-failed" if found.failed else "rt-passed"
    return (
        f'<p class="rt-row"><code>{words(row["id"])}</code> <span class="rt-asked">{words(row["question"])}</span>'
        f'<span class="rt-count">{words(row["kind"])}</span> <span class="{state}">{words(found.words)}</span>'
        f"{f' <b>{words(change)}</b>' if change else ''}</p>"
    )


def inside(row: Mapping[str, Any]) -> str:
    """A question's answer, its gold, its passages, and the link that asks it again."""
    again = f'<a class="rt-link" href="./{words(ask_link(row["question"], Filters()))}">Ask it again</a>'
    scores = " · ".join(f"{words(name)} {value:.2f}" for name, value in row["measures"].items())
    return (
        f'<div class="rt-pair"><div><p class="rt-label">Answer</p>{_answer(row["answer"])}</div>'
        f'<div><p class="rt-label">Gold</p>{_gold(row["gold"])}</div></div>'
        f'<p class="rt-label">Passages</p>{_passages(row["answer"]["passages"])}'
        f'<p class="rt-count">{scores}</p><p>{again}</p>'
    )


def _measure(name: str, value: Value, change: Change | None) -> str:
    is_share = not any(name.startswith(each) for each in SPREAD)
    bar = f'<i style="width:{100 * value.value:.1f}%"></i>' if is_share else ""
    then = f"<td>{change.before:.3f}</td><td>{words(verdict(change))}</td>" if change else ""
    return (
        f'<tr><th scope="row">{words(name)}{bar}</th><td>{value.value:.3f}</td>'
        f"<td><small>{value.low:.3f}–{value.high:.3f}</small></td><td>{value.n}</td>{then}"
        f"<td><small>{words(meaning(name))}</small></td></tr>"
    )


def _answer(answer: Mapping[str, Any]) -> str:
    if not answer["statements"]:
        return f'<p class="rt-note">{words(answer["notice"] or "No statement.")}</p>'
    return "".join(
        f'<p class="rt-said">{words(each["text"])} {"".join(map(_chip, each["citations"]))}</p>'
        for each in answer["statements"]
    )


def _chip(cited: Mapping[str, Any]) -> str:
    place = f"{cited['cable_id']} {cited['label']}"
    return f'<span class="rt-chip" title="{words(cited["quote"])}">{words(place)}</span>'


def _gold(gold: Mapping[str, Any]) -> str:
    if gold["must_decline"]:
        return '<p class="rt-note">The cables do not say: declining is right.</p>'
    accepted = ", ".join(gold["answers"])
    points = "".join(f"<li>{words(point)}</li>" for point in gold["points"])
    places = "; ".join(" ".join(place) for place in gold["citations"])
    quote = f"<blockquote>{words(gold['quote'])}</blockquote>" if gold["quote"] else ""
    return f'<p>{words(accepted)}</p><ul>{points}</ul><p class="rt-count">{words(places)}</p>{quote}'


def _passages(passages: Sequence[Mapping[str, Any]]) -> str:
    items = "".join(
        f'<li><span class="rt-where">{words(each["cable_id"])} {words(each["label"])}</span> '
        f"{words(each['text'][:CHARACTERS])}</li>"
        for each in passages[:PASSAGES]
    )
    return f'<ol class="rt-found">{items}</ol>'
