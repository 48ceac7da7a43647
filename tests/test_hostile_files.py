"""Hostile files: what is made to harm its reader is refused in seconds, and harms nothing but a process for reading."""

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import Library, ReadingError
from index.corpus import sandbox
from index.corpus.reading import MAX_FILE_BYTES, read_text
from index.corpus.sandbox import CPU_SECONDS, ConfinedReader
from index.corpus.sentences import split_sentences
from index.corpus.statements import parse_statement
from index.engines.citations.find import find_citations
from index.engines.quotes.matching import find_quotations
from tests.conftest import ROOT

LAUGHS = b"---\na: &a [ha]\n" + b"".join(
    b"%c: &%c [%s]\n" % (98 + at, 98 + at, b",".join([b"*%c" % (97 + at)] * 9)) for at in range(9)
)
BOMBS = {
    "aliases that stand for a billion values": ("a.md", LAUGHS + b"issuers: [*j]\n---\nText.", "not valid YAML"),
    "lists in lists": ("a.md", b"---\na: " + b"[" * 9_000 + b"\n---\nText.", "nested too deeply"),
    "mappings in mappings": ("a.md", b"---\n" + b"? " * 9_000 + b"\n---\nText.", "nested too deeply|not valid YAML"),
    "a number of ten thousand digits": ("a.md", b"---\ntitle: " + b"9" * 9_999 + b"\n---\nText.", "cannot be"),
    "half a character in a title": ("a.md", b'---\ntitle: "\\ud800"\n---\nText.', "half of a surrogate pair"),
    "a NUL in an issuer": ("a.md", b'---\nissuers: ["a\\0b"]\n---\nText.', "NUL"),
    "twenty mebibytes of one line": ("a.txt", b"a " * (MAX_FILE_BYTES // 2 - 1), "paragraph of 20,971,517 characters"),
    "a hundred thousand paragraphs": ("a.txt", b"a\n\n" * 100_000, "100,000 paragraphs"),
}
UNCLOSED = ("“" * 99_000 + "\n\n").encode() * 60
"""Takes all the time that a file may take."""


@pytest.fixture(scope="module")
def reader() -> Iterator[ConfinedReader]:
    """A reader for all bombs: what one of them does must not be felt by the next."""
    reader = ConfinedReader()
    yield reader
    reader.close()


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_refused_in_seconds(kind: str, reader: ConfinedReader, tmp_path: Path) -> None:
    name, content, said = BOMBS[kind]
    path = tmp_path / name
    path.write_bytes(content)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(ReadingError, match=said) as refused:
        reader.read(path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert refused.value.remedy
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < CPU_SECONDS + 2
    path.write_text("Accord\n\nWe agree.")
    assert reader.read(path)[1].passages[1].text == "We agree."


def test_a_file_is_read_as_it_would_be_here(reader: ConfinedReader, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "---\ntitle: T\ndate: 2022-03-25\nissuers: [Japan]\n---\nWe met. We agreed “so”.\n\n1. First.\n\n2. Second.\n"
    )
    document, statement = reader.read(path, source="https://a.example", title="Accord")
    assert (document.title, document.is_markdown, statement.source) == ("Accord", True, "https://a.example")
    assert statement == parse_statement(document)


def test_a_text_is_read_as_it_would_be_here(reader: ConfinedReader) -> None:
    text = "Accord\n\nWe met. We agreed “so”.\n\n1. First.\n"
    given = {"title": "T", "date": "2022-03-25", "source": "https://a.example", "issuers": ("Japan",)}
    document, statement = reader.read_text(text, **given)  # type: ignore[arg-type]  # of several types
    assert document == read_text(text, **given)  # type: ignore[arg-type]  # as above
    assert statement == parse_statement(document)
    for harmful, said in (("half \ud800 a text", "half of a surrogate pair"), ("a\0b", "NUL"), (" ", "empty")):
        with pytest.raises(ReadingError, match=said):
            reader.read_text(harmful)


ATTACKS = {
    "takes memory": (
        "x = bytearray(2 << 30); raise ReadingError('took it', remedy='None.')",
        "too much time or memory",
    ),
    "dies": ("import os; os._exit(3)", "too much time or memory"),
    "is killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "too much time or memory"),
    "loops": ("while True: pass", "too much time or memory"),
    "writes a file": (
        "path.with_name('left').write_text('x' * 9); raise ReadingError('wrote it', remedy='None.')",
        "too much time or memory",
    ),
    "tells of its environment": ("raise ReadingError(repr(sorted(os.environ)), remedy='None.')", "PYTHONPATH"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_reader_that_a_file_has_taken_over_is_confined(
    attack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = ATTACKS[attack]
    script = tmp_path / "python"
    taken_over = tmp_path / "taken_over.py"
    taken_over.write_text(
        "import os, sys\nfrom multiprocessing.connection import Connection\nfrom index.corpus import sandbox\n"
        "from index.errors import ReadingError\n"
        f"def read_file(path, **_):\n    {code}\n"
        "sandbox.read_file = read_file\nsandbox.serve(Connection(int(sys.argv[-1])))\n"
    )
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{taken_over}" "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-canary")
    monkeypatch.setattr(sys, "executable", str(script))
    (tmp_path / "a.txt").write_text("That a file is there is seen before it is given to the reader.")
    reader = ConfinedReader()
    began = time.monotonic()
    with pytest.raises(ReadingError, match=said) as refused:
        reader.read(tmp_path / "a.txt")
    assert time.monotonic() - began < sandbox.WALL_SECONDS + 5
    assert "SLACK" not in str(refused.value)
    assert not (tmp_path / "left").exists() or not (tmp_path / "left").read_bytes()
    reader.close()


@pytest.mark.parametrize("is_typed", [False, True], ids=["a file", "a text typed into Slack's form"])
def test_questions_are_answered_while_a_bomb_is_read(library: Library, tmp_path: Path, is_typed: bool) -> None:
    library.add("Accord\n\nWe agree on tea.")
    path = tmp_path / "bomb.txt"
    path.write_bytes(UNCLOSED)
    refusals: list[str] = []

    def add() -> None:
        try:
            if is_typed:
                library.add_text(UNCLOSED.decode(), title="Accord")
            else:
                library.add(path)
        except ReadingError as error:
            refusals.append(str(error))

    adding = threading.Thread(target=add)
    adding.start()
    answered = 0
    while adding.is_alive():
        answered += library.ask("tea?").answered
        time.sleep(0.05)
    adding.join()
    assert ["too much time or memory" in one for one in refusals] == [True]
    assert answered > 10


def test_nothing_is_left_of_a_reader_that_was_never_closed(tmp_path: Path) -> None:
    script = (
        "from index.corpus.sandbox import ConfinedReader; from pathlib import Path; r = ConfinedReader(); "
        "r.read(Path('a.txt')); print(r._child.end.peek()[2][0].pid)"
    )
    (tmp_path / "a.txt").write_text("Accord\n\nWe agree.")
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    with pytest.raises(ProcessLookupError):
        os.kill(int(run.stdout), 0)


HOSTILE_UNITS = (
    "a", " ", "\n", "x\n", "x\n\n", "x. ", "A. ", "Abc ", "Abc, ", "(", "“", "“a ", "“a” ", "‘", "« ", '"', "'", "- ", "-", "#", "*", "• a\n",
    "1. a\n", "1", "the following ", "by ", "office of the ", "A Secretary ", "begin text ", "End Text\n\n", "Adopted at the 12th meeting\n\n",
    "resolution 1718 ", "1718 and ", "S/RES/1718 (2006), ", "A/RES/", "Governments of the ", "U.S. ", "e\u0301", "\u200d", "\u2028", "# Title\n", "> a\n",
)  # fmt: skip
"""What makes expressions backtrack and lists grow, to be repeated."""

READERS: dict[str, Callable[[str], object]] = {
    "paragraphs": lambda text: parse_statement(read_text(f"Accord\n\n{text}\n\nEnd.", is_markdown=True)),
    "sentences": split_sentences,
    "citations": find_citations,
    "quotations": find_quotations,
}


@pytest.mark.parametrize("name", READERS)
def test_ten_times_the_text_takes_about_ten_times_as_long(name: str) -> None:
    read = READERS[name]

    def seconds(unit: str, characters: int) -> float:
        text = (unit * characters)[:characters]
        begun = time.process_time()
        read(text)
        return time.process_time() - begun

    slow = []
    for unit in HOSTILE_UNITS:
        least = min(seconds(unit, 4_000) for _ in range(2))
        # What is read in no time at all may take a hundred times that.
        if seconds(unit, 40_000) > max(15 * least, 0.15) and min(seconds(unit, 40_000) for _ in range(2)) > max(15 * least, 0.15):  # fmt: skip
            slow.append(unit)
    assert slow == []
