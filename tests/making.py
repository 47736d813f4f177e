"""Small cables of one's own making, and what an index of them holds."""

from index.build import Report
from index.check import check
from index.home import open_stores
from index.settings import Settings

TEXT = """VZCZCXYZ0000
OO RUEHC
DE RUEHTA #{number:04d} 3241158
ZNR UUUUU ZZH
O 201158Z NOV 07
FM AMEMBASSY ASTANA
TO RUEHC/SECSTATE WASHDC IMMEDIATE 1220

UNCLAS ASTANA {number:06d}

SIPDIS

E.O. 12958: N/A
TAGS: PGOV, KZ
SUBJECT: {subject}

1. {first}

2. {second}

ORDWAY
"""


def a_text(number: int, first: str = "The forum met.", second: str = "Nothing else happened.") -> str:
    return TEXT.format(number=number, subject=f"FORUM {number}", first=first, second=second)


def ids(settings: Settings) -> set[str]:
    opened = open_stores(settings)
    found = set(opened.catalog.chunks_by_cable())
    assert check(opened) and check(opened).extra_vectors == 0 and check(opened).extra_terms == 0
    opened.close()
    return found


def counts(report: Report) -> tuple[int, int, int]:
    return report.added, report.updated, report.removed
