"""Indexing steps back behind questions; building the next generation takes only the time that is left."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner
from conftest import PROJECT

from ui.cli import main

_PRINT = "; import os; print(os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0))"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a policy for idle time")
@pytest.mark.parametrize(
    ("call", "niceness", "policy"), [("step_back", 10, "SCHED_OTHER"), ("take_idle_time", 10, "SCHED_IDLE")]
)
def test_a_program_steps_back(call: str, niceness: int, policy: str) -> None:
    program = f"from index.priority import {call}; {call}(); {call}(){_PRINT}"
    printed = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    before = os.getpriority(os.PRIO_PROCESS, 0)
    assert printed.stdout.split() == [str(max(niceness, before)), str(getattr(os, policy))]


@pytest.mark.parametrize(
    ("words", "told"),
    [(["index", "nowhere"], ["step_back"]), (["index", "--encoder", "x"], ["take_idle_time"]), (["status"], [])],
)
def test_commands_that_index_step_back(words: list[str], told: list[str], stepped_back: list[str]) -> None:
    CliRunner().invoke(main, words)
    assert stepped_back == told
