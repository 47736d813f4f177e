"""How an answer came about, for the curious. See `ui.render.answers` for what makes it safe."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qa.records import Answer
from ui.render.safe import clean, one_line, words
from ui.render.text import cite_text


def trace(ready: Answer) -> str:
    """What was understood and found, the prompt, the draft, the verdicts, and the seconds of each stage."""
    query, told = ready.query, ready.trace
    found = "".join(
        f"<tr><td>{each.rank}</td><td>{words(cite_text(each))}</td><td>{each.score:.3f}</td>"
        f"<td>{words(', '.join(each.found_by))}</td></tr>"
        for each in ready.passages
    )
    seconds = ", ".join(f"{name.replace('_', ' ')} {value:.2f} s" for name, value in ready.seconds.items())
    sections = {
        "Understood": _listed({name: value for name, value in query.to_dict().items() if name != "text"}),
        "Found": f"<table><thead><tr><th>Rank</th><th>Paragraph</th><th>Score</th><th>Found by</th></tr></thead>"
        f"<tbody>{found}</tbody></table>"
        if found
        else "",
        "Prompt": _block("Prompt", "\n\n".join(f"{each['role']}:\n{each['text']}" for each in told.get("prompt", ()))),
        "Draft": _block("Draft", ready.draft),
        "Verdicts": _verdicts(told.get("verdicts", ())),
        "Read again": _listed({f"source {n}": value for n, value in told.get("readings", {}).items()}),
        "Time": f"<p>{words(seconds)}</p>" if seconds else "",
    }
    body = "".join(f'<h3 class="rt-label">{name}</h3>{html}' for name, html in sections.items() if html)
    return f'<details class="rt-trace"><summary>How this answer came about</summary>{body}</details>'


def _block(name: str, text: str) -> str:
    return f'<pre dir="auto" tabindex="0" aria-label="{name}">{words(text)}</pre>' if text else ""


def _verdicts(verdicts: Sequence[Mapping[str, Any]]) -> str:
    """Each sentence of the draft with its verdict, and why."""
    items = "".join(
        f"<li>{words(each['support'])}: {words(one_line(each['text']))}"
        f"{words(' – ' + '; '.join(each['reasons'])) if each['reasons'] else ''}</li>"
        for each in verdicts
    )
    return f"<ul>{items}</ul>" if items else ""


def _listed(facts: Mapping[str, Any]) -> str:
    """Nested facts as nested lists; what is empty is left out."""
    items = "".join(
        f"<li>{words(name.replace('_', ' '))}: {_value(value)}</li>" for name, value in facts.items() if value
    )
    return f"<ul>{items}</ul>" if items else ""


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return _listed(value)
    if isinstance(value, list | tuple):
        return ", ".join(_value(each) for each in value)
    return words(str(value))


def trace_dict(ready: Answer) -> dict[str, Any]:
    """How the answer came about, for a machine: `trace` in the JSON of `reftel ask --trace`."""
    return {
        "query": ready.query.to_dict(),
        "found": [
            {"rank": each.rank, "cable_id": each.cable_id, "ordinal": each.ordinal, "score": each.score,
             "found_by": list(each.found_by)}
            for each in ready.passages
        ],
        "draft": ready.draft,
        "withheld": [each.to_dict() for each in ready.withheld],
        **ready.trace,
        "seconds": ready.seconds,
    }  # fmt: skip


def trace_text(ready: Answer) -> str:
    """The same for a terminal, section by section; what is empty is left out."""
    told = ready.trace
    query = {name: value for name, value in ready.query.to_dict().items() if name != "text"}
    sections = {
        "Asked": [one_line(ready.query.text)],
        "Understood": [*_lines(query)],
        "Found": [
            f"{each.rank:>3}  {cite_text(each):<28} {each.score:.3f}  {', '.join(each.found_by)}"
            for each in ready.passages
        ],
        "Prompt": [line for each in told.get("prompt", ()) for line in (f"[{each['role']}]", *_told(each["text"]))],
        "Draft": [*_told(ready.draft)],
        "Verdicts": [
            f"{each['support']}: {one_line(each['text'])}" + "".join(f"\n  - {why}" for why in each["reasons"])
            for each in told.get("verdicts", ())
        ],
        "Read again": [*_lines({f"source {marker}": value for marker, value in told.get("readings", {}).items()})],
        "Failure": [*_told(str(told.get("failure") or ""))],
        "Seconds": [f"{name.replace('_', ' ')}: {value:.2f}" for name, value in ready.seconds.items()],
    }
    return "\n\n".join(
        "\n".join([name.upper(), *(f"  {line}".replace("\n", "\n  ") for line in lines)])
        for name, lines in sections.items()
        if lines
    )


def _told(text: str) -> Iterator[str]:
    """Lines that a terminal can be given: no escape sequence of a cable or a model reaches it."""
    return (clean(line) for line in text.splitlines())


def _lines(facts: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """Nested facts as indented lines; what is empty is left out."""
    for name, value in facts.items():
        if isinstance(value, Mapping):
            inner = [*_lines(value, f"{indent}  ")]
            yield from [f"{indent}{name}:", *inner] if inner else []
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield f"{indent}{name}:"
            yield from (f"{indent}  {one_line(str(each.get('value', '')))} ({each.get('strength', '')}), from “"
                        f"{one_line(str(each.get('text', '')))}”" for each in value)  # fmt: skip
        elif value:
            yield f"{indent}{name}: {one_line(', '.join(value) if isinstance(value, list) else str(value))}"
