"""The survey of an archive for the terminal: fields, then anomalies with where they are."""

import textwrap
from typing import Any

WIDTH = 100
_FORMS_SHOWN = 6


def show_report(report: dict[str, Any]) -> str:
    """The report in lines; `report` is `Survey.to_dict()`."""
    cables = report["cables"]
    if not cables:
        return "no cables"
    lines = [
        f"{cables} cables, {report['paragraphs']} paragraphs, "
        f"sent {(report['first'] or 'undated')[:10]} to {(report['last'] or 'undated')[:10]}",
        "read as " + ", ".join(f"{name} {count}" for name, count in report["formats"].items()),
        "",
        "have",
    ]
    whole = {
        "whole text": report["whole"],
        "numbered paragraphs": report["numbered"],
        "portion marks": report["marked"],
    }
    lines += [_share(name.replace("_", " "), count, cables) for name, count in {**report["fields"], **whole}.items()]
    if report["copies"]:
        lines += ["", f"{report['copies']} are copies of a cable that came before; an index keeps the better text"]
    for anomaly in report["anomalies"]:
        lines += ["", f"{anomaly['kind']}: in {anomaly['cables']} of {cables} cables"]
        for form in anomaly["forms"][:_FORMS_SHOWN]:
            lines += _form(form)
        if more := len(anomaly["forms"]) - _FORMS_SHOWN:
            lines += [f"  … and {more} forms more; --json lists them"] if more > 0 else []
    return "\n".join(lines)


def _share(name: str, count: int, cables: int) -> str:
    return f"  {name:<20}{count:>9}  {100 * count / cables:6.1f} %"


def _form(form: dict[str, Any]) -> list[str]:
    first = form["examples"][0]
    said = textwrap.shorten(f"{first['cable_id']}: {first['detail']}", WIDTH, placeholder=" …")
    where = [example["path"] for example in form["examples"]]
    return [f"  {form['count']:>7}  {said}", *(f"           {path}" for path in where)]
