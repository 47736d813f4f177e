"""A cable, a passage, the state of the index: as lines for the terminal and as JSON."""

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.catalog import Catalog
from index.check import check
from index.home import open_stores
from index.records import Cable, Paragraph, paragraph_label
from index.settings import Settings
from qa.records import Passage
from ui.render.safe import clean

WIDTH = 96


def show_passage(passage: Passage) -> str:
    """A passage in a few lines: where it stands, then its words."""
    head = f"{passage.rank:>3}. {passage.cable_id} {passage.label}  {(passage.sent or 'undated')[:10]}"
    ways = ", ".join(passage.found_by)
    lines = textwrap.wrap(passage.text, WIDTH - 5, max_lines=6, placeholder=" …")
    return clean("\n".join([f"{head}  {passage.subject or ''}  ({ways})", *(f"     {line}" for line in lines)]))


def show_parsed(cable: Cable) -> str:
    """What the parser made of a cable, in a few lines: id, subject, paragraph numbers, what was odd."""
    numbers = " ".join(str(each.number or "–") for each in cable.paragraphs)
    odd = [f"    {each.kind}: {each.detail}" for each in cable.anomalies]
    return "\n".join(
        [f"{cable.cable_id}  {cable.header.subject or '(no subject)'}", f"    paragraphs: {numbers}", *odd]
    )


def show_cable(cable: Cable, catalog: Catalog, number: int | None = None) -> str:
    """A cable for the terminal: header, paragraphs, references out and in."""
    shown = _chosen(cable, number)
    blocks = [] if number else [cable.header.text]
    blocks += [_show_paragraph(cable, paragraph) for paragraph in shown]
    if number is None:
        blocks.append(_show_references(cable, catalog))
        blocks += ["\n".join(f"{each.kind}: {each.detail}" for each in cable.anomalies)]
    return clean("\n\n".join(block for block in blocks if block))


def show_json(cable: Cable, catalog: Catalog, number: int | None = None) -> dict[str, Any]:
    """The cable as `reftel parse --json` has it, with `cited_by` and what is absent beside it."""
    targets = [each.cable_id for each in cable.header.references if each.cable_id]
    ordinals = {each.ordinal for each in _chosen(cable, number)}
    whole = cable.to_dict()
    return {
        **whole,
        "paragraphs": [each for each in whole["paragraphs"] if each["ordinal"] in ordinals],
        "cited_by": [each.cable_id for each in catalog.cited_by(cable.cable_id)],
        "absent": sorted(set(targets) - catalog.present(targets)),
    }


def status_of(settings: Settings, *, check: bool) -> dict[str, Any]:
    """What is indexed, with which encoder, what was left out; with `check`, whether the stores agree."""
    stores = open_stores(settings)
    try:
        return _status_of(stores, settings, check=check)
    finally:
        stores.close()


def _status_of(stores: Any, settings: Settings, *, check: bool) -> dict[str, Any]:
    facets, manifest = stores.catalog.facets(), stores.catalog.manifest()
    report: dict[str, Any] = {
        "home": str(settings.home),
        "cables": facets.cables,
        "paragraphs": facets.paragraphs,
        "first": facets.first.isoformat() if facets.first else None,
        "last": facets.last.isoformat() if facets.last else None,
        "posts": facets.posts,
        "classifications": facets.classifications,
        "files": len(stores.catalog.files()),
        "encoder": manifest.get("encoder"),
        "dtype": manifest.get("dtype"),
        "dimension": int(manifest.get("dimension", 0)),
        "generation": int(manifest.get("generation", 1)),
        "encoder_setting": settings.encoder if "encoder" in settings.model_fields_set else None,
        "next_generation": _next_json(stores.catalog),
        "vectors_at": settings.chroma_url,
        "bytes": _size(settings.home, without=settings.models_folder),
        "problems": [
            {"path": each.path, "reason": each.reason, "left_out": each.left_out} for each in stores.catalog.problems()
        ],
    }
    if check:
        report["check"] = _check_json(stores)
    return report


