"""What a search by meaning makes of a question: everything; it leaves no word unexplained."""

from collections.abc import Iterable

from index.engines.passages.engine import SearchRequest
from index.engines.passages.terms import content_words
from index.engines.slots import DOC, DOCS, MAKER, SINCE, WHEN, Interpretation, Slots
from index.text.tokens import fold

_SUBJECT_WORDS = 5
"""Words of the longest subject."""
_ASKS_FOR_SUBJECT = (
    "about", "on", "regarding", "concerning", "latest", "news", "new", "say", "said", "says", "mention", "address",
    "speak", "talk", "issue", "issues", "topic", "subject", "matter", "shortest", "longest", "first",
    "everything", "anything", "position", "wording", "passage", "passages",
)  # fmt: skip


def interpret(slots: Slots) -> Iterable[Interpretation]:
    """Yield the search for the whole question, in the statements that it names."""
    speaks = slots.has("say", "said", "state", "announce", "declare", "call", "speak", "spoke", "latest", "new")
    kinds = (DOC, DOCS, MAKER, WHEN, SINCE) if speaks or slots.of(MAKER) else (DOC, DOCS, MAKER)
    is_newest_first = bool(
        slots.has("latest", "newest", "recent") or "new" in slots.words or "what's new" in slots.text
    )
    left = () if content_words(slots.text) else ("a subject",)
    yield Interpretation(
        SearchRequest(
            slots.text,
            slots.filters(*kinds),
            speaker=slots.speaker,
            topic=find_topic(slots),
            is_newest_first=is_newest_first,
        ),
        left,
    )


def find_topic(slots: Slots) -> tuple[str, ...]:
    """Return the words of the subject of which whatever is said is asked for: "anything on Cuba?", "UNIFIL"."""
    plain = list(slots.text)
    for part in slots.statements:
        plain[part.start : part.end] = " " * (part.end - part.start)
    subject = [word for word in content_words("".join(plain)) if fold(word) not in _ASKS_FOR_SUBJECT]
    if not 0 < len(subject) <= _SUBJECT_WORDS or slots.quotations:
        return ()
    is_asked = bool(slots.words & set(_ASKS_FOR_SUBJECT)) or len(slots.parts) <= len(subject) + 1
    return tuple(subject) if is_asked else ()
