"""Text → terms: what counts as the same word, and what does not."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import tokens as tokens_room
from index.text.tokens import LONGEST_TERM, STOP_WORDS, Word, analyse, analyse_words, is_stop_word


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        pytest.param("Missiles, MISSILE launched", ["missil", "missil", "launch"], id="case and endings"),
        pytest.param("Korea’s states' Korea's he's we’ll", ["korea", "state", "korea", "he", "we"], id="possessives"),
        pytest.param("ship-to-ship S/RES/1718", ["ship", "to", "ship", "s", "res", "1718"], id="hyphens and slashes"),
        pytest.param("2397(2017), 1,718 $80 3.5% 1.1.2", ["2397", "2017", "1718", "80", "3.5", "1.1.2"], id="numbers"),
        pytest.param("1718,1874 12,34 1,234,567.5", ["1718", "1874", "12", "34", "1234567.5"], id="lists of numbers"),
        pytest.param("the U.S. told us: US, U.S.’s", ["the", "u.s.", "told", "us", "u.s.", "u.s."], id="us"),
        pytest.param("U.K. UK U.N.-led D.C", ["uk", "uk", "un", "led", "dc"], id="initials"),
        pytest.param("who warned the WHO", ["who", "warn", "the", "w.h.o."], id="an organisation"),
        pytest.param("Søren café cafe\u0301 Wałęsa ﬁnal co\u00adop", ["soren", "cafe", "cafe", "walesa", "final", "coop"], id="accents"),
        pytest.param("organised organizes programmes programs", ["organiz", "organiz", "program", "program"], id="British"),
        pytest.param("advertised advertisement rising four", ["advertis", "advertis", "rise", "four"], id="not British"),
        pytest.param("foo_bar __ end.Next G7", ["foo", "bar", "end", "next", "g7"], id="joined"),
        pytest.param("don't “quoted” 'words' —", ["dont", "quot", "word"], id="quotes"),
        pytest.param("", [], id="nothing"),
    ],
)  # fmt: skip
def test_words_are_compared_as(text: str, terms: list[str]) -> None:
    assert analyse(text) == terms


def test_words_have_their_places_in_the_text() -> None:
    text = "“U.S.’s _x_ 1,718\u00a0ships"
    assert analyse_words(text) == [Word("u.s.", 1, 7), Word("x", 9, 10), Word("1718", 12, 17), Word("ship", 18, 23)]


@given(st.text(alphabet=st.characters() | st.sampled_from("aB1.,'’_-\u0301\u00ad ")))
def test_any_text_has_terms_without_white_space_at_rising_places(text: str) -> None:
    words = analyse_words(text)
    assert [word.term for word in words] == analyse(text)
    end = 0
    for word in words:
        assert end <= word.start < word.end <= len(text)
        end = word.end
        assert word.term
        assert not any(character.isspace() for character in word.term)
        assert len(word.term) <= LONGEST_TERM


def test_stop_words_are_known_by_their_terms() -> None:
    assert all(is_stop_word(term) for term in analyse("Which of these does the very only because doing whose"))
    assert not any(is_stop_word(term) for term in analyse("may might shell ill hell US WHO resolution 2397"))
    assert {analyse(term)[0] for term in STOP_WORDS if term.isalpha()} >= {"the", "of", "what"}


def test_a_full_cache_starts_again_and_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens_room, "_CACHED_WORDS", 3)
    tokens_room._terms.clear()
    assert analyse("one two three four five four") == ["one", "two", "three", "four", "five", "four"]
    assert len(tokens_room._terms) <= 3


def test_four_threads_read_what_one_reads() -> None:
    texts = [" ".join(f"testing{chr(97 + (n * k) % 26)}ations" for k in range(50)) for n in range(200)]
    expected = [[term for word in text.split() for term in analyse(word)] for text in texts]
    tokens_room._terms.clear()
    found: list[list[list[str]]] = []
    threads = [threading.Thread(target=lambda: found.append([analyse(text) for text in texts])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4