def _next_json(catalog: Catalog) -> dict[str, Any] | None:
    """The generation that is being built, or that a run left unfinished."""
    made = catalog.next_manifest()
    if not made:
        return None
    return {"generation": int(made["generation"]), "encoder": made["encoder"], "cables": catalog.next_cables()}


def _check_json(stores: Any) -> dict[str, Any]:
    found = check(stores)
    return {
        "agree": bool(found),
        "chunks": found.chunks,
        "missing": {"vectors": found.missing_vectors, "terms": found.missing_terms},
        "extra": {"vectors": found.extra_vectors, "terms": found.extra_terms},
    }


def show_status(report: dict[str, Any]) -> str:
    """The same for the terminal."""
    posts = ", ".join(f"{post} {count}" for post, count in list(report["posts"].items())[:8])
    lines = [
        f"{report['cables']} cables, {report['paragraphs']} paragraphs "
        f"from {report['files']} files in {report['home']}",
        f"sent {report['first']} to {report['last']}; {posts}" if report["cables"] else "",
        f"encoder {report['encoder']} ({report['dtype']}, {report['dimension']} dimensions), "
        f"generation {report['generation']}, {report['bytes'] / 1e6:.1f} MB"
        + (f"; vectors at {report['vectors_at']}" if report["vectors_at"] else ""),
    ]
    lines += _show_encoders(report)
    lines += [
        f"{'left out' if problem['left_out'] else 'damaged'}: {problem['path']}: {problem['reason']}"
        for problem in report["problems"]
    ]
    if found := report.get("check"):
        verdict = "the three stores agree" if found["agree"] else "the stores differ; run: reftel status --repair"
        missing, extra = found["missing"], found["extra"]
        lines.append(
            f"{verdict}: {found['chunks']} chunks; missing {missing['vectors']} vectors, {missing['terms']} terms; "
            f"beyond the catalog {extra['vectors']} vectors, {extra['terms']} terms"
        )
    return "\n".join(line for line in lines if line)


def _show_encoders(report: dict[str, Any]) -> Iterator[str]:
    """What is not as it should stay: another encoder in the settings, a generation that is not finished."""
    built, named, coming = report["encoder"], report["encoder_setting"], report["next_generation"]
    if named and built and named != built:
        yield (
            f"the settings name another encoder, {named!r}: set encoder = {built!r}, "
            f"or embed all cables anew: reftel index --encoder {named!r}"
        )
    if coming:
        name, done = coming["encoder"], f"{coming['cables']} of {report['cables']} cables"
        yield (
            f"generation {coming['generation']} is not finished, {done} are embedded by {name!r}; "
            f"unless a run is at it, go on: reftel index --encoder {name!r}"
        )


def _chosen(cable: Cable, number: int | None) -> tuple[Paragraph, ...]:
    if number is None:
        return cable.paragraphs
    return tuple(paragraph for paragraph in cable.paragraphs if paragraph.number == number)


def _show_paragraph(cable: Cable, paragraph: Paragraph) -> str:
    mark = f" ({paragraph.mark})" if paragraph.mark else ""
    heading = f"{paragraph.heading}\n" if paragraph.heading else ""
    body = "\n".join(textwrap.fill(line, WIDTH) for line in paragraph.text.splitlines())
    return f"{heading}{paragraph_label(paragraph, cable.paragraphs)}{mark}\n{body}"


def _show_references(cable: Cable, catalog: Catalog) -> str:
    targets = [each.cable_id for each in cable.header.references if each.cable_id]
    present = catalog.present(targets)
    lines = []
    for each in cable.header.references:
        state = "" if each.cable_id in present else " (not in the archive)" if each.cable_id else ""
        lines.append(f"refers to {each.label + ' ' if each.label else ''}{each.cable_id or each.text}{state}")
    lines += [
        f"referred to by {citing.cable_id}, {(citing.sent or '')[:10]}: {citing.subject or ''}"
        for citing in catalog.cited_by(cable.cable_id)
    ]
    return "\n".join(lines)


def _size(folder: Path, *, without: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_relative_to(without))
