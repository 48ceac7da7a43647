"""What a person typed → the requests that answer it, or why none can: slots, interpretations, choice, request.

No language model decides. In doubt the question is searched for: a lookup is chosen only where it explains the whole
question. What was understood otherwise than typed is kept with the question, for the answer to say.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from index.corpus.statements import StatementSummary
from index.engines.mentions.engine import OccurrencesRequest
from index.engines.passages.engine import SearchRequest
from index.engines.positions.engine import PositionsRequest
from index.engines.selection import title_vocabulary
from index.engines.several.engine import SeveralRequest
from index.engines.slots import DOC, DOCS, MAKER, NAME, Slots
from index.engines.title_words import STATES
from index.questions.choice import SEARCH, Choice, choose
from index.questions.commands import read_command
from index.questions.conversation import continue_thread, resolve_pronoun, with_filters
from index.questions.intent import intent_model
from index.questions.references import find_topics
from index.questions.slots import find_slots, with_references
from index.questions.talk import find_language, find_refusal, is_call_for_help, is_talk
from index.request import Context, Filters, Request
from index.text.names import find_names
from index.text.spelling import correct_spelling

MAX_CHARACTERS = 4_000
"""Of a message; the longest that Slack's own box sends at once."""
_ASKED_CHARACTERS = 600
"""A longer message has a preamble: the sentences that ask are read."""
_MOST_PARTS = 6
_SHORT_PART = 2
"""Words of what asks nothing by itself: "and how often?"."""


