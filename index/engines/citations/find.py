"""Text → every reference to a resolution or other instrument in it, each with its span."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from index.engines.citations import patterns
from index.text.dates import MONTH
from index.text.plain import PlainText, read_plain
from index.text.tokens import fold


class CitationKind(StrEnum):
    """What kind of instrument a citation names."""

    UNSC_RESOLUTION = "unsc_resolution"
    UNGA_RESOLUTION = "unga_resolution"
    TREATY = "treaty"
    EXECUTIVE_ORDER = "executive_order"
    STATUTE = "statute"
    IAEA_DOCUMENT = "iaea_document"
    OTHER_UN_DOCUMENT = "other_un_document"
    AGREEMENT = "agreement"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Citation:
    """One reference to an instrument; `start` and `end` are half-open offsets into the text.

    `number` is None for what is named without one. A `generic` citation names a kind of instrument and none in
    particular ("relevant Security Council resolutions"); a `backreference` one named before ("the said resolution"),
    and `refers_to` holds the numbers, or the name, it stands for where the text leaves no doubt. So it does for a bare
    "Charter" that is the United Nations'.
    """

    kind: CitationKind
    start: int
    end: int
    text: str
    number: str | None = None
    year: int | None = None
    article: str | None = None
    name: str | None = None
    generic: bool = False
    backreference: bool = False
    refers_to: tuple[str, ...] = ()

    @property
    def key(self) -> str | None:
        """What two citations of one instrument share, whatever they call it; None for what names none in particular."""
        if self.generic or self.backreference or not (self.number or self.name):
            return None
        if self.number:
            # A number of no known series says little without its body: House and Senate both have a Resolution 397.
            body = _BESIDE_LETTERS.sub("", self.text).casefold() if self.kind is CitationKind.OTHER else ""
            return f"{self.kind}:{body}{''.join(self.number.split()).casefold()}"
        return f"name:{_canonical_name(self.refers_to[0] if self.refers_to else self.name or '')}"

    @property
    def label(self) -> str:
        """What a list calls the instrument: "Security Council resolution 2254 (2015)", or its own name."""
        body = _LABELS.get(self.kind)
        if self.number and body:
            return (
                f"{body} {self.number} ({self.year})"
                if self.year and "(" not in self.number
                else f"{body} {self.number}"
            )
        if self.name:
            return self.name
        if self.number and self.kind is not CitationKind.OTHER:
            return self.number
        return " ".join(self.text.split())


_LABELS = {
    CitationKind.UNSC_RESOLUTION: "Security Council resolution",
    CitationKind.UNGA_RESOLUTION: "General Assembly resolution",
    CitationKind.EXECUTIVE_ORDER: "Executive Order",
}
_BESIDE_LETTERS = re.compile(r"\([^)]*\)|[^A-Za-z]")


def find_citations(text: str) -> list[Citation]:
    """Return every citation in a text, in reading order.

    Give it a whole statement: a resolution's own heading is told from a citation by what follows it, and a
    back-reference is resolved by what stands before it.
    """
    plain = read_plain(text)
    found = _find_in_plain(plain.text)
    return found if plain.text == text else [_in_original(citation, plain, text) for citation in found]


def _in_original(citation: Citation, plain: PlainText, text: str) -> Citation:
    start, end = plain.span(citation.start, citation.end)
    return replace(citation, start=start, end=end, text=text[start:end])


def _find_in_plain(text: str) -> list[Citation]:
    source = _Source(text)
    resolutions = [*_find_resolutions(source), *_find_symbols(source)]
    found = _without_overlaps(
        [
            *resolutions,
            *_find_without_head(source, resolutions),
            *_find_orders(source),
            *_find_statutes(source),
            *_find_names(source),
        ]
    )
    return _resolve(source, [citation for citation in found if not source.is_own(citation)])


def group_by_instrument(citations: Iterable[Citation]) -> dict[str, list[Citation]]:
    """Return the citations of each instrument under its key, in order of first citation; generic ones are left out."""
    groups: dict[str, list[Citation]] = {}
    for citation in citations:
        if citation.key:
            groups.setdefault(citation.key, []).append(citation)
    return groups


# -- the text and what it is -----------------------------------------------------------------------------------------


class _Source:
    """A text, and whether it is a resolution itself."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.headings = tuple(_own_headings(text))
        self.names_council = "Security Council" in text or "SECURITY COUNCIL" in text or "UNSC" in text
        # "the Charter" in a text that names no other is the United Nations', as in the Council's own resolutions.
        self.names_one_charter = self.names_council and not _names_other_charter(text)
        self.assembly_numbers = frozenset(patterns.ASSEMBLY_NUMBER.findall(text))
        self.last_resolution: Citation | None = None
        starts_with_heading = bool(self.headings) and not text[: self.headings[0].start].strip()[300:]
        self.own_number = self.headings[0].number if starts_with_heading else None

    def is_own(self, citation: Citation) -> bool:
        """Tell whether what looks like a citation is the text's own heading, at its start or on a later page."""
        if any(heading.start <= citation.start < heading.end for heading in self.headings):
            return True
        return (
            self.own_number is not None
            and citation.number == self.own_number
            and citation.kind is CitationKind.UNSC_RESOLUTION
        )


def _names_other_charter(text: str) -> bool:
    return any(
        patterns.OTHER_CHARTER.search(text[max(0, match.start() - 24) : match.start()])
        or patterns.CHARTER_OF_OTHERS.match(text, match.end())
        for match in patterns.CHARTER.finditer(text)
    )


def _scan(pattern: re.Pattern[str], text: str, *words: str) -> Iterator[re.Match[str]]:
    """Return the matches of a pattern that needs one of these words; looking for a word costs a tenth of a match."""
    return pattern.finditer(text) if any(word in text for word in words) else iter(())


