"""Cables and their paragraphs -> safe HTML for the page. See `ui.render.answers` for what makes it safe."""

from collections.abc import Iterable, Mapping, Sequence

from index.catalog import CableSummary
from index.records import Addressee, Authority, Cable, ExecutiveOrder, Paragraph, Reference, paragraph_label
from ui.place import Place, link, place_label, thread_link
from ui.render.explained import explained, tags
from ui.render.safe import looks, one_line, words
from ui.render.tabular import blocks
from ui.render.text import long_day, reference_words


def source(cable: Cable, here: Place, *, is_chosen: bool = False) -> str:
    """A cable beside the answer: a short head, then every paragraph, with the words meant lit up.

    Args:
        cable: what is shown.
        here: the paragraph and the words meant.
        is_chosen: by the reader: on a small screen it then comes up over the answer, and can be closed.
    """
    label = place_label(cable, here.ordinal) if here.ordinal is not None else ""
    head = (
        f'<header class="rt-source-head"><p class="rt-id"><span>{words(cable.cable_id)} {words(label)}</span>'
        f'<a href="{words(_link_at(cable, here.ordinal))}" data-view="page">Open the whole cable</a>'
        f'<button type="button" class="rt-close" data-view="close">Close</button></p>'
        f"<h2>{words(one_line(cable.header.subject or 'No subject'))}</h2>"
        f'<p class="rt-line">{_cable_line(cable)}</p></header>'
    )
    shown = cable.citable() if here.ordinal == 0 else cable.paragraphs
    focus = f"{cable.cable_id}/{here.ordinal}/{here.start}-{here.end}"
    body = head + _paragraphs(cable, shown, here)
    chosen = " data-chosen" if is_chosen else ""
    return (
        f'<article class="rt-cable rt-source" aria-label="Source" data-focus="{words(focus)}"{chosen}>{body}</article>'
    )


def page(cable: Cable, here: Place) -> str:
    """The reading view of a cable: header laid out, paragraphs, signature, what was odd, where it was read."""
    signer = f'<p class="rt-signer">{words(cable.header.signer)}</p>' if cable.header.signer else ""
    body = _paragraphs(cable, cable.paragraphs, here) + signer + _oddities(cable) + _provenance(cable)
    return (
        f'<article class="rt-cable" data-focus="{words(f"{cable.cable_id}/{here.ordinal}")}">{masthead(cable)}{body}'
        "</article>"
    )


def masthead(cable: Cable) -> str:
    """The header of a cable laid out."""
    return (
        f'<header class="rt-masthead"><p class="rt-line">{words(cable.cable_id)} · {_cable_line(cable)}</p>'
        f"<h1>{words(one_line(cable.header.subject or 'No subject'))}</h1>{_fields(cable)}</header>"
    )


def references(
    cable: Cable,
    present: Mapping[str, CableSummary],
    cited_by: Sequence[CableSummary],
    also: Mapping[str, Sequence[CableSummary]],
) -> str:
    """References out and in as links; those that are not in the archive are greyed and say so.

    Args:
        cable: whose references they are.
        present: the heads of those cables referred to that the archive holds.
        cited_by: the cables that refer to this one.
        also: for each absent cable, the others that refer to it.
    """
    outward = [_reference(each, present, also) for each in cable.header.references]
    inward = [_cable_link(each.cable_id, f"{words(each.cable_id)} {_about(each)}") for each in cited_by]
    return (
        '<nav class="rt-references" aria-label="References">'
        + _link_list("Refers to", outward, "No references.")
        + _link_list("Referred to by", inward, "No cable here refers to it.")
        + "</nav>"
    )


def neighbours(before: CableSummary | None, after: CableSummary | None) -> str:
    """The cables of the same post sent before and after."""
    links = [
        _cable_link(each.cable_id, f"{sign} {words(each.cable_id)} {_about(each)}", label=said)
        for each, sign, said in ((before, "↑", "Previous from this post"), (after, "↓", "Next from this post"))
        if each
    ]
    items = "".join(f"<li>{each}</li>" for each in links)
    return (
        f'<nav class="rt-references" aria-label="Same post"><h2>Same post</h2><ul>{items}</ul></nav>' if items else ""
    )


