"""How long indexing takes beside LangChain's tutorial pipeline: same cables, weights, machine and run.

    make bench-indexing                                # the sample cables
    make bench-indexing CABLES="some/folder other"     # your own

The tutorial: files as documents, RecursiveCharacterTextSplitter(1000, 200), HuggingFaceEmbeddings,
Chroma.from_documents. The two take turns, each in a process of its own with an empty folder;
what counts is the ratio. `indexing` leaves imports and the loading of the weights out,
`process` is everything from start to exit.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TUTORIAL_PACKAGES = Path(sys.prefix) / "tutorial"


def tutorial(paths: list[Path], folder: Path) -> float:
    """Seconds of the tutorial's pipeline."""
    sys.path.insert(0, str(TUTORIAL_PACKAGES))
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    from index.embed import offline_folder

    embeddings = HuggingFaceEmbeddings(model_name=str(offline_folder()))
    embeddings.embed_query("warm")
    started = time.perf_counter()
    files = sorted(file for path in paths for file in (path.rglob("*.txt") if path.is_dir() else [path]))
    documents = [Document(file.read_text(encoding="utf-8"), metadata={"source": str(file)}) for file in files]
    splits = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(documents)
    Chroma.from_documents(splits, embeddings, persist_directory=str(folder))
    return time.perf_counter() - started


def reftel(paths: list[Path], folder: Path) -> float:
    """Seconds of `reftel index`, all three stores."""
    from index.build import build
    from index.embed import open_encoder
    from index.settings import Settings

    encoder = open_encoder()
    encoder.encode_query("warm")
    started = time.perf_counter()
    build(paths, Settings(home=folder), encoder=encoder)
    return time.perf_counter() - started


def run_once(pipeline: str, paths: list[str]) -> tuple[float, float]:
    """Seconds of indexing and of the whole process, in a fresh process with a fresh folder."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        command = [sys.executable, __file__, "--pipeline", pipeline, "--folder", folder, *paths]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return json.loads(printed.splitlines()[-1]), time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", default=[str(Path(__file__).parents[2] / "index" / "sample")])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--pipeline", choices=("tutorial", "reftel"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.pipeline:
        run = tutorial if chosen.pipeline == "tutorial" else reftel
        print(json.dumps(run([Path(path) for path in chosen.paths], chosen.folder)))
        return
    ratios: dict[str, list[float]] = {"indexing": [], "process": []}
    for turn in range(chosen.runs):
        seconds = {pipeline: run_once(pipeline, chosen.paths) for pipeline in ("tutorial", "reftel")}
        for place, part in enumerate(ratios):
            ratios[part].append(seconds["reftel"][place] / seconds["tutorial"][place])
        print(
            f"turn {turn + 1}: "
            + "; ".join(f"{name} {both[0]:.1f} s indexing, {both[1]:.1f} s process" for name, both in seconds.items()),
            flush=True,
        )
    for part, each in ratios.items():
        low, middle, high = min(each), statistics.median(each), max(each)
        print(f"reftel / tutorial, {part}: median {middle:.2f} (min {low:.2f}, max {high:.2f})")


if __name__ == "__main__":
    main()