class _Heading(NamedTuple):
    start: int
    end: int
    number: str


def _own_headings(text: str) -> Iterator[_Heading]:
    opening = patterns.OPENING.match(text)
    if opening:
        yield _Heading(opening.start(), opening.end("date"), opening["number"])
    is_start = opening is None
    for match in patterns.OWN_HEADING.finditer(text):
        number = match["number"] or match["old"] or match["symbol"]
        rest = patterns.REST_OF_LINE.match(text, match.end())
        is_first = is_start and not text[: match.start()].strip()
        follows = patterns.AFTER_HEADING.match(text, match.end())
        alone = rest is not None and not rest["rest"].strip(" .*_\r") and (is_first and text[match.end() :].strip())
        dated_title = is_first and match["dated"] and not text[match.end() :].strip(" .\n")
        if follows or match["old"] or alone or dated_title:
            yield _Heading(match.start(), match.end(), number)
        is_start = False


# -- resolutions -----------------------------------------------------------------------------------------------------

_WINDOW = 120


class _Body(StrEnum):
    """Who adopted a resolution."""

    SECURITY = "security"
    ASSEMBLY = "assembly"
    RIGHTS = "rights"
    AGENCY = "agency"
    FAMILY = "family"
    NATIONS = "nations"
    FOREIGN = "foreign"


_KINDS = {
    _Body.SECURITY: CitationKind.UNSC_RESOLUTION,
    _Body.ASSEMBLY: CitationKind.UNGA_RESOLUTION,
    _Body.RIGHTS: CitationKind.OTHER_UN_DOCUMENT,
    _Body.AGENCY: CitationKind.IAEA_DOCUMENT,
    _Body.FAMILY: CitationKind.OTHER_UN_DOCUMENT,
    _Body.NATIONS: CitationKind.OTHER_UN_DOCUMENT,
    _Body.FOREIGN: CitationKind.OTHER,
}


class _Phrase(NamedTuple):
    """What stands before "resolution": its modifiers, and the body if one is named."""

    start: int  # of the body's name and all that is part of the noun phrase
    name_start: int  # of the body's name, or the head's start
    body: _Body | None
    is_bare_council: bool  # "Council", "Assembly": whose, the rest of the text tells
    words: str


def _find_resolutions(source: _Source) -> Iterator[Citation]:
    done = 0
    for head in _scan(patterns.RESOLUTION_HEAD, source.text, "eso", "SC", "S.C.", "RESO", "Res", "res.", "UNGA"):
        if head.start() < done:
            continue
        phrase = _phrase_before(source, head, done)
        numbers = _enumeration(source, head, phrase)
        found = _numbered(source, head, phrase, numbers) if numbers else _unnumbered(source, head, phrase)
        for citation in found:
            source.last_resolution = citation
            yield citation
        acronym = patterns.COUNCIL_ACRONYM_AFTER.match(source.text, head.end())
        done = numbers[-1].end if numbers else acronym.end() if acronym else head.end()


def _phrase_before(source: _Source, head: re.Match[str], done: int) -> _Phrase:
    start = max(0, done, head.start() - _WINDOW)
    tokens = _words_before(source.text, start, head.start())
    body_match = None
    if head["word"] or head["short"]:
        region = source.text[tokens[0].start() if tokens else head.start() : head.start()]
        offset = head.start() - len(region)
        for candidate in patterns.BODY.finditer(region):
            body_match = candidate
        if body_match:
            between = region[body_match.end() :]
            body, bare = _body_of(body_match)
            name_start = offset + body_match.start() if _only_modifiers(between) else head.start()
            if not _only_modifiers(_LINKS.sub(" ", between)):
                return _Phrase(
                    _noun_phrase_start(tokens, head.start(), is_plural=_is_plural(head)),
                    head.start(),
                    None,
                    False,
                    between,
                )
            phrase_start = _noun_phrase_start(tokens, name_start, is_plural=_is_plural(head))
            return _Phrase(phrase_start, name_start, body, bare, source.text[phrase_start : head.start()])
    begins = _noun_phrase_start(tokens, head.start(), is_plural=_is_plural(head))
    body_of_head = (
        _Body.SECURITY if head["acronym"] or head["council"] else _Body.ASSEMBLY if head["assembly"] else None
    )
    return _Phrase(begins, head.start(), body_of_head, False, source.text[begins : head.start()])


_VERBS = frozenset({"adopted", "passed"})
_TOKEN = re.compile(r"\S+")
_JOINING = frozenset({"of", "and", "or", "in", "on", "the", "&", "security", "council", "general", "assembly", *_VERBS})


_LINKS = re.compile(r"\b(?:in|of|adopted|passed)\b")


def _words_before(text: str, start: int, end: int) -> list[re.Match[str]]:
    """Return the words before an offset that can belong to its noun phrase, at most eight, in reading order."""
    tokens = list(_TOKEN.finditer(text, start, end))
    if start > 0 and tokens and not text[start - 1].isspace() and tokens[0].start() == start:
        tokens = tokens[1:]
    kept: list[re.Match[str]] = []
    for token in reversed(tokens[-9:]):
        if not _may_precede(token[0]) or "\n\n" in text[token.end() : kept[-1].start() if kept else end]:
            break
        kept.append(token)
    return kept[::-1]


def _may_precede(word: str) -> bool:
    bare = word.strip("(“”\"'‘’")
    if word[-1] in ",;:!?" or (
        word[-1] == "." and not re.fullmatch(r"(?:[A-Z]\.?)+(?:\w{2,3}\.)?|\w{1,3}\.\w*\.?", bare)
    ):
        return word[-1] == "," and bool(patterns.WEIGHED.fullmatch(bare.rstrip(",")))
    return bool(bare) and (
        bare[0].isupper() or bare.casefold() in patterns.MODIFIERS or bare in _JOINING or word[-1] == ")"
    )


