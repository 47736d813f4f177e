"""How an answer came about, for the curious. See `ui.render.answers` for what makes it safe."""

from collections.abc import Mapping
from typing import Any

from qa.records import Answer
from ui.render.safe import words
from ui.render.text import cite_text


def trace(ready: Answer) -> str:
    """What was understood, what was found and how, the draft, and the seconds of each stage."""
    query = ready.query
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
        "Draft": f'<pre dir="auto" tabindex="0" aria-label="Draft">{words(ready.draft)}</pre>' if ready.draft else "",
        "Time": f"<p>{words(seconds)}</p>" if seconds else "",
    }
    body = "".join(f'<h3 class="rt-label">{name}</h3>{html}' for name, html in sections.items() if html)
    return f'<details class="rt-trace"><summary>How this answer came about</summary>{body}</details>'


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
