"""`reftel evaluate`: gold questions asked, answers measured, runs stored, compared, reported and held to a bound."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.terminal import json_option, print_json, progress_bar

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.evaluation.questions import GoldQuestion
    from qa.evaluation.runs import Run


@click.command()
@click.argument("questions", type=click.Path(path_type=Path))
@click.option("--model", metavar="NAME", help="Chat model; 'none' quotes the cables.")
@click.option("--search", "search_only", is_flag=True, help="Only search: measure the ranking, ask no chat model.")
@click.option("--judge", metavar="NAME", help="Chat model that judges the answers; its agreement with labels is told.")
@click.option("--check", "check_only", is_flag=True, help="Only check that every citation and quote is in the archive.")
@click.option("--compare", "earlier", metavar="RUN", help="Tell gains and losses against an earlier run.")
@click.option("--require", "required", multiple=True, metavar="MEASURE>=X", help="Exit with 1 unless this holds.")
@click.option("--resume", metavar="RUN", help="Go on with a run that was interrupted.")
@click.option("--report", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write an HTML report.")
@click.option("--markdown", is_flag=True, help="Print the measures as a Markdown table.")
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1, 64), help="Questions asked at once.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
@json_option
@click.pass_obj
def evaluate(home: Path | None, /, questions: Path, model: str | None, check_only: bool, **chosen: Any) -> None:
    """Ask the gold questions of a file, measure the answers, and store the run.

    QUESTIONS is a question file (JSON Lines), or the name of a stored run, or `latest`: then nothing is
    asked, and that run is shown, compared, reported or held to the bounds.
    """
    from qa.assistant import open_assistant
    from qa.evaluation.gate import to_requirement
    from qa.evaluation.questions import read_questions

    required = [to_requirement(each) for each in chosen["required"]]
    if _is_run(home, questions):
        _tell(_load(home, str(questions)), home, required, chosen)
        return
    gold = read_questions(questions)
    with open_assistant(home, chat_model="none" if chosen["search_only"] or check_only else model) as assistant:
        if check_only:
            _check(assistant, gold, as_json=chosen["as_json"])
            return
        earlier = _load(home, chosen["earlier"]) if chosen["earlier"] else None
        run = _run(assistant, gold, questions.name, chosen)
    _tell(run, home, required, {**chosen, "earlier": earlier})


def _is_run(home: Path | None, named: Path) -> bool:
    from index.settings import load_settings
    from qa.evaluation.runs import run_names

    bare = len(named.parts) == 1 and not named.suffix
    return not named.exists() and (bare or str(named) in run_names(load_settings(home).home))


def _load(home: Path | None, name: str) -> "Run":
    from index.settings import load_settings
    from qa.evaluation.runs import load_run

    return load_run(load_settings(home).home, name)


def _check(assistant: "Assistant", gold: "list[GoldQuestion]", *, as_json: bool) -> None:
    from qa.evaluation.check import check_questions

    problems = check_questions(gold, assistant.catalog)
    if as_json:
        print_json({"questions": len(gold), "problems": problems})
    else:
        for problem in problems:
            click.echo(problem, err=True)
        verdict = f"{len(problems)} problems" if problems else "every citation and quote is in the archive"
        click.echo(f"{len(gold)} questions: {verdict}")
    if problems:
        sys.exit(1)


def _run(assistant: "Assistant", gold: "list[GoldQuestion]", file: str, chosen: dict[str, Any]) -> "Run":
    """Ask, with a judge where one is wanted."""
    from qa.evaluation.runs import evaluate as ask_all

    hidden = chosen["quiet"] or chosen["as_json"]
    judge, judged_by = _judge(assistant, chosen["judge"], hidden=hidden) if chosen["judge"] else (None, None)
    with progress_bar("questions", hidden=hidden) as progress:
        return ask_all(
            assistant,
            gold,
            name=chosen["resume"],
            file=file,
            jobs=chosen["jobs"],
            search_only=chosen["search_only"],
            judge=judge,
            judged_by=judged_by,
            progress=progress,
        )


def _judge(assistant: "Assistant", name: str, *, hidden: bool) -> Any:
    """The judge and what is known of it: the assistant's own chat model, where that is the one wanted."""
    from dataclasses import asdict

    from index.errors import ChatUnavailable
    from qa.chat import chat_model_name, open_chat_model
    from qa.evaluation.judge import ChatJudge, measured_agreement

    settings = assistant.settings.model_copy(update={"chat_model": name})
    named = chat_model_name(settings)
    opened = assistant.chat_model if named == assistant.model_name else open_chat_model(settings)
    if opened is None:
        raise ChatUnavailable("there is no chat model to judge; run: reftel model fetch")
    judge = ChatJudge(opened, named)
    with progress_bar("labelled answers", hidden=hidden) as progress:
        found = measured_agreement(judge, assistant.settings.home, progress=progress)
    return judge, {"chat_model": named, "agreement": asdict(found)}


def _tell(run: "Run", home: Path | None, required: list[Any], chosen: dict[str, Any]) -> None:
    """The run in the form asked for, and the exit code."""
    from qa.evaluation.compare import compare
    from ui.render.measures import comparison_text, run_markdown, run_text

    earlier = chosen["earlier"]
    before = _load(home, earlier) if isinstance(earlier, str) else earlier
    comparison = compare(before, run) if before else None
    if chosen["report"]:
        from ui.render.report import write_report

        write_report(chosen["report"], run, comparison)
    if chosen["as_json"]:
        print_json({**run.to_dict(), "comparison": comparison.to_dict() if comparison else None})
    elif chosen["markdown"]:
        click.echo(run_markdown([run]))
    else:
        click.echo(run_text(run))
        if comparison:
            click.echo(comparison_text(comparison))
    measures = run.measures()
    failures = [failure for each in required if (failure := each.failure(measures))]
    for failure in failures:
        click.echo(failure, err=True)
    if failures:
        sys.exit(1)