def _is_plural(head: re.Match[str]) -> bool:
    return head[0].rstrip(".)").casefold().endswith("s") and not head["short"]


def _only_modifiers(between: str) -> bool:
    words = re.sub(r"\([A-Z ]{1,8}\)", " ", between).replace(",", " ").casefold().split()
    return all(word in patterns.MODIFIERS or word in {"and", "'s", "’s"} for word in words)


def _noun_phrase_start(tokens: Sequence[re.Match[str]], start: int, *, is_plural: bool) -> int:
    """Return where the modifiers before an offset begin: "the|relevant|" before "UN Security Council"."""
    kept = start
    for token in reversed(tokens):
        if token.end() > start:
            continue
        word = token[0].strip("(“”\"'‘’,").casefold()
        if word == "that" and (is_plural or kept != start):
            break  # "emphasize that UN Security Council resolutions must be implemented"
        if word not in patterns.MODIFIERS and not (word in {"of", "and"} and kept != start):
            break
        if word in patterns.MODIFIERS:
            kept = token.start() + (len(token[0]) - len(token[0].lstrip("(“”\"'‘’")))
    return kept


def _body_of(match: re.Match[str]) -> tuple[_Body, bool]:
    group = match.lastgroup or ""
    if group == "council":
        return _Body.SECURITY, True
    if group == "chamber":
        return _Body.ASSEMBLY, True
    return _Body(group), False


# -- resolutions with numbers ----------------------------------------------------------------------------------------


class _Number(NamedTuple):
    """One number of an enumeration; `end` is past the year that belongs to it."""

    match: re.Match[str]
    year: int | None
    end: int

    @property
    def text(self) -> str:
        """The number as it is written, white space and dashes evened out."""
        raw = self.match["plenary"] or self.match["annual"] or self.match["roman"] or self.match["plain"]
        even = re.sub(r"[‐‑‒–—−]", "-", " ".join(raw.split()))
        return re.sub(r"\s?\(\s?(.*?)\s?\)", r" (\1)", re.sub(r"(?<=[0-9])(?=[A-Z])", " ", even))


def _enumeration(source: _Source, head: re.Match[str], phrase: _Phrase) -> list[_Number]:
    """Return the numbers that follow a head word, as far as they are the numbers of resolutions."""
    if patterns.PROSPECTIVE.search(phrase.words):
        return []
    lead = patterns.BEFORE_NUMBER.match(source.text, head.end())
    match = patterns.RESOLUTION_NUMBER.match(source.text, lead.end() if lead else head.end())
    is_plural = _is_plural(head)
    if match and _may_be_first(source, head, phrase, match):
        first = _with_year(source.text, match)
    else:
        after_subject = _next_after_subject(source.text, head.end(), is_session_number=False) if is_plural else None
        if not after_subject:
            return []
        first = after_subject
    numbers = [first]
    while following := _next_number(source.text, numbers, is_plural=is_plural, is_acronym=bool(head["acronym"])):
        numbers.append(following)
    return numbers


def _may_be_first(source: _Source, head: re.Match[str], phrase: _Phrase, match: re.Match[str]) -> bool:
    """Tell a number from a footnote's mark, a count, a date or a vote."""
    text = source.text
    if not match["plain"] or match["symbol"]:
        return not (match["plenary"] and match["plenary"][:2] in {"9/", "24"} and match["plenary"] in {"9/11", "24/7"})
    stuck = match.start() == head.end()
    if stuck and len(match["plain"]) < 3:
        return False
    if match["year"]:
        return True
    if patterns.COUNTED.match(text, match.end()) or patterns.MONTH_AFTER.match(text, match.end()):
        return False
    number = int(match["plain"])
    if _is_of_no_body(source, head, phrase, number):
        return False
    if number == 0 or (number <= 193 and patterns.SCORE.match(text, match.end()) and not _is_plural(head)):
        return False
    if phrase.body and (number >= 100 or not _is_example(text, head)):
        return True
    if patterns.DATED.match(text, match.end()):
        return True
    before = text[max(0, head.start() - 12) : head.start()].casefold()
    return number >= 100 and not re.search(r"(?:\b(?:an?|any|no|new)|year['’]?s?['’]?)\s+\Z", before)


def _is_of_no_body(source: _Source, head: re.Match[str], phrase: _Phrase, number: int) -> bool:
    """Tell "conflict resolution 2020" and "the Texas resolution 2016" from a resolution that a body adopted."""
    if phrase.body or _is_plural(head):
        return False
    before = source.text[max(0, head.start() - 40) : head.start()]
    if patterns.COMPOUND.search(before) or _is_aside(source.text, head):
        return True
    may_be_year = 1945 <= number <= 2049 and not source.names_council
    return may_be_year and patterns.CAPITALISED_BEFORE.search(before) is not None


def _is_example(text: str, head: re.Match[str]) -> bool:
    lead = patterns.BEFORE_NUMBER.match(text, head.end())
    return bool(lead and lead["example"])


def _is_aside(text: str, head: re.Match[str]) -> bool:
    lead = patterns.BEFORE_NUMBER.match(text, head.end())
    return bool(lead and lead["aside"])


def _with_year(text: str, match: re.Match[str]) -> _Number:
    if match["year"]:
        return _Number(match, int(match["year"]), match.end())
    bare = patterns.BARE_YEAR.match(text, match.end()) if match["plain"] else None
    if bare and _fits_year(int(match["plain"]), int(bare["year"])):
        return _Number(match, int(bare["year"]), bare.end())
    dated = patterns.DATE_OF_ADOPTION.match(text, match.end())
    if dated and dated["year"] and (match["plain"] or "adopted" not in dated[0]):
        return _Number(match, int(dated["year"]), dated.end())
    return _Number(match, None, match.end())


