"""What is asked of the collection of cables -> statements from the catalog, exact, each citing the heads that show it.

The cables are chosen first: what was understood (days, posts, levels, signers …) is met exactly. Words that are left
over are a subject: the cables must share them, and those that share far less than the best are left out. A cable that
is to mention something must have every word of it in one place, and is cited by the sentence that has most of them.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.catalog import Group
from index.gazetteer import posts, tag
from index.home import Stores
from index.records import Cable, Paragraph
from index.sentences import Span, sentence_spans
from qa.cite import to_citation
from qa.header import day_in_words, header_citation, header_statements
from qa.records import Citation, CollectionQuestion, Grouping, Passage, Query, Statement
from qa.words import key_words

MOST = 20
"""Cables listed, and cited for one statement; where more fit, that is said."""

MOST_GROUPS = 40
"""Groups told of; where there are more, that is said."""

SHARE = 0.3
"""What the score of a cable must be of the best one's, for its subject to be the one asked for."""

_ALL = 1_000_000
_NAMED: dict[Grouping, tuple[str, str]] = {
    "posts": ("post", "posts"),
    "signers": ("signer", "signers"),
    "addressees": ("addressee", "addressees"),
    "action_addressees": ("action addressee", "action addressees"),
    "info_addressees": ("information addressee", "information addressees"),
    "tags": ("TAG", "TAGS"),
    "captions": ("caption", "captions"),
    "classifications": ("classification", "classifications"),
    "precedences": ("precedence", "precedences"),
    "years": ("year", "years"),
    "months": ("month", "months"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """Statements about the collection, the passages they cite, and what to tell beside them.

    `in_other_words`: no cable has the words asked for, but some may say the same in others.
    """

    statements: tuple[Statement, ...] = ()
    passages: tuple[Passage, ...] = ()
    notice: str | None = None
    in_other_words: bool = False


def tell_of(query: Query, stores: Stores) -> Told:
    """The answer to a question about the collection."""
    chosen, country, notes = _Chosen(query, stores), _country_of(query), ""
    if not chosen.numbers and country:
        naming = _Chosen(_naming(country, query), stores)
        if naming.numbers:
            chosen = naming
            notes = f"None is tagged with {country} or was sent from there; these name it in their text."
    if chosen.numbers:
        told = _noticed(_TELLERS[chosen.asked.aim](chosen), notes)
    else:
        told = Told(notice=chosen.none(), in_other_words=chosen.in_other_words())
    if passed_over := chosen.asked.passed_over:
        return _noticed(told, f"Not taken into account: {_joined([f'“{word}”' for word in passed_over])}.")
    return told


def _asked(query: Query) -> CollectionQuestion:
    assert query.collection is not None
    return query.collection


def _noticed(told: Told, more: str) -> Told:
    return replace(told, notice=" ".join(filter(None, (told.notice, more))))


def _country_of(query: Query) -> str | None:
    """The one country that the cables are to be about, where nothing else is said of their subject."""
    about = [clue.value for clue in query.understood if clue.filters.countries]
    return about[0].removeprefix("about ") if len(about) == 1 and not _asked(query).subject else None


def _naming(country: str, query: Query) -> Query:
    """The same, of cables that name the country: where there are no TAGS, only their words show what they are about."""
    others = tuple(clue for clue in query.understood if not clue.filters.countries)
    return replace(query, understood=others, collection=replace(_asked(query), subject=(country,), told_of=True))


class _Chosen:
    """The cables that are as a question says, in the order of sending, and what to say of them."""

    def __init__(self, query: Query, stores: Stores) -> None:
        self.query, self.stores, self.asked = query, stores, _asked(query)
        self.subject = " ".join(self.asked.subject)
        passing = stores.catalog.select_cables(query.filters.conditions())
        for either in (*query.said_of_cables, *((each,) for each in self.asked.also)):
            fitting = {number for each in either for number in stores.catalog.select_cables(each.conditions())}
            passing = _within(passing, fitting)
        for each in self.asked.without:
            passing = _without(passing, stores.catalog.select_cables(each.conditions()))
        self.unheard = False
        if self.asked.but_not:
            passing = _without(passing, self._with_every(" ".join(self.asked.but_not)))
        if self.asked.unheard:
            passing = _without(passing, self._with_every(self.subject))
        elif self.subject:
            fitting = self._with_every(self.subject) if self.asked.told_of else self._near(passing)
            self.unheard = not fitting
            passing = _within(passing, fitting)
        self._ids = passing
        self.numbers = list(passing)

    def _with_every(self, words: str) -> set[int]:
        """The cables of which a paragraph has every word; a name in the head alone only says who wrote to whom."""
        places = self.stores.catalog.places_of(self.stores.terms.chunks_with(words)).values()
        cables = {cable for _, cable in places}
        if not _is_named(words):
            return cables
        heads = self.stores.catalog.headers_of(cables)
        return {cable for paragraph, cable in places if paragraph != heads.get(cable)}

    def _near(self, passing: dict[int, str]) -> set[int]:
        scores = self.stores.terms.search_cables(self.subject, _ALL)
        places = self.stores.catalog.places_of(scores)
        by_cable = {places[chunk][1]: score for chunk, score in scores.items() if chunk in places}
        inside = {cable: score for cable, score in by_cable.items() if cable in passing}
        least = SHARE * max(inside.values(), default=0.0)
        return {cable for cable, score in inside.items() if score >= least}

    def cables(self, numbers: Sequence[int], most: int = MOST) -> list[Cable]:
        """The first of these cables. One may have been removed since it was chosen."""
        found = (self.stores.catalog.get(self._ids[number]) for number in numbers)
        return [cable for cable, _ in zip(filter(None, found), range(most), strict=False)]

    def dated(self) -> list[int]:
        """The cables that have a day."""
        return self.numbers[: len(self.numbers) - self.stores.catalog.count_undated(self.numbers)]

    def groups(self, by: Grouping) -> dict[str, Group]:
        """How many of the cables have what of one kind, the most first; years and months in their order."""
        groups = self.stores.catalog.grouped(by, self.numbers)
        return dict(sorted(groups.items())) if by in ("years", "months") else groups

    def described(self, count: int) -> str:
        """`4 cables sent by Lima and classified SECRET`."""
        said = self.query.cables_in_words
        words = f" that {'pass' if count != 1 else 'passes'} the filters" if self.query.filters else ""
        if self.subject:
            where = " in the text" if self.asked.told_of and _is_named(self.subject) else ""
            having = "without" if self.asked.unheard else "with" if self.asked.told_of else "near"
            words += f" {having} the words{where}: {self.subject}"
            words += f", but not: {' '.join(self.asked.but_not)}" if self.asked.but_not else ""
        return f"{count:,} cable{'s' * (count != 1)}{' ' * bool(said)}{said}{words}"

    def none(self) -> str:
        """That no cable is so."""
        return f"The archive has no {self.described(1).removeprefix('1 ')}."

    def in_other_words(self) -> bool:
        """Whether cables may tell of the subject in other words, where none has these: not of a name."""
        return self.asked.told_of and self.unheard and not any(word[0].isupper() for word in self.asked.subject)


def _is_named(words: str) -> bool:
    """Whether the words are a name."""
    return all(word[0].isupper() for word in words.split())


def _within(passing: dict[int, str], others: Collection[int]) -> dict[int, str]:
    return {number: cable_id for number, cable_id in passing.items() if number in others}


def _without(passing: dict[int, str], others: Collection[int]) -> dict[int, str]:
    return {number: cable_id for number, cable_id in passing.items() if number not in others}


# ── what is told ─────────────────────────────────────────────────────────────────────────────


class _Passages:
    """The passages that statements cite, each once, by rank."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, int], Passage] = {}

    def cite(self, cable: Cable, paragraph: Paragraph | None = None, span: Span | None = None) -> Citation:
        """A paragraph's words, or the head of a cable."""
        paragraph = paragraph or cable.header_paragraph()
        rank = len(self.found) + 1
        passage = self.found.setdefault((cable.cable_id, paragraph.ordinal), Passage.of(cable, paragraph, rank))
        return to_citation(passage.rank, passage, span) if span else header_citation(cable, passage.rank)

    def heads(self, cables: Sequence[Cable]) -> tuple[Citation, ...]:
        """The head of each."""
        return tuple(self.cite(each) for each in cables)

    def all(self) -> tuple[Passage, ...]:
        """All that were cited."""
        return tuple(self.found.values())


def _tell_list(chosen: _Chosen) -> Told:
    return _listed(chosen, chosen.numbers)


def _tell_count(chosen: _Chosen) -> Told:
    count = len(chosen.numbers)
    return _listed(chosen, chosen.numbers, f"The archive has {chosen.described(count)}.")


def _tell_whether(chosen: _Chosen) -> Told:
    return _listed(chosen, chosen.numbers, f"Yes, the archive has {chosen.described(len(chosen.numbers))}.")


def _tell_first(chosen: _Chosen) -> Told:
    return _tell_end(chosen, chosen.dated(), "earliest")


def _tell_last(chosen: _Chosen) -> Told:
    return _tell_end(chosen, chosen.dated()[::-1], "latest")


def _tell_end(chosen: _Chosen, ordered: Sequence[int], which: str) -> Told:
    """The cables at one end, and the facts of the head that are asked for."""
    few = chosen.asked.few
    cables = chosen.cables(ordered[:few])
    if not cables:
        return Told(notice=f"Of {chosen.described(len(chosen.numbers))}, none has a date that can be read.")
    if few > 1:
        return _listed(chosen, ordered[:few])
    (cable,), passages = cables, _Passages()
    others = f"The {which} of {chosen.described(len(chosen.numbers))} is " if len(chosen.numbers) > 1 else "It is "
    first = Statement(others + _in_a_line(cable), (passages.cite(cable),), "supported")
    facts = header_statements(cable, chosen.query.asks, 1)
    return Told((first, *facts), passages.all())


def _tell_span(chosen: _Chosen) -> Told:
    dated = chosen.dated()
    ends = chosen.cables(dated[:1]) + chosen.cables(dated[-1:])
    days = [each.header.sent for each in ends if each.header.sent]
    if len(days) != len(ends) or not ends:
        return Told(notice=f"Of {chosen.described(len(chosen.numbers))}, none has a date that can be read.")
    passages = _Passages()
    told = (
        f"The archive has {chosen.described(len(chosen.numbers))}, from {day_in_words(days[0].date())} "
        f"({ends[0].cable_id}) to {day_in_words(days[-1].date())} ({ends[-1].cable_id})."
    )
    return Told((Statement(told, passages.heads(ends), "supported"),), passages.all())


def _tell_groups(chosen: _Chosen) -> Told:
    by = chosen.asked.by
    assert by is not None
    groups, passages = chosen.groups(by), _Passages()
    if not groups:
        return Told(notice=f"None of {chosen.described(len(chosen.numbers))} has a {_NAMED[by][0]}.")
    named = list(groups.items())[:MOST_GROUPS]
    firsts = chosen.cables([group.first for _, group in named[:MOST]])
    one, many = _NAMED[by]
    counted = f"are {len(groups)} {many}" if len(groups) > 1 else f"is 1 {one}"
    told = (
        f"Of {chosen.described(len(chosen.numbers))} there {counted}: "
        f"{', '.join(f'{_called(by, name)} {group.count:,}' for name, group in named)}."
    )
    more = f"There are {len(groups)} {many}; the first {MOST_GROUPS} are told." if len(groups) > MOST_GROUPS else None
    return Told((Statement(told, passages.heads(firsts), "supported"),), passages.all(), more)


def _tell_most(chosen: _Chosen) -> Told:
    by = chosen.asked.by
    assert by is not None
    groups = chosen.stores.catalog.grouped(by, chosen.numbers)
    if not groups:
        return Told(notice=f"None of {chosen.described(len(chosen.numbers))} has a {_NAMED[by][0]}.")
    fewest = chosen.asked.aim == "fewest"
    end = (min if fewest else max)(group.count for group in groups.values())
    best = [name for name, group in groups.items() if group.count == end]
    passages, each = _Passages(), "each " * (len(best) > 1)
    told = (
        f"{_joined([_called(by, name) for name in best])}: {each}{end:,} of {chosen.described(len(chosen.numbers))}, "
        f"the {'fewest' if fewest else 'most'} of any {_NAMED[by][0]}."
    )
    share = max(1, MOST // len(best))
    numbers = [n for name in best[:MOST] for n in chosen.stores.catalog.in_group(by, name, chosen.numbers, share)]
    statements = [Statement(told, passages.heads(chosen.cables(numbers)), "supported")]
    others = [name for name in groups if name not in best]
    if others := (others[::-1] if fewest else others)[:_NEXT]:
        after = _joined([f"{_called(by, name)} with {groups[name].count:,}" for name in others])
        come = "comes" if len(others) == 1 else "come"
        firsts = chosen.cables([groups[name].first for name in others])
        statements.append(Statement(f"Next {come} {after}.", passages.heads(firsts), "supported"))
    return Told(tuple(statements), passages.all())


_NEXT = 3
"""Groups told of after the one with most."""

_TELLERS = {
    "list": _tell_list,
    "count": _tell_count,
    "whether": _tell_whether,
    "first": _tell_first,
    "last": _tell_last,
    "most": _tell_most,
    "fewest": _tell_most,
    "groups": _tell_groups,
    "span": _tell_span,
}


# ── lists ────────────────────────────────────────────────────────────────────────────────────


def _listed(chosen: _Chosen, numbers: Sequence[int], before: str = "") -> Told:
    """The cables in a line each, by day, at most MOST of them, after a sentence about them all."""
    passages = _Passages()
    lines = [line for cable in chosen.cables(numbers) for line in _lines(chosen, cable, passages)]
    cited = tuple(citation for each in lines for citation in each.citations)
    first = (Statement(before, cited, "supported"),) if before else ()
    listed, fitting = len(passages.found), len(numbers)
    more = f"{fitting:,} cables fit; the first {listed} by day are listed." if fitting > listed else None
    return Told((*first, *lines), passages.all(), more)


def _lines(chosen: _Chosen, cable: Cable, passages: _Passages) -> Iterator[Statement]:
    """What shows that a cable belongs to a list: its reference, the sentence that mentions a subject, or its head."""
    if any(clue.kind == "citing" for clue in chosen.query.understood):
        marker = passages.cite(cable).marker
        yield from header_statements(cable, ("references",), marker)
        return
    paragraph, span = _where_told(cable, _words_to_show(chosen.asked))
    if span is None:
        yield Statement(_in_a_line(cable), (passages.cite(cable),), "supported")
        return
    line = f"{cable.cable_id} ({_day(cable)}): “{paragraph.text[slice(*span)]}”"
    yield Statement(line, (passages.cite(cable, paragraph, span),), "supported")


def _words_to_show(asked: CollectionQuestion) -> set[str]:
    """Of the words of a subject, those that a sentence of the cable shows."""
    return set(key_words(" ".join(asked.subject))) if asked.told_of and not asked.unheard else set()


def _where_told(cable: Cable, words: set[str]) -> tuple[Paragraph, Span | None]:
    """The first of the paragraphs with most of the words, and its sentence with most; the header where none has one."""
    paragraph = max(cable.paragraphs, key=lambda each: _shared(words, each.text), default=None)
    if paragraph is None or not _shared(words, paragraph.text):
        return cable.header_paragraph(), None
    spans = sentence_spans(paragraph.text)
    return paragraph, max(spans, key=lambda span: _shared(words, paragraph.text[slice(*span)]))


def _shared(words: set[str], text: str) -> int:
    return len(words & set(key_words(text)))


def _in_a_line(cable: Cable) -> str:
    """`74LIMA7 (18 April 1974, Secret, signed Ordway): THE SUBJECT.`"""
    header = cable.header
    signed = f"signed {header.signer}" if header.signer else ""
    facts = (_day(cable), (header.classification or "").capitalize(), signed)
    return f"{cable.cable_id} ({', '.join(filter(None, facts))}): {(header.subject or 'no subject').rstrip('.')}."


def _day(cable: Cable) -> str:
    return day_in_words(cable.header.sent.date()) if cable.header.sent else ""


# ── words ────────────────────────────────────────────────────────────────────────────────────


def _called(by: Grouping, name: str) -> str:
    """What a group is called: posts by their name, TAGS with their meaning, months in words."""
    if by == "posts" and name in posts():
        return posts()[name].name.split(" (")[0]
    if by == "tags" and (known := tag(name)):
        return f"{name} ({known.meaning})"
    if by == "months":
        return f"{date.fromisoformat(f'{name}-01'):%B %Y}"
    return name


def _joined(said: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(said[:-1]), *said[-1:])))
