"""`verbatim try` as a newcomer meets it: a page in the browser, a question typed, exact passages read."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from index import Library, bundled_statements
from tests.conftest import ROOT
from tests.e2e.test_end_to_end import copy_of
from tests.support.trying import run_try, try_process


@pytest.fixture(scope="module")
def address(bundled_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with run_try(copy_of(bundled_data, tmp_path_factory.mktemp("try"))) as url:
        yield url


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_text("online")).to_be_visible(timeout=90_000)
    yield page
    context.close()


def assert_quoted_from_sources(page: Page) -> None:
    sources = [" ".join(path.read_text().split()) for path in bundled_statements()]
    marked = page.locator("blockquote").all_inner_texts()
    quotes = [text.removeprefix("[…]").removesuffix("[…]") for text in marked]
    assert quotes
    for quote in quotes:
        assert any(" ".join(quote.split()) in source for source in sources), quote


def test_channel_question_is_answered_in_its_thread(page: Page) -> None:
    composer = page.get_by_role("textbox", name="Message #general")
    composer.press_sequentially("@Verbatim what do they say about nuclear technology?")
    composer.press("Enter")
    expect(page.locator("blockquote").first).to_be_visible(timeout=20_000)
    expect(page.get_by_text(re.compile(r"^\d passages in")).first).to_be_visible()
    assert_quoted_from_sources(page)
    assert page.locator("blockquote b, blockquote strong").count() >= 1
    page.keyboard.press("Escape")
    expect(page.locator("blockquote")).to_have_count(0)
    page.get_by_text("1 reply").last.click()
    expect(page.locator("blockquote").first).to_be_visible()


def test_slash_command_is_answered_privately(page: Page) -> None:
    composer = page.get_by_role("textbox", name="Message #general")
    composer.fill("/ask who condemns the missile launch?")
    composer.press("Enter")
    expect(page.get_by_text("Only visible to you").first).to_be_visible(timeout=20_000)
    expect(page.get_by_text("You asked: who condemns the missile launch?").first).to_be_visible()
    assert_quoted_from_sources(page)


def test_bare_mention_shows_help_with_working_examples(page: Page) -> None:
    composer = page.get_by_role("textbox", name="Message #general")
    composer.press_sequentially("@Verbatim")
    composer.press("Enter")
    example = page.get_by_role("button", name="Can a nuclear war be won?").last
    expect(example).to_be_visible(timeout=20_000)
    example.click()
    expect(page.get_by_text("You asked: Can a nuclear war be won?").last).to_be_visible(timeout=20_000)
    expect(page.get_by_text("We affirm that a nuclear war cannot be won").last).to_be_visible()


def test_example_on_the_home_tab_is_asked_when_clicked(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Verbatim")).first.click()
    page.get_by_role("tab", name="Home").click()
    expect(page.get_by_text("49 statements indexed")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Which resolutions are cited?").first.click()
    page.get_by_role("tab", name="Messages").click()
    expect(page.get_by_text("Asked: Which resolutions are cited?").first).to_be_visible(timeout=20_000)
    assert_quoted_from_sources(page)


def test_taken_port_is_reported_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "bot", "try", "--no-browser", "--port", str(port), "--data", str(tmp_path)]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert ended.stderr == f"verbatim: Port {port} is taken. Choose another with --port.\n"


def test_half_filled_store_is_filled_at_the_next_start(seed_data: Path, tmp_path: Path) -> None:
    data = copy_of(seed_data, tmp_path)
    with run_try(data), Library.open(data) as library:
        deadline = time.monotonic() + 90
        while len(library.list_statements()) < len(bundled_statements()) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert len(library.list_statements()) == len(bundled_statements())


IN_THE_BACKGROUND = ("sh", "-c", 'trap "" INT; exec "$@"', "sh")
"""A shell has what it starts there ignore Ctrl-C."""
IN_THE_FOREGROUND = (
    *(sys.executable, "-c"),
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])",
)
"""Whoever runs the tests may have been started in the background."""


@pytest.mark.parametrize(
    ("number", "before"),
    [
        pytest.param(signal.SIGINT, IN_THE_FOREGROUND, id="ctrl-c"),
        pytest.param(signal.SIGTERM, (), id="sigterm"),
        pytest.param(signal.SIGTERM, IN_THE_BACKGROUND, id="sigterm in the background"),
    ],
)
def test_try_ends_on_signal_and_leaves_no_bot(
    seed_data: Path, tmp_path: Path, number: signal.Signals, before: Sequence[str]
) -> None:
    with try_process(copy_of(seed_data, tmp_path), before=before) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        deadline = time.monotonic() + 60
        while not (bots := children.read_text().split()) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(number)
        assert process.wait(20) == 0
    assert bots
    assert not any(Path("/proc", bot).exists() for bot in bots)
