"""What a person typed → what is to be looked for, with which engine and in which statements, or why nothing can be.

No language model decides. A question is read in these steps, and the first that knows an answer gives it:

1. What cannot be read at all: empty, too long, in another script.
2. Talk that asks nothing ("thanks!"), and calls for help.
3. A verb typed as a command: "resolutions 2397", "quote …", "count …", "statements who Libya".
4. In a thread, what only moves the last question on: "and Ukraine?", "and since 2022?".
5. The wording: each clue counts for an engine (`wordings`), and so does the likeness to questions whose engine is
   known (`likeness`). What mentions are asked of is found (`mentions`).

**In doubt, search.** A lookup is chosen when the question is about the statements as documents: what they cite, name or
demand, who issued them and when. What asks about the world ("when did the DPRK launch …", "did Russia violate …") and
what no clue speaks for is searched for. What was understood is kept with the question, for the answer to say.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from index.corpus.statements import StatementSummary
from index.engines.citations.engine import CitationsRequest
from index.engines.citations.find import CitationKind, find_citations
from index.engines.comparison.engine import ComparisonRequest
from index.engines.dates.engine import DatesRequest
from index.engines.issuers.engine import IssuersRequest
from index.engines.mentions.engine import OccurrencesRequest
from index.engines.passages.engine import SearchRequest
from index.engines.positions.engine import PositionsRequest
from index.engines.positions.find import PositionKind
from index.engines.quotes.engine import QuoteRequest
from index.engines.quotes.matching import find_quotations
from index.engines.selection import describe, merge_filters, select_statements, title_vocabulary
from index.engines.show.engine import ShowRequest
from index.engines.statements.engine import StatementsRequest
from index.engines.title_words import GROUPS, STATES, split_words
from index.questions.arguments import (
    find_addressee,
    find_citation_kinds,
    find_number,
    find_position_kinds,
    find_speaker,
    find_topic,
    find_verb,
    is_about_instruments,
)
from index.questions.filters import (
    Reference,
    ReferenceKind,
    find_references,
    find_topics,
)
from index.questions.likeness import decide
from index.questions.mentions import cut_exception, find_asked_phrases
from index.questions.residue import find_residue
from index.questions.talk import is_call_for_help, is_chatter
from index.questions.wordings import Engine, asks_past_citing, speaks_of, weigh
from index.request import Context, Filters, Request
from index.text.names import gazetteer
from index.text.patterns import compile_on_use
from index.text.spelling import correct_spelling

MAX_CHARACTERS = 1_000
"""Longer than any question; the model itself reads some 200 words."""


class Reading(StrEnum):
    """How a question was understood."""

    ASKED = "asked"
    EMPTY = "empty"
    NO_WORDS = "no_words"
    TOO_LONG = "too_long"
    OTHER_SCRIPT = "other_script"
    CHATTER = "chatter"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asked: what is to be looked for, and how the words were understood.

    `read_as` is the question with its spelling corrected, or with what "them" stands for, where that changed it;
    `notes` say what else was understood ("them = the resolutions above"). `is_sure` is False where nothing but its
    likeness to other questions, or nothing at all, speaks for the engine.
    """

    text: str
    reading: Reading
    request: Request | None = None
    read_as: str = ""
    notes: tuple[str, ...] = ()
    is_sure: bool = True


def read_question(
    typed: str,
    *,
    only_english: bool,
    statements: Sequence[StatementSummary] = (),
    follows: Context | None = None,
) -> Question:
    """Understand a question as it was typed; `follows` is what a question in a thread goes on from.

    Compatibility forms are folded (full-width letters, ligatures), white space too; nothing else of `text` is changed.
    """
    text = _fold_forms(_encodable(typed))
    reading = _read_at_all(text, only_english=only_english)
    if reading is not Reading.ASKED:
        return Question(text, reading)
    text = _ASK.sub("", text) or text
    # Quotations are taken as typed: folding would make three dots of "…".
    read = _Reader(text, _ASK.sub("", " ".join(_encodable(typed).split())), statements, follows).read()
    return _without_signs(read)


def _without_signs(read: Question) -> Question:
    """Return the question without what it counts that has neither letter nor digit: "is 👍 mentioned?"."""
    if not isinstance(read.request, OccurrencesRequest):
        return read
    phrases = tuple(phrase for phrase in read.request.phrases if any(sign.isalnum() for sign in phrase))
    if not phrases:
        return Question(read.text, Reading.NO_WORDS)
    return replace(read, request=replace(read.request, phrases=phrases))


# -- What can be read -------------------------------------------------------------------------------------------------


