"""Which statements a question means: by title, issuer and date, as a person says it."""

import datetime
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from index.corpus.statements import StatementSummary
from index.engines.selection import (
    HEADS,
    LOOSE_HEADS,
    LOOSE_WORDS,
    OWN_HEADS,
    SMALL_WORDS,
    SOFT_WORDS,
    STATEMENT_ID,
    merge_filters,
    select_statements,
    title_vocabulary,
    title_words,
)
from index.engines.title_words import ALIASES, GROUPS, STATES, Word, split_words
from index.request import Filters
from index.text.dates import Period, find_periods
from index.text.english import is_english


class ReferenceKind(StrEnum):
    """How statements are referred to."""

    DOCUMENT = "document"  # "the Libya statement"
    DOCUMENTS = "documents"  # "the statements on Syria"
    TITLE = (
        "title"  # words of a title, without a word for a document: "limited resumption of Arctic Council cooperation"
    )
    ISSUER = "issuer"  # "the G7"
    PERIOD = "period"  # "in 2022"
    TOPIC = "topic"  # "signatories. arctic. both", "dates for Cuba": counts where the rest asks for a lookup
    SPAN = "span"  # "since 2022", "before March": of documents more often than of events


@dataclass(frozen=True, slots=True)
class Reference:
    """The words of a question that say which statements are meant: "the G7 statement of March 2022 on Belarus".

    `others` are further ones said in one breath: "the March and the June statement".
    """

    kind: ReferenceKind
    start: int
    end: int
    filters: Filters
    others: tuple[Filters, ...] = ()


# -- Finding references -----------------------------------------------------------------------------------------------


def find_references(text: str, statements: Sequence[StatementSummary]) -> list[Reference]:
    """Return every part of a text that says which statements are meant, in reading order, none overlapping."""
    return _Finder(text, statements).find()


def find_topics(text: str, statements: Sequence[StatementSummary]) -> list[Reference]:
    """Return the parts of a text that are words of titles and nothing else: "signatories. arctic. both".

    Such a part says which statements are meant where the rest of the text asks something of statements, as it does in
    notes and tables; in a sentence it may as well be what is searched for.
    """
    return list(_Finder(text, statements).find_topics())


_MANY = {"batch", "bunch", "crop", "stuff", "pair", "couple", "trio"}
_VAGUE_HEADS = {"batch", "bunch", "crop", "stuff", "thing", "couple", "pair", "trio"}
_TELLING_KINDS = {"ministerial", "presidential"}
"""Of those, the kinds that few statements are of: "the August 2022 ministerial statement"."""

_SOURCES = {"un", "iaea", "legal", "international", "securitycouncil"}
"""What makes documents those that are cited, not those that cite: "UN documents"."""

_CITED_HEADS = {"document", "text", "decision", "paper", "doc", "release", "notice"}

_ANY_KIND = {"joint", "press", "official", "public", "news", "media"}

_RANKS = {
    "first": 0, "1st": 0, "earliest": 0, "oldest": 0, "original": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2,
    "last": -1, "latest": -1, "newest": -1, "recent": -1,
}  # fmt: skip
"""Words that pick one of several by date, and its place."""

_NEVER = {
    # Words that end a description: verbs and pronouns of questions.
    "which", "what", "who", "whom", "whose", "when", "where", "why", "how", "is", "are", "was", "were", "be", "been",
    "do", "does", "did", "has", "have", "had", "can", "could", "will", "would", "should", "it", "they", "them", "we",
    "you", "i", "me", "he", "she", "any", "all", "every", "each", "no", "not", "there", "here", "please", "say", "said",
    "mention", "cite", "refer", "list", "show", "give", "get", "open", "print", "compare", "count", "find", "tell",
    "contain", "call", "use", "resolution", "if", "than", "then", "versus", "vs", "my", "your", "some", "many",
    "much", "more", "most", "also", "only", "just", "word", "phrase", "term", "quote", "date", "position", "demand",
    "commitment", "difference", "time", "thanks", "thank", "read", "display", "reference", "treaty", "anything",
    "everything", "something", "issuer", "signatory", "author", "wording", "language", "tone",
}  # fmt: skip


