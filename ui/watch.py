"""`reftel index --watch`: what happens, line by line, until it is interrupted."""

import json
import signal
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.terminal import told

if TYPE_CHECKING:
    from index.build import Report
    from index.settings import Settings


def watch_index(paths: Sequence[Path], settings: "Settings", *, as_json: bool) -> None:
    """Index, then follow what changes; a run a line, or a line of JSON. An interrupt or SIGTERM ends it well."""
    from index.errors import ReftelError
    from index.watch import watch

    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for found in watch(paths, settings):
            if isinstance(found, ReftelError):
                click.echo(f"Error: {found}", err=True)
            elif as_json:
                click.echo(json.dumps(asdict(found), ensure_ascii=False, default=str))
            else:
                _tell(found)
    except KeyboardInterrupt:
        if not as_json:
            click.echo("Stopped watching; what is indexed stays.")
    finally:
        signal.signal(signal.SIGTERM, before)


def _tell(report: "Report") -> None:
    click.echo(
        f"{datetime.now():%H:%M:%S}  {report.added} cables added, {report.updated} updated, {report.removed} removed"
    )
    for line in told(report.problems):
        click.echo(line, err=True)