def _next_number(text: str, numbers: Sequence[_Number], *, is_plural: bool, is_acronym: bool) -> _Number | None:
    last = numbers[-1]
    dated = patterns.DATE_OF_ADOPTION.match(text, last.end)
    at = dated.end() if dated else last.end
    body = patterns.OF_BODY.match(text, at)
    at = body.end() if body else at
    separator = patterns.SEPARATOR.match(text, at)
    if separator:
        match = patterns.RESOLUTION_NUMBER.match(text, separator.end())
        is_range = bool(patterns.RANGE_JOINT.fullmatch(separator["joint"].strip()))
        if (
            match
            and (is_plural or not is_range)
            and _may_follow(text, numbers[0], match, is_list=is_plural or is_acronym)
        ):
            return _with_year(text, match)
    if not (last.match["year"] or last.match["roman"]):
        return None
    # "resolutions 1267 (1999) 1989 (2011) and 2253 (2015)", the name that a committee bears
    beside = patterns.RESOLUTION_NUMBER.match(text, at + 1) if text[at : at + 1].isspace() else None
    if beside and beside["year"] and _fits_year(int(beside["plain"]), int(beside["year"])):
        return _with_year(text, beside)
    return _next_after_subject(text, at, is_session_number=bool(last.match["roman"]))


def _next_after_subject(text: str, at: int, *, is_session_number: bool) -> _Number | None:
    """Find "1820 (2008)" in "1325 (2000) on women, peace and security, and 1820 (2008)"."""
    subject = patterns.SUBJECT_AND_NEXT.match(text, at)
    if not subject or re.search(r"(?i)resolution|\bS/|\bA/", subject[0]):
        return None
    match = patterns.RESOLUTION_NUMBER.match(text, subject.end())
    if not match or bool(match["roman"]) != is_session_number:
        return None
    if is_session_number or (match["year"] and _fits_year(int(match["plain"]), int(match["year"]))):
        return _with_year(text, match)
    return None


def _may_follow(text: str, first: _Number, match: re.Match[str], *, is_list: bool) -> bool:
    """Tell the next number of a list from a footnote's mark, a count or a date."""
    if match["symbol"] or match["rights"] or match["annual"] or match["roman"] or match["year"]:
        return True
    if match["plenary"]:
        session = match["plenary"].split("/")[0]
        return bool(first.match["plenary"]) or not session.isdigit() or int(session) > 30
    if patterns.COUNTED.match(text, match.end()) or patterns.MONTH_AFTER.match(text, match.end()):
        return False
    number = int(match["plain"])
    if number < 100:
        return is_list and number > 0 and not first.match["year"] and int(first.match["plain"] or 1000) < 100
    is_yearlike = 1945 <= number <= 2049
    if first.match["year"]:
        return (
            is_list and number >= 1000
        )  # below, it is a footnote's mark: "721 (1991) of 11 December 1991, 196 Recalling"
    noun = re.match(r"\s[a-z]{3,}", text[match.end() : match.end() + 12])
    return is_list or not (is_yearlike or (noun and number < 1000))


_LAST_NUMBER_OF_YEAR = (
    *(15, 37, 66, 78, 89, 96, 98, 103, 106, 110, 121, 126, 131, 132, 160, 171, 177, 185, 199, 219, 232, 245, 262, 275),
    *(291, 307, 324, 344, 366, 384, 402, 422, 443, 461, 484, 499, 528, 545, 559, 580, 593, 606, 626, 646, 683, 725),
    *(801, 892, 969, 1035, 1092, 1146, 1218, 1284, 1334, 1386, 1454, 1521, 1580, 1651, 1738, 1794, 1859, 1907, 1966),
    *(2032, 2085, 2132, 2195, 2259, 2336, 2397, 2451, 2503, 2560, 2616, 2671, 2721, 2768),
)
"""The Security Council numbers its resolutions through: the last of 1946, of 1947 and so on."""


def _fits_year(number: int, year: int) -> bool:
    """Tell whether the Security Council adopted a number in a year, give or take one (some were dated both ways)."""
    at = bisect_right(_LAST_NUMBER_OF_YEAR, number - 1)
    adopted = 1946 + at
    if at == len(_LAST_NUMBER_OF_YEAR):
        return year >= adopted - 1
    return abs(adopted - year) <= 1


_FARTHEST_NUMBER = 30
"""Farther from its head word a number stands for itself: "resolutions on the question of Namibia, particularly 435"."""


def _numbered(source: _Source, head: re.Match[str], phrase: _Phrase, numbers: Sequence[_Number]) -> Iterator[Citation]:
    text = source.text
    body = phrase.body
    bodies: list[_Body | None] = []
    for number in reversed(numbers):
        body = _body_after(text, number.end) or body
        bodies.insert(0, body)
    for at, (number, body) in enumerate(zip(numbers, bodies, strict=True)):
        spans_head = at == 0 and number.match.start() - head.end() < _FARTHEST_NUMBER
        start = phrase.name_start if spans_head else number.match.start()
        owner = _owner(source, head, number, body, is_first=at == 0)
        yield Citation(
            kind=_KINDS[owner],
            start=start,
            end=number.end,
            text=text[start : number.end],
            number=number.text,
            year=number.year,
        )


def _body_after(text: str, at: int) -> _Body | None:
    dated = patterns.DATE_OF_ADOPTION.match(text, at)
    match = patterns.OF_BODY.match(text, dated.end() if dated else at)
    if not match or match["nations"]:
        return None
    return next(body for body in _Body if body is not _Body.FAMILY and match[body.value])


