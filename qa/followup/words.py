"""Words that more than one part of reading a follow-up needs."""

import re

AUX = r"(?:did|does|do|was|were|is|are|had|has|have|will|would|can|could|should|may|might|shall)"
WH = r"(?:who|whom|whose|what|when|where|why|how|which)"
MONTH = re.compile(r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\b")


def either(*forms: str) -> re.Pattern[str]:
    """A pattern of several forms, in any letter case."""
    return re.compile("|".join(forms), re.IGNORECASE)
