"""How an answer came about, for the curious. See `ui.render.answers` for what makes it safe."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qa.records import Answer
from ui.render.safe import clean, one_line, words
from ui.render.text import cite_text


def trace(ready: Answer, *, scores: bool = True) -> str:
    """What was understood, what was found and how, the draft and what became of it, the seconds of each stage.

    Args:
        ready: the answer.
        scores: whether scores are told. They count how rare a word is in the whole archive: to a reader with a ceiling
            that is a trace of what lies above it.
    """
    told = dict(ready.trace)
    told.pop("draft", None)
    sections = {
        "Understood": _listed({name: value for name, value in ready.query.to_dict().items() if name != "text"}),
        "Found": _table(
            ("Rank", "Paragraph", "Score", "Found by"),
            [
                (str(each.rank), cite_text(each), f"{each.score:.3f}" if scores else "–", ", ".join(each.found_by))
                for each in ready.passages
            ],
        ),
        "Draft": _verbatim("Draft", ready.draft),
        "Checked, sentence by sentence": _verdicts(told.pop("verdicts", ())),
        "What the chat model was sent": _prompt(told.pop("prompt", ())),
        "Besides": _listed(told),
        "Time": _paragraph(
            ", ".join(f"{name.replace('_', ' ')} {value:.2f} s" for name, value in ready.seconds.items())
        ),
    }
    body = "".join(f'<h3 class="rt-label">{name}</h3>{html}' for name, html in sections.items() if html)
    return f'<details class="rt-trace"><summary>How this answer came about</summary>{body}</details>'


def _verdicts(found: Iterable[Mapping[str, Any]]) -> str:
    """What the verifier made of each sentence, and why."""
    rows = [(str(each["text"]), str(each["support"]), ", ".join(map(str, each["reasons"]))) for each in found]
    return _table(("Sentence", "Verdict", "Why"), rows)


def _prompt(messages: Iterable[Mapping[str, Any]]) -> str:
    text = "\n\n".join(f"{each['role']}:\n{each['text']}" for each in messages)
    return _verbatim("What the chat model was sent", text)


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    body = "".join(f"<tr>{''.join(f'<td>{words(cell)}</td>' for cell in row)}</tr>" for row in rows)
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if body else ""


def _verbatim(name: str, text: str) -> str:
    return f'<pre dir="auto" tabindex="0" aria-label="{name}">{words(text)}</pre>' if text else ""


def _paragraph(text: str) -> str:
    return f"<p>{words(text)}</p>" if text else ""


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
        "In parts": [one_line(part) for part in told.get("parts", ())],
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
        "Cables weighed": [*_lines(told.get("cables_weighed", {}))],
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
            for each in value:
                yield from [_clue(each, f"{indent}  ")] if "text" in each else _lines(each, f"{indent}  ")
        elif value:
            yield f"{indent}{name}: {one_line(', '.join(value) if isinstance(value, list) else str(value))}"


def _clue(each: Mapping[str, Any], indent: str) -> str:
    return f"{indent}{one_line(str(each['value']))} ({each['strength']}), from “{one_line(str(each['text']))}”"