class _Finder:
    """Finds the references of one text."""

    def __init__(self, text: str, statements: Sequence[StatementSummary]) -> None:
        self._text = text
        self._statements = statements
        self._words = split_words(text)
        self._vocabulary = title_vocabulary(statements)
        self._periods = [one for one in find_periods(text, today=_today()) if not _is_number(text, one)]
        self._capitals_count = not text.isupper()

    def find(self) -> list[Reference]:
        found: list[Reference] = []
        for reference in (
            *self._find_ids(), *self._find_titles(), *self._find_described(), *self._find_resolutions(),
            *self._find_held(),
            *self._find_title_words(), *self._find_issuers(), *self._find_dates(),
        ):  # fmt: skip
            if not any(reference.start < other.end and other.start < reference.end for other in found):
                found.append(reference)
        return sorted(found, key=lambda reference: reference.start)

    def find_topics(self) -> Iterator[Reference]:
        """Yield the parts between marks, or after "for", that are words of titles."""
        for match in (*_PART.finditer(self._text), *_PART_AT_END.finditer(self._text)):
            inside = [word for word in self._words if match.start("part") <= word.start < match.end("part")]
            words = [word for word in inside if not self._in_period(word)]
            hard = [index for index, word in enumerate(words) if self._is_hard(word)]
            if [words[index].key for index in hard] == ["board"]:  # "positions across the board"
                continue
            if not hard or len(words) > _LONGEST_TOPIC or any(word.key.isdigit() for word in words):
                continue
            kept = words[hard[0] : hard[-1] + 1]
            about = Filters(about=_tidy(self._text, kept))
            if all(self._is_topical(word) for word in words) and self._fits(about):
                if all(word.key in GROUPS for word in kept if self._is_hard(word)):
                    about = self._issued(words)
                yield Reference(ReferenceKind.TOPIC, words[0].start, words[-1].end, about)

    def _is_topical(self, word: Word) -> bool:
        return (
            word.key in self._vocabulary
            or word.key in HEADS | SOFT_WORDS | LOOSE_WORDS | SMALL_WORDS | GROUPS.keys() | ALIASES.keys()
        )

    # Statements by id and by title

    def _find_ids(self) -> Iterator[Reference]:
        ids = [statement.id for statement in self._statements]
        for match in STATEMENT_ID.finditer(self._text):
            if any(known.startswith(match[0]) for known in ids):
                yield Reference(ReferenceKind.DOCUMENT, match.start(), match.end(), Filters(statement=match[0]))

    def _find_titles(self) -> Iterator[Reference]:
        joined = f" {' '.join(word.key for word in self._words)} "
        for statement in self._statements:
            keys = title_words(statement.title)
            phrase = f" {' '.join(keys)} "
            if len(keys) < 2 or phrase not in joined:
                continue
            first = joined[: joined.index(phrase)].count(" ")
            last = first + len(keys) - 1
            # "Joint Statement on Syria" within "Joint Statement on Syria Special Envoy Meeting" is another one.
            if self._right_end(last + 1, relation="on") == last + 1:
                yield self._name(first, last)

    def _find_title_words(self) -> Iterator[Reference]:
        # A run of three telling words of one title: "the limited resumption of Arctic Council cooperation".
        runs = {run for statement in self._statements for run in _telling_runs(statement.title)}
        telling = [index for index, word in enumerate(self._words) if self._is_hard(word)]
        start = 0
        while start + 2 < len(telling):
            end = start + 2
            while end < len(telling) and self._run(telling[end - 2 : end + 1]) in runs:
                end += 1
            if end > start + 2:
                named = self._name(telling[start], telling[end - 1])
                yield replace(named, kind=ReferenceKind.TITLE)
                start = end
            else:
                start += 1

    def _run(self, indexes: list[int]) -> tuple[str, ...]:
        return tuple(self._words[index].key for index in indexes)

    def _name(self, first: int, last: int) -> Reference:
        start, end = self._words[first].start, self._words[last].end
        return Reference(ReferenceKind.DOCUMENT, start, end, Filters(statement=self._text[start:end]))

    # Statements by words beside "statement"

    def _find_described(self) -> Iterator[Reference]:
        for index, word in enumerate(self._words):
            if word.key not in HEADS:
                continue
            if (
                index
                and word.key in _CITED_HEADS
                and any(other.key in _SOURCES for other in self._words[max(index - 2, 0) : index])
            ):
                continue
            left, right = self._left_start(index), self._right_end(index + 1)
            if word.key in _VAGUE_HEADS and not self._follows_of(index):
                right = index + 1
            if word.key == "one" and right == index + 1 and (left == index or not self._is_the(left)):
                continue
            yield from self._describe(left, index, right)

    def _describe(self, left: int, head: int, right: int) -> Iterator[Reference]:
        start, end = self._words[left].start, self._words[right - 1].end
        periods = [period for period in self._periods if start < period.end and period.start < end]
        start, end = min([start, *(p.start for p in periods)]), max([end, *(p.end for p in periods)])
        kept = [word for word in self._words[left:right] if not self._in_period(word)]
        is_plural = self._words[head].text.lower().endswith("s") or self._is_two(left) or self._words[head].key in _MANY
        named = self._name_by(kept, self._words[head], is_plural=is_plural)
        filters = [merge_filters(_from_period(period), named) for period in periods] or [named]
        if self._words[head].key in _VAGUE_HEADS and not periods and not self._names_any(kept):
            return
        if self._words[head].key in LOOSE_HEADS and not all(self._fits(one) for one in filters):
            return
        if not is_plural:
            start, filters = self._ranked(left, start, filters)
        if filters != [Filters()]:
            kind = ReferenceKind.DOCUMENTS if is_plural else ReferenceKind.DOCUMENT
            yield Reference(kind, start, end, filters[0], tuple(filters[1:]))

    def _names_any(self, words: Sequence[Word]) -> bool:
        # "the Libya stuff", not "the nuclear stuff"
        return any(
            word.key in STATES or word.key in GROUPS or word.key in ALIASES or word.text[0].isupper()
            or not is_english(word.text.lower())
            for word in words
            if self._is_hard(word)
        )  # fmt: skip

    def _follows_of(self, head: int) -> bool:
        after = self._words[head + 1 : head + 2]
        return bool(after) and (after[0].key in {"on", "about", "from", "of", "by"} or self._in_period(after[0]))

    def _fits(self, filters: Filters) -> bool:
        return filters == Filters() or bool(select_statements(filters, self._statements))

    def _ranked(self, left: int, start: int, filters: list[Filters]) -> tuple[int, list[Filters]]:
        """Return the one that "first" or "latest" means, of those described by the words after it."""
        words = self._words[max(left - 3, 0) : left + 1]
        ranks = [(word.start, _RANKS[word.key]) for word in words if word.key in _RANKS and _RANKS[word.key] > 0]
        if not ranks or len(filters) > 1:
            return start, filters
        at, rank = ranks[-1]
        dated = [one for one in select_statements(filters[0], self._statements) if one.date is not None]
        dated.sort(key=lambda one: one.date or datetime.date.min)
        if not -len(dated) <= rank < len(dated):
            return start, filters
        return min(at, start), [replace(filters[0], statement_ids=(dated[rank].id,))]

    def _name_by(self, words: list[Word], head: Word, *, is_plural: bool) -> Filters:
        hard = [word for word in words if self._is_hard(word)]
        if not hard:
            kind = [word.text for word in words if word.key in _TELLING_KINDS]
            if kind and self._fits(Filters(statement=f"{kind[0]} statement")):
                return Filters(statement=f"{kind[0]} {head.text}")
            alone = head.key in OWN_HEADS and not is_plural and head.key in self._vocabulary
            return Filters(statement=head.text) if alone else Filters()
        if all(word.key in GROUPS for word in hard):
            return self._issued(words)
        if is_plural:
            kept = [word for word in words if word.key not in HEADS | _ANY_KIND]
            return Filters(about=_tidy(self._text, kept))
        return Filters(statement=_tidy(self._text, words))

    def _issued(self, words: Sequence[Word]) -> Filters:
        groups = " ".join(word.text for word in words if word.key in GROUPS)
        roles = " ".join(word.text for word in words if word.key in GROUPS or word.key in _ROLES)
        titled = " ".join(word.text for word in words if word.key in GROUPS or word.key in _ROLES | {"ministerial"})
        return next(
            (one for each in (titled, roles) if self._fits(one := Filters(issuer=each))), Filters(issuer=groups)
        )

    def _is_hard(self, word: Word) -> bool:
        return word.key not in HEADS | SOFT_WORDS | LOOSE_WORDS | SMALL_WORDS | _NEVER and (
            word.text != "us" or self._is_hyphenated(word)
        )

    def _left_start(self, head: int) -> int:
        left = head
        for index in range(head - 1, max(head - 10, -1), -1):
            word = self._words[index]
            if _STOP.search(self._text[word.end : self._words[index + 1].start]):
                break
            if self._in_period(word) or self._may_describe(index):
                left = index
            elif not (self._words[head].key not in LOOSE_HEADS and self._is_between(index)) and not (
                word.key in {"and", "of", "s", "to"} and index and self._is_titled(index - 1)
            ):
                break
        while left < head and self._words[left].key in LOOSE_WORDS:
            left += 1
        return left

    def _is_between(self, index: int) -> bool:
        # "the AUKUS submarine statement": a word of no title between a name and "statement".
        word = self._words[index]
        return (
            index > 1
            and word.key not in _NEVER | SMALL_WORDS
            and len(word.key) > _SHORTEST_BETWEEN
            and self._words[index - 1].key in STATES.keys() | GROUPS.keys() | self._vocabulary
            and self._is_hard(self._words[index - 1])
            and self._is_the(index - 1)
        )

    def _may_describe(self, index: int) -> bool:
        word = self._words[index]
        if word.key in _NEVER or word.key in SMALL_WORDS or (word.text == "us" and not self._is_hyphenated(word)):
            return False
        return (
            word.key in self._vocabulary or word.key in SOFT_WORDS or word.key in LOOSE_WORDS or word.key in GROUPS
            or self._is_name(index)
        )  # fmt: skip

    def _is_titled(self, index: int) -> bool:
        word = self._words[index]
        return (word.key in self._vocabulary and word.key not in SMALL_WORDS | _NEVER) or self._is_name(index)

    def _is_name(self, index: int) -> bool:
        word = self._words[index]
        if word.key in _NEVER | SMALL_WORDS or word.key.isdigit():
            return False
        if word.key in STATES or word.key in GROUPS or word.key in ALIASES:
            return True
        capital = self._capitals_count and index > 0 and word.text[0].isupper()
        # "the venezuela statement": no word of English, so a name.
        return capital or (len(word.key) > 3 and word.key.isalpha() and not is_english(word.text.lower()))

    def _right_end(self, index: int, relation: str = "") -> int:
        first = accepted = index
        while index < len(self._words):
            word = self._words[index]
            if word.key in HEADS:  # "the text of the Libya statement": the other head has its own words
                return max(first, min(accepted, self._left_start(index)))
            if self._in_period(word):
                accepted = index + 1
            elif word.key in SMALL_WORDS:
                relation = word.key if word.key in _RELATIONS else relation
                if index - accepted > 3:
                    break
            elif self._may_follow(index, relation):
                accepted = index + 1
            else:
                break
            index += 1
        return accepted

    def _may_follow(self, index: int, relation: str) -> bool:
        word = self._words[index]
        if not relation or word.key in _NEVER or (word.text == "us" and not self._is_hyphenated(word)):
            return False
        if word.key in self._vocabulary or word.key in GROUPS or word.key in SOFT_WORDS:
            return True
        return relation in _TOPIC_RELATIONS and (self._is_name(index) or self._words[index - 1].key in _TOPIC_RELATIONS)

    def _in_period(self, word: Word) -> bool:
        return any(period.start <= word.start < period.end for period in self._periods)

    def _is_hyphenated(self, word: Word) -> bool:
        if any(other.start == word.end + 1 and other.key in STATES for other in self._words):
            return True  # "the us ukraine meeting"
        return self._text[word.end : word.end + 1] in {"-", "–", "/"} or self._text[word.start - 1 : word.start] in {
            "-",
            "–",
            "/",
        }

    def _is_the(self, index: int) -> bool:
        while index > 0 and self._words[index - 1].key in LOOSE_WORDS:
            index -= 1
        return index > 0 and self._words[index - 1].key in {"the", "that", "this", "those", "these"}

    def _is_two(self, index: int) -> bool:
        return any(word.key in {"two", "2", "both"} for word in self._words[max(index - 1, 0) : index + 1])

    # Resolutions that are held themselves

    def _find_held(self) -> Iterator[Reference]:
        # "the security council resolutions you hold", "hits for it in the Security Council resolutions"
        for match in _HELD_ALL.finditer(self._text):
            filters = Filters(about="Security Council resolution")
            if self._fits(filters):
                group = match.lastgroup or "named"
                yield Reference(ReferenceKind.DOCUMENTS, match.start(group), match.end(group), filters)

    def _find_resolutions(self) -> Iterator[Reference]:
        held = {number for statement in self._statements if (number := _number_of(statement))}
        found = [
            *_HELD_RESOLUTION.finditer(self._text),
            *_AT_START.finditer(self._text),
            *_HELD_NUMBER.finditer(self._text),
        ]
        if _COMPARES.search(self._text):
            sides = [match for match in _RESOLUTION_OR_NUMBER.finditer(self._text) if match["number"] in held]
            found += sides if len(sides) > 1 else []
        taken: list[tuple[int, int]] = []
        for match in sorted(found, key=lambda one: one.start("named")):
            if _LEANS_TO.search(self._text[: match.start("named")]):
                continue
            if match["number"] in held and not any(match.start("named") < end for _, end in taken):
                taken.append((match.start("named"), match.end("named")))
                words = f"resolution {match['number']}"
                filters = Filters(statement=words)
                yield Reference(ReferenceKind.DOCUMENT, match.start("named"), match.end("named"), filters)

    # Issuers

    def _find_issuers(self) -> Iterator[Reference]:
        for index, word in enumerate(self._words):
            if not index or word.key not in GROUPS.keys() | _ISSUERS:
                continue
            before = [other.key for other in self._words[max(0, index - 3) : index]]
            after = [other.key for other in self._words[index + 1 : index + 4]]
            end = self._words[index + 1].end if after and after[0] in _ROLES else word.end
            if after[:2] == ["foreign", "minister"]:
                end = self._words[index + 2].end
            if (
                word.key in _ISSUERS
                and before[-1:] not in (["by"], ["from"])
                and before[-2:] not in (["by", "the"], ["from", "the"])
            ):
                continue
            if self._acts(before, [key for key in after if key not in _ROLES]):
                filters = Filters(issuer=self._text[word.start : end].rstrip("'’"))
                yield Reference(ReferenceKind.ISSUER, word.start, end, filters)

    def _acts(self, before: list[str], after: list[str]) -> bool:
        # "by the G7", "does the G7 say", "according to the G7", "the G7 condemns"; not "is the G7 mentioned".
        near = [key for key in before if key != "the"][-2:]
        if near[-1:] and near[-1] in _BEFORE_ISSUER:
            return True
        return near == ["according", "to"] or (bool(after) and after[0] in _DONE_BY_ISSUER)

    # Dates

    def _find_dates(self) -> Iterator[Reference]:
        for period in self._periods:
            kind = ReferenceKind.SPAN if period.is_open else ReferenceKind.PERIOD
            yield Reference(kind, period.start, period.end, _from_period(period))


