"""The real command, killed by its process id at some moment of its work: the next run finishes it."""

from pathlib import Path

import pytest
from benchmarks.kills import rounds


@pytest.mark.weights
def test_a_command_that_was_killed_leaves_nothing_lost_and_nothing_doubled(tmp_path: Path) -> None:
    rounds(tmp_path, kills=2, seed=3)
