"""Find the citations of orders, statutes, treaties and agreements."""

import re
from collections.abc import Iterator
from dataclasses import replace

from index.engines.citations import instrument_patterns as patterns
from index.engines.citations.citation import Citation, CitationKind
from index.engines.citations.pattern_pieces import DASH
from index.engines.citations.source import TOKEN, WINDOW, Source, scan
from index.text.dates import MONTH


def find_orders(source: Source) -> Iterator[Citation]:
    """Yield the executive orders and proclamations that are cited, in reading order."""
    text = source.text
    for head in scan(patterns.ORDER_HEAD, text, "Executive", "EO", "E.", "Proclamation"):
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


def find_statutes(source: Source) -> Iterator[Citation]:
    """Yield the statutes that are cited by number."""
    text = source.text
    for match in scan(patterns.CODE_SECTION, text, "U.", "US", "Code"):
        number = f"{match['title']} U.S.C. {match['section']}"
        yield Citation(CitationKind.STATUTE, *match.span(), match[0], number=number)
    for match in scan(patterns.CODE_TITLE, text, "Code"):
        number = f"{match['title']} U.S.C. {match['section']}" if match["section"] else f"{match['title']} U.S.C."
        yield Citation(CitationKind.STATUTE, *match.span(), match[0], number=number)
    for match in scan(patterns.PUBLIC_LAW, text, "Law", "Pub.", "P.L."):
        number = f"Public Law {re.sub(DASH, '-', match['number'])}"
        yield Citation(CitationKind.STATUTE, *match.span(), match[0], number=number)


# -- treaties, agreements and acts by name ---------------------------------------------------------------------------


def find_names(source: Source) -> Iterator[Citation]:
    """Yield the treaties, agreements and acts that are cited by name."""
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


def _named(source: Source) -> list[tuple[int, int, CitationKind, int | None]]:
    text = source.text
    names = [
        *(
            (*match.span(), _kind_of_long_name(match[0]), None)
            for match in scan(patterns.LONG_NAMES, text, *patterns.LONG_NAME_WORDS)
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


def _name_around(source: Source, head: re.Match[str]) -> tuple[int, int, CitationKind, int | None] | None:
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
    tokens = list(TOKEN.finditer(text, max(0, end - WINDOW), end))[-14:]
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
    for token in TOKEN.finditer(text, at, at + 160):
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
    window = max(0, at - WINDOW)
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
