"""The original text of a cable is found again in its file, whatever the file's format, and nothing else is read."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from making import a_text

from index.catalog import Catalog
from index.home import catalog_path
from index.read import read_file
from index.records import Message
from index.settings import Settings
from ui.originals import source_text

LINES = "\n".join(json.dumps({"text": a_text(number)}) for number in (1, 2, 3))


def rows() -> str:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, doublequote=False, escapechar="\\", lineterminator="\n")
    for number in (1, 2, 3):
        head, _, body = a_text(number).partition("\n\nUNCLAS")
        writer.writerow(
            [
                number,
                "11/20/2007 11:58",
                f"07ASTANA{number}",
                "Embassy Astana",
                "UNCLASSIFIED",
                "",
                head,
                f"UNCLAS{body}",
            ]
        )
    return out.getvalue()


def packed(members: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return out.getvalue()


FILES = {
    "2.txt": a_text(2).encode(),
    "all.txt": "".join(a_text(number) for number in (1, 2, 3)).encode(),
    "all.jsonl": LINES.encode(),
    "all.jsonl.gz": gzip.compress(LINES.encode()),
    "all.csv": rows().encode(),
    "odd:name!.jsonl": LINES.encode(),
    "box.zip": packed({f"in/{number}.txt": a_text(number) for number in (1, 2, 3)}),
    "lines.zip": packed({"a.jsonl": LINES.splitlines()[0], "b.jsonl": LINES}),
}


@pytest.mark.parametrize("name", FILES)
def test_the_text_is_found_again(
    name: str, index_files: Callable[..., Any], settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    index_files(path)
    catalog = Catalog(catalog_path(settings.home))
    cable, file = catalog.get("07ASTANA2"), catalog.file_of("07ASTANA2")
    assert cable is not None
    text = source_text(cable, file, max_file_mb=100)
    assert text is not None
    for paragraph in cable.paragraphs:
        assert paragraph.text in text[paragraph.start : paragraph.end]
    path.write_bytes(FILES[name].replace(b"FORUM 2", b"FORUM 7") if b"FORUM 2" in FILES[name] else b"")
    assert source_text(cable, file, max_file_mb=100) is None
    path.unlink()
    assert source_text(cable, file, max_file_mb=100) is None


@pytest.mark.parametrize("name", [name for name in FILES if not name.endswith(".txt")])
def test_one_record_is_read_and_others_are_passed_over(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    wanted = [message for message in read_file(path) if isinstance(message, Message)][-1]
    assert list(read_file(path, only=wanted.source.path)) == [wanted]
