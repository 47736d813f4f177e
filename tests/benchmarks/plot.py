"""A benchmark's figures -> an SVG picture that reads on light and dark pages: bars with their intervals, in panels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

PANEL, ROW, NAMES, SCALE = 400, 18, 150, 190
"""Width of a panel, height of a row, room for the names, length of the scale from 0 to 1."""

STYLE = """
text { font: 11px system-ui, sans-serif; fill: #57606a } .title { font-weight: 600; fill: #24292f }
.bar { fill: #9aa7b4 } .own { fill: #1f6feb } .whisker { stroke: #24292f; stroke-width: 1 }
@media (prefers-color-scheme: dark) {
  text { fill: #9da7b1 } .title { fill: #e6edf3 } .bar { fill: #57606a } .whisker { stroke: #e6edf3 }
}
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """A named share with its interval."""

    name: str
    value: float
    low: float
    high: float


def bars(panels: Mapping[str, Sequence[Bar]]) -> str:
    """Two panels a line; the last bar of each, the system itself, stands out."""
    tallest = 40 + ROW * max((len(each) for each in panels.values()), default=0)
    height = tallest * -(-len(panels) // 2)
    parts = [
        _panel(PANEL * (place % 2), tallest * (place // 2), title, each)
        for place, (title, each) in enumerate(panels.items())
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * PANEL} {height}" role="img">'
        f"<style>{STYLE}</style>{''.join(parts)}</svg>\n"
    )


def _panel(x: int, y: int, title: str, rows: Sequence[Bar]) -> str:
    parts = [f'<text class="title" x="{x + NAMES}" y="{y + 18}">{escape(title)}</text>']
    for number, each in enumerate(rows):
        top, left = y + 28 + ROW * number, x + NAMES
        own = " own" if number == len(rows) - 1 else ""
        parts.append(
            f'<text x="{left - 8}" y="{top + 11}" text-anchor="end">{escape(each.name)}</text>'
            f'<rect class="bar{own}" x="{left}" y="{top + 2}" width="{SCALE * each.value:.1f}" height="{ROW - 6}"/>'
            f'<line class="whisker" x1="{left + SCALE * each.low:.1f}" x2="{left + SCALE * each.high:.1f}" '
            f'y1="{top + 8}" y2="{top + 8}"/>'
            f'<text x="{left + SCALE + 8}" y="{top + 11}">{each.value:.3f}</text>'
        )
    return "".join(parts)
