"""How long indexing takes beside LangChain's tutorial pipeline: same cables, weights, machine and run.

    make bench-indexing                                # the sample cables
    make bench-indexing CABLES="some/folder other"     # your own

The tutorial: files as documents, RecursiveCharacterTextSplitter(1000, 200), HuggingFaceEmbeddings,
Chroma.from_documents. The two take turns, each in a process of its own with an empty folder;
what counts is the ratio. `indexing` leaves imports and the loading of the weights out,
`process` is everything from start to exit, `processor` the processor time of the indexing, which
other work on the machine does not stretch.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

Seconds = tuple[float, float]
"""By the clock, and of processor time."""


def tutorial(paths: list[Path], folder: Path) -> Seconds:
    """Seconds of the tutorial's pipeline."""
    import tutorial as pipeline
    from langchain_huggingface import HuggingFaceEmbeddings

    from index.embed import offline_folder

    embeddings = HuggingFaceEmbeddings(model_name=str(offline_folder()))
    embeddings.embed_query("warm")
    started = now()
    pipeline.stored(pipeline.files_in(paths), embeddings, folder)
    return since(started)


def reftel(paths: list[Path], folder: Path) -> Seconds:
    """Seconds of `reftel index`, all three stores."""
    from index.build import build
    from index.embed import open_encoder
    from index.settings import Settings

    encoder = open_encoder()
    encoder.encode_query("warm")
    started = now()
    build(paths, Settings(home=folder), encoder=encoder)
    return since(started)


def now() -> Seconds:
    return time.perf_counter(), time.process_time()


def since(started: Seconds) -> Seconds:
    clock, processor = now()
    return clock - started[0], processor - started[1]


def run_once(pipeline: str, paths: list[str]) -> dict[str, float]:
    """Seconds of indexing, of its processor time and of the whole process, in a fresh process with a fresh folder."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        command = [sys.executable, __file__, "--pipeline", pipeline, "--folder", folder, *paths]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        clock, processor = json.loads(printed.splitlines()[-1])
        return {"indexing": clock, "processor": processor, "process": time.perf_counter() - started}


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
    ratios: dict[str, list[float]] = {"indexing": [], "processor": [], "process": []}
    for turn in range(chosen.runs):
        seconds = {pipeline: run_once(pipeline, chosen.paths) for pipeline in ("tutorial", "reftel")}
        for part, each in ratios.items():
            each.append(seconds["reftel"][part] / seconds["tutorial"][part])
        told = []
        for name, parts in seconds.items():
            told.append(f"{name} " + ", ".join(f"{each:.1f} s {part}" for part, each in parts.items()))
        print(f"turn {turn + 1}: {'; '.join(told)}", flush=True)
    for part, each in ratios.items():
        low, middle, high = min(each), statistics.median(each), max(each)
        print(f"reftel / tutorial, {part}: median {middle:.2f} (min {low:.2f}, max {high:.2f})")


if __name__ == "__main__":
    main()
