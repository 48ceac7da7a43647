"""Draw the pictures of the README: real answers in the local Slack.

    python -m tests.support.picture

It starts `verbatim try` over the bundled statements, as a newcomer would, and photographs the page.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.conftest import ROOT, launch_chromium
from tests.support.trying import run_try

PICTURES = ROOT / "tests" / "pictures"
QUESTION = "@Verbatim which resolutions are cited in the Syria statements?"
DRAFT = (
    "Draft: the five affirmed “that a nuclear war can never be won and must never be fought”, and the envoys "
    "“reiterated our continued support for UN Special Envoy Geir Pedersen”, see UNSCR 9999."
)
QUOTATION = "/quote “a nuclear war can never be won”"


def post(page: Page, text: str) -> None:
    """Send a message to #general."""
    composer = page.get_by_role("textbox", name="Message #general")
    composer.fill(text)
    composer.press("Escape")
    composer.press("Enter")


def photograph_answer(page: Page) -> None:
    """Ask a question in the channel and save what the page then shows."""
    post(page, QUESTION)
    page.locator("blockquote").first.wait_for(timeout=20_000)
    save(page, "answer.png")


def photograph_check(page: Page) -> None:
    """Check a colleague's draft from the menu of its message."""
    post(page, DRAFT)
    message = page.locator("article, [data-ts]").filter(has_text="Draft:").last
    message.hover()
    message.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Check against statements").click()
    page.get_by_text("Only visible to you").first.wait_for(timeout=20_000)
    save(page, "check.png")


def photograph_quotation(page: Page) -> None:
    """Check a quotation with the slash command."""
    post(page, QUOTATION)
    page.get_by_text("Only visible to you").last.wait_for(timeout=20_000)
    save(page, "quote.png")


def save(page: Page, name: str) -> None:
    """Write the page as a picture."""
    page.wait_for_load_state("networkidle")
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / name)


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as folder,
        run_try(Path(folder, "data")) as url,
        sync_playwright() as playwright,
    ):
        browser = launch_chromium(playwright)
        for take in (photograph_answer, photograph_quotation, photograph_check):
            page = browser.new_page(viewport={"width": 1360, "height": 960})
            page.goto(url)
            page.get_by_text("online").wait_for(timeout=120_000)
            take(page)
            page.close()
    sys.stdout.write(f"{PICTURES}\n")