def _owner(source: _Source, head: re.Match[str], number: _Number, body: _Body | None, *, is_first: bool) -> _Body:
    """Return whose resolution a number is: by its form where that decides, else by the body named with it."""
    match = number.match
    if match["symbol"]:
        return _Body.ASSEMBLY if match["symbol"].startswith("A") else _Body.SECURITY
    if match["rights"]:
        return _Body.RIGHTS
    if match["annual"]:
        return body if body and body not in {_Body.SECURITY, _Body.ASSEMBLY} else _Body.NATIONS
    if match["roman"] or match["plenary"]:
        return _owner_of_session_number(source, head, number, body)
    if body in {None, _Body.NATIONS}:
        return _owner_of_plain_number(source, number)
    if body is _Body.ASSEMBLY and not is_first and number.year and _fits_year(int(match["plain"]), number.year):
        return _Body.SECURITY
    return body or _Body.SECURITY


def _owner_of_session_number(source: _Source, head: re.Match[str], number: _Number, body: _Body | None) -> _Body:
    if body in {_Body.RIGHTS, _Body.FAMILY, _Body.AGENCY, _Body.FOREIGN}:
        return body or _Body.NATIONS
    if body is _Body.ASSEMBLY or number.match["roman"]:
        return _Body.ASSEMBLY
    before = source.text[max(0, head.start() - 400) : head.start()]
    rights = max(before.rfind("Human Rights Council"), before.rfind("HRC"), before.rfind("Human-rights"))
    if rights > max(before.rfind("General Assembly"), before.rfind("UNGA")):
        return _Body.RIGHTS
    session = number.text.split("/")[0]
    if not session.isdigit() or int(session) > 30:
        return _Body.ASSEMBLY
    return _Body.NATIONS


_LAST_PLAUSIBLE_NUMBER = 2999


def _owner_of_plain_number(source: _Source, number: _Number) -> _Body:
    """Return whose an unqualified number is: the Security Council's, unless the text gives it to the Assembly."""
    digits = number.match["plain"]
    if int(digits) > _LAST_PLAUSIBLE_NUMBER:
        return _Body.FOREIGN
    if not number.year and digits in source.assembly_numbers:
        return _Body.ASSEMBLY
    return _Body.SECURITY


def _find_without_head(source: _Source, resolutions: Sequence[Citation]) -> Iterator[Citation]:
    """Find "2268 (2016)" in "resolution 2254 (2015), reiterated in 2268 (2016)"."""
    cited = [citation.end for citation in resolutions if citation.kind is CitationKind.UNSC_RESOLUTION]
    if not cited:
        return
    for bracket in patterns.BRACKETED_YEAR.finditer(source.text, min(cited)):
        match = patterns.WITHOUT_HEAD.search(source.text[max(0, bracket.start() - 30) : bracket.start()])
        year = int(bracket["year"])
        if match and int(match["number"]) <= _LAST_PLAUSIBLE_NUMBER and _fits_year(int(match["number"]), year):
            start = bracket.start() - len(match[0]) + match.start("number") - match.start()
            text = source.text[start : bracket.end()]
            yield Citation(CitationKind.UNSC_RESOLUTION, start, bracket.end(), text, number=match["number"], year=year)


# -- resolutions without numbers -------------------------------------------------------------------------------------


def _unnumbered(source: _Source, head: re.Match[str], phrase: _Phrase) -> Iterator[Citation]:
    number_first = _number_first(source, head)
    if number_first:
        yield number_first
        return
    if head["short"] or patterns.PROSPECTIVE.search(phrase.words):
        return
    if patterns.SYMBOL.match(source.text, head.end() + 1):
        return
    is_plural = _is_plural(head)
    after = patterns.OF_BODY.match(source.text, head.end())
    body, end = phrase.body, head.end()
    if after and body is None:
        body = _body_after(source.text, head.end()) or _Body.NATIONS
        end = after.end()
    if phrase.is_bare_council and not source.names_council:
        body = None
    if body is _Body.FOREIGN:
        return
    acronym = patterns.COUNCIL_ACRONYM_AFTER.match(source.text, end)
    end = acronym.end() if acronym else end
    points = _points_back(source, phrase, is_plural=is_plural)
    dated = patterns.DATED.match(source.text, head.end()) if not is_plural else None
    if body is None and (points or dated or (is_plural and patterns.WEIGHED.search(phrase.words))):
        body = _nearest_body(source, phrase.start)
    if body is None and not points:
        return
    citation = Citation(
        kind=_KINDS[body] if body else CitationKind.OTHER,
        start=phrase.start,
        end=end,
        text=source.text[phrase.start : end],
        generic=not points,
        backreference=points,
    )
    yield _by_date(source.text, citation, dated) if dated else citation


def _by_date(text: str, citation: Citation, dated: re.Match[str]) -> Citation:
    """Name a resolution by its date: "the resolution of 15 July 1948"."""
    whole = text[citation.start : dated.end()]
    year = int(dated["year"]) if dated["year"] else None
    name = " ".join(whole.split())
    return replace(citation, end=dated.end(), text=whole, year=year, name=name, generic=False, backreference=False)


_ANTECEDENT_CHARACTERS = 1500


def _points_back(source: _Source, phrase: _Phrase, *, is_plural: bool) -> bool:
    if patterns.POINTING.search(phrase.words):
        return True
    own = re.fullmatch(r"(?i)(?:all\s|of\s)*its\s+", phrase.words)
    if own:
        return _nearest_body(source, phrase.start) is not None
    if is_plural or not patterns.POINTING_AT_ONE.search(phrase.words):
        return False
    # "this resolution" in a resolution's own text is the resolution itself; before any other, it is no instrument.
    if source.own_number is not None and re.search(r"(?i)\bthis\b", phrase.words):
        return False
    last = source.last_resolution
    return last is not None and phrase.start - last.end < _ANTECEDENT_CHARACTERS


