"""Which passages, sentences and stretches of text hold some words."""

from bisect import bisect_right

from index.corpus.statements import Passage, Span, Statement
from index.engines.quotes.words import QuotableStatement, Words
from index.text.tokens import fold

_OPENING = frozenset("([{\"'“‘„«¿¡")
_CLOSING = frozenset(")]}\"'”’».,;:!?…")


def inner_extent(words: Words, first: int, last: int) -> Span:
    """Return the span of some words with the brackets and marks that touch them."""
    start, end = int(words.starts[first]), int(words.ends[last])
    while start > 0 and words.text[start - 1] in _OPENING:
        start -= 1
    while end < len(words.text) and words.text[end] in _CLOSING:
        end += 1
    return Span(start, end)


def extent(source: Words, quoted: Words, stretch: tuple[int, int]) -> Span:
    """Return the span of words of the source, with the punctuation around them that the quotation has too."""
    start, end = int(source.starts[stretch[0]]), int(source.ends[stretch[1]])
    head, tail = fold(quoted.text[: quoted.starts[0]]), fold(quoted.text[quoted.ends[-1] :])
    for mark in reversed(head):
        if start == 0 or fold(source.text[start - 1]) != mark:
            break
        start -= 1
    for mark in tail:
        if end == len(source.text) or fold(source.text[end]) != mark:
            break
        end += 1
    return Span(start, end)


def passage_number(statement: Statement, offset: int) -> int:
    """Return the position of the last passage that begins at or before an offset; -1 if none does."""
    return bisect_right(statement.passages, offset, key=lambda passage: passage.start) - 1


def passage_at(statement: Statement, offset: int) -> Passage | None:
    """Return the passage in which an offset lies; None between two."""
    number = passage_number(statement, offset)
    return statement.passages[number] if number >= 0 and offset < statement.passages[number].end else None


def passages_of(statement: Statement, span: Span) -> list[Passage]:
    """Return the passages that a span touches, in reading order."""
    first = max(0, passage_number(statement, span.start))
    last = passage_number(statement, span.end - 1)
    return [passage for passage in statement.passages[first : last + 1] if passage.end > span.start]


def within_passages(statement: Statement, span: Span) -> list[Span]:
    """Return the pieces of a span that lie in passages."""
    pieces = [
        Span(max(span.start, passage.start), min(span.end, passage.end)) for passage in passages_of(statement, span)
    ]
    return [piece for piece in pieces if piece.start < piece.end]


def sentence_around(quotable: QuotableStatement, word: int) -> tuple[int, int]:
    """Return where the sentence of a word begins and ends."""
    return sentence_at(quotable.statement, int(quotable.words.starts[word]))


def sentence_at(statement: Statement, offset: int) -> tuple[int, int]:
    """Return where the sentence around an offset begins and ends; nowhere where there is none."""
    passage = passage_at(statement, offset)
    sentences = passage.sentences if passage else ()
    number = bisect_right(sentences, offset, key=lambda sentence: sentence.start) - 1
    if number < 0 or offset >= sentences[number].end:
        return offset, offset
    return sentences[number].start, sentences[number].end


def trimmed(text: str, start: int, end: int) -> Span | None:
    """Return the span of what stands between two offsets, or None where that is no word."""
    words = text[start:end]
    if not any(letter.isalnum() for letter in words):
        return None
    return Span(start + len(words) - len(words.lstrip()), start + len(words.rstrip()))