def absent(asked: str, others: Sequence[CableSummary]) -> str:
    """The page of a cable that the archive does not hold: who refers to it, if any does."""
    if not others:
        said = "There is no cable of this name in the archive, and none refers to it. Check the link, or ask for it."
        return f'<header class="rt-masthead"><h1>{words(one_line(asked))}</h1><p class="rt-note">{said}</p></header>'
    said = f"Not in this archive, but {'this cable refers' if len(others) == 1 else 'these cables refer'} to it."
    items = "".join(
        f"<li>{_cable_link(each.cable_id, f'{words(each.cable_id)} {_about(each)}')}</li>" for each in others
    )
    return (
        f'<header class="rt-masthead"><h1>{words(one_line(asked))}</h1><p class="rt-note">{said}</p></header>'
        f'<nav class="rt-references" aria-label="Referred to by"><ul>{items}</ul></nav>'
    )


def views(cable: Cable, *, is_original: bool) -> str:
    """Links to the other ways to look at a cable."""
    here, beside = link(cable.cable_id), f"{link(cable.cable_id)}&lines=original"
    ways = (("Read", here, not is_original), ("Original lines", beside, is_original))
    links = "".join(
        f'<a href="{words(address)}" data-view="page"{" aria-current=true" if current else ""}>{name}</a>'
        for name, address, current in ways
    )
    thread = f'<a href="{words(thread_link(cable.cable_id))}" data-view="page">Thread</a>'
    return f'<nav class="rt-ways" aria-label="Ways to look at this cable">{links}{thread}</nav>'


