"""What is encoded of a passage, and that a text longer than a model reads is read to its end."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.corpus.documents import read_text
from index.corpus.embeddings import Embeddings
from index.corpus.segmentation import parse_statement
from index.corpus.statements import Passage, PassageKind
from index.search.context import PassageText, Spans, encode_in_windows, find_lead_ins, pool_spans, put_in_context
from index.search.encoder import open_encoder

TEXT = (
    "Accord on Tea\n\nThe text of the following statement was released by Japan and Canada.\n\n"
    "Begin Text:\n\nWe like tea. Trade grows.\n\nEnd Text."
)


def passage_of(kind: PassageKind) -> Passage:
    return next(one for one in parse_statement(read_text(TEXT)).passages if one.kind is kind)


def test_paragraph_is_encoded_after_the_title() -> None:
    passage = passage_of(PassageKind.PARAGRAPH)
    found = put_in_context("Accord \n on  Tea ", passage)
    assert found.text == "Accord on Tea. We like tea. Trade grows."
    assert found.text[: found.context] == "Accord on Tea. "
    assert [found.text[start:end] for start, end in found.sentences] == ["We like tea.", "Trade grows."]


def test_release_line_is_encoded_by_itself() -> None:
    passage = passage_of(PassageKind.RELEASE_LINE)
    found = put_in_context("Accord on Tea", passage)
    assert (found.text, found.context) == (passage.text, 0)
    assert [found.text[start:end] for start, end in found.sentences] == [one.text for one in passage.sentences]


@pytest.mark.parametrize("title", ["", " \n"])
def test_paragraph_without_title_is_encoded_by_itself(title: str) -> None:
    found = put_in_context(title, passage_of(PassageKind.PARAGRAPH))
    assert (found.text, found.context) == ("We like tea. Trade grows.", 0)


def test_note_is_encoded_after_the_title() -> None:
    text = TEXT.replace("The text of the following statement was released by Japan and Canada.", "They met in Rome.")
    note = next(one for one in parse_statement(read_text(text)).passages if one.kind is PassageKind.NOTE)
    assert put_in_context("Accord on Tea", note).text == "Accord on Tea. They met in Rome."


def test_list_item_is_encoded_after_its_introduction() -> None:
    text = "Tea is liked. We agreed \n to:\n\n• drink tea. Much of it.\n\n• grow tea."
    passages = parse_statement(read_text(text)).passages
    lead_ins = find_lead_ins(passages)
    found = put_in_context("Accord", passages[1], lead_ins[passages[1].position])
    assert found.text == "Accord. We agreed to: • drink tea. Much of it."
    assert found.text[: found.context] == "Accord. We agreed to: "
    assert [found.text[start:end] for start, end in found.sentences] == ["• drink tea.", "Much of it."]


@pytest.mark.parametrize(
    ("text", "led_in"),
    [
        pytest.param("We agreed to:|• a tea|• b tea", [None, "We agreed to:", "We agreed to:"], id="every item"),
        pytest.param("We agreed.|• a tea", [None, None], id="nothing leads in"),
        pytest.param("We agreed to:|Tea grows well.|• a tea", [None, None, None], id="something between"),
        pytest.param(
            "We agree to:|• a tea|We like tea.|• b tea", [None, "We agree to:", None, None], id="another list"
        ),
        pytest.param(
            "They:|1. want both:|(i) a tea|(ii) b tea|2. like it",
            [None, "They:", "1. want both:", "1. want both:", "They:"],
            id="a list in an item, and what goes on after it",
        ),
        pytest.param(
            "1. want both:|(i) a tea|2. like it", [None, "1. want both:", None], id="an item leads in no other"
        ),
        pytest.param("We agreed to:|We like tea.", [None, None], id="paragraphs are led in by nothing"),
    ],
)
def test_list_is_introduced_by_the_sentence_before_it(text: str, led_in: list[str | None]) -> None:
    passages = parse_statement(read_text(text.replace("|", "\n\n"))).passages
    lead_ins = find_lead_ins(passages)
    assert [lead_ins.get(one.position) for one in passages] == led_in


class Reader:
    """Reads so many characters of a text; an embedding is the number of what was read, and of what stood before it."""

    dimensions = 2

    def __init__(self, characters: int) -> None:
        self.characters = characters
        self.calls: list[list[str]] = []
        self._seen: list[str] = []

    def encode(self, texts: Sequence[str], sentences: Sequence[Spans]) -> list[tuple[Embeddings, int]]:
        self.calls.append(list(texts))
        return [self._read(text[: self.characters], spans) for text, spans in zip(texts, sentences, strict=True)]

    def _read(self, text: str, spans: Spans) -> tuple[Embeddings, int]:
        parts = [(text, ""), *((text[start:end], text[:start]) for start, end in spans)]
        return np.array([[self._number(one) for one in part] for part in parts], dtype=np.float32), len(text)

    def _number(self, text: str) -> int:
        if text not in self._seen:
            self._seen.append(text)
        return self._seen.index(text)

    def was(self, row: Embeddings) -> tuple[str, str]:
        """Return what was read for an embedding, and what stood before it."""
        return self._seen[int(row[0])], self._seen[int(row[1])]


def text_of(context: str, sentences: Sequence[str]) -> PassageText:
    text, spans = context, []
    for sentence in sentences:
        spans.append((len(text), len(text) + len(sentence)))
        text += f"{sentence} "
    return PassageText(text.strip() if sentences else text, tuple(spans), len(context))


def read(passages: Sequence[PassageText], characters: int) -> tuple[Reader, list[list[tuple[str, str]]]]:
    """Return for each text what was read for the whole and for its sentences."""
    reader = Reader(characters)
    found = encode_in_windows(passages, reader.encode, reader.dimensions)
    assert [one.shape for one in found] == [(1 + len(one.sentences), 2) for one in passages]
    assert all(one.dtype == np.float32 for one in found)
    return reader, [[reader.was(row) for row in one] for one in found]


def test_text_that_fits_is_read_once() -> None:
    text = text_of("T. ", ["One.", "Two."])
    reader, found = read([text], 100)
    assert reader.calls == [["T. One. Two."]]
    assert found == [[("T. One. Two.", ""), ("One.", "T. "), ("Two.", "T. One. ")]]


def test_longer_text_is_read_on_from_the_cut_sentence() -> None:
    text = text_of("T. ", ["One one.", "Two two.", "Three.", "Four."])
    reader, found = read([text], 17)
    assert reader.calls == [
        ["T. One one. Two two. Three. Four."],
        ["T. Two two. Three. Four."],
        ["T. Three. Four."],
    ]
    assert found == [
        [
            ("T. One one. Two t", ""),
            ("One one.", "T. "),
            ("Two two.", "T. "),
            ("Three.", "T. "),
            ("Four.", "T. Three. "),
        ]
    ]


def test_sentence_longer_than_the_window_is_cut() -> None:
    long = "All that is said here is more than is ever read."
    reader, found = read([text_of("T. ", ["One.", long, "Two."])], 12)
    assert found == [[("T. One. All ", ""), ("One.", "T. "), ("All that ", "T. "), ("Two.", "T. ")]]
    assert len(reader.calls) == 3


def test_short_texts_are_not_read_again_beside_a_long_one() -> None:
    texts = [text_of("A. ", ["One."]), text_of("B. ", ["Two two.", "Three three."]), text_of("C. ", ["Four."])]
    reader, found = read(texts, 15)
    assert reader.calls[1:] == [["B. Three three."]]
    assert [[one for one, _ in rows[1:]] for rows in found] == [["One."], ["Two two.", "Three three."], ["Four."]]


def test_text_without_sentences_has_one_embedding() -> None:
    reader, found = read([PassageText("No sentences at all.")], 5)
    assert (reader.calls, found) == ([["No sentences at all."]], [[("No se", "")]])


def test_no_texts_need_no_encoding() -> None:
    reader, found = read([], 5)
    assert (reader.calls, found) == ([], [])


sentences = st.lists(st.integers(1, 12), max_size=8).map(
    lambda lengths: [chr(ord("a") + at) * length for at, length in enumerate(lengths)]
)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["", "T. ", "Title. "]), sentences), max_size=4), st.integers(8, 40))
def test_every_sentence_is_read_in_its_context(made: list[tuple[str, list[str]]], characters: int) -> None:
    texts = [text_of(context, given_sentences) for context, given_sentences in made]
    reader, found = read(texts, characters)
    for text, (context, given_sentences), (whole, *parts) in zip(texts, made, found, strict=True):
        assert whole == (text.text[:characters], "")
        assert [one for one, _ in parts] == [one[: characters - len(context)] for one in given_sentences]
        assert all(before.startswith(context) for _, before in parts)
    assert len(reader.calls) <= max((len(one) for _, one in made), default=0) + 1


def test_bundled_model_reads_a_long_text_to_its_end() -> None:
    last = "The reactor at Yongbyon was closed."
    filling = ["We underline our commitment to peace and stability in the whole region."] * 60
    encoder = open_encoder()
    long, alone = encoder.encode_with_sentences([text_of("Accord. ", [*filling, last]), text_of("Accord. ", [last])])
    question = encoder.encode_query("Which reactor was closed?")
    assert long.shape == (62, 384)
    assert np.linalg.norm(long, axis=1) == pytest.approx(np.ones(62), abs=1e-5)
    assert int(np.argmax(long[1:] @ question)) == 60
    assert float(long[-1] @ alone[-1]) > 0.6


def test_passage_under_a_very_long_title_is_read() -> None:
    title = " ".join(["Joint Statement of the Ministers of Foreign Affairs"] * 60) + ". "
    text = text_of(title, ["The reactor at Yongbyon was closed.", "We like tea."])
    (found,) = open_encoder().encode_with_sentences([text])
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_span_is_the_mean_of_its_tokens() -> None:
    offsets = np.array([(0, 0), (0, 2), (2, 5), (6, 9), (9, 10), (0, 0)])
    weights = pool_spans(offsets, [(0, 5), (6, 10), (0, 10), (1, 5)])
    assert weights.dtype == np.float32
    assert weights.tolist() == [
        [0, 0.5, 0.5, 0, 0, 0],
        [0, 0, 0, 0.5, 0.5, 0],
        [0, 0.25, 0.25, 0.25, 0.25, 0],
        [0, 0, 1, 0, 0, 0],
    ]


def test_span_without_tokens_weighs_nothing() -> None:
    offsets = np.array([(0, 0), (0, 2), (0, 0)])
    assert pool_spans(offsets, [(2, 8), (0, 0)]).tolist() == [[0, 0, 0], [0, 0, 0]]
    assert pool_spans(offsets, []).shape == (0, 3)
