"""The command line: `reftel COMMAND …`. Exit codes: 0 done, 1 an error or something left out, 2 wrong usage.

Every heavy import happens inside the command that needs it, so that `reftel --help` is instant.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ui.convert import convert
from ui.evaluate import evaluate
from ui.export import export
from ui.models import model
from ui.terminal import json_option, print_json, print_json_list, progress_bar, status_line, tell
from ui.watch import watch_index

if TYPE_CHECKING:
    from index.catalog import Catalog
    from index.records import Cable, Problem
    from qa.assistant import Assistant
    from qa.records import Answer, Event, Filters

Command = TypeVar("Command", bound=Callable[..., Any])


class _Group(click.Group):
    """Turns the one root of our errors into one line and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command named."""
        from index.errors import ReftelError

        try:
            return super().invoke(ctx)
        except ReftelError as error:
            raise click.ClickException(str(error)) from None
        except BrokenPipeError:  # `reftel show … | head`
            sys.stderr.close()
            ctx.exit(0)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="Folder of the index [.reftel].")
@click.version_option(package_name="reftel", message="reftel %(version)s")
@click.pass_context
def main(ctx: click.Context, home: Path | None) -> None:
    """Ask diplomatic cables questions; every sentence of an answer names its paragraph."""
    ctx.obj = home


def filter_options(command: Command) -> Command:
    """The filters that `ask` and `search` share."""
    for option in reversed(
        (
            click.option("--since", metavar="DAY", help="Sent on or after: 1974, 1974-03 or 1974-03-05."),
            click.option("--until", metavar="DAY", help="Sent on or before."),
            click.option("--post", "posts", multiple=True, metavar="POST", help="Sent by this post; may be repeated."),
            click.option("--tag", "tags", multiple=True, metavar="TAG", help="Filed under this TAG; may be repeated."),
            click.option("--classification", "classifications", multiple=True, metavar="LEVEL", help="Classified so."),
            click.option("--cable", "cables", multiple=True, metavar="CABLE_ID", help="Only in this cable."),
            click.option("--top-k", type=click.IntRange(1, 200), help="How many passages to find."),
        )
    ):
        command = option(command)
    return command


@main.command("index")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--prune", is_flag=True, help="A path that is not there, or empty, takes its cables along; ask nothing.")
@click.option("--encoder", metavar="NAME", help="Embed all cables anew with this encoder, then answer by it.")
@click.option("--watch", "watched", is_flag=True, help="Go on: follow what changes in these folders, until Ctrl-C.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
@json_option
@click.pass_obj
def index_command(
    home: Path | None,
    paths: tuple[Path, ...],
    dry_run: bool,
    prune: bool,
    encoder: str | None,
    watched: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Read cables from files, folders and archives; the index then equals them.

    Files that went from a folder that is there take their cables along: on a terminal you are asked first. A path
    that is not there at all, or an empty folder, removes nothing unless you say so or give --prune.
    """
    from index.build import plan_of
    from index.priority import step_back, take_idle_time
    from index.settings import load_settings
    from ui.indexing import show_plan

    if bool(encoder) == bool(paths):
        raise click.UsageError("Give paths, or --encoder NAME: one at a time.")
    if watched and (encoder or dry_run or prune):
        raise click.UsageError("--watch goes with paths alone, not with --encoder, --dry-run or --prune.")
    settings = load_settings(home)
    if encoder:
        take_idle_time()
    elif not dry_run:
        step_back()
    if encoder:
        _rebuild(home, encoder, hidden=quiet or as_json, as_json=as_json)
    elif watched:
        watch_index(paths, settings, as_json=as_json)
    elif dry_run:
        plan = plan_of(paths, settings, prune=prune)
        show_plan(plan, as_json=as_json)
        tell(plan.problems)
    else:
        _index(home, paths, prune=prune, hidden=quiet or as_json, as_json=as_json)


