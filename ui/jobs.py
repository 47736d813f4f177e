"""Work on the index, begun from the page and followed by it: one job at a time, in a thread of its own."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from index.errors import ReftelError, StoreBusy

_log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]
Work = Callable[[Progress], str]
"""Does the work, telling how far it has come; gives one sentence on what was done."""


@dataclass(slots=True)
class Job:
    """Work under way or done. `said` is what it did, `error` why it could not."""

    name: str
    done: int = 0
    total: int = 0
    at: str = ""
    said: str = ""
    error: str = ""
    is_over: bool = False

    @property
    def share(self) -> float:
        """How far it has come, from 0 to 1."""
        return 1.0 if self.is_over else min(self.done / self.total, 1.0) if self.total else 0.0


class Jobs:
    """The jobs of a server: the one under way, or the last. Safe to share between threads."""

    def __init__(self) -> None:
        self.last: Job | None = None
        self._lock = threading.Lock()

    def begin(self, name: str, work: Work, *, after: Callable[[], None]) -> Job:
        """Start a job; `after` is called when it has ended well.

        Raises:
            StoreBusy: another is under way.
        """
        with self._lock:
            if self.last and not self.last.is_over:
                raise StoreBusy(f"{self.last.name} is under way; wait for it, then try again.")
            self.last = job = Job(name)
        threading.Thread(target=_run, args=(job, work, after), name="reftel-job", daemon=True).start()
        return job


def _run(job: Job, work: Work, after: Callable[[], None]) -> None:
    def progress(done: int, total: int, at: str) -> None:
        job.done, job.total, job.at = done, total, at

    try:
        job.said = work(progress)
        after()
    except ReftelError as error:
        job.error = str(error)
    except Exception:
        _log.exception("%s failed", job.name)
        job.error = "It could not be finished: a fault in Reftel. The server's log has the details."
    finally:
        job.is_over = True
