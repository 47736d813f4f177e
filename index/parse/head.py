"""The head of one part of a cable: which of its lines is what, and where the body begins.

Nothing is interpreted here; the lines are only sorted. Layouts: ACP-127 heading (2005-2010), page
headers with office copies (1973-79, National Archives), bare heads of later publishers.
"""

import re
from dataclasses import dataclass, field

from index.gazetteer import post
from index.parse.continuation import continues, is_reference_item
from index.parse.heading import (
    DTG,
    ROUTING,
    ROUTING_MORE,
    SECURITY,
    START,
    DateTimeGroup,
    StationLine,
    read_dtg,
    read_station,
)
from index.parse.labels import FieldName, field_of, split_labels
from index.parse.levels import (
    ClassificationLine,
    caption_line,
    classification_line,
    damaged_classification_line,
    level_of,
)
from index.parse.lines import Line
from index.parse.passing import is_notice, is_passing


@dataclass(slots=True)
class Head:
    """The lines of a head by what they are. `body` is the number of the first line of text."""

    dtg: DateTimeGroup | None = None
    station: StationLine | None = None
    security: str | None = None
    routing_precedence: str | None = None
    from_: str | None = None
    to: list[str] = field(default_factory=list)
    info: list[str] = field(default_factory=list)
    classification: ClassificationLine | None = None
    level: str | None = None
    captions: list[str] = field(default_factory=list)
    fields: dict[FieldName, list[str]] = field(default_factory=dict)
    printed: list[str] = field(default_factory=list)
    found_id: str | None = None
    body: int = 0

    @property
    def recognised(self) -> bool:
        """Whether anything in it can only be the head of a cable."""
        return bool(self.dtg or self.classification or (self.from_ and self.to) or len(self.fields) > 1)


OFFICE = re.compile(
    r"\s*(?:(?:ACTION|INFO|ORIGIN|COPY|DISTRIBUTION)\b:?\s+)?(?:[A-Z]{1,5}(?:/[A-Z]+)?-\d\d\b\s*)+"
    r"(?:\(\s*[A-Z]+\s*\)\s*)?(?:/\d{3} ?)?[A-Z]?\s*|\s*/\d{3} ?[A-Z]\s*"
)
_OF_THE_OFFICE = re.compile(
    r"\s*(?:(?:ACTION|ORIGIN)\s+\S+.{0,40}|(?:DRAFTED|APPROVED|CLEARED|CLEARANCES?)\s*(?:BY)?\s*:?\s+\S.*|"
    rf"DESIRED DISTRIBUTION.*)|{OFFICE.pattern}"
)
_RULE_NUMBER = re.compile(r"\s*-{6,}\s*\d*.{0,24}")
_SHEET_NUMBER = re.compile(r"\s*\d{1,3}(?:[/-]\d{1,3})?\s*")
_FROM = re.compile(r"\s*(?:FM|FROM)\b:?\s+(?P<value>\S.*)")
_TO = re.compile(r"\s*TO\b:?(?:\s+(?P<value>\S.*)|$)")
_INFO = re.compile(r"\s*INFO\b:?(?:\s+(?P<value>\S.*)|$)")
_EXEMPT = re.compile(r"\s*(?:XMT|ZEN)\b.*")
_ADDRESSED = re.compile(r"\s*(?:TO|INFO|FM|FROM|XMT|ZEN|[ZOPR] [ZOPR]?.?\d{6}Z|R[A-Z]{3,7}/)")
_ROUTED = re.compile(r"R[A-Z]{3,7}/")
_ADDRESS = re.compile(r"[:\s]*(?:R[A-Z]{3,7}/|AMEMB|AMCONS|AMCONGEN|USMISSION|US MISSION|SECSTATE|USINT|USDEL|USLO)")
_ID_ALONE = re.compile(r"\s*\d{2}[A-Z]{3,20}\d{1,7}\s*")
_NETWORK_STARTS = frozenset("V-ZOPRD0123456789")
_FIRST_LABEL = re.compile(r"\s*¶?\s*(\d{1,2})\s*(?:\.(?!\d)|¶?\((?:[CSU]|SBU|LOU|TS)\b)")
_LOOK_AHEAD = 14


def read_head(lines: list[Line], start: int = 0, end: int | None = None) -> Head:
    """Sort the lines of a head, from `start` to where its body begins."""
    return _HeadReader(lines, start, len(lines) if end is None else end).read()


