"""How long answers take with the local model's weights unpacked, beside packed, question by question in turn.

    python tests/benchmarks/unpacked.py QUESTIONS CABLES… [--every 9]

`reftel model fetch` brings the model and unpacks it where that pays (or REFTEL_TEST_MODELS names the folder). Of the
questions that the chat model is asked, one in so many is taken.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from quality import MODELS, local_model

from index.build import build
from index.settings import Settings
from qa.assistant import Assistant, open_assistant
from qa.chat.local import LocalChatModel
from qa.evaluation.questions import read_questions
from qa.reading import warm


def seconds(assistant: Assistant, question: str) -> float:
    """Seconds to the whole answer."""
    started = time.perf_counter()
    assistant.ask(question)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("cables", type=Path, nargs="+")
    parser.add_argument("--every", type=int, default=9)
    given = parser.parse_args()
    model = local_model()
    if model is None:
        sys.exit("There is no local chat model; run: reftel model fetch")
    asked = [
        gold.question for gold in read_questions(given.questions) if gold.kind in ("factoid", "descriptive", "list")
    ]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), chat_model=model, chat_timeout=900)
        (settings.home / "models").symlink_to(MODELS.absolute())
        build(given.cables, settings)
        # Each way with an engine of its own: what only writes is loaded otherwise.
        with open_assistant(settings=settings) as packed, open_assistant(settings=settings) as unpacked:
            ways = (packed, unpacked)
            chats = [way.chat_model for way in ways if isinstance(way.chat_model, LocalChatModel)]
            if len(chats) < len(ways) or chats[0].unpacked is None:
                sys.exit(f"The weights of {model} are not unpacked here: it would not pay, or memory is too small.")
            chats[0].unpacked = None
            for chat in chats:
                warm(chat)
            ratios = []
            for question in asked[:: given.every]:
                took = [seconds(way, question) for way in ways]
                ratios.append(took[1] / took[0])
                print(
                    f"packed {took[0]:6.1f} s   unpacked {took[1]:6.1f} s   ratio {ratios[-1]:.2f}   {question}",
                    flush=True,
                )
    print(f"ratio at the median {median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f}), {len(ratios)} questions")


if __name__ == "__main__":
    main()
