"""Work that can wait steps back behind questions, which a person waits for."""

import os

NICENESS = 10
"""Of threads and programs that index; whoever answers has 0."""


def take_idle_time() -> None:
    """Run when nothing else wants the processor: what serves meanwhile answers as fast as ever.

    Niceness is not enough: a question goes from thread to thread, and may each time wait for a nice one's turn to end.
    """
    step_back()
    if hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def step_back(who: int = 0) -> None:
    """Let others go first: this program as a whole, or on Linux one thread of it, by its native id."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, who, max(NICENESS, os.getpriority(os.PRIO_PROCESS, who)))