class _HeadReader:
    """Reads line by line. State: the field or address list at hand, and whether a blank line came since."""

    def __init__(self, lines: list[Line], start: int, end: int) -> None:
        self._lines = lines
        self._at = start
        self._end = end
        self._head = Head()
        self._field: FieldName | None = None
        self._addresses: list[str] | None = None
        self._exempt = False
        self._blank = False
        self._in_text = False

    def read(self) -> Head:
        while self._at < self._end:
            line = self._lines[self._at]
            if not line.text:
                self._blank = True
            elif not line.is_break:
                if not self._take(line.text):
                    break
                self._blank = False
            self._at += 1
        self._head.body = self._at
        return self._head

    def _take(self, text: str) -> bool:
        """Put one line where it belongs; False when the body begins."""
        if self._in_text and self._begins_body(text):
            return False
        if self._take_field(text) or self._take_classification(text):
            return True
        if self._field and self._continues(text):
            self._take_pieces(self._field, split_labels(text), goes_on=True)
            self._head.printed.append(text)
            return True
        return self._take_text(text) if self._in_text else self._take_heading(text)

    def _begins_body(self, text: str) -> bool:
        match = _FIRST_LABEL.match(text)
        if match is None:
            return False
        # A numbered list of references looks the same, but goes on from the label before it.
        return not (
            self._field == "references" and not self._blank and is_reference_item(text, self._head.fields["references"])
        )

    # ── fields ───────────────────────────────────────────────────────────────────────────────

    def _take_field(self, text: str) -> bool:
        found = field_of(text)
        if found is None or (self._field == "references" and not self._blank and found.name == "references"):
            return False
        if not self._in_text and found.name == "references":
            return False
        self._take_pieces(found.name, split_labels(found.value))
        self._head.printed.append(text)
        return True

    def _take_pieces(self, name: FieldName, pieces: list[str], *, goes_on: bool = False) -> None:
        """A line cut at the labels in it: the first piece opens a field, or goes on with the one at hand."""
        if goes_on:
            self._head.fields[name].append(pieces[0])
        else:
            self._open(name, pieces[0])
        for piece in pieces[1:]:
            if inner := field_of(piece):
                self._open(inner.name, inner.value)

    def _open(self, name: FieldName, value: str) -> None:
        self._in_text = True
        self._addresses = None
        self._field = name
        known = self._head.fields.setdefault(name, [])
        if name == "subject" and known:
            # A second SUBJECT is of a text that is quoted, or of a repeated head: the first one stands.
            self._head.fields[name] = known if any(known) else [value]
            self._field = None if any(known) else name
            return
        known.append(value)

    def _continues(self, text: str) -> bool:
        """Whether a line goes on with the field at hand."""
        if self._field is None:
            return False
        return continues(self._field, self._head.fields[self._field][-1], text, after_blank=self._blank)

    # ── the heading, before the classification line ──────────────────────────────────────────

    def _take_classification(self, text: str) -> bool:
        if self._head.classification is not None:
            return False
        found = classification_line(text)
        if found is None and text[-1:].isdigit() and self._may_be_damaged(text):
            found = damaged_classification_line(text)
        if found is None or not self._believable(found):
            return False
        self._head.classification = found
        self._head.captions += found.captions
        self._head.printed.append(text)
        self._in_text, self._addresses, self._field = True, None, None
        return True

    def _may_be_damaged(self, text: str) -> bool:
        return not self._in_text and bool(self._head.dtg or self._head.from_) and not _ADDRESSED.match(text)

    def _believable(self, found: ClassificationLine) -> bool:
        """`SECRET POLICE ARRESTED 300` has the form too; a known post or a heading before it must speak for it."""
        if found.post is None:
            return self._head.from_ is not None and not self._in_text
        return post(found.post, cut=True) is not None or (not self._in_text and len(found.post.split()) <= 3)

    def _take_heading(self, text: str) -> bool:
        head = self._head
        if dtg := read_dtg(text):
            head.dtg = head.dtg or dtg
            head.printed.append(text)
            return True
        if self._take_transmission(text):
            return True
        if _OF_THE_OFFICE.fullmatch(text):
            head.printed.append(text.strip())
            return True
        if match := _FROM.fullmatch(text):
            head.from_ = head.from_ or match["value"].strip()
            head.printed.append(text)
            self._addresses = None
            return True
        if self._take_address(text):
            return True
        return self._take_unknown_heading(text)

    def _take_transmission(self, text: str) -> bool:
        """Lines of the network's, which no header citation quotes."""
        head = self._head
        if text.lstrip()[:1] not in _NETWORK_STARTS:
            return False
        if START.fullmatch(text) or _RULE_NUMBER.fullmatch(text):
            return True
        if match := ROUTING.fullmatch(text):
            head.routing_precedence = match[1][0]
            return True
        if station := read_station(text):
            head.station = head.station or station
            return True
        if match := SECURITY.fullmatch(text):
            head.security = match[1]
            return True
        if head.dtg is None and (
            _SHEET_NUMBER.fullmatch(text) or (head.routing_precedence and ROUTING_MORE.fullmatch(text))
        ):
            return True
        if _ID_ALONE.fullmatch(text) and head.found_id is None:
            head.found_id = text.strip()
            return True
        return False

    def _take_address(self, text: str) -> bool:
        head = self._head
        match = _TO.fullmatch(text)
        if match:
            self._addresses = head.to
        elif match := _INFO.fullmatch(text):
            self._addresses = head.info
        elif _EXEMPT.fullmatch(text):
            self._exempt = True
            head.printed.append(text)
            return True
        if match:
            text_of = (match["value"] or "").strip()
        elif self._addresses is not None and (not self._blank or _ADDRESS.match(text)) and len(text) < 120:
            text_of = text.strip()
        else:
            return False
        head.printed.append(text)
        # Below XMT stand more members of a collective that the cable does not go to; they have no routing indicator.
        self._exempt = self._exempt and match is None and not _ROUTED.match(text_of)
        if self._addresses is not None and text_of and not self._exempt:
            _add_address(self._addresses, text_of, new=match is not None)
        return True

    def _take_unknown_heading(self, text: str) -> bool:
        """A line that is none of these: a level alone, a notice, or text, if no head is to come any more."""
        if level := level_of(text):
            self._head.level = self._head.level or level
            self._head.printed.append(text)
            self._in_text = self._head.from_ is not None and self._head.dtg is not None
            return True
        if captions := caption_line(text):
            self._head.captions += captions
            self._head.printed.append(text)
            return True
        if self._head_ahead():
            if self._head.dtg or self._head.from_ or self._head.printed:
                # Clearances go on below APPROVED BY, without a label.
                self._head.printed.append(text)
            return True
        return False

    def _head_ahead(self) -> bool:
        """Whether a line of the head follows soon, and before any numbered paragraph."""
        for line in self._lines[self._at + 1 : min(self._at + 4 * _LOOK_AHEAD, self._end)]:
            text = line.text
            if not text or len(text) > 300:
                continue
            if (
                DTG.match(text)
                or START.fullmatch(text)
                or _FROM.fullmatch(text)
                or ((found := classification_line(text)) and found.post and post(found.post, cut=True))
                or _is_strong_field(text)
            ):
                return True
            if self._head.recognised and _FIRST_LABEL.match(text):
                return False
        return False

    # ── between the classification line and the body ─────────────────────────────────────────

    def _take_text(self, text: str) -> bool:
        """Captions, passing instructions, notices; anything else is the body, unless fields are still to come."""
        head = self._head
        if captions := caption_line(text):
            head.captions += captions
        elif not (is_passing(text, self._block_length) or is_notice(text) or self._fields_ahead()):
            return False
        self._field = None
        head.printed.append(text)
        return True

    def _block_length(self) -> int:
        length = 0
        for line in self._lines[self._at : min(self._at + 6, self._end)]:
            if not line.text or line.is_break or (length and (field_of(line.text) or _FIRST_LABEL.match(line.text))):
                break
            length += 1
        return length

    def _fields_ahead(self) -> bool:
        """Whether a field follows within a few lines: then this line still belongs to the head."""
        have = self._head.fields
        reach = 4 if "subject" in have else _LOOK_AHEAD
        for line in self._lines[self._at + 1 : min(self._at + 1 + reach, self._end)]:
            text = line.text
            if not text or line.is_break:
                continue
            if _FIRST_LABEL.match(text) or len(text) > 300:
                return False
            found = field_of(text)
            if found and found.name not in have and _is_strong_field(text):
                return True
        return False


def _is_strong_field(text: str) -> bool:
    found = field_of(text)
    return found is not None and (found.name == "order" or ":" in text[:14] or ";" in text[:14] or "-" in text[:6])


def _add_address(addresses: list[str], text: str, *, new: bool) -> None:
    """Add an addressee; a line of a bare precedence or serial ends the line before it."""
    if not new and addresses and re.fullmatch(r"(?:(?:NIACT |)IMMEDIATE|FLASH|PRIORITY|ROUTINE)?\s*\d{0,5}", text):
        addresses[-1] = f"{addresses[-1]} {text}"
    else:
        addresses.append(text)