class Reading(StrEnum):
    """How a question was understood."""

    ASKED = "asked"
    EMPTY = "empty"
    NO_WORDS = "no_words"
    TOO_LONG = "too_long"
    OTHER_SCRIPT = "other_script"
    LANGUAGE = "language"
    CANNOT = "cannot"
    CHATTER = "chatter"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asked: the request for it, and how the words were understood.

    `read_as` is the question as it was corrected, `notes` say what else was understood ("them = the resolutions
    above"), `reply` what is answered where nothing is looked for. `is_sure` is False where the request may not be what
    was asked for, `left` are the words that it does not explain, `runner_up` is what explains the question next best.
    """

    text: str
    reading: Reading
    request: Request | None = None
    read_as: str = ""
    notes: tuple[str, ...] = ()
    is_sure: bool = True
    reply: str = ""
    is_follow_up: bool = False
    left: tuple[str, ...] = ()
    runner_up: Request | None = None


def read_question(
    typed: str,
    *,
    only_english: bool,
    statements: Sequence[StatementSummary] = (),
    follows: Context | None = None,
    has_word: Callable[[str], bool] = lambda _word: False,
) -> Question:
    """Understand a question as it was typed.

    Args:
        typed: as it came.
        only_english: whether the encoder reads nothing else.
        statements: the statements that can be named.
        follows: what a question in a thread goes on from.
        has_word: tells whether any statement has a word, which is then no misspelling.
    """
    encodable = re.sub("[\ud800-\udfff]", " ", typed)  # half of a pair can come in from JSON; no tokenizer takes it
    text = _fold_forms(_BLOCK_QUOTE.sub(r"“\1”", encodable).replace("…", _DOTS)).replace(_DOTS, "…")
    reading = _read_at_all(text, only_english=only_english)
    if reading is not Reading.ASKED:
        return Question(text, reading)
    return _Reader(statements, follows, has_word, only_english=only_english).read(_ASK.sub("", text) or text)


def _read_at_all(text: str, *, only_english: bool) -> Reading:
    if not text:
        return Reading.EMPTY
    if len(text) > MAX_CHARACTERS:
        return Reading.TOO_LONG
    letters = [character for character in text if character.isalpha()]
    if not letters and not any(character.isdigit() for character in text):
        return Reading.HELP if set(text) == {"?"} else Reading.NO_WORDS
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return Reading.OTHER_SCRIPT if only_english and latin * 2 < len(letters) else Reading.ASKED


def _fold_forms(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


_DOTS = "\ue000"
"""What stands for "…" while forms are folded: quotations are compared letter for letter."""
_BLOCK_QUOTE = re.compile(r"^[ \t]*(?:>|&gt;)[ \t]?(\S.*)$", re.MULTILINE)
_ASK = re.compile(r"^/?ask\b[:,]?\s+", re.IGNORECASE)
"""The command that leaves everything open: "ask who signed it"."""
_MARKUP = re.compile(r"<(?:![^<>|]{1,80}|https?://[^<>]{1,600}|mailto:[^<>]{1,200})(?:\|[^<>]{0,300})?>")
_EMPHASIS = re.compile(r"(?<!\w)[*_~`]+(?=\w)|(?<=\w)[*_~`]+(?!\w)")
_SENTENCE_END = re.compile(r"(?<=[?!])\s+|(?<=[^\W\d]{2}\.)\s+(?=[A-Z])|\s*\n+\s*|(?<=[?])(?=\w)")
_NEXT_PART = re.compile(
    r"[,;?]?\s+(?:and|or)\s+(?:also\s+)?(?=(?:who|when|where|which|what|how)\b)|[?;]\s+(?:and\s+)?",
    re.IGNORECASE,
)


_QUOTED = re.compile(r"([“„«\"][^“”„«»\"]{1,600}[”“»\"])")
_LISTED = re.compile(r",\s+(?:and\s+)?(?=(?:which|what|when|who|how)\s)", re.IGNORECASE)
"""What parts the questions of a list: "three things: which …, what …, and when …"."""
_ASKS = re.compile(
    r"(?:and\s+)?(?:who|whom|when|where|which|what|how|is|are|was|were|do|does|did|has|have)\b|and\s+\S+(?:\s\S+){0,2}$|\W*\d+\W*$",
    re.IGNORECASE,
)
"""What a further part of a question begins with."""


class _Reader:
    """Reads one question."""

    def __init__(
        self,
        statements: Sequence[StatementSummary],
        follows: Context | None,
        has_word: Callable[[str], bool],
        *,
        only_english: bool,
    ) -> None:
        self._only_english = only_english
        self._has_word = has_word
        self._statements = statements
        self._follows = follows
        self._names = {key for key in title_vocabulary(statements) if key.isalpha()} | _STATE_NAMES

    def read(self, text: str) -> Question:
        """Return what was asked."""
        said, notes = self._correct(_without_markup(text))
        if self._only_english and (reply := find_language(said)):
            return Question(text, Reading.LANGUAGE, reply=reply)
        said = _asking_part(said)
        parts = list(self._parts(said))
        first = self._read_part(parts[0], self._follows)
        if first.request is None or len(parts) == 1:
            return replace(first, text=text, read_as=(first.read_as or notes) if first.request else "")
        requests = [first.request]
        for part in parts[1:]:
            before = requests[-1]
            one = self._read_part(part, Context(before.filters, engine=before.engine, request=before))
            if one.request is not None:
                requests.append(one.request)
        several = SeveralRequest(tuple(requests), requests[0].filters) if len(requests) > 1 else requests[0]
        return replace(first, text=text, read_as=notes, request=several)

    def _correct(self, text: str) -> tuple[str, str]:
        # Quoted words are compared letter for letter.
        pieces = _QUOTED.split(text)
        read = "".join(
            piece if at % 2 else correct_spelling(piece, self._names, knows_word=self._knows_word).text
            for at, piece in enumerate(pieces)
        )
        return read, read if read != text else ""

    def _knows_word(self, word: str) -> bool:
        return bool(find_names(word)) or self._has_word(word)

    def _parts(self, said: str) -> Iterator[str]:
        """Yield the questions in a message: more than one only where each asks something by itself."""
        listed = said.partition(":")[2] if len(_LISTED.findall(said)) > 1 else ""
        pieces = [piece.strip(" ,;") for piece in (_LISTED.split(listed) if listed else _NEXT_PART.split(said))]
        pieces = [
            piece
            for piece in pieces
            if len(piece.removeprefix("and ").split()) > _SHORT_PART or any(sign.isdigit() for sign in piece)
        ]
        are_questions = all(_ASKS.match(piece) for piece in pieces[1:]) and len(" ".join(pieces[:1]).split()) > 1
        if not 1 < len(pieces) <= _MOST_PARTS or not are_questions or "“" in said or '"' in said:
            yield said
            return
        yield from pieces

    def _read_part(self, said: str, follows: Context | None) -> Question:
        slots = find_slots(said, self._statements)
        command = read_command(slots, self._statements)
        if isinstance(command, OccurrencesRequest) and not any(map(str.isalnum, "".join(command.phrases))):
            return Question(said, Reading.NO_WORDS)
        if command is not None:
            return Question(said, Reading.ASKED, command)
        if reply := find_refusal(slots):
            return Question(said, Reading.CANNOT, reply=reply)
        score = intent_model().score(slots.masked)
        if follows is not None:
            followed = continue_thread(slots, follows, self._statements)
            if followed is not None:
                is_sure = not isinstance(followed, PositionsRequest)
                return Question(said, Reading.ASKED, followed, is_sure=is_sure, is_follow_up=True)
        if is_talk(slots, score):
            return Question(said, Reading.CHATTER)
        if is_call_for_help(slots, score):
            return Question(said, Reading.HELP)
        choice = self._choose_with_topics(said, slots) or choose(slots, score)
        return self._answer(said, slots, choice, follows)

    def _choose_with_topics(self, said: str, slots: Slots) -> Choice | None:
        """Return the lookup that words of titles set apart ask for: "signatories. arctic. both", "dates for Cuba"."""
        topics = () if slots.of(DOC, DOCS, MAKER) or slots.quotations else find_topics(said, self._statements)
        if not topics:
            return None
        slots = with_references(slots, topics)
        choice = choose(slots, intent_model().score(slots.masked))
        return choice if choice.engine in _OF_STATEMENTS and not choice.left else None

    def _answer(self, said: str, slots: Slots, choice: Choice, follows: Context | None) -> Question:
        request = choice.request
        notes: tuple[str, ...] = ()
        read_as = ""
        if follows is not None:
            if request.filters == Filters() and not _ALL_STATEMENTS.search(said):
                request = with_filters(request, follows.filters)
            if isinstance(request, SearchRequest):
                query, note = resolve_pronoun(request.query, follows)
                request = replace(request, query=query)
                notes, read_as = ((note,), query) if note else ((), "")
        if isinstance(request, OccurrencesRequest):
            phrases = tuple(phrase for phrase in request.phrases if any(sign.isalnum() for sign in phrase))
            if not phrases:
                return Question(said, Reading.NO_WORDS)
            request = replace(request, phrases=phrases)
        is_named = choice.engine != SEARCH and not choice.left and bool(slots.of(NAME))
        is_sure = not choice.left and (choice.is_sure or is_named or bool(slots.of(DOC, DOCS, MAKER)))
        return Question(
            said, Reading.ASKED, request, read_as, notes, is_sure, left=choice.left, runner_up=choice.runner_up
        )


_OF_STATEMENTS = frozenset({"issuers", "dates", "show", "comparison"})
_ALL_STATEMENTS = re.compile(
    r"\b(?:all|every|any)\s(?:of\s)?(?:the\s|your\s|these\s|other\s)?(?:statements?|documents?|texts?)\b|\boverall\b"
    r"|\b(?:which|what|how\smany|other)\s(?:of\s(?:the|your)\s)?(?:statements|documents|texts)\b"
    r"|\banywhere\selse\b|\belsewhere\b",
    re.IGNORECASE,
)
_STATE_NAMES = frozenset(
    word
    for names in STATES.values()
    for name in names.split("|")
    for word in name.split()
    if word.isalpha() and len(word) > 3
)


def _without_markup(text: str) -> str:
    plain = _EMPHASIS.sub("", _MARKUP.sub(" ", text))
    return " ".join(plain.split()) or text


def _asking_part(said: str) -> str:
    """Return the sentences of a long message that ask; all of a short one."""
    if len(said) <= _ASKED_CHARACTERS:
        return said
    sentences = [one.strip() for one in _SENTENCE_END.split(said) if one and one.strip()]
    asking = [one for one in sentences if one.endswith("?")] or sentences[-1:]
    return " ".join(asking)[-_ASKED_CHARACTERS:]