def _index(home: Path | None, paths: tuple[Path, ...], *, prune: bool, hidden: bool, as_json: bool) -> None:
    from index.build import build
    from index.settings import load_settings
    from ui.indexing import can_ask, may_remove, stopping

    ask = may_remove if can_ask() and not prune and not hidden else None
    with stopping() as stop, progress_bar("files", hidden=hidden) as progress:
        report = build(paths, load_settings(home), progress=progress, stop=stop, prune=prune, ask=ask)
    if as_json:
        print_json({**asdict(report), "seconds": round(report.seconds, 3)})
    else:
        click.echo(
            f"{'Stopped; run the same command again to go on. ' if report.stopped else ''}"
            f"{report.added} cables added, {report.updated} updated, {report.removed} removed; "
            f"{report.read_files} files read, {f'{report.moved_files} moved, ' if report.moved_files else ''}"
            f"{report.unchanged_files} unchanged; "
            f"{report.seconds:.1f} s"
        )
        if report.kept_files:
            click.echo(f"{report.kept_files} files are not there any more; their cables stay (--prune removes them).")
    tell(report.problems)
    if report.stopped:
        sys.exit(1)


def _rebuild(home: Path | None, encoder: str, *, hidden: bool, as_json: bool) -> None:
    from index.generation import rebuild
    from index.settings import load_settings
    from ui.indexing import show_rebuilt, stopping

    settings = load_settings(home)
    with stopping() as stop, progress_bar("cables", hidden=hidden) as progress:
        report = rebuild(settings, encoder, progress=progress, stop=stop)
    if as_json:
        print_json(asdict(report))
    else:
        show_rebuilt(report, settings.home)
    if report.stopped:
        sys.exit(1)


