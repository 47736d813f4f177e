"""Makes the README's pictures from the real page over the sample cables: python tests/pictures.py [FOLDER]."""

import sys
import tempfile
from pathlib import Path

from conftest import PROJECT, SAMPLE
from serving import ask, chromium, served

QUESTION = "On what ground had the original March ballot in Ribeira do Sal been thrown out?"
PLACES = {
    "page": ("", ".rt-welcome"),
    "cables": ("cables?countries=Cape+Verde&countries=Zambia&countries=Malawi", ".rt-list"),
    "cable": ("?cable=08LUSAKA871&lines=original", ".rt-sides"),
    "thread": ("?thread=08PRAIA131", ".rt-timeline"),
}
"""By the name of the picture: the address, and what to wait for."""


def main() -> None:
    """Serve the sample cables, visit each place, and keep what is seen; the list in the dark."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else PROJECT / "docs"
    with (
        tempfile.TemporaryDirectory() as home,
        served(Path(home) / "home", [SAMPLE]) as address,
        chromium() as browser,
    ):
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        for name, (place, shows) in PLACES.items():
            page.emulate_media(color_scheme="dark" if name == "cables" else "light")
            page.goto(address + place)
            page.locator(shows).first.wait_for()
            if name == "page":
                ask(page, QUESTION)
            page.wait_for_timeout(1500)  # fonts, and what scrolls into view
            page.screenshot(path=folder / f"{name}.png")


if __name__ == "__main__":
    main()
