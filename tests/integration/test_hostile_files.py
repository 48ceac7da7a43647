"""Hostile files: refused in seconds, and without harm outside the process that reads them."""

import ctypes
import ctypes.util
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
from index.corpus.confinement import Restriction
from index.corpus.documents import Metadata, read_text
from index.corpus.readers import MAX_FILE_BYTES, read_file
from index.corpus.sandbox import CPU_SECONDS, WALL_SECONDS, SandboxedReader
from index.corpus.segmentation import parse_statement
from index.corpus.sentences import split_sentences
from index.engines.citations.find import find_citations
from index.engines.quotes.find import find_quotations
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
def reader() -> Iterator[SandboxedReader]:
    """A reader for all bombs: one of them must not affect the next file."""
    reader = SandboxedReader()
    yield reader
    reader.close()


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_refused_in_seconds(kind: str, reader: SandboxedReader, tmp_path: Path) -> None:
    name, content, said = BOMBS[kind]
    path = tmp_path / name
    path.write_bytes(content)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(ReadingError, match=said) as refused:
        reader.read_file(path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert refused.value.remedy
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < CPU_SECONDS + 2
    path.write_text("Accord\n\nWe agree.")
    assert reader.read_file(path)[1].passages[1].text == "We agree."


def test_a_file_is_read_alike_in_and_out_of_the_sandbox(reader: SandboxedReader, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "---\ntitle: T\ndate: 2022-03-25\nissuers: [Japan]\n---\nWe met. We agreed “so”.\n\n1. First.\n\n2. Second.\n"
    )
    stated = Metadata("Accord", source="https://a.example")
    document, statement = reader.read_file(path, stated)
    assert document == read_file(path, stated)
    assert (statement.title, statement.source, statement.issuers) == ("Accord", "https://a.example", ("Japan",))
    assert statement == parse_statement(document)


def test_a_text_is_read_alike_in_and_out_of_the_sandbox(reader: SandboxedReader) -> None:
    text = "Accord\n\nWe met. We agreed “so”.\n\n1. First.\n"
    stated = Metadata.parse(title="T", date="2022-03-25", source="https://a.example", issuers=("Japan",))
    document, statement = reader.read_text(text, stated)
    assert document == read_text(text, stated)
    assert statement == parse_statement(document)
    for harmful, said in (("half \ud800 a text", "half of a surrogate pair"), ("a\0b", "NUL"), (" ", "empty")):
        with pytest.raises(ReadingError, match=said):
            reader.read_text(harmful)


TOO_MUCH = "too much time or memory"
ATTACKS = {
    "takes memory": ("x = bytearray(2 << 30)", TOO_MUCH),
    "exits": ("os._exit(3)", TOO_MUCH),
    "kills itself": ("os.abort()", TOO_MUCH),
    "loops": ("while True: pass", TOO_MUCH),
    "sleeps": ("import time; time.sleep(60)", TOO_MUCH),
    "reads the environment": ("raise ReadingError(repr(sorted(os.environ)), remedy='None.')", "PYTHONPATH"),
}
"""What a file does that has taken its reader over, and what is reported of it."""


def attack(code: str, folder: Path, *, wall_seconds: float = WALL_SECONDS) -> str:
    """Return what is reported of a file that runs `code` in the child; `path` there is the file's own."""
    path = folder / "a.txt"
    path.write_text("Accord\n\nWe agree.")
    program = folder / "attack.py"
    program.write_text(
        "import os, sys\nfrom pathlib import Path\nfrom multiprocessing.connection import Connection\n"
        "from index.corpus import sandbox\nfrom index.errors import ReadingError\n"
        f"path = Path({str(path)!r})\n"
        f"def read(*_):\n    {code}\n    raise ReadingError('It worked.', remedy='None.')\n"
        "sandbox.serve(Connection(int(sys.argv[-1])), read)\n"
    )
    reader = SandboxedReader(program=[str(program)], wall_seconds=wall_seconds)
    try:
        with pytest.raises(ReadingError) as refused:
            reader.read_file(path)
    finally:
        reader.close()
    return refused.value.what


@pytest.mark.parametrize("name", ATTACKS)
def test_a_file_that_takes_over_its_reader_is_confined(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = ATTACKS[name]
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-canary")
    began = time.monotonic()
    found = attack(code, tmp_path, wall_seconds=2.0 if name == "sleeps" else WALL_SECONDS)
    assert said in found
    assert "SLACK" not in found
    assert time.monotonic() - began < WALL_SECONDS + 5


FORBIDDEN = {
    Restriction.PRIVILEGES: {
        "gain privileges": "import ctypes; assert ctypes.CDLL(None).prctl(39, 0, 0, 0, 0) != 1, 'refused'",
    },
    Restriction.FILES: {
        "read its own file": "path.read_bytes()",
        "read the environment of the bot": "Path(f'/proc/{os.getppid()}/environ').read_bytes()",
        "list a folder": "os.listdir(path.parent)",
        "write a file": "path.with_name('left').write_bytes(b'')",
        "remove a file": "path.unlink()",
        "write into the code": "(Path(sandbox.__file__).parent / 'left.py').write_bytes(b'')",
    },
    Restriction.NETWORK: {
        "open a socket": "import socket; socket.socket()",
        "open a socket of the system": "import socket; socket.socket(socket.AF_UNIX)",
        "open a datagram socket": "import socket; socket.socket(type=socket.SOCK_DGRAM)",
    },
    Restriction.PROCESSES: {
        "fork": "os.fork()",
        "start a program": "import subprocess; subprocess.run(['/bin/true'])",
        "become a program": "os.execv('/bin/true', ['true'])",
        "end the bot": "os.kill(os.getppid(), 0)",
        "end all": "os.kill(-1, 0)",
    },
}
"""What a file may not do that has taken its reader over."""


@pytest.mark.parametrize("name", [name for attempts in FORBIDDEN.values() for name in attempts])
def test_the_reader_of_files_is_refused(name: str, reader: SandboxedReader, tmp_path: Path) -> None:
    (restriction,) = (kind for kind, attempts in FORBIDDEN.items() if name in attempts)
    if restriction in reader.find_missing_restrictions():
        pytest.skip(f"this system cannot refuse {restriction}")
    code = FORBIDDEN[restriction][name]
    tried = (
        f"try: exec({code!r}, globals())\n    except (PermissionError, AssertionError):"
        " raise ReadingError('It was refused.', remedy='None.')"
    )
    assert attack(tried, tmp_path) == "It was refused."
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "attack.py"]


def test_threads_and_late_imports_still_work_in_the_reader(tmp_path: Path) -> None:
    code = "import threading, colorsys, yaml; t = threading.Thread(target=print); t.start(); t.join()"
    assert attack(code, tmp_path) == "It worked."


def test_linux_refuses_the_reader_everything(reader: SandboxedReader) -> None:
    lacking = find_lacking_features()
    if lacking and not (os.environ.get("CI") == "true" and lacking == ["libseccomp"]):
        pytest.skip(f"this system has no {' and no '.join(lacking)}")
    assert reader.find_missing_restrictions() == []


def find_lacking_features() -> list[str]:
    """Return what the sandbox needs of the system and this one lacks; the kernel says so itself."""
    has_landlock = sys.platform == "linux" and ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) > 0
    lacking = [] if has_landlock else ["Landlock"]
    return lacking if ctypes.util.find_library("seccomp") else [*lacking, "libseccomp"]


def test_what_the_system_cannot_refuse_is_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    program = tmp_path / "unconfined.py"
    program.write_text(
        "import sys\nfrom multiprocessing.connection import Connection\nfrom index.corpus import sandbox\n"
        "sandbox.serve(Connection(int(sys.argv[-1])), confine=lambda: ['the network', 'other files'])\n"
    )
    (tmp_path / "a.txt").write_text("Accord\n\nWe agree.")
    reader = SandboxedReader(program=[str(program)])
    for _ in range(2):
        assert reader.read_file(tmp_path / "a.txt")[1].title == "Accord"
        reader.close()
    assert [one.getMessage() for one in caplog.records] == [
        "this system cannot keep the reader of files from the network and other files"
    ]


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


def test_an_unclosed_reader_leaves_no_process(tmp_path: Path) -> None:
    script = (
        "from index.corpus.sandbox import SandboxedReader; from pathlib import Path; r = SandboxedReader(); "
        "r.read_file(Path('a.txt')); print(r._child.end.peek()[2][0].pid)"
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
