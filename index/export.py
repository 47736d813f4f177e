"""The archive as JSON Lines that `reftel index` reads back to an equal index."""

import gzip
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, cast

from index.catalog import Catalog
from index.errors import StoreError
from index.parse.exported import to_line

ENDINGS = (".jsonl", ".jsonl.gz")
"""How a file must be called to be read as JSON Lines again."""


def lines_of(catalog: Catalog) -> Iterator[str]:
    """Each cable as a line, in the order in which they were written; none that is above the catalog's ceiling."""
    for cable in catalog.stored():
        yield json.dumps(to_line(cable), ensure_ascii=False) + "\n"


def export(catalog: Catalog, path: Path) -> int:
    """Write the archive to a file, compressed if its name ends in .gz; give the number of cables.

    The file is there whole or not at all: it is written beside, and takes its name when it is done.

    Raises:
        StoreError: the name would not be read again, or the file cannot be written.
    """
    if not path.name.endswith(ENDINGS):
        raise StoreError(f"{path} would not be read again; give it a name that ends in {' or '.join(ENDINGS)}.")
    part = path.with_name(f".{path.name}.part")  # hidden: a watched folder does not index half of it
    count = 0
    try:
        with part.open("wb") as file, _packed(file, path) as stream:
            for line in lines_of(catalog):
                stream.write(line.encode())
                count += 1
        part.replace(path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({(error.strerror or str(error)).lower()}); check the disk and its permissions."
        ) from None
    finally:
        part.unlink(missing_ok=True)
    return count


def _packed(file: IO[bytes], path: Path) -> AbstractContextManager[IO[bytes]]:
    """The stream to write to: compressed where the path says so, and the same for the same archive."""
    return cast(IO[bytes], gzip.GzipFile("", "wb", 6, file, 0)) if path.suffix == ".gz" else nullcontext(file)
