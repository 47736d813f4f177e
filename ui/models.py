"""The commands `reftel model …`: list, fetch and try chat models."""

from pathlib import Path

import click

from ui.terminal import json_option, print_json, progress_bar


@click.group()
def model() -> None:
    """List, fetch and try chat models."""


@model.command("list")
@json_option
@click.pass_obj
def model_list(home: Path | None, as_json: bool) -> None:
    """The local models, and which of them are here."""
    from index.settings import load_settings
    from qa.chat.models import list_models
    from qa.chat.unpacking import unpacked
    from qa.chat.weights import fetched

    folder = load_settings(home).models_folder
    here = {each.name: fetched(each.name, folder) for each in list_models()}
    are_unpacked = {name for name, path in here.items() if path and unpacked(path)}
    if as_json:
        print_json(
            [
                {
                    "name": each.name,
                    "bytes": each.bytes,
                    "licence": each.licence,
                    "fetched": here[each.name] is not None,
                    "unpacked": each.name in are_unpacked,
                }
                for each in list_models()
            ]
        )
        return
    for each in list_models():
        state = "not fetched" if here[each.name] is None else "here, unpacked" if each.name in are_unpacked else "here"
        click.echo(f"{each.name:32} {each.bytes / 1e6:8,.0f} MB  {each.licence:12} {state}")
    click.echo("Others by provider and name, as LangChain names them: --model ollama:qwen3:8b")


@model.command("fetch")
@click.argument("name", required=False)
@click.option("--quiet", is_flag=True, help="No progress bar.")
@click.option(
    "--packed", is_flag=True, help="Leave the weights packed, or pack them again: less disk and memory, slower."
)
@click.pass_obj
def model_fetch(home: Path | None, name: str | None, quiet: bool, packed: bool) -> None:
    """Bring a local chat model (the first of the list, if none is named), and prove it by its hash."""
    from index.settings import load_settings
    from qa.chat.models import list_models
    from qa.chat.weights import fetch, fetched

    folder = load_settings(home).models_folder
    wanted = name or list_models()[0].name
    if here := fetched(wanted, folder):
        click.echo(f"{wanted} is here: {here}")
        _pack_or_unpack(here, packed)
        return
    with progress_bar("MB", hidden=quiet) as report_progress:
        path = fetch(
            wanted,
            folder,
            progress=lambda done, total, what: report_progress(done // 1_000_000, total // 1_000_000, what),
        )
    click.echo(f"{wanted} is fetched and proved: {path}")
    _pack_or_unpack(path, packed)


def _pack_or_unpack(path: Path, packed: bool) -> None:
    """Unpack its weights where that makes answers faster; where there is no room, say so and leave it."""
    from index.errors import ChatUnavailable
    from qa.chat.unpacking import drop_unpacked, unpack, unpacked, worth_unpacking

    if packed:
        if unpacked(path):
            drop_unpacked(path)
            click.echo("Its unpacked weights are removed; it works with the packed ones.")
        return
    if not worth_unpacking() or unpacked(path):
        return
    click.echo("Its weights are being unpacked for this processor, which reads prompts faster so: about a minute.")
    try:
        click.echo(f"They are unpacked: {unpack(path)}")
    except ChatUnavailable as error:
        click.echo(str(error))


@model.command("try")
@click.argument("name", required=False)
@click.pass_obj
def model_try(home: Path | None, name: str | None) -> None:
    """Say one sentence with a chat model."""
    from index.errors import ChatUnavailable
    from index.settings import load_settings
    from qa.chat import chat_errors, chat_model_name, open_chat_model

    settings = load_settings(home, chat_model=name)
    opened = open_chat_model(settings)
    if opened is None:
        raise ChatUnavailable("there is no chat model to try; run: reftel model fetch")
    with chat_errors(chat_model_name(settings)):
        for chunk in opened.stream("Say in one short sentence what a diplomatic cable is."):
            click.echo(chunk.text, nl=False)
    click.echo()
