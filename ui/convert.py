"""`reftel convert`: question sets that people already have, as cables and questions."""

from pathlib import Path

import click

from ui.terminal import json_option, print_json


@click.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--qrels", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Of BEIR; [the test split]."
)
@json_option
def convert(source: Path, folder: Path, qrels: Path | None, as_json: bool) -> None:
    """Make cables and questions of a SQuAD 2 file or a BEIR folder.

    SOURCE is SQuAD 2 JSON, or a folder with corpus.jsonl, queries.jsonl and qrels. FOLDER then holds
    corpus.jsonl and questions.jsonl:

    \b
    reftel convert dev-v2.0.json squad
    reftel --home squad/.reftel index squad/corpus.jsonl
    reftel --home squad/.reftel evaluate squad/questions.jsonl            (BEIR: with --search)
    """
    from qa.evaluation.convert import convert as convert_set

    made = convert_set(source, folder, qrels=qrels)
    if as_json:
        print_json({"folder": str(made.folder), "cables": made.cables, "questions": made.questions})
    else:
        click.echo(f"{made.cables} cables and {made.questions} questions in {made.folder}")
