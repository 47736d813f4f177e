"""A follow-up that speaks of the cables of the last answer -> the same, asked of just these.

`Which cables came from Freetown?` and then `How many of them are secret?` asks how many of the cables sent by Freetown
are secret. What they were chosen by is said again, and not their ids: there may be thousands.
"""

from collections.abc import Sequence
from itertools import takewhile

from qa.followup.pronouns import EXPLETIVE, OF_A_CABLE
from qa.followup.referents import Exchange
from qa.followup.words import either
from qa.understand.collection import has_other_words

_CABLES = r"(?:cables|telegrams|messages|documents|records|airgrams|dispatches|ones)"
_OF_THEM = either(rf"\b(?:of )?(?:those|these) {_CABLES}\b", r"\bof (?:them|those|these)\b")
_THEM = either(r"\b(?:them|they|those|these)\b")
_TELL = either(r"\bthey (?:say|tell|report|describe|mention|conclude)\b")
_IT = either(r"\b(?:it|that one|that cable|this one)\b")


def from_cables(core: str, talk: Sequence[Exchange]) -> str | None:
    """The question with the cables that it means; None where the last answer was not about the collection."""
    # Where the last question found none, it is still those before that are spoken of.
    of_cables = takewhile(lambda each: each.chosen is not None, reversed(talk))
    last = next((each for each in of_cables if each.cables), None)
    if last is None or last.chosen is None:
        return None
    plain = not has_other_words(core)
    them = _OF_THEM.search(core) or (_THEM.search(core) if plain or _TELL.search(core) else None)
    if them:
        of, after = "of " if them.group().lower().startswith("of ") else "", core[them.end() :].rstrip(" ?.!")
        parts = (f"{core[: them.start()]}{of}the cables", last.chosen.said, after.strip(), last.chosen.about)
        return f"{' '.join(filter(None, parts))}?"
    of_it = plain or OF_A_CABLE.search(core)
    if len(last.cables) == 1 and of_it and not EXPLETIVE.search(core) and (it := _IT.search(core)):
        return f"{core[: it.start()]}{last.cables[0]}{core[it.end() :]}"
    return None
