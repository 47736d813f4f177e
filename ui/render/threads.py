"""A thread -> a drawing for Graphviz and a timeline in safe HTML. See `ui.render.answers` for what makes it safe."""

from typing import Final

from ui.place import link, thread_link
from ui.render.safe import one_line, words
from ui.render.text import long_day
from ui.threads import Thread

_COLOURS: Final = {
    "light": {"ink": "#23211d", "quiet": "#6a6459", "accent": "#7b3b2e", "wash": "#f6ece7"},
    "dark": {"ink": "#e9e4da", "quiet": "#a59e91", "accent": "#e0a48f", "wash": "#33261f"},
}


def drawing(thread: Thread, theme: str) -> str:
    """The thread in the DOT language, the earlier cables to the left; every node in the archive is a link."""
    colour = _COLOURS["dark" if theme == "dark" else "light"]
    nodes = "".join(_node(thread, each, colour) for each in thread.ids)
    # Drawn from the cable referred to, so that time runs to the right; the arrow points back, at what is referred to.
    edges = "".join(f"{_quoted(to)} -> {_quoted(by)};\n" for by, to in thread.links)
    return (
        'digraph thread { rankdir=LR; bgcolor="transparent"; nodesep=0.18; ranksep=0.5;\n'
        'node [shape=box, style="rounded,filled", fillcolor="transparent", fontname="Source Sans, sans-serif", '
        f'fontsize=11, margin="0.12,0.06", color="{colour["quiet"]}", fontcolor="{colour["ink"]}"];\n'
        f'edge [dir=back, arrowsize=0.6, color="{colour["quiet"]}"];\n{nodes}{edges}}}'
    )


def timeline(thread: Thread) -> str:
    """The cables of the thread by date, each with what it refers to."""
    items = "".join(_moment(thread, each) for each in thread.ids)
    cut = (
        '<p class="rt-note">The thread goes on; the cables nearest to this one are shown.</p>' if thread.is_cut else ""
    )
    return f'<h2 class="rt-label">Timeline</h2><ol class="rt-timeline">{items}</ol>{cut}'


def head(thread: Thread) -> str:
    """Whose thread it is, and how far it reaches."""
    absent = sum(each not in thread.heads for each in thread.ids)
    count = f"{len(thread.ids)} cables" if len(thread.ids) > 1 else "This cable stands alone"
    missing = f", {absent} of them not in this archive" if absent else ""
    subject = one_line(thread.heads[thread.cable_id].subject or "") if thread.cable_id in thread.heads else ""
    return (
        f'<header class="rt-masthead"><p class="rt-line">Thread of <a class="rt-link" href="'
        f'{words(link(thread.cable_id))}" data-view="page">{words(thread.cable_id)}</a></p>'
        f'<h1>{words(subject or thread.cable_id)}</h1><p class="rt-note">{count}{missing}.</p></header>'
    )


def _node(thread: Thread, cable_id: str, colour: dict[str, str]) -> str:
    held = thread.heads.get(cable_id)
    day = long_day(held.sent) if held else "not in this archive"
    looks = []
    if held is None:
        looks += ['style="rounded,dashed"', f'fontcolor="{colour["quiet"]}"']
    else:
        looks += [f"URL={_quoted(link(cable_id))}", f"tooltip={_quoted(one_line(held.subject or cable_id)[:200])}"]
    if cable_id == thread.cable_id:
        looks += [f'fillcolor="{colour["wash"]}"', f'color="{colour["accent"]}"', "penwidth=2"]
    return f"{_quoted(cable_id)} [label={_lines(cable_id, day)}, {', '.join(looks)}];\n"


def _lines(*texts: str) -> str:
    """A DOT string of several lines."""
    return '"' + r"\n".join(_quoted(each)[1:-1] for each in texts if each) + '"'


def _quoted(text: str) -> str:
    r"""A DOT string: nothing in it is an escape (`\n`, `\G`), an entity or a label of HTML."""
    plain = one_line(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return f'"{plain}"'


def _moment(thread: Thread, cable_id: str) -> str:
    held = thread.heads.get(cable_id)
    here = ' aria-current="true"' if cable_id == thread.cable_id else ""
    if held is None:
        return f'<li class="rt-absent"{here}><span>not in this archive</span><div>{words(cable_id)}</div></li>'
    cited = ", ".join(
        f'<a class="rt-link" href="{words(thread_link(to))}" data-view="page">{words(to)}</a>'
        for by, to in thread.links
        if by == cable_id
    )
    refers = f"<small>refers to {cited}</small>" if cited else ""
    return (
        f"<li{here}><time>{words(long_day(held.sent) or 'undated')}</time><div>"
        f'<a class="rt-link" href="{words(link(cable_id))}" data-view="page">{words(cable_id)}</a> '
        f'<span class="rt-subject" dir="auto">{words(one_line(held.subject or ""))}</span>{refers}</div></li>'
    )
