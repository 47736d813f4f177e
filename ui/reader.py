"""Who reads the page, and what they may do and see there.

On this machine only, whoever opens the page keeps the archive. A page that other machines see has readers only, until
people sign in: then the settings name its keepers, and its readers with the ceiling of each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from index.catalog import Ceiling
from index.settings import Bounds, Settings

ANYBODY = "*"
"""The entry of `readers` for those who sign in and have none of their own."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One who may read: by what name they signed in ('' where nobody does), and up to which ceiling (None: all).

    Keepers also index, upload and delete, and see all.
    """

    name: str = ""
    is_keeper: bool = False
    ceiling: Ceiling | None = None


def reader_of(settings: Settings, person: Mapping[str, Any], *, is_local: bool) -> Reader | None:
    """The reader that a person is; None for one who may not read here, or has not signed in.

    Args:
        person: the claims of their sign-in (`email`, `email_verified`), as the provider gives them.
        is_local: whether only this machine sees the page.
    """
    if not settings.sign_in:
        return Reader(is_keeper=is_local)
    email = str(person.get("email") or "").strip().casefold()
    # An address that nobody has proved to be theirs opens nothing.
    if not email or str(person.get("email_verified", True)).casefold() == "false":
        return None
    if email in {keeper.casefold() for keeper in settings.keepers}:
        return Reader(email, is_keeper=True)
    known = {name.casefold(): bounds for name, bounds in settings.readers.items()}
    bounds = known.get(email) or known.get(ANYBODY)
    return Reader(email, ceiling=_ceiling(bounds)) if bounds else None


def _ceiling(bounds: Bounds) -> Ceiling | None:
    return None if bounds == Bounds() else Ceiling(bounds.ceiling, bounds.barred)
