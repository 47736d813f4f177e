"""A Message -> Cable: header, tags, references, paragraphs, and what was repaired or odd.

The grammar follows the State Department's handbooks (5 FAH-1 H-246, 5 FAH-2 H-230 and H-320, 5 FAH-3)
and what published cables show of its breaches. Nothing is guessed in silence: a repair is an anomaly.
"""

from index.parse.assemble import parse_plain
from index.parse.exported import is_exported, parse_exported
from index.parse.structured import parse_structured, witness_of
from index.records import Cable, Message

PARSER_VERSION = 5
"""Raised whenever the same message would be parsed differently."""


def parse(message: Message, *, ignore_attributes: bool = False) -> Cable:
    """Understand one raw cable.

    Args:
        ignore_attributes: do not look at the Message Attributes that the National Archives print under a text.

    Raises:
        CableSyntaxError: no head to be recognised, no id that can be formed, or no paragraph of text.
    """
    if is_exported(message.fields):
        return parse_exported(message)
    if "paragraphs" in message.fields:
        return parse_structured(message)
    witness = witness_of(message.fields) if message.fields else None
    return parse_plain(message, witness=witness, ignore_attributes=ignore_attributes)


__all__ = ["PARSER_VERSION", "parse"]
