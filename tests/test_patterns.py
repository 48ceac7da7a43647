"""Patterns that are compiled on their first use find what compiled ones find, and are compiled once."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.text.patterns import compile_on_use


def test_a_pattern_does_what_a_compiled_one_does() -> None:
    pattern = compile_on_use(r"(?P<number>\d+)/(\d{4})", re.IGNORECASE)
    found = pattern.search("S/RES/1718/2006")
    assert found is not None
    assert found["number"] == "1718"
    assert pattern.sub("-", "12/1999") == "-"
    assert pattern.pattern == r"(?P<number>\d+)/(\d{4})"
    assert pattern.flags & re.IGNORECASE


def test_a_pattern_is_compiled_by_its_first_use_and_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compile_now = re.compile

    def count(source: str, flags: int = 0) -> re.Pattern[str]:
        compiled.append(source)
        return compile_now(source, flags)

    monkeypatch.setattr("index.text.patterns.re.compile", count)
    pattern = compile_on_use("tea")
    assert not compiled
    assert pattern.search("tea")
    assert pattern.match("tea")
    assert pattern.findall("tea tea") == ["tea", "tea"]
    assert compiled == ["tea"]


def test_a_wrong_pattern_is_told_by_its_first_use() -> None:
    with pytest.raises(re.error):
        compile_on_use("(").search("tea")


def test_threads_may_use_a_pattern_for_the_first_time_together() -> None:
    for _ in range(50):
        pattern = compile_on_use(r"\bte\w+")
        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(pattern.findall, ["tea"] * 8)) == [["tea"]] * 8
