"""The end of a cable: who signed it, and notes that the communications centre put under the signature."""

import re
from typing import NamedTuple

from index.parse.levels import caption_line, level_of
from index.parse.lines import Line
from index.parse.prose import ends_sentence

_PARTICLES = r"(?:(?:DE|DEL|DELLA|LA|DI|DA|VAN|VON|DER|DEN|EL|AL|ST|MC|MAC)\.? ){0,3}"
_SIGNATURE = re.compile(rf"{_PARTICLES}[A-Z][A-Z'’-]{{2,}}(?:[ /]+(?:AND )?[A-Z][A-Z.'’-]*){{0,2}}[.#\s]*")
_WRITTEN_NAME = re.compile(
    rf"(?i:{_PARTICLES})(?:(?:Mc|Mac|Fitz|De|Di|La|Le|O['’]?)[A-Z]{{3,}}|"
    r"[A-Z][a-z'’]{1,3}?[A-Z]?[a-z]{2,}(?:[-’' ][A-Z][a-z]{2,})?)[#\s]*"
)
_INLINE = re.compile(r"(?P<text>.*[.!?)\"”])(?P<gap>\s+)(?P<name>[A-Z][A-Z'’-]{2,})(?P<stop>[.#\s]*)")
_ENDS_IN_WORD = re.compile(r"[A-Za-z0-9]{2}[.!?)\"”]+$")
_AFTER = re.compile(
    r"\s*(?:N{3,5}|BT|#\d{3,5}|#+|MINIMIZE CONSIDERED.?|MINIMIZE FOR .{2,40}|"
    r"[=*-]*\s?(?:CABLE|END OF CABLE|CABLE ENDS)\b[ .=*-]*|"
    r"-+|=+|\*+|END|END CABLE TEXT|YY)\s*",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\s*\(?(?:NOTE BY|NOTE:? BY OC|OC/T NOTE)\b", re.IGNORECASE)
_NO_NAMES = frozenset(
    ("END", "UNCLASSIFIED", "SECRET", "CONFIDENTIAL", "UNQUOTE", "SIPDIS", "NOFORN", "STOP", "NNNN", "ENDTEXT", "NONE",
     "COMMENT", "SUMMARY", "ATTACHMENT", "ENCLOSURE",
     "ANNEX", "THANKS", "REGARDS", "ADVISE", "OVER", "SOONEST", "CONCUR", "GDS", "XGDS", "NOTAL", "ENDS", "DECONTROL",
     "END TEXT", "END COMMENT", "END SUMMARY", "END QUOTE", "UNCLAS", "THE", "AND", "EXDIS", "NODIS", "LIMDIS")
)  # fmt: skip


class Closing(NamedTuple):
    """What was found at the end, and the lines that remain."""

    lines: list[Line]
    signer: str | None = None
    notes: tuple[Line, ...] = ()


def take_closing(lines: list[Line]) -> Closing:
    """Take signature and notes off the end of a body."""
    rest = _stripped(lines)
    rest, notes = _without_notes(rest)
    rest = _stripped(rest)
    if not rest:
        return Closing(rest, None, tuple(notes))
    last = rest[-1]
    if _is_signature(rest):
        name = last.text.strip(" .#")
        above = _stripped(rest[:-1])
        if above and above[-1].text.strip(" .#") == name:
            above = _stripped(above[:-1])
        return Closing(above, name, tuple(notes))
    if match := _signed_inline(last.text):
        cut = last._replace(text=match["text"], end=last.end - (len(last.text) - len(match["text"])))
        return Closing([*rest[:-1], cut], match["name"], tuple(notes))
    return Closing(rest, None, tuple(notes))


def _signed_inline(text: str) -> re.Match[str] | None:
    """A name behind the last sentence, on its line; after a single blank it has five letters and no stop."""
    match = _INLINE.fullmatch(text) if len(text) < 400 else None
    if match is None or match["name"] in _NO_NAMES:
        return None
    surely = len(match["gap"]) > 1 or (
        len(match["name"]) >= 5 and "." not in match["stop"] and _ENDS_IN_WORD.search(match["text"]) is not None
    )
    return match if surely else None


def is_name(text: str) -> bool:
    """Whether a line or paragraph is nothing but a surname or two, as they stand under a cable."""
    if len(text) > 40 or text.strip(" .#").upper() in _NO_NAMES:
        return False
    return _SIGNATURE.fullmatch(text) is not None or _WRITTEN_NAME.fullmatch(text) is not None


def drop_signature(lines: list[Line], signer: str) -> list[Line]:
    """A part's lines without the signature, where the same name stands at its end too."""
    rest = _stripped(lines)
    return rest[:-1] if rest and rest[-1].text.strip(" .#") == signer else lines


def _stripped(lines: list[Line]) -> list[Line]:
    end = len(lines)
    while end and (
        not lines[end - 1].text
        or lines[end - 1].is_break
        or _AFTER.fullmatch(lines[end - 1].text)
        or level_of(lines[end - 1].text)
        or caption_line(lines[end - 1].text)
    ):
        end -= 1
    return lines[:end]


def _without_notes(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """`NOTE BY OC/T: NOT PASSED ALL ARA POSTS.` under the signature."""
    for at in range(len(lines) - 1, max(-1, len(lines) - 8), -1):
        if _NOTE.match(lines[at].text):
            return lines[:at], [line for line in lines[at:] if line.text and not line.is_break]
    return lines, []


def _is_signature(lines: list[Line]) -> bool:
    last = lines[-1].text.strip()
    if not is_name(last):
        return False
    before = next((line for line in reversed(lines[:-1]) if line.text and not line.is_break), None)
    if before is None:
        return False
    apart = lines[-2].text == "" if len(lines) > 1 else True
    if not last.isupper():
        return apart and ends_sentence(before.text)
    if last.endswith(".") and not apart and not ends_sentence(before.text):
        # The last word of a sentence, wrapped onto a line of its own.
        return False
    # Two words in a text of capitals are a signature only after a sentence: else they end one.
    return len(last.split()) == 1 or apart or ends_sentence(before.text)
