"""`reftel export`: the archive as JSON Lines."""

from pathlib import Path

import click


@click.command()
@click.argument("file", default="-", type=click.Path(dir_okay=False, allow_dash=True))
@click.pass_obj
def export(home: Path | None, file: str) -> None:
    """Write every cable to FILE, a line of JSON each; `reftel index FILE` makes an equal index of it.

    FILE ends in .jsonl or .jsonl.gz; without one, or for -, the lines go to standard output.
    """
    from index.catalog import Catalog
    from index.export import export as write
    from index.export import lines_of
    from index.home import catalog_path
    from index.settings import load_settings

    catalog = Catalog(catalog_path(load_settings(home).home))
    try:
        if file == "-":
            for line in lines_of(catalog):
                click.echo(line, nl=False)
        else:
            click.echo(f"{write(catalog, Path(file))} cables written to {file}")
    finally:
        catalog.close()