_PART = re.compile(r"(?:^|[.,:;()–—?!]|\s-\s)(?P<part>[^.,:;()–—?!]{2,60}?)(?=$|[.,:;()–—?!]|\s-\s)")
"""What stands between marks."""
_PART_AT_END = re.compile(
    r"\b(?:(?:full|whole|complete|entire)\stext|dates?|datelines?|by-?lines?|attribution|issuers?|signatories|authors"
    r"|resolutions"
    r"|citations|treaties|demands|commitments|pledges|asks|positions|stances|inventory|references)\s(?:for\s)?"
    r"(?!(?:of|on|about|to|in|from|across|against)\b)(?P<part>[\w .'’-]{2,60}?)(?:\s(?:please|thanks|now))?\W*$",
    re.IGNORECASE,
)
"""What stands at the end after "for", or after what is asked: "full text taiwan strait"."""
_LONGEST_TOPIC = 7
_SHORTEST_BETWEEN = 3
_STOP = re.compile(r"[:;?!]")
"""What ends a description: "Cuba: full text"."""

_RELATIONS = {
    "on", "about", "regarding", "concerning", "over", "re", "of", "from", "by", "against", "following", "after", "for",
    "with", "at", "in", "to", "between", "marking", "condemning", "targeting", "around", "called", "titled", "named",
    "entitled", "concerns",
}  # fmt: skip
_TOPIC_RELATIONS = {"on", "about", "regarding", "concerning", "re", "around", "concerns"}
_BEFORE_ISSUER = {"by", "from", "do", "does", "did", "has", "have"}
_DONE_BY_ISSUER = {"say", "said", "cite", "condemn", "demand", "urge", "want", "commit", "mention"}
_ROLES = {"leader", "minister", "foreign", "envoy", "president"}
_ISSUERS = frozenset({"securitycouncil", "eu"})
_NUMBERED = re.compile(
    r"\b(?:resolutions?|unscrs?|scrs?|res|no|number|order|eo|council|cites?|cited|citing|invokes?"
    r"|invoked)[.\s]{1,2}$",
    re.IGNORECASE,
)
"""What makes a year's digits a resolution's number: "resolution 1973"."""
_HELD_RESOLUTION = re.compile(
    r"""
    (?:(?:^|(?<!\w))
       (?: (?<!times\s)(?<!mentions\s)(?<!mention\s)(?<!citations\s)(?<!references\s)(?<!citation\s)
           (?:in|(?:text|version|date|copy|year|day|issuer)\sof)
         | print(?:\sout)? | give\sme | show(?:\sme)? | open | display | read(?:\sme)? | see | according\sto
         | (?:pull|bring)\sup | do(?:es)? | did | when\s(?:was|is) | compare | who\s(?:adopted|issued) | from
         | (?:whole|all|entirety|rest|contents?)\sof | under | per | within | and | to | between | than | with
         | behind | how | that | (?:date|year|day|month)\s(?:is|was)
         | match(?:es)? | put(?:s|ting)?\sout | against | versus | vs\.?
       )\s(?:the\s)?
    )
    (?P<named>(?:(?:UN|U\.N\.|UNSC|United\sNations|Security\sCouncil)\s){0,2}
    (?:resolution|res\.?|UNSCR|S/RES/)\s?(?P<number>\d{2,4})(?:\s?\(\d{4}\))?)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HELD_NUMBER = re.compile(
    r"""
    (?:\b(?:compare|contrast|diff|does\s(?:it|that|this)\smatch|match(?:es)?|when\s(?:was|is)|in|within|do(?:es)?|did|according\sto
           |paraphras\w+|(?:adoption|text|dates?|day|year|version|wording|issuers?|authors?)\sof)\s
       (?P<named>(?:resolution\s)?(?P<number>\d{3,4}))\b(?!,\d|\.\d|\s(?:people|ships|days|tons|barrels|countries|men|years|of)\b))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HELD_ALL = re.compile(
    r"(?P<named>\b(?:UN\s|U\.N\.\s|United\sNations\s)?(?:Security\sCouncil|UNSC|SC|UN)\sresolutions)\b"
    r"(?=\s(?:(?:that|which)\s)?(?:(?:do|have|are)\s)?(?:you|we)\s(?:\w+\s)?(?:hold|have|possess|keep|store|got|stock"
    r"|own|carry)"
    r"|\s(?:are\s)?(?:(?:actually|held|kept|stored|included|indexed)\s)*(?:in|on)\s(?:the|your|our|this)\s"
    r"(?:collection|library|archive|corpus|index|shelf|database|system|file|holdings)\b)"
    r"|\b(?:have|got|hold|keep|store|carry|stock)\s(?:any\s|all\s|the\s"
    r"|some\s)?(?P<held>(?:UN\s)?(?:security\scouncil|unsc|UN)\sresolutions)\b"
    r"|\b(?:do|did)\s(?:the\s)?(?:\w+\s){0,2}?(?P<doing>(?:UN\s)?(?:security\scouncil|unsc)\sresolutions)\b"
    r"(?=\s(?:themselves\s)?(?:cite|call|demand|urge|refer|mention|say|use|invoke|recall|name|lean|rely|condemn"
    r"|commit))"
    r"|\b(?:demands|commitments|pledges|positions|stances|asks|calls|dates?|issuers?|text|citations)\s(?:of|in|from"
    r"|made\sin)\s(?:the\s)?(?:\w+\s)?"
    r"(?P<of>(?:UN\s)?(?:security\scouncil|unsc)\sresolutions)\b"
    r"|(?<=\bin\s)(?P<inside>(?:the\s)?(?:UN\s)?security\scouncil\sresolutions)\b\W*$",
    re.IGNORECASE,
)
_AT_START = re.compile(
    r"^\W*(?P<named>(?:resolution|res\.?|UNSCR)\s(?P<number>\d{2,4}))\s?[:,]\s(?!.*\b(?:who|where|cit|invok|mention"
    r"|refer|which"
    r"|any|come|named?))",
    re.IGNORECASE,
)
"""A held resolution and what is asked of it: "resolution 825: list what it calls for"."""
_RESOLUTION_OR_NUMBER = re.compile(r"(?P<named>\b(?:resolution\s|UNSCR\s|res\s)?(?P<number>\d{2,4}))\b", re.IGNORECASE)
_LEANS_TO = re.compile(
    r"\b(?:point\w*|refer\w*|appeal\w*|allu\w+|hark\w*|nod\w*|reference|citations?|mentions?)\s(?:back\s)?(?:to|of)\s(?:the\s)?$",
    re.IGNORECASE,
)
"""What makes the number after it one that is cited: "who still points to resolution 242"."""
_COMPARES = re.compile(r"\b(?:compar|contrast|differ|diff\b|versus|vs\b|against\b|changed)", re.IGNORECASE)


def _today() -> datetime.date:
    return datetime.datetime.now(tz=datetime.UTC).date()


def _is_number(text: str, period: Period) -> bool:
    return text[period.start : period.end].isdigit() and _NUMBERED.search(text[: period.start]) is not None


def _number_of(statement: StatementSummary) -> str:
    match = re.search(r"[Rr]esolution\s(\d{1,4})\s?\(\d{4}\)$", statement.title)
    return match[1] if match else ""


def _from_period(period: Period) -> Filters:
    return Filters(since=period.since, until=period.until, month=period.month, day=period.day)


def _tidy(text: str, words: Sequence[Word]) -> str:
    while words and words[0].key in SMALL_WORDS | LOOSE_WORDS:
        words = words[1:]
    while words and words[-1].key in SMALL_WORDS:
        words = words[:-1]
    parts = []
    for word, following in zip(words, [*words[1:], None], strict=False):
        gap = text[word.end : following.start] if following else ""
        parts.append(word.text + (gap if len(gap) <= 2 else " "))
    return "".join(parts).strip()


@functools.lru_cache(maxsize=20_000)
def _telling_runs(title: str) -> frozenset[tuple[str, ...]]:
    telling = [key for key in title_words(title) if key not in HEADS | SOFT_WORDS | LOOSE_WORDS | SMALL_WORDS | _NEVER]
    return frozenset(tuple(telling[start : start + 3]) for start in range(len(telling) - 2))
