"""A follow-up and the talk before it -> a whole question: `and in 1975?`, `who else was there?`, `who signed it?`

Precision comes first: what may be a whole question is left as it is. What is changed is changed by the words of the
talk alone, and shown to the person. An earlier answer lends names to a question; it is never evidence.
"""

from collections.abc import Sequence

from qa.followup.cables import from_cables
from qa.followup.ellipsis import from_bare, from_fragment, from_ordinal
from qa.followup.pronouns import from_pronouns
from qa.followup.referents import Exchange
from qa.followup.words import either

__all__ = ["Exchange", "whole_question"]

_OPENER = either(
    r"^(?:(?:ok(?:ay)?|right|thanks|thank you|so|well|yes|no|hm+)[,.!;]? )*"
    r"(?:(?P<about>(?:and |but |so )?(?:what|how) (?:about|of)|(?:and )?(?:the )?same (?:question )?(?:for|in|of|about)"
    r"|and (?:for|as for)|as for)|and|but|or|also|then|so)\b,? "
)


def whole_question(text: str, talk: Sequence[Exchange]) -> str:
    """What a person asks in full. The text itself where it is whole, or nothing before it tells what is meant.

    Args:
        talk: the questions before it, asked in full, with their answers; the last one last.
    """
    said = " ".join(text.split())
    if not talk or not said:
        return text
    opener = _OPENER.match(said)
    core = said[opener.end() :] if opener else said
    found = (
        from_ordinal(core, talk)
        or from_cables(core, talk)
        or from_bare(core, talk)
        or from_fragment(core, talk, opened=bool(opener), about=bool(opener and opener["about"]))
        or from_pronouns(core, talk)
    )
    return _as_question(found) if found and found.lower() != core.lower() else text


def _as_question(text: str) -> str:
    plain = text.strip().rstrip(" ?.!")
    return f"{plain[:1].upper()}{plain[1:]}?"
