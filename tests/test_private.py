"""With the default settings no real command reaches beyond this machine, in Python or below it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT, SAMPLE

from qa.chat import fetched, list_models

GUARD = '''
"""Notes every way out of this machine that the process tries, in Python or below it."""
import atexit, json, os, sys, threading, time

log = os.environ["GUARD_LOG"]
inside = ("127.0.0.1", "::1", "localhost", "", None, "0.0.0.0")
lock = threading.Lock()

def note(what):
    with lock, open(log, "a") as file:
        file.write(json.dumps(what) + "\\n")

def hook(event, args):
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"):
        address = args[1]
        if isinstance(address, tuple) and address[0] not in inside:
            note([event, str(address)])
            raise OSError("no way out")
    elif event == "socket.getaddrinfo" and args[0] not in inside:
        note([event, str(args[0])])
        raise OSError("no way out")

def sockets():
    mine = set()
    for each in os.listdir("/proc/self/fd"):
        try:
            mine.add(os.readlink("/proc/self/fd/" + each))
        except OSError:
            pass
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in open("/proc/self/net/" + table).readlines()[1:]:
            fields = line.split()
            if "socket:[" + fields[9] + "]" in mine:
                yield table, fields[1].split(":")[0], fields[2].split(":")[0]

LOOPBACK = {"0100007F", "00000000", "0" * 32, "00000000000000000000000001000000", "0000000000000000FFFF00000100007F"}

def watch():
    while True:
        for table, local, remote in sockets():
            is_open_to_all = int(local, 16) == 0 and table.startswith("tcp")
            if local not in LOOPBACK or remote not in LOOPBACK or is_open_to_all:
                note([table, local, remote])
        time.sleep(0.01)

sys.addaudithook(hook)
if os.path.isdir("/proc/self/net"):
    threading.Thread(target=watch, daemon=True).start()
note("started")
'''


def guarded(tmp_path: Path, home: Path, *arguments: str) -> tuple[str, list[Any]]:
    """What a real `reftel` command prints, and what ways out it tried."""
    folder, log = tmp_path / "guard", tmp_path / "log"
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(GUARD)
    log.unlink(missing_ok=True)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("REFTEL_", "HF_", "ANONYMIZED", "LANGSMITH", "LANGCHAIN", "DO_NOT"))
    }
    path = os.pathsep.join([str(folder), str(PROJECT)])
    ran = subprocess.run(
        [sys.executable, "-c", "from ui.cli import main; main()", "--home", str(home), *arguments],
        cwd=tmp_path, env={**kept, "PYTHONPATH": path, "GUARD_LOG": str(log)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    first, *tried = [json.loads(line) for line in log.read_text().splitlines()]
    assert first == "started"
    return ran.stdout, tried


def run_guarded(tmp_path: Path, home: Path) -> dict[str, Any]:
    _, tried = guarded(tmp_path, home, "index", "--quiet", str(SAMPLE / "08PRAIA118.txt"))
    assert tried == []
    printed, tried = guarded(tmp_path, home, "ask", "Why was the March ballot in Ribeira do Sal annulled?", "--json")
    assert tried == []
    answer: dict[str, Any] = json.loads(printed)
    assert answer["outcome"] == "answered" and "bakery" in answer["text"]
    return answer


@pytest.mark.weights
def test_with_the_default_settings_nothing_leaves_the_machine(tmp_path: Path) -> None:
    assert run_guarded(tmp_path, tmp_path / "fresh")["model"] == "none"


@pytest.mark.weights
@pytest.mark.chat
def test_nor_does_it_with_the_local_chat_model(tmp_path: Path) -> None:
    models = Path(os.environ.get("REFTEL_TEST_MODELS", "/nowhere"))
    name = next((each.name for each in list_models() if fetched(each.name, models)), None)
    if name is None:
        pytest.skip("no local chat model in the folder that REFTEL_TEST_MODELS names")
    home = tmp_path / "fresh"
    home.mkdir()
    (home / "models").symlink_to(models.absolute())
    assert run_guarded(tmp_path, home)["model"] == name
