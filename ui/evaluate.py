"""`reftel evaluate`: gold questions asked, answers measured, runs stored, compared and held to a bound."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ui.terminal import json_option, print_json, progress_bar


@click.command()
@click.argument("questions", type=click.Path(path_type=Path))
@click.option("--model", metavar="NAME", help="Chat model; 'none' quotes the cables.")
@click.option("--compare", "earlier", metavar="RUN", help="Tell gains and losses against an earlier run.")
@click.option("--require", "required", multiple=True, metavar="MEASURE>=X", help="Exit with 1 unless this holds.")
@click.option("--resume", metavar="RUN", help="Go on with a run that was interrupted.")
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1, 64), help="Questions asked at once.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
@json_option
@click.pass_obj
def evaluate(home: Path | None, /, questions: Path, model: str | None, as_json: bool, **chosen: Any) -> None:
    """Ask the gold questions of a file, measure the answers, and store the run."""
    from qa.assistant import open_assistant
    from qa.evaluation.gate import to_requirement
    from qa.evaluation.questions import read_questions
    from qa.evaluation.runs import compare, load_run
    from qa.evaluation.runs import evaluate as run_questions
    from ui.show import show_comparison, show_run

    gold, required = read_questions(questions), [to_requirement(each) for each in chosen["required"]]
    with (
        open_assistant(home, chat_model=model) as assistant,
        progress_bar("questions", hidden=chosen["quiet"] or as_json) as progress,
    ):
        earlier = load_run(assistant.settings.home, chosen["earlier"]) if chosen["earlier"] else None
        run = run_questions(assistant, gold, name=chosen["resume"], jobs=chosen["jobs"], progress=progress)
    comparison = compare(earlier, run) if earlier else None
    if as_json:
        print_json({**run.to_dict(), "comparison": asdict(comparison) if comparison else None})
    else:
        click.echo(show_run(run))
        if comparison:
            click.echo(show_comparison(comparison))
    failures = [failure for each in required if (failure := each.failure(run.measures()))]
    for failure in failures:
        click.echo(failure, err=True)
    if failures:
        sys.exit(1)