def _nearest_body(source: _Source, at: int) -> _Body | None:
    """Return whose resolution was named or cited last before an offset, within a few sentences."""
    since = max(0, at - 600)
    before = source.text[since:at]
    security = max(before.rfind("Security Council"), before.rfind("UNSC"), before.rfind("SECURITY COUNCIL"))
    assembly = max(before.rfind("General Assembly"), before.rfind("UNGA"))
    last = source.last_resolution
    if last and last.start - since > max(security, assembly):
        return next((body for body, kind in _KINDS.items() if kind is last.kind), None)
    if security == assembly:
        return _Body.SECURITY if source.own_number is not None else None
    return _Body.SECURITY if security > assembly else _Body.ASSEMBLY


def _number_first(source: _Source, head: re.Match[str]) -> Citation | None:
    """Find "the 2254 resolution", whose number stands first; a year ("the 2017 resolution") is none."""
    text = source.text
    match = patterns.NUMBER_FIRST.search(text, max(0, head.start() - 40), head.start())
    if not match or not head["word"] or match.end() != head.start():
        return None
    if 1945 <= int(match["number"]) <= 2049 and not match["year"]:
        return None
    return Citation(
        kind=CitationKind.UNSC_RESOLUTION,
        start=match.start("number"),
        end=head.end(),
        text=text[match.start("number") : head.end()],
        number=match["number"],
        year=int(match["year"]) if match["year"] else None,
    )


# -- document symbols ------------------------------------------------------------------------------------------------


def _find_symbols(source: _Source) -> Iterator[Citation]:
    for match in _scan(patterns.SYMBOL, source.text, "/", "INFCIRC", "RES "):
        number, kind = match[0].rstrip("."), CitationKind.OTHER_UN_DOCUMENT
        year = None
        if match["council"]:
            number, kind = match["number"], CitationKind.UNSC_RESOLUTION
            year = int(match["year"]) if match["year"] else None
            yield from _after_symbol(source.text, match.start())
        elif match["assembly"]:
            number, kind = re.sub(r"[‐‑‒–—−]", "-", match["plenary"]), CitationKind.UNGA_RESOLUTION
        elif match["agency"]:
            number, kind = re.sub(r"\s", "/", number), CitationKind.IAEA_DOCUMENT
        end = match.start() + len(match[0].rstrip("."))
        citation = Citation(kind, match.start(), end, source.text[match.start() : end], number=number, year=year)
        yield citation


def _after_symbol(text: str, at: int) -> Iterator[Citation]:
    """Find the numbers that follow a symbol: "S/RES/1718, 1874 and 2087"."""
    first = patterns.RESOLUTION_NUMBER.match(text, at)
    numbers = [_with_year(text, first)] if first and first["plain"] else []
    while numbers and (following := _next_number(text, numbers, is_plural=False, is_acronym=False)):
        if not following.match["plain"] or following.match["symbol"]:
            return
        numbers.append(following)
        start = following.match.start()
        yield Citation(
            CitationKind.UNSC_RESOLUTION,
            start,
            following.end,
            text[start : following.end],
            number=following.text,
            year=following.year,
        )


# -- executive orders and statutes -----------------------------------------------------------------------------------


def _find_orders(source: _Source) -> Iterator[Citation]:
    text = source.text
    for head in _scan(patterns.ORDER_HEAD, text, "Executive", "EO", "E.", "Proclamation"):
        kind = CitationKind.EXECUTIVE_ORDER if head["order"] else CitationKind.OTHER
        number = patterns.ORDER_NUMBER.match(text, head.end())
        start, article = _provision_before(text, head.start())
        while number:
            dated = patterns.DATE_OF_ORDER.match(text, number.end())
            end = dated.end() if dated else number.end()
            year = int(dated["year"]) if dated else None
            digits = number["number"] + (number["suffix"] or "")
            citation = Citation(kind, start, end, text[start:end], number=digits, year=year, article=article)
            article = None
            after = patterns.PROVISION_AFTER.match(text, end)
            if after and citation.article is None:
                citation = replace(citation, end=after.end(), text=text[start : after.end()], article=after["numbers"])
            yield citation
            joint = patterns.ORDER_JOINT.match(text, end)
            number = patterns.ORDER_NUMBER.match(text, joint.end()) if joint else None
            start = number.start("number") if number else end


def _find_statutes(source: _Source) -> Iterator[Citation]:
    text = source.text
    for match in _scan(patterns.CODE_SECTION, text, "U.", "US", "Code"):
        number = f"{match['title']} U.S.C. {match['section']}"
        yield Citation(CitationKind.STATUTE, *match.span(), match[0], number=number)
    for match in _scan(patterns.CODE_TITLE, text, "Code"):
        number = f"{match['title']} U.S.C. {match['section']}" if match["section"] else f"{match['title']} U.S.C."
        yield Citation(CitationKind.STATUTE, *match.span(), match[0], number=number)
    for match in _scan(patterns.PUBLIC_LAW, text, "Law", "Pub.", "P.L."):
        number = f"Public Law {re.sub(patterns.DASH, '-', match['number'])}"
        yield Citation(CitationKind.STATUTE, *match.span(), match[0], number=number)


# -- treaties, agreements and acts by name ---------------------------------------------------------------------------


def _find_names(source: _Source) -> Iterator[Citation]:
    done = 0
    acronyms: dict[str, Citation] = {}
    for start, end, kind, year in _named(source):
        if start >= done:
            citation = _named_citation(source.text, start, end, kind, year)
            done = citation.end
            acronym = _own_acronym(citation)
            if acronym and len(acronyms) < _MOST_ACRONYMS:
                acronyms.setdefault(acronym, citation)
            yield citation
    if acronyms:
        yield from _find_acronyms(source.text, acronyms)


_MOST_ACRONYMS = 40