def segments(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The text cut at the spans: each piece, and whether it is lit up. Spans may overlap or overrun."""
    lit: list[tuple[int, int]] = []
    for start, end in sorted((max(0, a), min(b, len(text))) for a, b in spans):
        if end <= start:
            continue
        if lit and start <= lit[-1][1]:
            lit[-1] = (lit[-1][0], max(lit[-1][1], end))
        else:
            lit.append((start, end))
    pieces, done = [], 0
    for start, end in lit:
        pieces += [(text[done:start], False), (text[start:end], True)]
        done = end
    return [(piece, on) for piece, on in [*pieces, (text[done:], False)] if piece]


def paragraph(cable: Cable, each: Paragraph, spans: Iterable[tuple[int, int]] = (), *, here: bool = False) -> str:
    """One paragraph of a cable, its number a lasting link, the words at `spans` lit up."""
    label = paragraph_label(each, cable.paragraphs)
    body = _lit(each.text, tuple(spans))
    heading = f"<h3>{words(one_line(each.heading))}</h3>" if each.heading else ""
    mark = f'<span class="rt-portion">({words(each.mark)})</span> ' if each.mark else ""
    kind = " rt-head" if each.ordinal == 0 else looks(each.text)
    return (
        f'<section class="rt-paragraph{kind}{" rt-here" if here else ""}" data-ordinal="{each.ordinal}">{heading}'
        f'<a class="rt-number" href="{words(link(cable.cable_id, each.ordinal, each.number, label))}" '
        f'data-view="page" title="Link to {words(label)}">{words(_margin(each))}</a>'
        f'<p dir="auto">{mark}{body}</p>{_notes(cable, each.ordinal)}</section>'
    )


def _lit(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """A text with the words at `spans` lit up, its tables set as tables."""
    pieces, done = [], 0
    for block, is_table in blocks(text):
        within = [(start - done, end - done) for start, end in spans]
        found = "".join(
            f"<mark>{explained(piece)}</mark>" if on else explained(piece) for piece, on in segments(block, within)
        )
        pieces.append(f'<span class="rt-tabular">{found}</span>' if is_table else found)
        done += len(block)
    return "".join(pieces)


def _paragraphs(cable: Cable, shown: Sequence[Paragraph], here: Place) -> str:
    return "".join(
        paragraph(
            cable,
            each,
            [(here.start, here.end)] if each.ordinal == here.ordinal else [],
            here=each.ordinal == here.ordinal,
        )
        for each in shown
    )


def _fields(cable: Cable) -> str:
    header = cable.header
    order = header.executive_order
    rows = {
        "From": header.from_ or header.origin,
        "To": _addressees(header.to),
        "Info": _addressees(header.info),
        "Sent": f"{long_day(header.sent)}, {header.sent:%H:%M} UTC" if header.sent else "not known",
        "Precedence": (header.precedence or "").capitalize(),
        "Captions": ", ".join(header.captions),
        "TAGS": "",
        "Classified by": _authority_words(header.classified_by) if header.classified_by else "",
        "E.O.": _order_words(order) if order else "",
        "Section": f"{header.section.part} of {header.section.of}, the others are missing" if header.section else "",
    }
    said = {name: words(value) for name, value in rows.items()} | {"TAGS": tags(header.tags)}
    cells = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in said.items() if value)
    return f'<dl class="rt-fields">{cells}</dl>'


def _authority_words(authority: Authority) -> str:
    return f"{authority.name}, for {', '.join(authority.reasons)}" if authority.reasons else authority.name


def _order_words(order: ExecutiveOrder) -> str:
    return f"{order.order}, declassify on {long_day(order.declassify_on)}" if order.declassify_on else order.order


def _addressees(lines: Iterable[Addressee]) -> str:
    return "\n".join(" ".join(part for part in (each.name, each.precedence or "") if part) for each in lines)


def _cable_line(cable: Cable) -> str:
    header = cable.header
    level = words(" // ".join(part for part in (header.classification or "", *header.captions) if part))
    parts = (words(long_day(header.sent)), f'<span class="rt-level">{level}</span>' if level else "")
    return " · ".join(part for part in parts if part) or "undated"


def _oddities(cable: Cable) -> str:
    if not cable.anomalies:
        return ""
    items = "".join(f"<li>{words(each.detail)}</li>" for each in cable.anomalies)
    return f'<details class="rt-oddities"><summary>Damage and repairs in this cable</summary><ul>{items}</ul></details>'


def _provenance(cable: Cable) -> str:
    """Where the archive has the cable: the copy that is read first, then the others."""
    others = (each for each in cable.sources if each.path != cable.source.path)
    items = "".join(
        f"<li><code>{words(each.path)}</code> {words(each.format)}<br>SHA-256 <code>{words(each.sha256)}</code></li>"
        for each in (cable.source, *others)
    )
    return f'<details class="rt-oddities"><summary>Where it was read</summary><ul>{items}</ul></details>'


def _notes(cable: Cable, ordinal: int) -> str:
    """The editor's notes to a paragraph: no words of the cable's own."""
    notes = [each for each in cable.footnotes if each.ordinal == ordinal]
    return "".join(
        f'<p class="rt-footnote" dir="auto"><span>{words(f"Note {each.label}" if each.label else "Note")}</span> '
        f"{words(each.text)}</p>"
        for each in notes
    )


def _reference(
    reference: Reference, present: Mapping[str, CableSummary], also: Mapping[str, Sequence[CableSummary]]
) -> str:
    shown = words(reference_words(reference))
    for cable_id, remark in ((reference.cable_id, ""), (reference.last_year, "or, of the year before, ")):
        if cable_id in present:
            return _cable_link(cable_id or "", f"{shown} {_about(present[cable_id or ''], remark)}")
    if not reference.cable_id:
        return f'<span class="rt-absent">{shown} <small>{words(reference.kind)}</small></span>'
    doubt = ", its year inferred" if reference.year_inferred else ""
    others = "".join(
        f" {_cable_link(each.cable_id, words(each.cable_id))}" for each in also.get(reference.cable_id, ())
    )
    more = f"<small>also referred to by{others}</small>" if others else ""
    return f'<span class="rt-absent">{shown} <small>not in this archive{doubt}</small></span>{more}'


def _about(summary: CableSummary, remark: str = "") -> str:
    about = " · ".join(part for part in (long_day(summary.sent), one_line(summary.subject or "")) if part)
    return f"<small>{words(remark + about)}</small>"


def _cable_link(cable_id: str, inner: str, *, label: str = "") -> str:
    title = f' title="{label}"' if label else ""
    return f'<a href="{words(link(cable_id))}" data-view="page"{title}>{inner}</a>'


def _link_list(title: str, items: Sequence[str], empty: str) -> str:
    body = "".join(f"<li>{item}</li>" for item in items) or f'<li class="rt-none">{empty}</li>'
    return f"<h2>{title}</h2><ul>{body}</ul>"


def _link_at(cable: Cable, ordinal: int | None) -> str:
    at = next((each for each in cable.citable() if each.ordinal == ordinal), None)
    return (
        link(cable.cable_id, ordinal, at.number, paragraph_label(at, cable.paragraphs)) if at else link(cable.cable_id)
    )


def _margin(each: Paragraph) -> str:
    if each.ordinal == 0:
        return "¶"
    return str(each.number) if each.number is not None else "·"
