"""Draw the picture at the top of the README: a real answer in the local Slack.

    python -m tests.picture

It starts `verbatim try` over the bundled statements, as a newcomer would, and photographs the page.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.conftest import ROOT, launch_chromium
from tests.trying import run_try

PICTURE = ROOT / "tests" / "pictures" / "answer.png"
QUESTION = "@Verbatim which resolutions are cited in the Syria statements?"


def photograph(page: Page, target: Path) -> None:
    """Ask a question in #general and save what the page then shows."""
    composer = page.get_by_role("textbox", name="Message #general")
    composer.fill(QUESTION)
    composer.press("Escape")
    composer.press("Enter")
    page.locator("blockquote").first.wait_for(timeout=20_000)
    page.wait_for_load_state("networkidle")
    target.parent.mkdir(exist_ok=True)
    page.screenshot(path=target)


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as folder,
        run_try(Path(folder, "data")) as url,
        sync_playwright() as playwright,
    ):
        page = launch_chromium(playwright).new_page(viewport={"width": 1360, "height": 880})
        page.goto(url)
        page.get_by_text("online").wait_for(timeout=120_000)
        photograph(page, PICTURE)
    sys.stdout.write(f"{PICTURE}\n")
