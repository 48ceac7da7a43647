"""Find the citations of resolutions and of documents by their symbols."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from index.engines.citations import resolution_patterns as patterns
from index.engines.citations.citation import Citation, CitationKind
from index.engines.citations.source import TOKEN, WINDOW, Source, scan


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


def find_resolutions(source: Source) -> Iterator[Citation]:
    """Yield the resolutions that are cited with the word or its acronym, in reading order."""
    done = 0
    for head in scan(patterns.RESOLUTION_HEAD, source.text, "eso", "SC", "S.C.", "RESO", "Res", "res.", "UNGA"):
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


def _phrase_before(source: Source, head: re.Match[str], done: int) -> _Phrase:
    start = max(0, done, head.start() - WINDOW)
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


_JOINING = frozenset({"of", "and", "or", "in", "on", "the", "&", "security", "council", "general", "assembly", *_VERBS})


_LINKS = re.compile(r"\b(?:in|of|adopted|passed)\b")


def _words_before(text: str, start: int, end: int) -> list[re.Match[str]]:
    """Return the words before an offset that can belong to its noun phrase, at most eight, in reading order."""
    tokens = list(TOKEN.finditer(text, start, end))
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


def _enumeration(source: Source, head: re.Match[str], phrase: _Phrase) -> list[_Number]:
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


def _may_be_first(source: Source, head: re.Match[str], phrase: _Phrase, match: re.Match[str]) -> bool:
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


def _is_of_no_body(source: Source, head: re.Match[str], phrase: _Phrase, number: int) -> bool:
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


def _numbered(source: Source, head: re.Match[str], phrase: _Phrase, numbers: Sequence[_Number]) -> Iterator[Citation]:
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


def _owner(source: Source, head: re.Match[str], number: _Number, body: _Body | None, *, is_first: bool) -> _Body:
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


def _owner_of_session_number(source: Source, head: re.Match[str], number: _Number, body: _Body | None) -> _Body:
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


def _owner_of_plain_number(source: Source, number: _Number) -> _Body:
    """Return whose an unqualified number is: the Security Council's, unless the text gives it to the Assembly."""
    digits = number.match["plain"]
    if int(digits) > _LAST_PLAUSIBLE_NUMBER:
        return _Body.FOREIGN
    if not number.year and digits in source.assembly_numbers:
        return _Body.ASSEMBLY
    return _Body.SECURITY


def find_without_head(source: Source, resolutions: Sequence[Citation]) -> Iterator[Citation]:
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


def _unnumbered(source: Source, head: re.Match[str], phrase: _Phrase) -> Iterator[Citation]:
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


ANTECEDENT_CHARACTERS = 1500


def _points_back(source: Source, phrase: _Phrase, *, is_plural: bool) -> bool:
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
    return last is not None and phrase.start - last.end < ANTECEDENT_CHARACTERS


def _nearest_body(source: Source, at: int) -> _Body | None:
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


def _number_first(source: Source, head: re.Match[str]) -> Citation | None:
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


def find_symbols(source: Source) -> Iterator[Citation]:
    """Yield the documents that are cited by symbol: "S/RES/2397 (2017)"."""
    for match in scan(patterns.SYMBOL, source.text, "/", "INFCIRC", "RES "):
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
