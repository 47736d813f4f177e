"""The REF line -> References, and which of them a paragraph speaks of.

A reference is found by a closed list of posts before a number, not by a clever pattern: `300 TROOPS`
and `SEPTEMBER 9` are none. Forms after the fixtures of heuer/cablemap.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.gazetteer import canonical_post, letters
from index.records import Reference, ReferenceKind


@dataclass(frozen=True, slots=True)
class Citing:
    """The cable that refers: its year (two digits), post and number decide what an unmarked reference means."""

    year: int | None
    post: str | None
    number: int | None


@dataclass(frozen=True, slots=True)
class _Item:
    label: str | None
    text: str


# ── items ────────────────────────────────────────────────────────────────────────────────────

_LABEL = re.compile(
    r"(?:^|(?<=[\s;,.:&]))(?:-\s+)?(?:¶?[(\[](?:REF(?:TEL)?\s)?(?P<a>[A-Z]|\d{1,2})[)\]][.,:]?|¶?(?P<b>[A-Z])[.):](?=\s|\(?[A-Z0-9'’])"
    r"|(?P<c>[A-Z])\s-\s|(?P<d>\d{1,2})\)|REF(?:TEL)?\s(?P<e>[A-Z])\b[.:)]?)\s*",
    re.IGNORECASE,
)
_EDGE = " \t\n;,.:&-#"


def _items(text: str) -> list[_Item]:
    """The labelled items of a block; a label counts only if it follows the last one or repeats it."""
    cuts: list[tuple[int, int, str]] = []
    last = ""
    for match in _LABEL.finditer(text):
        label = next(group for group in match.groups() if group).upper()
        if label == last:
            # `A. A) STATE 1`: the same label twice. What stands between must be nothing.
            if not text[cuts[-1][1] : match.start()].strip(_EDGE):
                cuts[-1] = (cuts[-1][0], match.end(), label)
            continue
        if _follows(label, last):
            cuts.append((match.start(), match.end(), label))
            last = label
    if not cuts:
        return [_Item(None, _tidy(text))]
    items = [_Item(None, head)] if (head := _tidy(text[: cuts[0][0]])) and re.search(r"\d", head) else []
    for place, (_, start, label) in enumerate(cuts):
        end = cuts[place + 1][0] if place + 1 < len(cuts) else len(text)
        items.append(_Item(label, _tidy(text[start:end])))
    return items


def _follows(label: str, last: str) -> bool:
    if not last:
        return label in ("A", "1")
    if label.isdigit():
        return last.isdigit() and int(label) == int(last) + 1
    return last.isalpha() and ord(label) == ord(last) + 1


def _tidy(text: str) -> str:
    tidied = " ".join(text.split()).strip(" ;,&-.")
    return re.sub(r"^AND\s+|\s+AND$", "", tidied, flags=re.IGNORECASE)


# ── cables in an item ────────────────────────────────────────────────────────────────────────

_TOKEN = re.compile(r"(?P<number>\d+)|(?P<word>[A-Z][A-Z0]*(?:['’.-][A-Z]+)*\.?)|(?P<other>[^\sA-Z\d])", re.IGNORECASE)
_MOST_POST_WORDS = 8
_LONGEST_ITEM = 2000
_DATED = re.compile(
    r"[\s,]*(?:(?:DTD|DATED|OF|DTG|,)\s*)?(?:\d{6}Z\s+[A-Z]{3}\s+(\d\d(?:\d\d)?)(?!\d)|"
    r"[A-Z]{3,9}\.?\s+\d{1,2},?\s+((?:19|20)\d\d)(?!\d)|\d{1,2}\s+[A-Z]{3,9}\.?\s+((?:19|20)\d\d)(?!\d))",
    re.IGNORECASE,
)
_MONTH = re.compile(r"JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Found:
    post: str
    number: int
    year: int | None
    start: int
    end: int


class _Scanner:
    """Finds cables in the tokens of one item. `post` is carried over for `AND 2764` and number-only items."""

    def __init__(self, text: str, post: str | None) -> None:
        self._source = text[:_LONGEST_ITEM]
        self._tokens = list(_TOKEN.finditer(self._source))
        self.post = post
        self.found: list[_Found] = []

    def scan(self) -> list[_Found]:
        at = 0
        while at < len(self._tokens):
            token = self._tokens[at]
            at = self._take_number(at) if token["number"] else at + 1
        return self.found

    def _take_number(self, at: int) -> int:
        """A cable whose number, or the year before its number, stands at `at`; the place to go on from."""
        first, post = self._post_before(at)
        if post is not None:
            return self._take_cable(at, first, post)
        if self._goes_on(at) and not self._is_year_of_next(at):
            return self._add(at, at, self.found[-1].post, self.found[-1].year)
        if (reversed_ := self._post_after(at)) and len(self._text(at)) >= 3:
            # `870 ULAANBAATAR`
            self._add(at, at, reversed_[0], None, last=at + reversed_[1])
        return at + 1

    def _take_cable(self, at: int, first: int, post: str) -> int:
        year, first = self._year_before(first)
        number_at, inner = self._number_after_year(at)
        return self._add(number_at, first, post, inner if inner is not None else year)

    def _add(self, at: int, first: int, post: str, year: int | None, *, last: int | None = None) -> int:
        """Record the cable with its number at `at`, and what follows it: a year behind a slash or in brackets."""
        after, later = self._year_after(at)
        number = int(self._text(at))
        if number and len(self._text(at)) <= 7:
            start, end = self._tokens[first].start(), self._tokens[last or after - 1].end()
            given = next((value for value in (later, year, self._dated(end)) if value is not None), None)
            self.found.append(_Found(post, number, given, start, end))
            self.post = post
        return after

    def _dated(self, end: int) -> int | None:
        """The year of a date that follows: `STATE 207984 310241Z AUG 77`, `LA PAZ 3641 OF JUNE 5, 1974`."""
        match = _DATED.match(self._source, end)
        return int(match[1] or match[2] or match[3]) % 100 if match else None

    def _post_before(self, at: int) -> tuple[int, str | None]:
        """The post whose words end right before the token at `at`, the longest that is known."""
        last = at - 1
        while last >= 0 and (
            self._text(last) in "#-:.('’" or self._text(last).upper() in ("NO", "NO.", "NR", "NUMBER", "TEL")
        ):
            last -= 1
        first = last
        while first > 0 and self._tokens[first - 1]["word"] and last - first + 1 < _MOST_POST_WORDS:
            if not self._joined(first - 1):
                break
            first -= 1
        if last < 0 or not self._tokens[last]["word"]:
            return at, None
        for begin in range(first, last + 1):
            words = " ".join(self._text(place) for place in range(begin, last + 1))
            token = letters(words)
            # Short aliases (BA, HK) are believed alone, not as the tail of another word.
            if len(token) >= 2 and (post := canonical_post(words)):
                return begin, post
        return at, None

    def _joined(self, at: int) -> bool:
        """Whether only blanks, hyphens or stops stand between a token and the next: `PORT - AU - PRINCE`."""
        return self._tokens[at + 1].start() - self._tokens[at].end() <= 3

    def _post_after(self, at: int) -> tuple[str, int] | None:
        """The post that follows a number, and of how many words it is; none where it has a number of its own."""
        words: list[str] = []
        for place in range(at + 1, min(at + 5, len(self._tokens))):
            if not self._tokens[place]["word"]:
                break
            words.append(self._text(place))
        follows = at + 1 + len(words) < len(self._tokens) and self._tokens[at + 1 + len(words)]["number"]
        if not words or follows or (at and self._text(at - 1) in "/-"):
            return None
        return next(
            ((post, n) for n in range(len(words), 0, -1) if (post := canonical_post(" ".join(words[:n])))), None
        )

    def _is_year_of_next(self, at: int) -> bool:
        """`STATE 5678, 06 ASTANA 12`: 06 goes with what follows."""
        following = [self._text(place) for place in range(at + 1, min(at + 5, len(self._tokens)))]
        words = [word for word in following if word[0].isalpha()]
        known = any(canonical_post(" ".join(words[:n])) for n in range(1, len(words) + 1))
        return _to_year(self._text(at)) is not None and bool(following) and following[0][0].isalpha() and known

    def _year_before(self, first: int) -> tuple[int | None, int]:
        """A year before the post: `06 STATE 1`, `'08 STATE 1`, `(99) STATE 1`, `2006 STATE 1`, `10-STATE 1`."""
        at = first - 1
        while at >= 0 and self._text(at) in ")-'’":
            at -= 1
        if at < 0 or not self._tokens[at]["number"] or (at and self._text(at - 1) in "/."):
            return None, first
        year = _to_year(self._text(at))
        if year is None or (at and self._tokens[at - 1]["word"] and _MONTH.match(self._text(at - 1))):
            return None, first
        if self.found and self._tokens[at].start() < self.found[-1].end:
            return None, first
        while at and self._text(at - 1) in "('’":
            at -= 1
        return year, at

    def _number_after_year(self, at: int) -> tuple[int, int | None]:
        """`STATE 07 12345`, `STATE 07-12345`, `STATE (07) 12345`: the number is the second one."""
        year = _to_year(self._text(at))
        place = at + 1
        while place < len(self._tokens) and self._text(place) in ")-":
            place += 1
        if year is None or place >= len(self._tokens) or not self._tokens[place]["number"]:
            return at, None
        if place == at + 1 and self._tokens[place].start() - self._tokens[at].end() > 2:
            return at, None
        # `ASTANA 3162-07`: there the first number is no year.
        if len(self._text(place)) < 3 and len(self._text(at)) > 2:
            return at, None
        return place, year

    def _year_after(self, at: int) -> tuple[int, int | None]:
        """`STATE 12345/08`, `12345 (08)`, `12345-01`, `12345 '08`, `12345 99`; after a slash only two digits."""
        signs = ""
        place = at + 1
        while place < len(self._tokens) and self._text(place) in "/('’-" and len(signs) < 2:
            signs += self._text(place)
            place += 1
        if place >= len(self._tokens) or not self._tokens[place]["number"]:
            return at + 1, None
        text = self._text(place)
        year = _to_year(text) if len(text) in (2, 4) else None
        bare = not signs and self._tokens[place].start() - self._tokens[place - 1].end() == 1
        if year is None or not (signs or (bare and len(text) == 2)) or (signs == "/" and len(text) != 2):
            return at + 1, None
        following = self._text(place + 1) if place + 1 < len(self._tokens) else ""
        if bare and self._tokens[place + 1 : place + 2] and self._tokens[place + 1]["word"]:
            # `STATE 2764 06 ASTANA 12`: the year is the next cable's.
            return at + 1, None
        return place + 1 + (following == ")"), year

    def _goes_on(self, at: int) -> bool:
        """Whether a number continues a list: `2799 AND 2764`, `188314, 259032`, `936/935`."""
        if not self.found or len(self._text(at)) < 2:
            return False
        place = at - 1
        while place >= 0 and (self._text(place) in ",&/-#;" or self._text(place).upper() == "AND"):
            place -= 1
        return place < at - 1 and self._tokens[place].end() <= self.found[-1].end and self._is_number_end(place)

    def _is_number_end(self, place: int) -> bool:
        return self._tokens[place]["number"] is not None or self._text(place) == ")"

    def number_only(self) -> int | None:
        """The number of an item that is nothing but one: `B. 2962`."""
        numbers = [token for token in self._tokens if token["number"]]
        rest = [
            token for token in self._tokens if token["word"] and token[0].upper() not in ("NOTAL", "AND", "PREVIOUS")
        ]
        return int(numbers[0][0]) if len(numbers) == 1 and not rest and 2 < len(numbers[0][0]) <= 7 else None

    def _text(self, at: int) -> str:
        return self._tokens[at][0]


def _to_year(digits: str) -> int | None:
    """Two digits of a year in which cables were numbered; None if the number is none."""
    if len(digits) == 2:
        return int(digits)
    return int(digits) % 100 if len(digits) == 4 and 1950 <= int(digits) <= 2049 else None


# ── the line ─────────────────────────────────────────────────────────────────────────────────

_KIND_WORDS: dict[ReferenceKind, str] = {
    "web": r"https?://|\bWWW\.|\bWEB ?SITE\b",
    "email": r"\bE-?MAILS?\b|@",
    "telcon": r"\bTELE?CONS?\b|\bPHONE|\bTELEPHONE|\bPHONCON|\bCONVERSATIONS?\b",
    "fax": r"\bFAX(?:ES|ED)?\b|\bFACSIMILE\b",
    "manual": r"\b\d+ F(?:AM|AH)\b|\bFAM\b|\bFAH\b|\bHANDBOOK\b|\bMANUAL\b",
    "report": r"\bIIR\b|\bTDX?[- ]?\d|\bOSC\b|\bFBIS\b|\bREPORTS?\b|\bEUP\d",
    "memo": r"\bMEMO(?:RANDUM|S|RANDA)?\b|\bLETTERS?\b|\bMEMCONS?\b|\bAIDE[- ]MEMOIRE\b|\bDIPLOMATIC NOTE\b",
    "meeting": r"\bMEETINGS?\b|\bMTGS?\b|\bDISCUSSIONS?\b|\bBRIEFINGS?\b",
}
_KINDS = {kind: re.compile(words, re.IGNORECASE) for kind, words in _KIND_WORDS.items()}


def read_references(lines: Sequence[str], citing: Citing) -> tuple[Reference, ...]:
    """Every item of the REF line in order; an item that names several cables gives one reference for each."""
    text = " ".join(" ".join(lines).split())
    text = re.sub(r"(?i)^(?:REF(?:TEL)?S?\s*[:.]\s*)+", "", text)
    references: list[Reference] = []
    post: str | None = None
    for item in _items(text):
        scanner = _Scanner(item.text, post)
        found = scanner.scan()
        if not found and post and (number := scanner.number_only()) is not None:
            found = [_Found(post, number, None, 0, len(item.text))]
        references += _of_item(item, found, citing)
        post = scanner.post or post
    return tuple(references)


def _of_item(item: _Item, found: list[_Found], citing: Citing) -> list[Reference]:
    if not found:
        if item.label is None:
            return [
                Reference(None, piece, None, _kind_of(piece))
                for piece in map(_tidy, item.text.split(";"))
                if re.search(r"\w{2}", piece) and piece.upper() not in ("N/A", "NA", "NONE", "AND PREVIOUS")
            ]
        return [Reference(item.label, item.text, None, _kind_of(item.text))] if item.text else []
    references = []
    if item.label is None and (before := _other_piece(item.text[: found[0].start])):
        references.append(Reference(None, before, None, _kind_of(before)))
    for place, cable in enumerate(found):
        cable_id, inferred = _to_id(cable, citing)
        if citing.number == cable.number and cable_id == f"{(citing.year or 0):02d}{citing.post}{citing.number}":
            continue
        end = found[place + 1].start if place + 1 < len(found) else len(item.text)
        text = item.text if item.label else _tidy(item.text[cable.start : cable.end])
        references.append(Reference(item.label, text, cable_id, "cable", inferred))
        if item.label is None and (between := _other_piece(item.text[cable.end : end])):
            references.append(Reference(None, between, None, _kind_of(between)))
    return references


def _other_piece(text: str) -> str | None:
    """What stands between cables without a label and is a reference of its own: `; BINNS LETTER OF FEBRUARY 5;`."""
    parts = [_tidy(part) for part in re.split(r"[;:,]", text)]
    parts = [part for part in parts if re.search(r"[A-Z]", part, re.IGNORECASE)]
    pieces = [part for part in parts if re.search(r"\d", part) and re.match(r"[A-Z](?:-\d|[A-Z])", part, re.IGNORECASE)]
    return pieces[0] if pieces and not re.match(r"(?i)(?:OF|DATED|DTD|TO|REPEATED)\b", pieces[0]) else None


def _to_id(cable: _Found, citing: Citing) -> tuple[str | None, bool]:
    """The id, and whether its year is a conclusion: a number of the cable's own post above its own is last year's."""
    if cable.year is not None:
        return f"{cable.year:02d}{cable.post}{cable.number}", False
    if citing.year is None:
        return None, False
    if cable.post == citing.post and citing.number is not None and cable.number > citing.number:
        return f"{(citing.year - 1) % 100:02d}{cable.post}{cable.number}", True
    return f"{citing.year:02d}{cable.post}{cable.number}", False


def _kind_of(text: str) -> ReferenceKind:
    return next((kind for kind, pattern in _KINDS.items() if pattern.search(text)), "cable")


# ── in the text of a paragraph ───────────────────────────────────────────────────────────────

_IN_TEXT = re.compile(
    r"\bref(?:erence|tel|air)?s?\.?\s*(?P<labels>\(?(?<![A-Z])[A-Z]\)?(?:\s*[,/]?\s*(?:and|or|&|through|thru|to|-|,)?\s*"
    r"\(?(?<![A-Z'’])[A-Z](?![A-Z'’])\)?){0,25})(?![A-Z'’])",
    re.IGNORECASE,
)
_PLAIN_REFTEL = re.compile(r"\bref(?:tel|erenced? (?:tel|cable|message))s?\b", re.IGNORECASE)
_ONE_LABEL = re.compile(r"(?<![A-Z])[A-Z](?![A-Z])")
_RANGE = re.compile(r"\(?([A-Z])\)?\s*(?:-|through|thru|to)\s*\(?([A-Z])\)?(?![A-Z])", re.IGNORECASE)


def labels_in(text: str, labels: Iterable[str | None]) -> tuple[str, ...]:
    """The labels of REF items that a paragraph speaks of; a plain `reftel` is the only item there is."""
    known = list(dict.fromkeys(label for label in labels if label))
    if not known or ("ref" not in text and "REF" not in text and "Ref" not in text):
        return ()
    found: list[str] = []
    for match in _IN_TEXT.finditer(text):
        # `ref a meeting` is an article; a small letter counts only in brackets or before a comma.
        words = re.sub(r"(?i)\b(?:and|or|through|thru|to)\b", " ", match["labels"])
        for span in _RANGE.finditer(match["labels"]):
            found += [chr(code) for code in range(ord(span[1].upper()), ord(span[2].upper()) + 1)]
        found += [label[0] for label in _ONE_LABEL.finditer(words)]
    if not found and len(known) == 1 and _PLAIN_REFTEL.search(text):
        found = known
    return tuple(label for label in known if label in found)
