"""What `reftel index` does beside the sync itself: plan, questions before a removal, Ctrl-C, another encoder."""

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from ui.terminal import print_json

if TYPE_CHECKING:
    from index.generation import Rebuilt
    from index.plan import Plan

_NAMED = 5
_KINDS = {
    "new": "new",
    "changed": "changed",
    "reparsed": "to be read by this parser or chunker",
    "again": "to be read for cables that they hold too",
    "moved": "moved",
    "removed": "removed",
    "lost": "not there any more, nor the path given; kept without --prune",
}


def show_plan(plan: "Plan", *, as_json: bool) -> None:
    """What a run would do."""
    if as_json:
        print_json(plan.to_dict())
        return
    told: dict[str, Any] = plan.to_dict()
    for kind, meaning in _KINDS.items():
        files = [f"{each['from']} -> {each['to']}" if kind == "moved" else each for each in told[kind]]
        if files:
            click.echo(f"{len(files)} {meaning}:")
            for file in files:
                click.echo(f"  {file}")
    click.echo(f"{plan.unchanged} unchanged; nothing was written.")


def may_remove(files: Sequence[str], is_there: bool) -> bool:
    """Ask whether the cables of files that went may go too; asked on a terminal only."""
    click.echo(f"{len(files)} files that are indexed are not there any more:", err=True)
    for file in files[:_NAMED]:
        click.echo(f"  {file}", err=True)
    if len(files) > _NAMED:
        click.echo(f"  … and {len(files) - _NAMED} more", err=True)
    return click.confirm("Remove their cables from the index?", default=is_there, err=True)


def can_ask() -> bool:
    """Whether a person is there to be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the second one ends the program as ever."""
    stop = threading.Event()
    before = signal.getsignal(signal.SIGINT)

    def told(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        click.echo("Stopping: what is done is kept … (Ctrl-C again to stop at once)", err=True)

    signal.signal(signal.SIGINT, told)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def show_rebuilt(report: "Rebuilt", home: Path) -> None:
    """What a rebuild did, and what to do next."""
    if report.stopped:
        click.echo(
            f"Stopped: {report.cables} cables are embedded, generation {report.generation} goes on answering; "
            "run the same command again to go on."
        )
        return
    click.echo(
        f"{report.cables} cables, {report.chunks} chunks embedded by {report.encoder}; "
        f"generation {report.generation} answers now; {report.seconds:.1f} s"
    )
    from index.settings import load_settings

    named = load_settings(home)
    if "encoder" in named.model_fields_set and named.encoder != report.encoder:
        click.echo(f"Set encoder = {report.encoder!r} in the settings, or leave it out: the index knows it.")