def _own_acronym(citation: Citation) -> str | None:
    """Return the acronym that a text itself gives a name: "Fissile Material Cutoff Treaty (FMCT)"."""
    given = re.search(r"\((?:the\s)?[“\"]?([A-Z]{3,9})[”\"]?\)", citation.text)
    initials = iter(re.findall(r"\b\w", (citation.name or "").upper()))
    return given[1] if given and all(letter in initials for letter in given[1]) else None


def _find_acronyms(text: str, acronyms: dict[str, Citation]) -> Iterator[Citation]:
    """Find the acronyms that a text uses after it has given them."""
    pattern = re.compile(rf"(?<![\w.(-])(?:{'|'.join(acronyms)})(?![\w-])")
    for match in pattern.finditer(text):
        named = acronyms[match[0]]
        if match.start() >= named.end:
            yield replace(_named_citation(text, match.start(), match.end(), named.kind, named.year), name=named.name)


def _named(source: _Source) -> list[tuple[int, int, CitationKind, int | None]]:
    text = source.text
    names = [
        *(
            (*match.span(), _kind_of_long_name(match[0]), None)
            for match in _scan(patterns.LONG_NAMES, text, *patterns.LONG_NAME_WORDS)
        ),
        *((*match.span(), CitationKind(match.lastgroup or ""), None) for match in patterns.NAME_ACRONYM.finditer(text)),
        *filter(None, (_name_around(source, head) for head in patterns.NAME_HEAD.finditer(text))),
    ]
    return sorted(names, key=lambda name: (name[0], -name[1]))


_AGREEMENT = re.compile(r"\b(?:agreements?|accords?)\Z|\AAgreement\b")


def _kind_of_long_name(name: str) -> CitationKind:
    if "Plan of" in name or "Status of" in name or _AGREEMENT.search(name):
        return CitationKind.AGREEMENT
    if name.endswith("Act"):
        return CitationKind.STATUTE
    return CitationKind.OTHER if "Declaration" in name else CitationKind.TREATY


def _name_around(source: _Source, head: re.Match[str]) -> tuple[int, int, CitationKind, int | None] | None:
    """Return the whole name around its last word ("Treaty", "Act"), or None for what is no name."""
    text = source.text
    kind = CitationKind(head.lastgroup or "")
    if patterns.NOT_AFTER_NAME.match(text, head.end()):
        return None
    start = _name_start(text, head.start(), is_statute=kind is CitationKind.STATUTE)
    is_complete = kind is CitationKind.STATUTE or head[0] == "Memorandum"
    end = head.end() if is_complete else _name_end(text, head.end())
    if text[start:end].endswith(" Act") and kind is CitationKind.TREATY:
        kind = CitationKind.STATUTE  # "Convention on Cultural Property Implementation Act"
    if start == head.start() and end == head.end():
        is_charter = head[0] == "Charter" and (
            _provision_before(text, start)[1]
            or (source.names_one_charter and text[:start].endswith(("the ", "its ", "the\n")))
        )
        return (start, end, kind, None) if is_charter else None
    if patterns.NOT_NAMES.search(text[start:end]) or text[max(0, start - 9) : start].endswith(
        ("Chief of ", "Office of ")
    ):
        return None
    year = patterns.YEAR_AFTER.match(text, end)
    return start, year.end() if year else end, kind, int(year["year"]) if year else None


def _name_start(text: str, end: int, *, is_statute: bool) -> int:
    """Return where the capitalised words before a name's last word begin."""
    tokens = list(_TOKEN.finditer(text, max(0, end - _WINDOW), end))[-14:]
    if tokens and tokens[0].start() > 0 and not text[tokens[0].start() - 1].isspace():
        tokens = tokens[1:]
    kept: list[re.Match[str]] = []
    for at in range(len(tokens) - 1, -1, -1):
        token = tokens[at]
        joins = at > 0 and _joins(token[0], tokens[at - 1][0], is_last=not kept)
        if (
            not (joins or _belongs_to_name(token[0], is_statute=is_statute))
            or "\n" in text[token.end() : token.end() + 3].replace(" ", "")[1:2]
        ):
            break
        kept.append(token)
        if token[0][0] in '(“"‘' and not joins:
            break
    words = kept[::-1]
    while words and (
        _bare(words[0][0]).casefold() in patterns.NOT_IN_NAMES
        or not _bare(words[0][0])[:1].isupper()
        or (words[0][0][0] == "(" and words[0][0][-1] == ")")
    ):
        words = words[1:]
    for at in range(len(words) - 1, -1, -1):
        if not is_statute and (
            words[at][0].endswith(("’s", "'s"))
            or (words[at][0] != "and" and _bare(words[at][0]).casefold() in patterns.NOT_IN_NAMES)
        ):
            words = words[at + 1 :]
            break
    if not words or words[0][0][-1] == ")":
        return end
    return words[0].start() + len(words[0][0]) - len(words[0][0].lstrip('(“"‘'))


def _joins(word: str, before: str, *, is_last: bool) -> bool:
    """Tell the "and" of "Science and Technology Agreement", and "(INF)" of "Nuclear Forces (INF) Treaty"."""
    if word == "and":
        return not is_last and before.casefold() in patterns.NAME_TOPICS
    may_have_acronym = before[:1].isupper() and before.casefold() not in patterns.ISSUERS
    return is_last and may_have_acronym and re.fullmatch(r"\([A-Z]{2,8}\)", word) is not None


def _belongs_to_name(word: str, *, is_statute: bool) -> bool:
    bare = _bare(word)
    if (
        not bare
        or (is_statute and bare == "Act")
        or word[-1] in ';:!?)”"'
        or (word[-1] == "." and not re.fullmatch(r"(?:[A-Z]\.){1,4}", bare))
    ):
        return False
    if word[-1] == ",":
        return is_statute and bare[0].isupper()
    if bare[0].isupper():
        return True
    return is_statute and bare in patterns.NAME_SMALL_WORDS


