"""Reading: a file's text comes in unchanged, or is refused with the reason and the remedy."""

import datetime
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus.documents import Metadata, read_text
from index.corpus.readers import find_format, read_file, readable_suffixes
from index.corpus.sandbox import SandboxedReader
from index.errors import ReadingError

TEXT = "Joint Statement\n\nWe “condemn” the tests – all of them.\n"


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(TEXT.encode(), TEXT, id="utf-8"),
        pytest.param(b"\xef\xbb\xbf" + TEXT.encode(), TEXT, id="utf-8 with a mark"),
        pytest.param(TEXT.encode("utf-16"), TEXT, id="utf-16 with a mark"),
        pytest.param(TEXT.encode("utf-16-le"), TEXT, id="utf-16 little-endian without a mark"),
        pytest.param(TEXT.encode("utf-16-be"), TEXT, id="utf-16 big-endian without a mark"),
        pytest.param(TEXT.encode("utf-32"), TEXT, id="utf-32 with a mark, which begins like utf-16"),
        pytest.param(TEXT.encode("cp1252"), TEXT, id="typographic marks, the same in every Windows code page"),
        pytest.param(b"a\r\nb\r\n\r\nc\t \x0bd", "a\r\nb\r\n\r\nc\t \x0bd", id="line ends and blanks are kept"),
    ],
)
def test_text_is_kept_to_the_last_character(tmp_path: Path, content: bytes, expected: str) -> None:
    assert read_file(write(tmp_path, "a.txt", content)).text == expected


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("a.txt", b"", "is empty", id="nothing"),
        pytest.param("a.txt", b" \n\n ", "is empty", id="white space"),
        pytest.param("a.md", b"---\ntitle: x\n---\n \n", "is empty", id="front matter alone"),
        pytest.param("a.txt", os.urandom(4096) + b"\x00\xff", "not text", id="binary"),
        pytest.param("a.txt", b"plain\x00text", "not text", id="NUL in text"),
        pytest.param("a.txt", "\u6c7a\u8b70\x00".encode("utf-16"), "NUL", id="NUL in utf-16"),
        pytest.param("a.txt", "Café é".encode("cp1252"), "more than one other encoding", id="ambiguous letters"),
        pytest.param("a.txt", b"ok \xed\xa0\x80 half", "more than one other encoding", id="half of a surrogate pair"),
        pytest.param("a.pdf", b"%PDF-1.7", "not a kind of file", id="a kind that is not read yet"),
        pytest.param("a.md", b"---\ntitle: a: b: c\n---\ntext", "not valid YAML, line 2", id="colon in a title"),
        pytest.param("a.md", b"---\ndate: yesterday\n---\ntext", "'yesterday' is not a date", id="not a date"),
        pytest.param("a.md", b"---\ndate: 2022-13-45\n---\ntext", "cannot be", id="an impossible date"),
        pytest.param("a.md", b"---\ntitle: [a, b]\n---\ntext", "not a line of text", id="a list for a title"),
    ],
)
def test_unreadable_files_are_refused_with_a_remedy(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    with pytest.raises(ReadingError, match=said) as refused:
        read_file(write(tmp_path, name, content))
    assert refused.value.remedy
    assert "\n" not in str(refused.value)


def test_a_stated_encoding_is_used(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "Café é".encode("cp1252"))
    assert read_file(path, encoding="cp1252").text == "Café é"
    with pytest.raises(ReadingError, match="not the name of an encoding"):
        read_file(path, encoding="cp9999")
    with pytest.raises(ReadingError, match="not valid ascii"):
        read_file(path, encoding="ascii")


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("was read"))
    with pytest.raises(ReadingError, match="50 MiB; the limit is 20 MiB"):
        read_file(path)


def test_paths_that_are_no_file_are_distinguished(tmp_path: Path) -> None:
    folder = tmp_path / "folder.txt"
    folder.mkdir()
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    for path, said in ((folder, "is a folder"), (tmp_path / "none.txt", "is not there"), (pipe, "not a regular file")):
        with pytest.raises(ReadingError, match=said):
            read_file(path)


def test_missing_file_is_reported_before_a_timeout(tmp_path: Path) -> None:
    reader = SandboxedReader(wall_seconds=0.0)
    with pytest.raises(ReadingError, match="takes too much time"):
        reader.read_file(write(tmp_path, "there.txt", b"text"))
    with pytest.raises(ReadingError, match=r"none\.txt is not there"):
        reader.read_file(tmp_path / "none.txt")
    reader.close()


def test_unreadable_permissions_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    # Root may read anything, so the refusal is the operating system's in words only.
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ReadingError, match="cannot be read .Permission denied.. Check its name and permissions"):
        read_file(write(tmp_path, "a.txt", b"text"))


def test_front_matter_becomes_metadata(tmp_path: Path) -> None:
    content = b'---\ntitle: "A: B"\ndate: 2022-03-25\nsource: https://example.org/a\nissuers:\n  - Japan\n  - Canada\n---\nBody.'
    document = read_file(write(tmp_path, "a.md", content))
    expected = Metadata("A: B", datetime.date(2022, 3, 25), "https://example.org/a", ("Japan", "Canada"))
    assert document.metadata == expected
    assert document.text == "Body."


@pytest.mark.parametrize(
    "date",
    [
        "2025-06-18", "'2025-06-18'", "2025-06-18 8:12 PM", "2025-06-18 08:12 p.m. EDT", "2025-06-18T20:12:00Z",
        "2025-06-18 20:12:00.5 +02:00", "2025-06-18T23:30", "June 18, 2025", "18 June 2025",
    ],
)  # fmt: skip
def test_front_matter_dates_may_have_a_time(tmp_path: Path, date: str) -> None:
    document = read_file(write(tmp_path, "a.md", f"---\ndate: {date}\n---\nBody.".encode()))
    assert document.metadata.date == datetime.date(2025, 6, 18)


@pytest.mark.parametrize(
    "date",
    [
        "2025-13-18 8:12 PM", "2025-02-30", "2025-06-18 to 2025-06-20", "since June 2025", "June 2025", "03/04/2025",
        "2025-06-18 maybe", "soon",
    ],
)  # fmt: skip
def test_front_matter_without_a_single_day_is_refused(tmp_path: Path, date: str) -> None:
    with pytest.raises(ReadingError, match="is not a date|has a value that cannot be"):
        read_file(write(tmp_path, "a.md", f"---\ndate: {date}\n---\nBody.".encode()))


@pytest.mark.parametrize("text", ["---\nnot a mapping\n---\nrest", "--- a dash\ntext", "---\nno end"])
def test_a_rule_at_the_beginning_is_no_front_matter(tmp_path: Path, text: str) -> None:
    assert read_file(write(tmp_path, "a.txt", text.encode())).text == text


def test_lone_surrogates_are_refused_in_text_from_elsewhere() -> None:
    with pytest.raises(ReadingError, match="half of a surrogate pair at position 3"):
        read_text("abc\ud800")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1))
def test_any_text_is_read_back_as_written(text: str) -> None:
    if text.strip():
        assert read_text(text).text == text


def test_every_format_is_found_by_suffix_and_mime_type() -> None:
    assert readable_suffixes() == (".markdown", ".md", ".txt")
    assert find_format(".MD") is find_format(mime_type="text/markdown") is not None
    assert find_format(".pdf") is find_format() is None
