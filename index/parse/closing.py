"""The end of a cable: who signed it, and notes that the communications centre put under the signature."""

import re
from dataclasses import dataclass

from index.parse.levels import level_of
from index.parse.lines import Line
from index.parse.prose import ends_sentence

_SIGNATURE = re.compile(r"[A-Z][A-Z'’-]{2,}(?:[ /]+(?:AND )?[A-Z][A-Z.'’-]*){0,2}[.#\s]*")
_INLINE = re.compile(r"(?P<text>.*[.!?)\"”])(?P<gap>\s{2,})(?P<name>[A-Z][A-Z'’-]{2,})[.#\s]*")
_AFTER = re.compile(
    r"\s*(?:N{3,5}|BT|#\d{3,5}|#+|MINIMIZE CONSIDERED.?|MINIMIZE FOR .{2,40}|(?:CABLE|END OF CABLE|CABLE ENDS).?|"
    r"-+|=+|\*+|END|END CABLE TEXT|YY)\s*",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\s*\(?(?:NOTE BY|NOTE:? BY OC|OC/T NOTE)\b", re.IGNORECASE)
_NO_NAMES = frozenset(
    ("END", "UNCLASSIFIED", "SECRET", "CONFIDENTIAL", "UNQUOTE", "SIPDIS", "NOFORN", "STOP", "NNNN", "ENDTEXT", "NONE",
     "END TEXT", "END COMMENT", "END SUMMARY", "END QUOTE", "UNCLAS", "THE", "AND", "EXDIS", "NODIS", "LIMDIS")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Closing:
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
        return Closing(_stripped(rest[:-1]), name, tuple(notes))
    if len(last.text) < 400 and (match := _INLINE.fullmatch(last.text)) and match["name"] not in _NO_NAMES:
        cut = last._replace(text=match["text"], end=last.end - (len(last.text) - len(match["text"])))
        return Closing([*rest[:-1], cut], match["name"], tuple(notes))
    return Closing(rest, None, tuple(notes))


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
    if len(last) > 40 or not _SIGNATURE.fullmatch(last) or last.strip(" .#") in _NO_NAMES:
        return False
    before = next((line for line in reversed(lines[:-1]) if line.text and not line.is_break), None)
    if before is None:
        return False
    apart = lines[-2].text == "" if len(lines) > 1 else True
    if last.endswith(".") and not apart and not ends_sentence(before.text):
        # The last word of a sentence, wrapped onto a line of its own.
        return False
    # Two words in a text of capitals are a signature only after a sentence: else they end one.
    return len(last.split()) == 1 or apart or ends_sentence(before.text)
