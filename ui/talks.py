"""Conversations: the turns of each, kept by this server so that they outlive a reload.

They are kept in memory and nowhere else: a cable that was removed, or a ceiling that was lowered, leaves no answer
behind in a file. A link to an answer asks its question anew (`ui.place.ask_link`).
"""

import secrets
import threading
from collections import OrderedDict
from typing import Final

from qa.records import Answer
from ui.reader import Reader
from ui.turn import Turn

MOST_TALKS: Final = 500
"""Conversations kept; beyond that, the one that was longest left alone goes."""

MOST_TURNS: Final = 40
"""Turns kept of each; beyond that, the first go."""


class Talk:
    """One reader's conversation, the first turn first."""

    def __init__(self, owner: Reader) -> None:
        self.owner = owner
        self.token = secrets.token_urlsafe(12)
        self.turns: list[Turn] = []

    def said(self) -> list[Answer | str]:
        """What a follow-up is read in the light of: each answer, or the question where there is none."""
        return [turn.answer or turn.asked for turn in self.turns]

    def add(self, turn: Turn) -> None:
        """A new turn begins; an unfinished one before it is stopped."""
        if self.turns:
            self.turns[-1].stop()
        self.turns = [*self.turns, turn][-MOST_TURNS:]


class Talks:
    """All conversations of a server. Safe to share between threads."""

    def __init__(self) -> None:
        self._talks: OrderedDict[str, Talk] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, owner: Reader) -> Talk:
        """A new conversation."""
        talk = Talk(owner)
        with self._lock:
            self._talks[talk.token] = talk
            while len(self._talks) > MOST_TALKS:
                self._talks.popitem(last=False)
        return talk

    def find(self, token: str, owner: Reader) -> Talk | None:
        """The conversation that a link names, if it is kept and this reader's, with this reader's bounds."""
        with self._lock:
            talk = self._talks.get(token)
            if talk is None or talk.owner != owner:
                return None
            self._talks.move_to_end(token)
            return talk
