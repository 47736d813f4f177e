"""Small plots as SVG text. They have classes and no colours of their own: the page's style sheet has them.

Every value that can be untrusted passes through `words`; numbers are formatted here.
"""

from collections.abc import Callable, Iterable, Sequence

from qa.evaluation.statistics import Value
from ui.render.safe import words

WIDTH = 360
LEFT, RIGHT = 104, 76
"""Room for the names before, and the numbers behind, the rows of an interval plot."""

ROW = 24


def intervals(title: str, rows: Sequence[tuple[str, Value]]) -> str:
    """A dot with its 95 % interval for each name, on a scale from 0 to 1."""
    span, height = WIDTH - LEFT - RIGHT, ROW * len(rows) + 22

    def place(share: float) -> float:
        return LEFT + span * min(1.0, max(0.0, share))

    parts = [_tick(place(at), height - 20, f"{at:g}") for at in (0, 0.5, 1)]
    for number, (name, value) in enumerate(rows):
        y = ROW * number + ROW / 2
        strong = " strong" if number == 0 else ""
        parts.append(
            f'<g class="row{strong}"><title>{words(name)}: {_interval(value)}</title>'
            f'<text x="{LEFT - 10}" y="{y + 4:g}" text-anchor="end">{words(name)}</text>'
            f'<line class="whisker" x1="{place(value.low):.1f}" x2="{place(value.high):.1f}" y1="{y:g}" y2="{y:g}"/>'
            f'<circle class="dot" cx="{place(value.value):.1f}" cy="{y:g}" r="4.5"/>'
            f'<text class="number" x="{WIDTH - RIGHT + 12}" y="{y + 4:g}">{value.value:.2f}'
            f'<tspan class="quiet" dx="5">{value.n}</tspan></text></g>'
        )
    return _svg(title, height, parts)


def histogram(title: str, values: Sequence[float], bins: int = 10) -> str:
    """How many questions have a score in each tenth from 0 to 1."""
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, max(0, int(value * bins)))] += 1
    return _bars(title, counts, [f"{at / bins:g}–{(at + 1) / bins:g}" for at in range(bins)], ("0", "0.5", "1"))


def cumulative(title: str, values: Sequence[float], marks: Iterable[tuple[str, float]], unit: str) -> str:
    """The share of questions done within so many units; marks are named places on the curve."""
    ordered, top = sorted(values), 160
    most = max(ordered[-1], 1e-9) * 1.04

    def x(value: float) -> float:
        return 34 + (WIDTH - 50) * value / most

    def y(share: float) -> float:
        return 12 + (top - 40) * (1 - share)

    chosen = [ordered[min(len(ordered) - 1, round(step * (len(ordered) - 1) / 200))] for step in range(201)]
    line = " ".join(f"{x(value):.1f},{y(step / 200):.1f}" for step, value in enumerate(chosen))
    parts = [_level(share, y) for share in (0, 0.5, 1)]
    parts.append(f'<polyline class="curve" points="{x(0):.1f},{y(0):.1f} {line}"/>')
    for name, value in marks:
        share = sum(each <= value for each in ordered) / len(ordered)
        near_end = x(value) > WIDTH * 0.7
        parts.append(
            f'<g><line class="mark" x1="{x(value):.1f}" x2="{x(value):.1f}" y1="{y(0):.1f}" y2="{y(share):.1f}"/>'
            f'<circle class="dot" cx="{x(value):.1f}" cy="{y(share):.1f}" r="4"/>'
            f'<text class="number" x="{x(value) + (-8 if near_end else 8):.1f}" y="{y(share) + 16:.1f}" '
            f'text-anchor="{"end" if near_end else "start"}">{words(name)} {value:.2f} {words(unit)}</text></g>'
        )
    parts += [
        f'<text class="quiet" x="34" y="{top - 8}">0 {words(unit)}</text>',
        f'<text class="quiet" x="{WIDTH - 16}" y="{top - 8}" text-anchor="end">{most:.3g}</text>',
    ]
    return _svg(title, top, parts)


