"""The state of the index -> safe HTML. See `ui.render.answers` for what makes it safe."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from index.records import Problem
from ui.render.safe import words
from ui.render.text import long_day

MOST_ROWS = 200
"""Rows of a table; what is beyond is counted."""


def summary(report: Mapping[str, Any]) -> str:
    """What is indexed, with which encoder, how large."""
    tiles = {
        "cables": f"{report['cables']:,}",
        "paragraphs": f"{report['paragraphs']:,}",
        "files": f"{report['files']:,}",
        "MB on disk": f"{report['bytes'] / 1e6:,.1f}",
    }
    facts = {
        "Sent": f"{long_day(report['first'])} to {long_day(report['last'])}" if report["first"] else "",
        "Encoder": f"{report['encoder']}, {report['dimension']} dimensions, {report['dtype']}",
        "Home": report["home"],
    }
    large = "".join(f"<div><dt>{name}</dt><dd>{words(value)}</dd></div>" for name, value in tiles.items())
    cells = "".join(f"<dt>{name}</dt><dd>{words(value)}</dd>" for name, value in facts.items() if value)
    return f'<dl class="rt-tiles">{large}</dl><dl class="rt-fields">{cells}</dl>'


def heading(title: str) -> str:
    """The heading of a part of the page."""
    return f'<h2 class="rt-label">{title}</h2>'


def folders(counts: Mapping[str, int]) -> str:
    """The files of the index by folder: how many files, how many cables.

    Args:
        counts: for every file, how many cables it holds.
    """
    files, cables = Counter[str](), Counter[str]()
    for path, count in counts.items():
        folder = str(PurePath(path).parent)
        files[folder] += 1
        cables[folder] += count
    rows = [(words(folder), f"{files[folder]:,}", f"{cables[folder]:,}") for folder in sorted(files)]
    return _table("Folders", ("Folder", "Files", "Cables"), rows)


def left_out(problems: Collection[Problem]) -> str:
    """What could not be read, or not whole, and why."""
    if not problems:
        return heading("What was left out") + '<p class="rt-note">Nothing was left out.</p>'
    rows = [(words(each.path), words(each.reason), "left out" if each.left_out else "damaged") for each in problems]
    return _table("What was left out, and why", ("Path", "Why", ""), rows)


def agreement(found: Mapping[str, Any]) -> str:
    """What a check found."""
    missing, extra = found["missing"], found["extra"]
    verdict = "The three stores agree." if found["agree"] else "The stores differ; repair them."
    return (
        f'<p class="rt-note"><strong>{verdict}</strong> {found["chunks"]:,} chunks; missing {missing["vectors"]:,} '
        f"vectors and {missing['terms']:,} terms; beyond the catalog {extra['vectors']:,} and {extra['terms']:,}.</p>"
    )


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{each or "<span></span>"}</th>' for each in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows[:MOST_ROWS])
    more = f'<p class="rt-count">and {len(rows) - MOST_ROWS:,} more</p>' if len(rows) > MOST_ROWS else ""
    return f'{heading(title)}<table class="rt-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}'
