"""Cables and their paragraphs -> safe HTML for the page. See `ui.render.answers` for what makes it safe."""

from collections.abc import Collection, Iterable, Sequence

from index.catalog import CableSummary
from index.records import Addressee, Cable, ExecutiveOrder, Paragraph, paragraph_label
from ui.place import Place, link, place_label
from ui.render.safe import one_line, words
from ui.render.text import long_day, reference_words


def source(cable: Cable, here: Place) -> str:
    """A cable beside the answer: a short head, then every paragraph, with the words meant lit up."""
    label = place_label(cable, here.ordinal) if here.ordinal is not None else ""
    head = (
        f'<header class="rt-source-head"><p class="rt-id"><span>{words(cable.cable_id)} {words(label)}</span>'
        f'<a href="{words(_link_at(cable, here.ordinal))}" data-view="page">Open the whole cable</a></p>'
        f"<h2>{words(one_line(cable.header.subject or 'No subject'))}</h2>"
        f'<p class="rt-line">{_cable_line(cable)}</p></header>'
    )
    shown = cable.citable() if here.ordinal == 0 else cable.paragraphs
    focus = f"{cable.cable_id}/{here.ordinal}/{here.start}-{here.end}"
    body = head + _paragraphs(cable, shown, here)
    return f'<article class="rt-cable rt-source" aria-label="Source" data-focus="{words(focus)}">{body}</article>'


def page(cable: Cable, here: Place) -> str:
    """The reading view of a cable: header laid out, paragraphs, signature."""
    header = cable.header
    masthead = (
        f'<header class="rt-masthead"><p class="rt-line">{words(cable.cable_id)} · {_cable_line(cable)}</p>'
        f"<h1>{words(one_line(header.subject or 'No subject'))}</h1>{_fields(cable)}</header>"
    )
    signer = f'<p class="rt-signer">{words(header.signer)}</p>' if header.signer else ""
    body = masthead + _paragraphs(cable, cable.paragraphs, here) + signer + _oddities(cable)
    return f'<article class="rt-cable" data-focus="{words(f"{cable.cable_id}/{here.ordinal}")}">{body}</article>'


def references(cable: Cable, present: Collection[str], cited_by: Sequence[CableSummary]) -> str:
    """References out and in as links; those that are not in the archive are greyed and say so."""
    outward = []
    for reference in cable.header.references:
        shown = words(reference_words(reference))
        if reference.cable_id in present:
            outward.append(_cable_link(reference.cable_id or "", shown))
        else:
            why = "not in this archive" if reference.cable_id else reference.kind
            outward.append(f'<span class="rt-absent">{shown} <small>{words(why)}</small></span>')
    inward = [
        _cable_link(each.cable_id, f"{words(each.cable_id)} <small>{words(one_line(each.subject or ''))}</small>")
        for each in cited_by
    ]
    return (
        '<nav class="rt-references" aria-label="References">'
        + _link_list("Refers to", outward, "No references.")
        + _link_list("Referred to by", inward, "No cable here refers to it.")
        + "</nav>"
    )


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
    body = "".join(f"<mark>{words(piece)}</mark>" if on else words(piece) for piece, on in segments(each.text, spans))
    heading = f"<h3>{words(one_line(each.heading))}</h3>" if each.heading else ""
    mark = f'<span class="rt-portion">({words(each.mark)})</span> ' if each.mark else ""
    kind = " rt-head" if each.ordinal == 0 else " rt-capitals" if each.text.isupper() else ""
    return (
        f'<section class="rt-paragraph{kind}{" rt-here" if here else ""}" data-ordinal="{each.ordinal}">{heading}'
        f'<a class="rt-number" href="{words(link(cable.cable_id, each.ordinal, each.number, label))}" '
        f'data-view="page" title="Link to {words(label)}">{words(_margin(each))}</a>'
        f'<p dir="auto">{mark}{body}</p></section>'
    )


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
        "TAGS": ", ".join(header.tags),
        "Classified by": header.classified_by.name if header.classified_by else "",
        "E.O.": _order_words(order) if order else "",
        "Section": f"{header.section.part} of {header.section.of}, the others are missing" if header.section else "",
    }
    cells = "".join(f"<dt>{name}</dt><dd>{words(value)}</dd>" for name, value in rows.items() if value)
    return f'<dl class="rt-fields">{cells}</dl>'


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


def _cable_link(cable_id: str, inner: str) -> str:
    return f'<a href="{words(link(cable_id))}" data-view="page">{inner}</a>'


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
