"""Work that can wait steps back behind questions, which a person waits for."""

import os

NICENESS = 10
"""Of threads and programs that index; whoever answers has 0."""


def step_back(who: int = 0) -> None:
    """Let others go first: this program as a whole, or on Linux one thread of it, by its native id."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, who, max(NICENESS, os.getpriority(os.PRIO_PROCESS, who)))