@main.command()
@click.argument("question")
@filter_options
@click.option("--model", metavar="NAME", help="Chat model; 'none' quotes the cables.")
@click.option("--after", multiple=True, metavar="QUESTION", help="Asked before: QUESTION may then be a follow-up.")
@click.option("--trace", is_flag=True, help="Tell as well how the answer came about.")
@json_option
@click.pass_obj
def ask(
    home: Path | None,
    /,
    question: str,
    model: str | None,
    after: tuple[str, ...],
    trace: bool,
    top_k: int | None,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Answer QUESTION, every sentence cited."""
    from rich.console import Console

    from ui.render import to_terminal
    from ui.render.trace import trace_dict, trace_text

    with _assistant(home, model) as assistant:
        with status_line(hidden=as_json) as tell_reader:
            filters = _filters(assistant.catalog, chosen)
            answer = _followed(assistant.stream(question, filters=filters, top_k=top_k, talk=after), tell_reader)
        if as_json:
            print_json(answer.to_dict() | ({"trace": trace_dict(answer)} if trace else {}))
            return
        cited = {citation.cable_id for statement in answer.statements for citation in statement.citations}
        cables = (assistant.catalog.get(cable_id) for cable_id in cited)
        console = Console()
        console.print(to_terminal(answer, {cable.cable_id: cable.header for cable in cables if cable}))
        if answer.model == "none" and answer.statements:
            console.print("Quoted without a chat model; `reftel model fetch` gets one.", style="dim", markup=False)
        if not answer.statements:
            _print_passages(answer.passages[:5])
        if trace:
            click.echo(f"\n{trace_text(answer)}")


@main.command()
@click.argument("query")
@filter_options
@json_option
@click.pass_obj
def search(home: Path | None, /, query: str, top_k: int | None, as_json: bool, **chosen: Any) -> None:
    """The passages for QUERY, best first; no chat model."""
    with _assistant(home, "none") as assistant:
        passages = assistant.search(query, filters=_filters(assistant.catalog, chosen), top_k=top_k)
    if as_json:
        print_json(passages.to_dict())
    elif len(passages):
        _print_passages(passages.passages)
    else:
        click.echo("Nothing found; use other words or fewer filters.")


@main.command()
@click.argument("cable_id")
@click.option("--paragraph", type=int, metavar="N", help="Only the paragraphs printed with this number (0: header).")
@json_option
@click.pass_obj
def show(home: Path | None, cable_id: str, paragraph: int | None, as_json: bool) -> None:
    """One cable in order, with the cables it refers to and those that refer to it."""
    from index.catalog import Catalog
    from index.errors import QueryError
    from index.home import catalog_path
    from index.settings import load_settings
    from ui.show import show_cable, show_json

    catalog = Catalog(catalog_path(load_settings(home).home))
    found = catalog.resolve(cable_id)
    cable = catalog.get(found) if found else None
    if cable is None:
        referring = [each.cable_id for each in catalog.cited_by(found)] if found else []
        why = f"{found} is not in the archive; it is referred to by {', '.join(referring)}" if referring else ""
        raise QueryError(f"{why or f'no cable {cable_id!r} is in the archive'}; try: reftel search {cable_id!r}")
    if paragraph and not any(each.number == paragraph for each in cable.paragraphs):
        raise QueryError(f"{cable.cable_id} has no paragraph {paragraph}; leave --paragraph out to see them all.")
    if as_json:
        print_json(show_json(cable, catalog, paragraph))
    else:
        click.echo(show_cable(cable, catalog, paragraph))


@main.command("parse")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--ignore-attributes", is_flag=True, help='Do not read the "Message Attributes" of 1973–79.')
@click.option("--report", "reported", is_flag=True, help="Count fields and oddities instead of showing each cable.")
@json_option
@click.pass_obj
def parse_command(
    home: Path | None, paths: tuple[Path, ...], ignore_attributes: bool, reported: bool, as_json: bool
) -> None:
    """What the parser makes of files; no index is touched."""
    from index.read import files_in
    from index.records import Cable, Problem
    from index.settings import load_settings
    from index.sync import cables_in
    from ui.show import show_parsed

    limit = load_settings(home).max_file_mb
    problems: list[Problem] = []

    def cables() -> Iterator[Cable]:
        for file in files_in(paths):
            items = (
                [file]
                if isinstance(file, Problem)
                else cables_in(file, max_file_mb=limit, ignore_attributes=ignore_attributes)
            )
            for item in items:
                if isinstance(item, Cable):
                    yield item
                else:
                    problems.append(item)

    if reported:
        _print_survey(cables(), problems, as_json=as_json)
    elif as_json:
        print_json_list(cable.to_dict() for cable in cables())
    else:
        for cable in cables():
            click.echo(show_parsed(cable))
    tell(problems)


@main.command()
@click.option("--check", "checked", is_flag=True, help="Prove that the three stores agree.")
@click.option("--repair", "repaired", is_flag=True, help="Make them agree, from the catalog.")
@json_option
@click.pass_obj
def status(home: Path | None, checked: bool, repaired: bool, as_json: bool) -> None:
    """What is indexed, with which encoder, and what was left out."""
    from index.check import repair
    from index.settings import load_settings
    from ui.show import show_status, status_of

    settings = load_settings(home)
    if repaired:
        repair(settings)
    report = status_of(settings, check=checked or repaired)
    if as_json:
        print_json(report)
    else:
        click.echo(show_status(report))
    if report.get("check") and not report["check"]["agree"]:
        sys.exit(1)


@main.command()
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--model", metavar="NAME", help="Chat model; 'none' quotes the cables.")
@click.pass_obj
def web(home: Path | None, port: int, host: str, model: str | None) -> None:
    """Serve the page."""
    from index.settings import load_settings
    from ui.web import serve

    serve(load_settings(home, chat_model=model), host=host, port=port)


main.add_command(convert)
main.add_command(evaluate)
main.add_command(export)
main.add_command(model)


@contextmanager
def _assistant(home: Path | None, model: str | None) -> "Iterator[Assistant]":
    from qa.assistant import open_assistant

    with open_assistant(home, chat_model=model) as assistant:
        yield assistant


def _followed(events: "Iterable[Event]", tell_reader: Callable[[str], None]) -> "Answer":
    """The answer at the end of the events; what is read on the way is told."""
    from qa.records import AnswerReady, PassagesFound, SourceOpened
    from ui.render.text import reading_words

    for event in events:
        match event:
            case PassagesFound():
                tell_reader("Answering …")
            case SourceOpened(passage):
                tell_reader(reading_words(passage))
            case AnswerReady(answer):
                return answer
    raise AssertionError("the last event is the answer")


def _filters(catalog: "Catalog", chosen: dict[str, Any]) -> "Filters":
    from qa.filters import to_filters

    return to_filters(catalog, **chosen)


def _print_passages(passages: Any) -> None:
    from ui.show import show_passage

    click.echo("\n\n".join(show_passage(passage) for passage in passages))


def _print_survey(cables: "Iterator[Cable]", problems: "list[Problem]", *, as_json: bool) -> None:
    """What a person looks at before trusting an index; `problems` fills while the cables are read."""
    from index.survey import Survey
    from ui.parse_report import show_report

    survey = Survey(problems=problems)
    for cable in cables:
        survey.add(cable)
    if as_json:
        print_json(survey.to_dict())
    else:
        click.echo(show_report(survey.to_dict()))