def shares(title: str, bins: Sequence[tuple[str, Value, Value]], names: tuple[str, str]) -> str:
    """Two shares side by side for each bin: a filled dot with its interval, and a hollow one beside it."""
    top, step = 188, (WIDTH - 50) / max(1, len(bins))

    def y(share: float) -> float:
        return 14 + (top - 64) * (1 - share)

    parts = [_level(share, y) for share in (0, 0.5, 1)]
    for number, (name, filled, hollow) in enumerate(bins):
        x = 40 + step * (number + 0.5)
        told = f"{names[0]} {_interval(filled)}; {names[1]} {_interval(hollow)}"
        parts.append(
            f"<g><title>{words(name)}: {words(told)}</title>"
            + _point(x - 6, filled, y, "dot", "whisker")
            + _point(x + 6, hollow, y, "hollow", "whisker other")
            + f'<text class="quiet" x="{x:.1f}" y="{top - 32}" text-anchor="middle">{words(name)}</text></g>'
        )
    parts.append(
        f'<circle class="dot" cx="40" cy="{top - 10}" r="4.5"/><text x="50" y="{top - 6}">{words(names[0])}</text>'
        f'<circle class="hollow" cx="150" cy="{top - 10}" r="4.5"/><text x="160" y="{top - 6}">{words(names[1])}</text>'
    )
    return _svg(title, top, parts)


def _bars(title: str, counts: Sequence[int], names: Sequence[str], ticks: Sequence[str]) -> str:
    top, most, step = 120, max(*counts, 1), (WIDTH - 40) / len(counts)
    parts = []
    for number, (count, name) in enumerate(zip(counts, names, strict=True)):
        height = 80 * count / most
        x = 20 + step * number
        parts.append(
            f'<g><title>{words(name)}: {count} questions</title><rect class="bar" x="{x + 1.5:.1f}" '
            f'y="{96 - height:.1f}" width="{step - 3:.1f}" height="{height:.1f}" rx="1.5"/>'
            + (f'<text class="quiet" x="{x + step / 2:.1f}" y="{90 - height:.1f}" text-anchor="middle">{count}</text>'
               if count else "")
            + "</g>"
        )  # fmt: skip
    parts.append(f'<line class="axis" x1="20" x2="{WIDTH - 20}" y1="96.5" y2="96.5"/>')
    for number, tick in enumerate(ticks):
        x = 20 + (WIDTH - 40) * number / (len(ticks) - 1)
        parts.append(f'<text class="quiet" x="{x:.1f}" y="112" text-anchor="middle">{words(tick)}</text>')
    return _svg(title, top, parts)


def _point(x: float, value: Value, y: Callable[[float], float], dot: str, whisker: str) -> str:
    return (
        f'<line class="{whisker}" x1="{x:.1f}" x2="{x:.1f}" y1="{y(value.low):.1f}" y2="{y(value.high):.1f}"/>'
        f'<circle class="{dot}" cx="{x:.1f}" cy="{y(value.value):.1f}" r="4.5"/>'
    )


def _tick(x: float, height: float, name: str) -> str:
    return (
        f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height:g}"/>'
        f'<text class="quiet" x="{x:.1f}" y="{height + 14:g}" text-anchor="middle">{name}</text>'
    )


def _level(share: float, y: Callable[[float], float]) -> str:
    return (
        f'<line class="axis" x1="34" x2="{WIDTH - 16}" y1="{y(share):.1f}" y2="{y(share):.1f}"/>'
        f'<text class="quiet" x="28" y="{y(share) + 4:.1f}" text-anchor="end">{share:g}</text>'
    )


def _interval(value: Value) -> str:
    return f"{value.value:.2f} ({value.low:.2f}–{value.high:.2f}), n={value.n}"


def _svg(title: str, height: float, parts: Iterable[str]) -> str:
    return (
        f'<figure class="plot"><figcaption>{words(title)}</figcaption><svg viewBox="0 0 {WIDTH} {height:g}" role="img" '
        f'aria-label="{words(title)}">{"".join(parts)}</svg></figure>'
    )
