"""What a person sets beside a question -> Filters; what cannot be meant is refused with what can.

`1974` and `1974-03` are days too: the first for `since`, the last for `until`.
"""

import calendar
import re
from collections.abc import Iterable, Sequence
from datetime import date
from difflib import get_close_matches

from index.catalog import Catalog
from index.errors import QueryError
from index.gazetteer import canonical_post, tag, to_cable_id
from index.records import CLASSIFICATIONS, Classification
from qa.records import Filters
from qa.shield import visible

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")


def to_filters(
    catalog: Catalog,
    *,
    since: str | None = None,
    until: str | None = None,
    posts: Sequence[str] = (),
    tags: Sequence[str] = (),
    classifications: Sequence[str] = (),
    cables: Sequence[str] = (),
) -> Filters:
    """Filters from words as people write them.

    Raises:
        QueryError: a day that is none, or a post, TAG, classification or cable that is not known.
    """
    filters = Filters(
        since=_to_day(since, last=False) if since else None,
        until=_to_day(until, last=True) if until else None,
        posts=tuple(_to_post(post, catalog) for post in posts),
        tags=tuple(_to_tag(tag, catalog) for tag in tags),
        classifications=tuple(_to_classification(each) for each in classifications),
        cables=tuple(_to_cable(cable, catalog) for cable in map(visible, cables)),
    )
    if filters.since and filters.until and filters.since > filters.until:
        raise QueryError(f"since {filters.since} is after until {filters.until}; exchange them.")
    return filters


def _to_day(text: str, *, last: bool) -> date:
    found = _DAY.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        year, month, day = (int(part) if part else None for part in found.groups())
        assert year is not None
        month = month or (12 if last else 1)
        return date(year, month, day or (calendar.monthrange(year, month)[1] if last else 1))
    except ValueError:
        raise QueryError(f"{text!r} is no day; write 1974, 1974-03 or 1974-03-05.") from None


def _to_post(name: str, catalog: Catalog) -> str:
    known = catalog.facets().posts
    for candidate in (canonical_post(name), name.strip(), re.sub(r"[^A-Z]", "", name.upper())):
        if candidate and candidate in known:
            return candidate
    if canonical := canonical_post(name):
        return canonical
    raise QueryError(f"no post is called {name!r}; {_suggest(name.upper(), known)}.")


def _to_tag(name: str, catalog: Catalog) -> str:
    code = visible(name).strip().upper()
    known = catalog.facets().tags
    if code in known or tag(code):
        return code
    raise QueryError(f"no TAG is called {name!r}; {_suggest(code, known, 'TAGS')}.")


def _to_cable(name: str, catalog: Catalog) -> str:
    if found := catalog.resolve(name):
        return found
    cable_id = to_cable_id(name)
    raise QueryError(
        f"{cable_id} is not in the archive; check its year, post and number." if cable_id
        else f"no cable is called {name!r}; write its id, such as 07ASTANA3162."
    )  # fmt: skip


def _to_classification(name: str) -> Classification:
    for level in CLASSIFICATIONS:
        if level == name.strip().upper() or level == {"LOU": "LIMITED OFFICIAL USE"}.get(name.strip().upper()):
            return level
    raise QueryError(f"{name!r} is no classification; choose {', '.join(CLASSIFICATIONS)}.")


def _suggest(name: str, known: Iterable[str], kind: str = "posts") -> str:
    near = get_close_matches(name, known, n=3)
    return f"did you mean {' or '.join(near)}?" if near else f"reftel status --json lists the {kind} of the archive"