def _bare(word: str) -> str:
    return word.strip('(“”"‘,')


_NAME_JOINTS = frozenset(
    {"of", "on", "and", "for", "in", "to", "against", "or", "their", "from", "with", "the", "a", "an"}
)
_ENDS_NAME = re.compile(rf"Articles?|{MONTH}")


def _name_end(text: str, at: int) -> int:
    """Return where "Treaty on the Non-Proliferation of …" ends: after the last capitalised word of its subject."""
    opening = patterns.NAME_AFTER.match(text, at)
    if not opening:
        return at
    end, position = at, at
    for token in _TOKEN.finditer(text, at, at + 160):
        word = token[0]
        if len(text) > at + 160 and token.end() == at + 160:
            break
        bare = word.rstrip(".,;:)”\"’'")
        if bare[:1].isupper() and not (bare.isupper() and len(bare) > 2) and not _ENDS_NAME.fullmatch(bare):
            end = token.start() + len(bare)
            if len(bare) < len(word):
                break
        elif word not in _NAME_JOINTS or (word == "the" and text[max(at, position - 4) : position] == " and"):
            break
        position = token.end()
    return end


def _provision_before(text: str, at: int) -> tuple[int, str | None]:
    """Return where "Article 51 of the" before a name begins, with its numbers; else the name's own start."""
    window = max(0, at - _WINDOW)
    match = patterns.PROVISION_BEFORE.search(text[window:at])
    if not match:
        return at, None
    numbers = " ".join(match["numbers"].split())
    if match["head"][0] in "Cc" and "hapter" in match["head"]:
        numbers = f"Chapter {numbers}"
    return window + match.start(), numbers


def _named_citation(text: str, start: int, end: int, kind: CitationKind, year: int | None) -> Citation:
    name = " ".join(text[start:end].split())
    acronym = patterns.ACRONYM_AFTER.match(text, end)
    end = acronym.end() if acronym else end
    first, article = _provision_before(text, start)
    # "the 2022 Elie Wiesel Act Report": before an act stands the year of what is made under it.
    may_be_dated = year is None and kind is not CitationKind.STATUTE
    before = patterns.YEAR_BEFORE.search(text[max(0, start - 12) : start]) if may_be_dated else None
    if before:
        year, first = int(before["year"]), min(first, start - len(before["year"]) - 1)
    if article is None:
        after = patterns.PROVISION_AFTER.match(text, end)
        if after:
            end, article = after.end(), " ".join(after["numbers"].split())
    return Citation(kind, first, end, text[first:end], year=year, article=article, name=name)


def _canonical_name(name: str) -> str:
    folded = _words(fold(name))
    for canonical, pattern in patterns.CANONICAL_NAMES:
        if pattern.search(folded):
            return canonical
    return (
        re.sub(r"^(?:u\.s\.|us) |\b(?:the|of [0-9]{4})\b", "", folded)
        .replace("accords", "accord")
        .replace("agreements", "agreement")
        .strip()
    )


def _words(text: str) -> str:
    return " ".join(fold(text).split())


# -- resolve ---------------------------------------------------------------------------------------------------------


def _without_overlaps(found: list[Citation]) -> list[Citation]:
    """Keep, of citations that overlap, the one that begins first, and of those the longest."""
    kept: list[Citation] = []
    for citation in sorted(found, key=lambda citation: (citation.start, -citation.end)):
        if not kept or citation.start >= kept[-1].end:
            kept.append(citation)
    return kept


_RESOLUTIONS = frozenset(
    {CitationKind.UNSC_RESOLUTION, CitationKind.UNGA_RESOLUTION, CitationKind.OTHER_UN_DOCUMENT, CitationKind.OTHER}
)


def _resolve(source: _Source, found: Sequence[Citation]) -> list[Citation]:
    """Give each back-reference the numbers it stands for, and a bare "Charter" its name, where there is no doubt."""
    resolved: list[Citation] = []
    named = source.names_one_charter or any(_is_un_charter(citation.name) for citation in found)
    is_one = named and not _names_other_charter(source.text)
    for citation in found:
        refers_to = _antecedents(source.text, resolved, citation) if citation.backreference else ()
        if citation.name == "Charter" and is_one:
            refers_to = (_UN_CHARTER,)
        resolved.append(replace(citation, refers_to=refers_to))
    return resolved


_UN_CHARTER = "Charter of the United Nations"


def _is_un_charter(name: str | None) -> bool:
    return name is not None and _canonical_name(name) == _canonical_name(_UN_CHARTER)


_SENTENCE_END = re.compile(r"[.!?]['\"”’)]?\s+(?=[A-Z“\"])|\n[^\S\n]*\n")


def _antecedents(text: str, before: Sequence[Citation], citation: Citation) -> tuple[str, ...]:
    """Return the numbers of the nearest sentence with resolutions before a back-reference, if they fit it."""
    cited = [
        item for item in before[-40:] if item.kind in _RESOLUTIONS and not item.name and (item.number or item.generic)
    ]
    if not cited or citation.start - cited[-1].end > _ANTECEDENT_CHARACTERS:
        return ()
    last = cited[-1]
    cited = [item for item in cited if last.start - item.end < _ANTECEDENT_CHARACTERS]
    sentence = [item for item in cited if not _SENTENCE_END.search(text, item.end, max(last.start, item.end))]
    if any(item.generic for item in sentence) or len({item.kind for item in sentence}) > 1:
        return ()
    numbers = tuple(dict.fromkeys(item.number for item in sentence if item.number))
    is_plural = citation.text.casefold().rstrip(")").endswith("s")
    return numbers if (len(numbers) > 1) == is_plural else ()
