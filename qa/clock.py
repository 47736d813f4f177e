"""How long each stage of an answer took."""

import time


class Clock:
    """Seconds by stage, as they stand in an Answer."""

    def __init__(self) -> None:
        self._started = self._last = time.perf_counter()
        self._seconds: dict[str, float] = {}

    def mark(self, stage: str) -> None:
        """The stage has ended; what comes twice counts together."""
        now = time.perf_counter()
        self._seconds[stage] = self._seconds.get(stage, 0.0) + now - self._last
        self._last = now

    def first_token(self) -> None:
        """Words came; only the first call counts."""
        self._seconds.setdefault("first_token", time.perf_counter() - self._started)

    def seconds(self) -> dict[str, float]:
        """All stages, and the total."""
        total = time.perf_counter() - self._started
        return {name: round(each, 4) for name, each in {"first_token": total, **self._seconds, "total": total}.items()}
