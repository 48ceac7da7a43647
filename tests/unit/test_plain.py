"""A text as its readers see it: what is shown, and where each character stands in the original."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text.plain import read_plain

PLAIN = [
    # original, as seen, reason
    ("the oﬃcial ﬁndings", "the official findings", "ligatures"),
    ("un\u00adimpeded", "unimpeded", "soft hyphen"),
    ("without a per-\nmit", "without a permit", "word broken at the end of a line"),
    ("a long-\nterm plan", "a long-\nterm plan", "compound broken at its hyphen"),
    ("a US-\nled force", "a US-\nled force", "compound of a name"),
    ("resolution **1540** (2004)", "resolution 1540 (2004)", "bold"),
    ("open *two* _new_ markets", "open two new markets", "italics"),
    ("snake_case, 5 * 3, 5*3", "snake_case, 5 * 3, 5*3", "signs that are no mark-up"),
    ("[resolution 1325](https://e.org/1325)", "resolution 1325", "link"),
    ("sentenced [to death] (in 2001)", "sentenced [to death] (in 2001)", "brackets that are no link"),
    ("<em>resolution</em> 2250", "resolution 2250", "tags"),
    ("fewer than <10 ships", "fewer than <10 ships", "sign that is no tag"),
    ("resolution&nbsp;1373 &amp; &ldquo;peace&rdquo;", "resolution 1373 & “peace”", "entities"),
    ("AT&T; R&D", "AT&T; R&D", "ampersands that are no entity"),
    ("spring<sup>2</sup> and", "spring² and", "footnote"),
    ("before <!-- gone\n\ngone --> after", "before  after", "comment"),
    ("Tu\u0308rkiye", "Türkiye", "accent after its letter"),
    ("3½ tons", "3 1/2 tons", "fraction"),
    ("“peace” – ‘now’…", "“peace” – ‘now’...", "quotation marks and dashes stay"),
]


@pytest.mark.parametrize(("original", "seen", "reason"), PLAIN, ids=[row[2] for row in PLAIN])
def test_text_is_read_as_it_is_seen(original: str, seen: str, reason: str) -> None:
    assert read_plain(original).text == seen, reason


def test_span_of_seen_words_holds_their_markup() -> None:
    original = "We recall resolution **1540** (2004) of a per-\nmit."
    plain = read_plain(original)
    for seen, written in (("resolution 1540 (2004)", "resolution **1540** (2004)"), ("permit", "per-\nmit")):
        at = plain.text.index(seen)
        start, end = plain.span(at, at + len(seen))
        assert original[start:end] == written


@settings(max_examples=300)
@given(st.text(st.sampled_from("ab*_<>&;[]()-\n ﬁé\u0301\u00ad½²“emsup/!htps:"), max_size=60))
def test_every_seen_character_has_its_place_in_order(original: str) -> None:
    plain = read_plain(original)
    places = [plain.span(at, at + 1) for at in range(len(plain.text))]
    assert all(0 <= start < end <= len(original) for start, end in places)
    assert places == sorted(places)
    assert all(plain.offset(start) <= at for at, (start, _) in enumerate(places))


@settings(max_examples=200)
@given(st.text(st.sampled_from("abc XYZ.,“”’–\n0123"), max_size=60))
def test_plain_text_is_left_alone(original: str) -> None:
    assert read_plain(original).text == original


@pytest.mark.parametrize("piece", ["<!--", "[a", "<a ", "*a", "e\u0301", "a-\n", "&", "\u00ad", "]("])
def test_odd_texts_take_time_in_proportion(piece: str) -> None:
    def seconds(times: int) -> float:
        started = time.process_time()
        read_plain(piece * times)
        return time.process_time() - started

    once = min(seconds(2_400) for _ in range(3))
    assert min(seconds(24_000) for _ in range(3)) < 20 * once + 0.05