def _read_at_all(text: str, *, only_english: bool) -> Reading:
    if not text:
        return Reading.EMPTY
    if len(text) > MAX_CHARACTERS:
        return Reading.TOO_LONG
    letters = [character for character in text if character.isalpha()]
    if not letters and not any(character.isdigit() for character in text):
        return _read_signs(text)
    if only_english and letters and _is_mostly_not_latin(letters):
        return Reading.OTHER_SCRIPT
    if is_call_for_help(text):
        return Reading.HELP
    return Reading.CHATTER if is_chatter(text) else Reading.ASKED


def _read_signs(text: str) -> Reading:
    return Reading.HELP if set(text) == {"?"} else Reading.NO_WORDS


def _is_mostly_not_latin(letters: list[str]) -> bool:
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return latin * 2 < len(letters)


def _fold_forms(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _encodable(text: str) -> str:
    # Half of a surrogate pair can come in from JSON ("\ud83d"); no tokenizer takes it.
    return re.sub("[\ud800-\udfff]", " ", text)


_ASK = compile_on_use(r"^/?ask\b[:,]?\s+", re.IGNORECASE)
"""The command that leaves everything open: "ask who signed it"."""


# -- Reading a question -----------------------------------------------------------------------------------------------

_SHORT_QUOTE = 5
"""Words of the longest quotation that is a phrase to look for, where nothing says that it is to be checked."""


_QUOTE_VERB = compile_on_use(r"\W{0,3}(?:statements\s+)?quote\b:?", re.IGNORECASE)
_ASKS_FOR_PASSAGE = compile_on_use(
    r"(?:me\b|(?:the|their|that|this)\s(?:\w+\s)?(?:passage|paragraph|sentence|part|line|section)s?\b)", re.IGNORECASE
)
"""'quote the passage on Syria' asks for one; it is none."""

_BESIDE_QUOTES = compile_on_use(
    r"[^\w]+|\b(?:check|verify|please|pls|this|exact|right|thanks|ok|for|me|and|or|in|from|of|the|by|with|on)\b",
    re.IGNORECASE,
)
"""What may stand outside quotation marks after "quote": “…” and “…” in the Syria statement."""

_RESOLUTIONS = (CitationKind.UNSC_RESOLUTION, CitationKind.UNGA_RESOLUTION)

_BOTH_NUMBERS = compile_on_use(r"\b(?P<first>\d{3,4})\s(?:and|&|or|as\swell\sas)\s(?P<second>\d{3,4})\b")

_WHICH_DO_NOT = compile_on_use(
    r"""\b(?:which|what|list|show)\b.{0,60}?\b(?:do|does|did)(?:\snot|n't)\s(?:\w+\s){0,2}?(?:mention|cit|nam|refer|contain|use|quote)
        | \b(?:which|what)\b.{0,60}?\b(?:never|nowhere)\s(?:mention|cit|nam|refer|contain|use|quote)
        | \b(?:cite|cites|citing|mention|mentions|name|names)\s(?:no|not\sa|none\sof|neither)\b
        | \b(?:without|with\sno)\s(?:any\s|a\s)?(?:mention|citation|reference|resolution)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""'which statements do not mention Russia?', 'which of them cite no resolution?'"""

_LEFT_OPEN = compile_on_use(r"\w\W+(?:but|and|yet)\s(?:not|never)$", re.IGNORECASE)

_LAST_VERB = compile_on_use(r"\s+(?:release|issue|publish|sign|adopt|make|join|write)(?:d|s|ed)?\W*$", re.IGNORECASE)

_ASKS_WHICH = compile_on_use(r"(?:what|which)(?:'s|\sis|\sare)\s@docs?\W*", re.IGNORECASE)
"""'what is the latest statement?'"""

_NEGATION = compile_on_use(r"\b(?:do|does|did)(?:\snot|n't)\b|\bnever\b|\bnowhere\b", re.IGNORECASE)

_BLAMED = compile_on_use(r"\b(?:responsible\sfor|behind|to\sblame|at\sfault)\b", re.IGNORECASE)
_HOLDS_OFFICE = compile_on_use(
    r"\W*who(?:'s|\sis|\swas|\sare|\swere)\s(?:the\s)?(?:[\w-]+\s){0,4}?(?:ministers?|secretar(?:y|ies)|presidents?|chiefs?"
    r"|heads?|director(?:-general)?s?|ambassadors?|envoys?|commanders?|spokes\w+|chancellors?|kings?|commissioners?"
    r"|chair\w*|representatives?|premiers?)(?:\s(?:of|for|to|at|mentioned|named|in|from)\b|\W*$)",
    re.IGNORECASE,
)
"""'who is the Foreign Minister of Japan?' asks for a person, not for who issued anything."""
_DOCUMENT = compile_on_use(
    r"\b(?:statements?|texts?|documents?|communiqu[eé]s?|declarations?|releases?|papers?|it|this|that|these|those|one|ones)\b",
    re.IGNORECASE,
)
"""'who is responsible for the tanker attack?' asks for no author; 'who is behind the tanker statement?' does."""

_ADDRESSED = compile_on_use(
    r"\b(?:urge|urges|call\s(?:up)?on|calls\s(?:up)?on|demand\sof|demands\sof|demand\sfrom|ask\sof|asks\sof|want\sfrom|expect\sof"
    r"|tell|warn)\s(?:the\s)?(?!@)[A-Z][\w.-]+"
)
"""'what does the G7 urge the DPRK to do?' is a question about one addressee, and no list."""

_WANTS_ALL = compile_on_use(r"\b(?:everything|all|every|each|list|complete|full)\b", re.IGNORECASE)

_IS_MENTIONED = compile_on_use(
    r"\W*(?:is|are|was|were)\s.{1,60}\s(?:mentioned|named|referred\sto|brought\sup)\b", re.IGNORECASE
)

_TALK = {Engine.CHATTER: Reading.CHATTER, Engine.HELP: Reading.HELP}


class _Reader:
    """Reads one question."""

    def __init__(self, text: str, typed: str, statements: Sequence[StatementSummary], follows: Context | None) -> None:
        self._typed = text
        self._raw = typed
        self._statements = statements
        self._follows = follows
        self._quotes: list[str] = []
        names = {key for key in title_vocabulary(statements) if key.isalpha()} | _STATE_NAMES
        corrected = correct_spelling(_fold_forms(self._set_quotes_apart(_without_markup(typed))), names)
        self._said = corrected.text
        self._is_corrected = bool(corrected.changes)
        self._references = find_references(self._said, statements)
        self._sentence = self._in_short(self._references)
        if self._read_command() is None:
            self._add_topics()

    def read(self) -> Question:
        request = self._read_command() or self._read_follow_up()
        if request:
            return self._answer(request)
        engine = decide(self._sentence)
        if engine in _TALK:
            return Question(self._typed, _TALK[engine])
        if self._asks_for_no_list(engine):
            engine = Engine.SEARCH
        answer = self._answer(self._read_worded(engine))
        is_worded = engine is not Engine.SEARCH and weigh(self._sentence) is engine
        return replace(answer, is_sure=is_worded or bool(answer.notes))

    # Parts

    def _set_quotes_apart(self, text: str) -> str:
        parts, end = [], 0
        spans = [(one.start, one.end, one.text) for one in find_quotations(text)]
        for pattern in (_SINGLE_QUOTED, _GUILLEMETS):
            spans += [(match.start(), match.end(), match["words"]) for match in pattern.finditer(text)]
        for start, stop, words in sorted(spans, key=lambda span: (span[0], -span[1])):
            if start < end or not re.search(r"\w", words):
                continue
            self._quotes.append(words.strip())
            # Marks belong to what they are around, wherever the finder's span ends.
            before = text[end:start].rstrip("\"“”„«»'‘’")
            mark = " @quote1 " if len(words.split()) <= _SHORT_QUOTE else " @quote "
            parts += [before, mark]
            end = stop
        rest = text[end:].lstrip("\"“”„«»'‘’") if parts else text
        return " ".join("".join([*parts, rest]).split()) if parts else text

    def _in_short(self, references: Sequence[Reference]) -> str:
        parts, end = [], 0
        for reference in references:
            before = self._said[end : reference.start]
            mark = _MARKS[reference.kind]
            if mark.startswith("@doc"):
                before = _DETERMINER.sub("", before)
            parts += [before, mark]
            end = reference.end
        # "the G7's", "in @docs's"
        joined = re.sub(r"(@docs?|@maker)['’]s?\b", r"\1", "".join([*parts, self._said[end:]]))
        return " ".join(joined.replace("’", "'").split())

    def _add_topics(self) -> None:
        # "signatories. arctic. both", "dates for Cuba": topics where all the rest asks for a lookup.
        if any(one.kind in _NAMED_KINDS for one in self._references):
            return
        taken = self._references
        topics = [
            topic
            for topic in find_topics(self._said, self._statements)
            if not any(topic.start < one.end and one.start < topic.end for one in taken)
        ]
        if not topics or not _BARE.sub("", self._in_short(topics)):
            return
        sentence = self._in_short(sorted([*taken, *topics], key=lambda one: one.start))
        engine = weigh(sentence)
        on_quotes = bool(self._quotes) and engine in {Engine.QUOTE, Engine.OCCURRENCES}
        if on_quotes or (engine in _OF_STATEMENTS and not find_asked_phrases(self._sentence)):
            self._references = sorted([*taken, *topics], key=lambda one: one.start)
            self._sentence = sentence

    def _filters(self, *kinds: ReferenceKind) -> Filters:
        filters = Filters()
        for reference in self._references:
            if not kinds or reference.kind in kinds:
                filters = merge_filters(filters, reference.filters)
        if filters == Filters() and self._follows and not _ALL_STATEMENTS.search(self._sentence):
            return self._follows.filters
        return filters

    def _answer(self, request: Request) -> Question:
        notes: tuple[str, ...] = ()
        read_as = self._with_quotes(self._said) if self._is_corrected else ""
        if isinstance(request, SearchRequest):
            query, note = self._resolve(request.query)
            if note:
                notes, read_as = (note,), query
            request = replace(request, query=query)
        return Question(self._typed, Reading.ASKED, request, read_as, notes)

    def _with_quotes(self, text: str) -> str:
        quotes = iter(self._quotes)
        return re.sub(r"@quote1?", lambda _match: f'"{next(quotes, "")}"', text)

    def _resolve(self, query: str) -> tuple[str, str]:
        """Return a query with what "them" stands for in this thread, and the note that says so."""
        subject = self._follows.subject if self._follows else ""
        match = _PRONOUN.search(query)
        if not subject or not match or _is_document(subject):
            return query, ""
        pronoun = match["pronoun"]
        return (
            f"{query[: match.start('pronoun')]}{subject}{query[match.end('pronoun') :]}",
            f"{pronoun.lower()} = {subject} above",
        )

    # By wording

    def _read_worded(self, engine: Engine) -> Request:
        sentence, excluded = cut_exception(self._sentence)
        phrases = () if self._quotes else find_asked_phrases(sentence)
        number = find_number(self._sentence)
        if not phrases and self._asks_past_texts(engine):
            return self._search()
        if number and (phrases == (number,) or (engine is Engine.OCCURRENCES and not phrases)):
            return self._request(Engine.CITATIONS)
        if engine is Engine.OCCURRENCES and not self._quotes and not phrases:
            phrases = find_residue(sentence)
        is_negated = _is_negated(sentence)
        if engine is Engine.STATEMENTS and not phrases and is_negated:
            phrases = find_residue(_NEGATION.sub(" ", sentence))
        if any(_LEFT_OPEN.search(phrase) for phrase in phrases):
            return self._search()  # "Iran but not in the title": nothing counts that
        if phrases and self._asks_for_words(engine, phrases):
            return OccurrencesRequest(phrases, self._filters(), is_negated=is_negated, excluded=excluded)
        if self._asks_about_the_world(engine):
            engine = Engine.SEARCH
        if engine is Engine.SEARCH and _ASKS_WHICH.fullmatch(self._sentence):
            engine = Engine.STATEMENTS
        if engine is Engine.SEARCH and len(self._references) > 1 and _COMPARES.match(self._sentence):
            engine = Engine.COMPARISON
        return self._request(engine)

    def _asks_for_no_list(self, engine: Engine) -> bool:
        """Tell whether nothing but likeness speaks for a list of everything: "tell me a joke"."""
        is_worded = engine not in _LISTS_ALL or weigh(self._sentence) is engine or speaks_of(engine, self._sentence)
        return not (is_worded or self._references)

    def _asks_past_texts(self, engine: Engine) -> bool:
        """Tell whether a question that is like one about texts asks something of the world that they may tell."""
        if engine in {Engine.ISSUERS, Engine.OCCURRENCES} and _HOLDS_OFFICE.match(self._sentence):
            return True
        return engine in {Engine.CITATIONS, Engine.OCCURRENCES} and asks_past_citing(self._sentence)

    def _asks_for_words(self, engine: Engine, phrases: tuple[str, ...]) -> bool:
        if engine is Engine.CITATIONS:
            # "is the NPT cited", "how often is the word resolution used"
            is_about_words = is_about_instruments(phrases[0]) or not is_about_instruments(self._sentence)
            return is_about_words or gazetteer().find_entity(phrases[0]) is not None
        if engine is Engine.POSITIONS:
            # "is the Election Committee mentioned": said outright, where nothing but likeness speaks for demands
            return bool(_IS_MENTIONED.match(self._sentence)) and weigh(self._sentence) is not engine
        return engine in {Engine.SEARCH, Engine.STATEMENTS, Engine.OCCURRENCES}

    def _request(self, engine: Engine) -> Request:
        filters = self._filters()
        match engine:
            case Engine.CITATIONS:
                return self._citations(filters)
            case Engine.QUOTE if self._quotes or self._unmarked_quote():
                quotes = tuple(self._quotes) or (self._unmarked_quote(),)
                return QuoteRequest(quotes, filters, find_speaker(self._said))
            case Engine.OCCURRENCES if self._quotes:
                return OccurrencesRequest(tuple(self._quotes), filters, is_exact=True)
            case Engine.POSITIONS:
                return self._positions(filters)
            case Engine.COMPARISON:
                return self._comparison()
            case Engine.STATEMENTS:
                return StatementsRequest(self._statements_filters())
            case Engine.SHOW:
                return ShowRequest(describe(filters), filters)
            case Engine.ISSUERS:
                return IssuersRequest(filters)
            case Engine.DATES:
                return DatesRequest(filters)
            case _:
                return self._search()

    def _citations(self, filters: Filters) -> CitationsRequest:
        """Read which instruments are asked about: those named in the question as a text would cite them, if any."""
        is_negated = _is_negated(self._sentence)
        named = [one for one in find_citations(self._said) if one.key and one.number]
        if named and all(one.kind not in _RESOLUTIONS for one in named):
            return CitationsRequest(filters, ", ".join(str(one.number) for one in named), (named[0].kind,), is_negated)
        numbers = [f"{one.number} ({one.year})" if one.year else str(one.number) for one in named]
        both = _BOTH_NUMBERS.search(self._sentence)
        if both and not numbers:
            numbers = [both["first"], both["second"]]
        number = ", ".join(numbers) or find_number(self._sentence)
        if number:
            return CitationsRequest(filters, number, (), is_negated)
        topic = "" if is_negated else find_topic(self._sentence)
        return CitationsRequest(filters, "", find_citation_kinds(self._sentence), is_negated, topic)

    def _positions(self, filters: Filters) -> PositionsRequest:
        kinds = find_position_kinds(self._sentence)
        is_demand = PositionKind.DEMAND in kinds
        addressee = find_addressee(self._sentence) if is_demand else ""
        topic = "" if addressee else find_topic(self._sentence)
        verb = find_verb(self._sentence) if kinds == (PositionKind.STANCE,) else ""
        return PositionsRequest(filters, (PositionKind.DEMAND,) if addressee else kinds, topic, addressee, verb)

    def _asks_about_the_world(self, engine: Engine) -> bool:
        """Tell whether a lookup would answer past the question: it names something else, or one addressee."""
        if engine is Engine.ISSUERS and _BLAMED.search(self._said) and not _DOCUMENT.search(self._said):
            return True
        if engine in {Engine.DATES, Engine.ISSUERS}:
            return bool(find_number(self._sentence)) and "@doc" not in self._sentence
        if engine is not Engine.POSITIONS or not _ADDRESSED.search(self._sentence):
            return False
        # "everything they demand of Iran" is a list all the same
        return not (_WANTS_ALL.search(self._sentence) and find_addressee(self._sentence))

    def _search(self) -> SearchRequest:
        kinds = [ReferenceKind.DOCUMENT, ReferenceKind.DOCUMENTS, ReferenceKind.ISSUER]
        if _SAYS.search(self._sentence):
            kinds += [ReferenceKind.SPAN, ReferenceKind.PERIOD]
        return SearchRequest(self._with_quotes(self._said), self._filters(*kinds), find_speaker(self._said))

    def _unmarked_quote(self) -> str:
        return self._typed.partition(":")[2].strip()

    def _comparison(self) -> ComparisonRequest:
        named = [one for reference in self._references for one in (reference.filters, *reference.others)]
        if len(named) == 1:
            # "from the first Arctic statement to the second one": of both
            named = [replace(named[0], statement_ids=())]
            if self._references[0].kind is not ReferenceKind.PERIOD and named[0] != self._references[0].filters:
                return ComparisonRequest(named[0])
        if len(named) < 2 or not all(_names_words(one) for one in named):
            named = self._sides() or named
        if len(named) >= 2:
            first, second = named[:2]
            return ComparisonRequest(_with_topic(first, second), _with_topic(second, first))
        if named and self._references and self._references[0].kind is not ReferenceKind.DOCUMENTS:
            return ComparisonRequest(self._follows.filters if self._follows else Filters(), named[0])
        return ComparisonRequest(named[0] if named else self._filters())

    def _sides(self) -> list[Filters]:
        # "aukus 2021 vs aukus 2022", "Libya March and June": no word for a document on either side.
        if any(_names_words(reference.filters) for reference in self._references):
            return []
        sides = [
            find_references(f"the {side.strip()} statement", self._statements) for side in _SIDES.split(self._said)
        ]
        found = [references[0].filters for references in sides if references]
        return found if len(found) >= 2 and any(_names_words(one) for one in found) else []

    def _statements_filters(self) -> Filters:
        filters = self._filters()
        if not (filters.statement or filters.about or filters.issuer):
            about = _ABOUT.search(self._sentence)
            words = about["words"].strip(" ?.!") if about else ""
            if words and not _NO_TOPIC.search(words):
                return replace(filters, about=words)
            issued = _ISSUED.search(self._sentence)
            if issued:
                return replace(filters, issuer=_LAST_VERB.sub("", issued["issuer"]).strip(" ?.!"))
        return filters

    # By command

    def _read_command(self) -> Request | None:
        match = _COMMAND.match(self._said)
        if not match:
            return None
        verb, rest = match["verb"].lower(), match["rest"].strip(" ?.!")
        if verb == "quote":
            return self._quote_command()
        if verb == "statements":
            sub = _STATEMENTS_COMMAND.match(rest)
            if not sub:
                return None if rest else StatementsRequest(self._filters())
            verb, rest = sub["verb"].lower(), sub["rest"].strip()
        return None if _IS_SENTENCE.match(_AN_ID.sub("", rest) or " ") else self._command(verb, rest)

    def _command(self, verb: str, rest: str) -> Request | None:
        is_numbered = verb in {"resolutions", "citations"} and find_number(rest) != ""
        if verb in _ON_STATEMENTS and not is_numbered and not self._names_statements(rest):
            return None
        match verb:
            case "resolutions" | "citations":
                number = find_number(rest)
                return CitationsRequest(self._filters() if number else self._named_filters(rest), number)
            case "count":
                sentence, excluded = cut_exception(self._sentence)
                asked = () if self._quotes else find_asked_phrases(sentence)
                if asked and excluded:
                    return OccurrencesRequest(asked, self._filters(), excluded=excluded)
                phrases = tuple(self._quotes) or asked or ((rest,) if rest else ())
                return OccurrencesRequest(phrases, self._filters(), is_exact=bool(self._quotes)) if phrases else None
            case "show":
                return ShowRequest(rest, self._named_filters(rest)) if rest else None
            case "search":
                return SearchRequest(self._with_quotes(rest), self._filters()) if rest else None
        return _LISTED[verb](self._named_filters(rest))

    def _quote_command(self) -> QuoteRequest | None:
        """Read what is to be checked: all that was typed is one quotation, unless marks set it apart from the rest."""
        typed = _QUOTE_VERB.match(self._raw)
        if not typed:  # nothing but a quotation
            return QuoteRequest(tuple(self._quotes), self._filters())
        words = self._raw[typed.end() :].strip()
        outer = [one for one in find_quotations(words) if one.depth == 0]
        outside = words
        for one in reversed(outer):
            outside = f"{outside[: one.start]} {outside[one.end :]}"
        for reference in reversed(find_references(outside, self._statements)):
            outside = f"{outside[: reference.start]} {outside[reference.end :]}"
        if outer and not _BESIDE_QUOTES.sub("", outside).strip():
            return QuoteRequest(tuple(one.text.strip() for one in outer), self._filters())
        if not words or (not outer and _ASKS_FOR_PASSAGE.match(words)):
            return None
        return QuoteRequest((words,))

    def _named_filters(self, rest: str) -> Filters:
        words = _command_words(rest)
        if _ONLY_STATEMENTS.fullmatch(words):
            return self._filters()
        if self._references or not re.search(r"\w{3}|\d", words):
            return self._filters()
        return Filters(statement=words)

    def _names_statements(self, rest: str) -> bool:
        # "who Libya" is a command, "who killed the British nationals" is not.
        vocabulary = title_vocabulary(self._statements)
        offset = self._said.rfind(rest)
        return all(
            word.key in vocabulary or word.key in STATES or word.key in GROUPS or word.key in {"statement", "the", "of"}
            for word in split_words(rest)
            if not any(one.start <= offset + word.start < one.end for one in self._references)
        )

    # In a thread

    def _read_follow_up(self) -> Request | None:
        if not self._follows or self._quotes:
            return None
        match = _FOLLOW_UP.fullmatch(self._sentence)
        rest = (match["rest"] if match else self._sentence).strip(" ?.!")
        if self._references and not _strip_marks(rest):
            return self._repeat(self._moved_filters())
        is_name = self._sentence.endswith("?") and rest[:1].isupper() and len(rest.split()) <= 2
        if not (match or is_name) or not rest:
            return None
        number = find_number(rest)
        if number and self._follows.engine == "citations" and not _IS_CLAUSE.search(rest):
            return CitationsRequest(self._filters(), number)  # "what about 2735?"
        if weigh(rest) is not Engine.SEARCH or find_asked_phrases(rest):
            return None
        if self._names_other_statements(rest):
            return self._repeat(
                replace(Filters(about=rest), since=self._follows.filters.since, until=self._follows.filters.until)
            )
        topic = _TOPIC.sub("", rest)
        if topic and len(topic.split()) <= 4 and not _IS_CLAUSE.search(topic):
            return OccurrencesRequest((topic,), self._filters())
        return None

    def _moved_filters(self) -> Filters:
        filters = self._filters()
        names_others = filters.statement or filters.about or filters.issuer
        before = self._follows.filters if self._follows else Filters()
        return filters if names_others else merge_filters(replace(before, statement_ids=()), filters)

    def _names_other_statements(self, rest: str) -> bool:
        before = self._follows.filters if self._follows else Filters()
        is_topical = bool(before.statement or before.about)
        return is_topical and bool(select_statements(Filters(about=_TOPIC.sub("", rest)), self._statements))

    def _repeat(self, filters: Filters) -> Request | None:
        follows = self._follows or Context()
        match follows.engine:
            case "citations":
                number = find_number(follows.subject)
                return CitationsRequest(filters, number)
            case "occurrences" if follows.subject:
                return OccurrencesRequest((follows.subject,), filters, excluded=follows.excluded)
            case "issuers":
                return IssuersRequest(filters)
            case "dates":
                return DatesRequest(filters)
            case "positions":
                return PositionsRequest(filters, find_position_kinds(follows.subject))
            case "statements":
                return StatementsRequest(filters)
        return None


# -- Pieces of a question ---------------------------------------------------------------------------------------------


def _is_negated(sentence: str) -> bool:
    return bool(_WHICH_DO_NOT.search(sentence))


_MARKS = {
    ReferenceKind.DOCUMENT: "@doc",
    ReferenceKind.DOCUMENTS: "@docs",
    ReferenceKind.TITLE: "@doc",
    ReferenceKind.ISSUER: "@maker",
    ReferenceKind.PERIOD: "",
    ReferenceKind.SPAN: "",
    ReferenceKind.TOPIC: "@docs",
}
_BARE = compile_on_use(r"@docs?|\b(?:and|or|what|how|about|the|for|in|on|also|now)\b|\W", re.IGNORECASE)
"""What leaves nothing of a question that is a topic only: "and Ukraine?"."""
_NAMED_KINDS = {ReferenceKind.DOCUMENT, ReferenceKind.DOCUMENTS, ReferenceKind.TITLE}
_OF_STATEMENTS = {
    Engine.CITATIONS, Engine.ISSUERS, Engine.DATES, Engine.POSITIONS, Engine.COMPARISON, Engine.STATEMENTS, Engine.SHOW,
}  # fmt: skip
_STATE_NAMES = frozenset(
    word
    for names in STATES.values()
    for name in names.split("|")
    for word in name.split()
    if word.isalpha() and len(word) > 3
)
_LISTS_ALL = {Engine.CITATIONS, Engine.POSITIONS, Engine.DATES, Engine.ISSUERS}
_DETERMINER = compile_on_use(r"\b(?:the|a|this|that|these|those|their|its|your)\s$", re.IGNORECASE)
_SINGLE_QUOTED = compile_on_use(r"(?<![\w'’])['‘](?P<words>[^'‘’\"]{2,60})['’](?![\w'’])")
_GUILLEMETS = compile_on_use(r"[«»]\s?(?P<words>[^«»\"]{2,400}?)\s?[«»]")
_MARKUP = compile_on_use(r"<(?:![^<>|]{1,80}|https?://[^<>]{1,600}|mailto:[^<>]{1,200})(?:\|[^<>]{0,300})?>")
_ALL_STATEMENTS = compile_on_use(
    r"\b(?:all|every|any)\s(?:of\s)?(?:the\s|your\s|these\s|other\s)?(?:statements?|documents?"
    r"|texts?)\b|\boverall\b|\bacross\s(?:all|the\sboard)\b"
    r"|\b(?:which|what|how\smany|other)\s(?:of\s(?:the|your)\s)?(?:statements|documents|texts)\b"
    r"|\banywhere\selse\b|\belsewhere\b",
    re.IGNORECASE,
)
_PRONOUN = compile_on_use(
    r"\b(?P<pronoun>them|these|those|they)\b(?!\s(?:\w+\s)?(?:say|said|says|mean|want|ask|call|demand"
    r"|urge|commit|condemn|plan|think|do|agree|"
    r"statements?|resolutions?|countries|documents?|ministers?|leaders?)\b)",
    re.IGNORECASE,
)
_SAYS = compile_on_use(r"\b(?:said|says?|stated|statements?|announced|declared|saying)\b", re.IGNORECASE)


def _is_document(subject: str) -> bool:
    return subject in {"the statement", "the statements", "the issuers"}


def _without_markup(text: str) -> str:
    # Of Slack: "<!channel> *resolutions* <http://x|y>".
    plain = _MARKUP.sub(" ", text)
    plain = re.sub(r"(?<!\w)[*_~`]+(?=\w)|(?<=\w)[*_~`]+(?!\w)", "", plain)
    return " ".join(plain.split()) or text


def _strip_marks(rest: str) -> str:
    left = re.sub(r"@docs?|@maker", " ", rest)
    left = re.sub(
        r"\b(?:in|on|of|for|from|the|by|and|only|just|about|to|with|within|ones?|those|same|but|now|please"
        r"|is|are|there|any|it)\b",
        " ",
        left,
        flags=re.IGNORECASE,
    )
    return re.sub(r"\W+", "", left)


_LISTED: dict[str, Callable[[Filters], Request]] = {
    "positions": PositionsRequest,
    "who": IssuersRequest,
    "issuers": IssuersRequest,
    "when": DatesRequest,
    "dates": DatesRequest,
    "list": StatementsRequest,
}
_ONLY_STATEMENTS = compile_on_use(
    r"(?:(?:the|all|every|your|our|indexed)\s)*(?:statements?|documents?|texts?|everything|all|papers|releases)",
    re.IGNORECASE,
)
_ON_STATEMENTS = {"resolutions", "citations", "positions", "who", "issuers", "when", "dates", "list"}


def _command_words(rest: str) -> str:
    return re.sub(r"^(?:(?:in|of|for|from|the|on|about)\s+)+", "", rest, flags=re.IGNORECASE).strip()


_COMMAND = compile_on_use(
    r"^[^\w@]{0,3}(?P<verb>resolutions|citations|quote|count|positions|who(?!\scites?)|issuers|when|dates"
    r"|list|statements|show|search(?!\sfor\b))\b[:,]?(?P<rest>.*)$",
    re.IGNORECASE,
)
_STATEMENTS_COMMAND = compile_on_use(
    r"^(?P<verb>list|show|who|when|positions|count|quote)\b[:,]?(?P<rest>.*)$", re.IGNORECASE
)
_AN_ID = compile_on_use(r"(?<![\w-])[a-z0-9]+(?:-[a-z0-9]+){3,}(?![\w-])")
"""The words of an id are no words of a sentence: "who us-japan-rok-joint-statement"."""
_IS_SENTENCE = compile_on_use(
    r"""
    .*\?$ | .*\b(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|been|they|them|it|which
        |that|who|what|how|me|us|
    issued|signed|released|published|cited|mentioned|mention|cite|times|mentions|occurrences|demands|commitments|
    all|every|everything|their|there|voted|said|put|wrote|made|please|behind|containing|with|where|both|any
        |text|full|out)\b
    | \s+(?:of|to|from|by|between|about|on|since|before|after|in|dated|against)\b
    | ['’]
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FOLLOW_UP = compile_on_use(
    r"\W*(?:ok(?:ay)?\W+)?(?:and|what\sabout|how\sabout|also|same\s(?:for|with|question\s(?:for|on))"
    r"|now(?:\sfor)?|then|plus|but|or|and\swhat\sabout|and\show\sabout|anything\s(?:on"
    r"|about))\s(?P<rest>.+)",
    re.IGNORECASE,
)
_TOPIC = compile_on_use(r"^(?:(?:the|on|about|for|with|in|what|how|regarding|of)\s+)+", re.IGNORECASE)
_IS_CLAUSE = compile_on_use(
    r"@|\b(?:is|are|was|were|do|does|did|has|have|who|what|when|where|why|how|which|they|their|it|its"
    r"|he|she|you|we|i|said|say)\b",
    re.IGNORECASE,
)
_COMPARES = compile_on_use(r"\W*(?:please\s|pls\s|can\syou\s)?(?:compare|contrast|diff)\b", re.IGNORECASE)
_SIDES = compile_on_use(
    r"\b(?:and|vs|versus|with|to|from|against|between|compared?|differs?|than|side\sby\sside)\b|[:.,?]", re.IGNORECASE
)


def _names_words(filters: Filters) -> bool:
    return bool(filters.statement or filters.about or filters.issuer)


def _with_topic(filters: Filters, other: Filters) -> Filters:
    # "the June 2022 Libya statement and the March 2022 one"
    if _names_words(filters):
        return filters
    return replace(filters, statement=other.statement, about=other.about, issuer=other.issuer)


_ABOUT = compile_on_use(
    r"\b(?:about|on|regarding|concerning|related\sto|covering|concerns?|touching|dealing\swith"
    r"|mentioning)\s(?:the\s)?(?P<words>[^?.!,;]{2,60}?)(?:\s(?:do|have|please|pls|in|from|since"
    r"|you)\b|[?.!,;]|$)",
    re.IGNORECASE,
)
_NO_TOPIC = compile_on_use(
    r"@|^(?:file|record|shelf|shelves|board|hand|stock|offer|it|them|this|that|here|hand|offer|which|what|there|any"
    r"|everything|anything)\b",
    re.IGNORECASE,
)
_ISSUED = compile_on_use(
    r"\b(?:has|have|did|does)\s(?:the\s)?(?P<issuer>[A-Z][\w.& -]{1,30}?)\s(?:issued?|published?"
    r"|released?|put\sout|signed?|made)\b|\b(?:by"
    r"|from)\s(?:the\s)?(?P<by>[A-Z][\w.&-]{1,30}(?:\s[A-Z][\w.&-]+)*)",
    re.IGNORECASE,
)
