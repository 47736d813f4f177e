"""What the commands share: JSON, a progress bar, and telling what was left out."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from index.records import Problem

Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """--json, on every command that prints results."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def told(problems: Iterable[Problem]) -> list[str]:
    """What was left out or is damaged, a line each."""
    return [f"{'left out' if problem.left_out else 'damaged'}: {problem}" for problem in problems]


def tell(problems: Iterable[Problem]) -> None:
    """Print what was left out or is damaged; exit code 1 if there is any."""
    lines = told(problems)
    for line in lines:
        click.echo(line, err=True)
    if lines:
        sys.exit(1)


def print_json(value: Any) -> None:
    """One JSON value, indented."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_json_list(items: Iterable[Any]) -> None:
    """A JSON list, one element at a time: an archive need not fit in memory."""
    click.echo("[", nl=False)
    for place, item in enumerate(items):
        click.echo(("," if place else "") + "\n" + json.dumps(item, ensure_ascii=False, default=str), nl=False)
    click.echo("\n]")


@contextmanager
def status_line(*, hidden: bool) -> Iterator[Callable[[str], None]]:
    """A line on standard error that says what is going on, and goes with it; nothing where that is no terminal."""
    if hidden or not sys.stderr.isatty():
        yield lambda told: None
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status("") as line:
        yield lambda told: line.update(Text(told))


@contextmanager
def progress_bar(unit: str, *, hidden: bool) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on standard error, with rate and time left; nothing where that is no terminal."""
    if hidden or not sys.stderr.isatty():
        yield lambda done, total, what: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, what: bar.update(task, completed=done, total=total, description=Path(what).name)
