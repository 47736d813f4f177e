"""Giving memory back: what the libraries freed glibc keeps, a quarter of a gigabyte after a minute of embedding."""

import ctypes
from functools import cache
from typing import Any


def give_back() -> None:
    """Give freed memory back to the system, where the C library can; some milliseconds."""
    if trim := _trim():
        trim(0)


@cache
def _trim() -> Any:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):  # no glibc: musl, macOS, Windows
        return None
