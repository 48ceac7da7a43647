"""Statement → who issued it and when, as its own text says: names and dates quoted where they stand."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from index.corpus.sentences import trim
from index.corpus.statements import NUMBERED_KINDS, Passage, PassageKind, Span, Statement
from index.text.dates import MONTH, WRITTEN_DAY, read_days
from index.text.tokens import fold


class IssuedHow(StrEnum):
    """What the text says was done with the statement, in the text's own word; "released" is never "signed"."""

    RELEASED = "released"
    ISSUED = "issued"
    ADOPTED = "adopted"
    SIGNED = "signed"
    AGREED = "agreed"
    MADE = "made"
    PUBLISHED = "published"
    ATTRIBUTED = "attributable"  # "The below is attributable to Spokesperson Ned Price"
    NAMED = "named"  # no verb of its own: "a joint statement by the Governments of …", "We, the Leaders of the G7, …"
    BYLINE = "byline"  # "Antony J. Blinken, Secretary of State" above the text
    TITLED = "titled"  # "G7 Foreign Ministers' Statement on …"
    METADATA = "metadata"  # not in the text: given with the file


@dataclass(frozen=True, slots=True)
class Issuer:
    """One who issued a statement, in the text's own words.

    `name` stands at `span` of the statement's text and in `passage`; both are None where the text does not hold it
    (a title or metadata given apart). `office` is the head it shares with others: "the foreign ministers of".
    """

    name: str
    span: Span | None = None
    passage: Passage | None = None
    office: str = ""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who issued a statement; no issuers where the statement does not say.

    `evidence` is the passage to quote (the release line, the title), None where it is not in the text. `signatories`
    are the lines of the signature block, which a statement may have beside its issuers.
    """

    how: IssuedHow | None = None
    issuers: tuple[Issuer, ...] = ()
    evidence: Passage | None = None
    signatories: tuple[Issuer, ...] = ()

    @property
    def everyone(self) -> tuple[Issuer, ...]:
        """Issuers and then signatories, in reading order."""
        return self.issuers + self.signatories


class DateOrigin(StrEnum):
    """Where a date of issue was found."""

    TEXT = "text"
    TITLE = "title"  # a title given apart from the text
    METADATA = "metadata"


@dataclass(frozen=True, slots=True)
class IssueDate:
    """A date of issue, the last of several days; `span` and `passage` are set where it stands in the text."""

    date: datetime.date
    origin: DateOrigin
    span: Span | None = None
    passage: Passage | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    """When a statement was issued: by its own words, and by its metadata; they may differ, and both may be None."""

    stated: IssueDate | None
    metadata: IssueDate | None

    @property
    def best(self) -> IssueDate | None:
        """The text's own date, else that of the metadata; None where neither gives one."""
        return self.stated or self.metadata


def find_issuers(statement: Statement) -> Attribution:
    """Return who issued a statement, from the first place that says so.

    Looked at in turn: the release line, a resolution's organ, the title's "by" or "from", "We, the …", the title's
    "G7 Foreign Ministers' Statement", the byline, the signature block, the metadata. A list of which a part is no name
    gives none, since a wrong issuer is worse than none.
    """
    signatories = _signatories(statement)
    for source in (_from_release_line, _from_organ, _from_title_list, _from_opening, _from_title_head, _from_byline):
        found = source(statement)
        if found is not None and found.issuers:
            return Attribution(found.how, found.issuers, found.evidence, signatories)
    if signatories:
        return Attribution(IssuedHow.SIGNED, (), signatories[0].passage, signatories)
    return _from_metadata(statement)


def names_person(statement: Statement, name: str) -> Issuer | None:
    """Return the issuer or signatory whose name has all words of `name` ("Kamikawa"); None where there is none."""
    wanted = set(_WORD.findall(fold(name)))
    if not wanted:
        return None
    everyone = find_issuers(statement).everyone
    return next((issuer for issuer in everyone if wanted <= set(_WORD.findall(fold(issuer.name)))), None)


def find_dates(statement: Statement) -> Dates:
    """Return when a statement was issued; dates of what it tells of are not taken for its own."""
    stated = next(_stated_dates(statement), None) or _date_of_title(statement)
    metadata = IssueDate(statement.date, DateOrigin.METADATA) if statement.date else None
    return Dates(stated, metadata)


def mentions_date(statement: Statement) -> bool:
    """Tell whether a text gives any calendar date or year at all, of whatever it tells of.

    Where it gives one that is not its own, "the text gives no date of issue" is true and "no date" is not. Numbers of
    documents ("resolution 2023", "S/2015/1") are no years; the year of a resolution in brackets is one.
    """
    return _ANY_DATE.search(statement.text) is not None


_WORD = re.compile(r"[^\W_]+")


# -- release line ----------------------------------------------------------------------------------------------------

_VERBS = {
    "released": IssuedHow.RELEASED,
    "issued": IssuedHow.ISSUED,
    "adopted": IssuedHow.ADOPTED,
    "signed": IssuedHow.SIGNED,
    "agreed": IssuedHow.AGREED,
    "made": IssuedHow.MADE,
    "published": IssuedHow.PUBLISHED,
    "attributable": IssuedHow.ATTRIBUTED,
}
_PRESENT = {
    "release": "released",
    "issue": "issued",
    "adopt": "adopted",
    "sign": "signed",
    "agree": "agreed",
    "make": "made",
    "publish": "published",
}

_RELEASED_BY = re.compile(
    r"""\b(?P<verb>released|issued|adopted|signed|agreed|made|published|attributable)\b
        # 'agreed upon by', 'released jointly by', 'issued today by', 'issued on May 19 by'
        [^.;:]{0,40}?\b(?:by|to|on\ behalf\ of)\s+(?=\S)""",
    re.VERBOSE | re.IGNORECASE,
)

_DOCUMENT_BY = re.compile(
    r"\b(?:statement|communiqu[eé]|declaration|press release|readout|letter|text|announcement)\s+by\s+(?=\S)",
    re.IGNORECASE,
)
"""'The following is the text of a joint statement by the Governments of …'."""

_ISSUED_THE_FOLLOWING = re.compile(
    r"\b(?:(?:met|gathered)\b[^.;:]{0,200}?\band\s+)?(?:have\s+|has\s+|today\s+|jointly\s+){0,3}"
    r"(?P<verb>(?:releas|issu|agre)e[sd]?|(?:adopt|sign)(?:s|ed)?|made|makes?|publish(?:es|ed)?)\b"
    r"[^.;:]{0,20}?\bthe\s+(?:following|below)\b",
    re.IGNORECASE,
)
"""'The governments of Canada, … have issued the following joint statement.' The names stand before it.

In the present tense too: 'Canada, … and the United States issue the following joint statement.'
"""

_ANNOUNCES = re.compile(
    r"\bthe\s+(?:following|below)\s+(?:\w+\s+){0,3}(?:statement|communiqu[eé]|declaration|text)s?\s*[.:]?\s*\Z",
    re.IGNORECASE,
)
"""How a line ends that is nothing but a release line, whatever it was taken for."""
_ANNOUNCEMENT_CHARACTERS = 2_000


def _from_release_line(statement: Statement) -> Attribution | None:
    body = next((passage for passage in statement.passages if passage.kind in NUMBERED_KINDS), None)
    for passage in statement.passages:
        if passage.kind is PassageKind.RELEASE_LINE or _is_attributable(passage) or _is_issued_by_line(passage):
            return _read_release_line(passage)
        if (passage.kind is PassageKind.NOTE or passage is body) and _is_announcement(passage):
            found = _read_release_line(passage)
            if found is not None and found.issuers:
                return found
    return None


def _is_announcement(passage: Passage) -> bool:
    return len(passage.text) <= _ANNOUNCEMENT_CHARACTERS and bool(_ANNOUNCES.search(passage.text[-120:]))


_ISSUED_BY_LINE = re.compile(
    r"(?:Resolution\s+)?(?:released|issued|adopted|signed|published)\s+by\s+(?=\S)", re.IGNORECASE
)


def _is_issued_by_line(passage: Passage) -> bool:
    """Tell whether a line above the text is 'Issued by the Secretariat of the Danube Forum'."""
    is_above = passage.kind in {PassageKind.HEADING, PassageKind.NOTE, PassageKind.BYLINE}
    return is_above and len(passage.text) <= _LINE_CHARACTERS and bool(_ISSUED_BY_LINE.match(passage.text))


def _is_attributable(passage: Passage) -> bool:
    return passage.kind is PassageKind.BOILERPLATE and "attributable to" in fold(passage.text)


def _read_release_line(passage: Passage) -> Attribution | None:
    end = passage.sentences[0].end - passage.start if passage.sentences else len(passage.text)
    if before := _ISSUED_THE_FOLLOWING.search(passage.text):
        issuers = _read_names(passage, 0, before.start())
        if issuers:
            return Attribution(_how_of(before["verb"].lower()), issuers, passage)
    if found := _RELEASED_BY.search(passage.text, 0, end):
        how = _VERBS[found["verb"].lower()]
        return Attribution(how, _read_names(passage, found.end(), end), passage)
    if found := _DOCUMENT_BY.search(passage.text, 0, end):
        return Attribution(IssuedHow.NAMED, _read_names(passage, found.end(), end), passage)
    return None


def _how_of(verb: str) -> IssuedHow:
    """Return what was done, from its verb in the past or the present tense."""
    past = next((past for base, past in _PRESENT.items() if verb in {base, f"{base}s", f"{base}es"}), verb)
    return _VERBS[past]


def _read_names(passage: Passage, start: int, end: int) -> tuple[Issuer, ...]:
    return tuple(
        Issuer(passage.text[first:last], Span(passage.start + first, passage.start + last), passage, office)
        for first, last, office in _split_names(passage.text, start, end)
    )


# -- a list of names -------------------------------------------------------------------------------------------------

_CIRCUMSTANCES = re.compile(
    rf"""[,\s]+(?:
        on\ the\ (?:occasion|margins|sidelines) | after | during | held | ahead\ of
        | as\ (?:Chair|members|part|co-) | listed\ | at\ the\ (?:conclusion|end|close|\w+\ of) | in\ the\ \w+\ of
        | to\ (?:mark|commemorate|express|announce|condemn|celebrate|welcome|call|reaffirm)
        | on\ (?:\w+\ )?\d | on\ {MONTH}
        | in\ (?!Chief|Council|charge)(?=[A-Z])     # 'in Bangkok, Thailand on July 10', not 'Commander in Chief'
        | which | who | that | and\ (?:is|was|endorsed|joined)
        | today | this\ (?:morning|week|afternoon|evening) | yesterday | met | about
        # in the capitals of a title too: 'Treasury Secretary Janet L. Yellen Commending the …'
        | (?i:regarding|following|concerning|condemning|welcoming|calling|commending|supporting|marking|commemorating
          |expressing|announcing|addressing|urging|reaffirming|congratulating|celebrating|honoring)
    )\b""",
    re.VERBOSE,
)
"""What a line says after the names: when, where and why."""

_SHARED_HEAD = re.compile(
    r"""(?P<head>(?:the\s+)?(?:G\d+\s+|Group\s+of\s+Seven\s+)?(?:[A-Z]?[a-z]+\s+(?:and\s+|or\s+)?){0,4}?
        (?:governments?|ministers|leaders|heads\s+of\s+delegations?|heads\s+of\s+(?:state|government)(?:\s+and(?:\s+of)?\s+government)?|members
          |representatives|presidents|delegations|secretaries|advis[eo]rs|envoys|ambassadors)
        (?:\s+and\s+(?:representatives|members|heads\s+of\s+delegation))?
        \s+(?:of|from)\s+)
        (?:(?:the\s+)?governments?\s+of\s+)?(?=the\s|[A-Z])""",
    re.VERBOSE | re.IGNORECASE,
)
"""'the Governments of', 'the G7 foreign ministers of', 'Representatives of', 'the Ministers and representatives of'."""

_PAIR_STATES = re.compile(
    r"(?:Bosnia|Great Britain|Trinidad|Antigua|Kitts|Vincent|Tom[eé]|Wallis|Turks|Heads of State|Pierre|Svalbard)\s*$"
)
"""'Bosnia and Herzegovina' is one name."""

_OFFICE = (
    r"(?:(?:Deputy|Vice|First|Prime|Foreign|Acting|Special|Under|Assistant|Federal|High|National|Chief)\s+)*"
    r"(?:Secretary|Minister|President|Premier|Chancellor|Representative|Advis[eo]r|Envoy|Ambassador|Chair(?:man|woman)?"
    r"|Director|King|Queen|Amir|Emir|Prince|Spokesperson|Commissioner|Counselor|Councilor|Taoiseach|Governor)"
)
_BEGINS_OFFICE = re.compile(rf"(?:the\s+|His\s|Her\s)?(?:[A-Z][\w.’'-]*\s+){{0,5}}?{_OFFICE}\b")
_HAS_OFFICE = re.compile(rf"\b{_OFFICE}\b")
_ENDS_IN_OFFICE = re.compile(
    rf"(?:{_OFFICE}|General|Affairs|Policy|Trade|Security|Cooperation|Defen[cs]e|Finance|Development|Commission|Justice"
    r"|Commerce|Energy|Integration|State\s+Councilor)\s*$"
)
"""'Deputy Prime Minister and Foreign Minister …': what stands before the "and" is no whole name."""

_BODY = re.compile(r"\b(?:Service|Commission|Secretariat|Organi[sz]ation|League|Union Commission|Department|Agency)\b")
"""'the Governments of … and the European External Action Service': a body that has no government to share."""

_PERSON = re.compile(r"(?:(?:Dr|Mr|Mrs|Ms|H\.E)\.?\s+)*(?:[A-Z][\w.’'-]*\s+){1,4}[A-Z][\w.’'-]*")
_SEPARATOR = re.compile(
    r";\s*(?:and\s+)?|,\s+(?:and\s+|as\s+well\s+as\s+)?(?!(?:Jr|Sr|III?)\b)|\s+(?:and|&)\s+(?:by\s+|of\s+)?"
)
_ARTICLE = re.compile(r"(?:and\s+|by\s+|of\s+)?(?:the\s+(?=governments?\s+of\s))?", re.IGNORECASE)
_NOT_A_NAME = re.compile(
    r"\b(?:is|was|were|are|has|have|met|will|countries|individuals|their|its|other|economies|partners|following|equivalent|below|listed)\b"
)
_NAME_CHARACTERS = 160


def _split_names(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """Return the spans of the names in a list, each with the head it shares; none where a part is no name."""
    cut = _CIRCUMSTANCES.search(text, start, end)
    start, end = _strip(text, start, cut.start() if cut else end)
    names: list[tuple[int, int, str]] = []
    office = ""
    for first, last in _parts(text, start, end):
        if names and _goes_on(text, names[-1], first, last):
            names[-1] = (names[-1][0], last, names[-1][2])
            continue
        head = _SHARED_HEAD.match(text, first, last)
        if head:
            office = head["head"].strip()
        elif _HAS_OFFICE.search(text, first, last) or _BODY.search(text, first, last):
            office = ""
        names.append((head.end() if head else first, last, office))
    return names if all(_is_name(text[first:last]) for first, last, _ in names) else []


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches between the separators of a list that stand outside brackets."""
    first, depth, at = start, 0, start
    for separator in _SEPARATOR.finditer(text, start, end):
        depth += text.count("(", at, separator.start()) - text.count(")", at, separator.start())
        at = separator.start()
        if depth > 0 or not _divides(text, first, separator, end):
            continue
        yield _strip(text, first, separator.start())
        first = separator.end()
    yield _strip(text, first, end)


def _divides(text: str, first: int, separator: re.Match[str], end: int) -> bool:
    """Tell whether a separator stands between two names, rather than inside one: 'Foreign Affairs and Security'."""
    if separator.group().lstrip().startswith((",", ";")):
        return True
    left, right = text[first : separator.start()], text[separator.end() : end]
    if _PAIR_STATES.search(left):
        return False
    if _HAS_OFFICE.search(left):
        right_begins = right.startswith("the ") or bool(_BEGINS_OFFICE.match(right))
        return right_begins and not _ENDS_IN_OFFICE.search(left)
    # 'the Ministers and representatives of', 'the Governments and Members of': one head
    return right.removeprefix("the ")[:1].isupper() and not re.search(r"(?:overnments|inisters|epresentatives)$", left)


def _goes_on(text: str, name: tuple[int, int, str], first: int, last: int) -> bool:
    """Tell whether a part is the office of the person before it: 'Antony J. Blinken, Secretary of State'."""
    person, part = text[name[0] : name[1]], text[first:last]
    if _HAS_OFFICE.search(person) or not _PERSON.fullmatch(person) or name[2]:
        return False
    office = _BEGINS_OFFICE.match(part)
    return office is not None and not _PERSON.match(part, office.end())


def _is_name(part: str) -> bool:
    bare = re.sub(r"^(?:the|His|Her)\s+", "", part)
    begins = bare[:1].isupper() or bool(re.match(r"(?:foreign|prime|finance|defen[cs]e|trade)\s+ministers?\b", bare))
    return begins and len(part) <= _NAME_CHARACTERS and not _NOT_A_NAME.search(re.sub(r"\([^)]*\)", "", part))


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without white space, closing punctuation and a leading 'and', 'by' or 'of'."""
    start, end = trim(text, start, end)
    while end > start and text[end - 1] in ".,;:*\u200e\u200f":
        # 'Jr.' and 'U.S.' keep their point.
        if text[end - 1] == "." and re.search(r"(?:\b[A-Z]|Jr|Sr)\.$", text[max(start, end - 4) : end]):
            break
        end -= 1
        start, end = trim(text, start, end)
    article = _ARTICLE.match(text, start, end)
    start = article.end() if article and not text.startswith("the ", start) else start
    return trim(text, start, end)


# -- the organ that adopts a resolution ------------------------------------------------------------------------------

_ORGAN = re.compile(
    r"(?P<organ>The (?:Security Council|General Assembly|Economic and Social Council|Human Rights Council))[,:]?"
)
_ADOPTED = re.compile(r"\b[Aa]dopted\b(?=[^.]{0,80}\bmeeting\b)")


def _from_organ(statement: Statement) -> Attribution | None:
    for passage in statement.passages[:8]:
        organ = _ORGAN.fullmatch(passage.text)
        if organ:
            issuer = Issuer(organ["organ"], Span(passage.start, passage.start + organ.end("organ")), passage)
            record = next((line for line in statement.passages if _ADOPTED.match(line.text)), None)
            how = IssuedHow.ADOPTED if record else IssuedHow.NAMED
            return Attribution(how, (issuer,), record or passage)
    return None


# -- title -----------------------------------------------------------------------------------------------------------

_TITLED_BY = re.compile(
    r"\b(?:Statement|Communiqu[eé]|Declaration|Press Release)s?\s+(?P<link>by|from|of)\s+(?=\S)",
    re.IGNORECASE,
)
_TITLE_END = re.compile(
    r"(?<!Group)(?<!Coalition)(?<!Committee)(?<!Minister)(?<!Secretary)(?<!Representative)(?<!Envoy)(?<!Ministers)"
    r"\s+(?:on|for|in|at|to|with|between)\s|\s[–—]\s|:\s|\s[“\"]",
    re.IGNORECASE,
)
"""Where the names of a title end: 'Joint Statement by the United States, France … on Syria', not 'Minister for …'."""

_EVENT = re.compile(
    r"\b(?:Dialogue|Meeting|Session|Summit|Conference|Anniversary|Adoption|Launch|Consultations?|Strategic|Round|Forum"
    r"|Ministerial|Intent|Principles|Support|Commitment|Cooperation|Partnership|Working Group)\b"
)
"""'Joint Statement of the Second U.S.-Bahrain Strategic Dialogue' is of an occasion, and names no issuer."""

_TITLE_HEAD = re.compile(
    r"(?P<names>.{2,120}?)[’'`]s?\s+(?:\w+\s+){0,3}(?:Statement|Communiqu[eé]|Declaration)\b", re.IGNORECASE
)
_COLLECTIVE = re.compile(
    r"\b(?:Ministers|Leaders|Advis[eo]rs|Presidents|Envoys|Coalition|Secretaries|Directors|Heads)\b"
)
_NAMED_COLLECTIVE = re.compile(r"\b(?:G-?\d+|Quad|NATO|EU|ASEAN|C5\+1|U\.?[SNK]\.?|United)\b|[A-Z][a-z]+[-–][A-Z]")
_HYPHENATED = re.compile(
    r"(?P<names>[A-Z][\w.]*(?:\s(?:of\s)?[A-Z][\w.]*){0,3}(?:\s?[-–—/]\s?[A-Z][\w.]*(?:\s(?:of\s)?[A-Z][\w.]*){0,3}){1,6}?)"
    r"(?=[:\s]\s?(?:Trilateral\s|Bilateral\s|Presidential\s|Leaders\W|National\s|Joint\s)*.{0,40}?"
    r"(?:Statement|Communiqu[eé]|Declaration|Press Release)\b)"
)
"""'U.S.-Japan-ROK Joint Statement …', 'United States-Japan-Republic of Korea Trilateral …'."""
_QUALIFIERS = re.compile(
    r"\s+(?:Trilateral|Bilateral|Presidential|Joint|National|Leaders|Foreign|Ministerial|Strategic)\b.*"
)


def _title_place(statement: Statement) -> tuple[str, int, Passage | None]:
    """Return the title, where it begins in the text, and the passage that holds it (None where it is given apart)."""
    for passage in statement.passages:
        if passage.kind is PassageKind.TITLE:
            return passage.text, passage.start, passage
    return statement.title, 0, None


def _in_title(statement: Statement, names: list[tuple[int, int, str]]) -> Attribution:
    title, offset, passage = _title_place(statement)
    issuers = tuple(
        Issuer(title[first:last], Span(offset + first, offset + last) if passage else None, passage, office)
        for first, last, office in names
    )
    return Attribution(IssuedHow.TITLED, issuers, passage)


def _from_title_list(statement: Statement) -> Attribution | None:
    title, _, _ = _title_place(statement)
    found = _TITLED_BY.search(title)
    if found is None:
        return None
    # A head keeps its 'of' and 'from'; what follows 'on' is the subject.
    stop = _TITLE_END.search(title, found.end())
    end = stop.start() if stop else len(title)
    if found["link"].lower() == "of" and _EVENT.search(title, found.end(), end):
        return None
    return _in_title(statement, _split_names(title, found.end(), end))


def _from_title_head(statement: Statement) -> Attribution | None:
    title, _, _ = _title_place(statement)
    hyphenated = _HYPHENATED.match(title)
    if hyphenated:
        return _in_title(statement, list(_hyphenated_names(title, hyphenated.end("names"))))
    head = _TITLE_HEAD.match(title)
    if head and _COLLECTIVE.search(head["names"]) and _NAMED_COLLECTIVE.search(head["names"]):
        return _in_title(statement, [(head.start("names"), head.end("names"), "")])
    return None


def _hyphenated_names(title: str, end: int) -> Iterator[tuple[int, int, str]]:
    start = 0
    for dash in [*re.finditer(r"[-–—/]", title[:end]), None]:
        first, last = trim(title, start, dash.start() if dash else end)
        qualifier = _QUALIFIERS.search(title, first, last)
        yield first, qualifier.start() if qualifier else last, ""
        start = dash.end() if dash else end


# -- "We, the Leaders of the G7, …" ----------------------------------------------------------------------------------

_WE_THE = re.compile(r"[*_]{0,3}W[eE][*_]{0,3},\s+(?=the\s|[A-Z])")
_AS_LEADERS = re.compile(rf"As\s+(?={_SHARED_HEAD.pattern})", re.VERBOSE | re.IGNORECASE)
"""'As leaders of Portugal, Morocco, and Senegal, bound by a common coast, we …'."""
_MINISTERS_MET = re.compile(rf"(?:\d{{1,2}}\.\s+)?(?={_SHARED_HEAD.pattern})", re.VERBOSE | re.IGNORECASE)
_MET = re.compile(
    r"\s*(?:met\b(?!\s+with)|meeting|gathered|assembled|convened|(?:have\s+)?(?:agreed|adopted|decided|declare|issue))\b"
)
"""'The Foreign Ministers of Peru, Ecuador and Bolivia met in Quito …', at the head of the text."""
_NAME_WORD = re.compile(
    r"""\s*(?:[A-Z0-9][\w.’'+/-]* | \([^()]{1,40}\) | [,&]
        | the | of | and | for | on | behalf | from | leaders | foreign | ministers | representatives | members | heads
        | state | government | governments | presidents | prime | defen[cs]e | finance | national | security
        | advis[eo]rs | undersigned | countries )(?=[\s,(]|$)""",
    re.VERBOSE,
)


def _from_opening(statement: Statement) -> Attribution | None:
    passage = next((passage for passage in statement.passages if passage.kind in NUMBERED_KINDS), None)
    if passage is None:
        return None
    opening = _WE_THE.match(passage.text) or _AS_LEADERS.match(passage.text)
    may_meet = opening is None
    opening = opening or _MINISTERS_MET.match(passage.text)
    if opening is None:
        return None
    end = opening.end()
    while word := _NAME_WORD.match(passage.text, end):
        end = word.end()
    if may_meet and not _MET.match(passage.text, end):
        return None
    return Attribution(IssuedHow.NAMED, _read_names(passage, opening.end(), end), passage)


# -- byline, signatures, metadata ------------------------------------------------------------------------------------

_SPOKESPERSON_LINE = re.compile(r"(?:[A-Z][\w.’'-]*\s){1,4}[A-Z][\w.’'-]*,\s+(?:\w+\s){0,4}[Ss]pokesperson")
_CAPITALS_OR_OFFICE = re.compile(
    rf"(?!.*\b(?:SCHEDULE|BRIEFING|OFFICE|HOUSE|DEPARTMENT|STATEMENT|TEXT|NOTE|ANNEX)\b)[A-Z][A-Z.’' -]{{4,60}}\*?"
    rf"|.*\b{_OFFICE}\b.*"
)
"""'JOSEPH R. BIDEN JR.', 'Amir of the State of Qatar HH Sheikh …'; not 'BRIEFING SCHEDULE'."""


def _from_byline(statement: Statement) -> Attribution | None:
    lines = [
        passage
        for passage in statement.passages
        if passage.kind is PassageKind.BYLINE
        or (passage.kind is PassageKind.BOILERPLATE and _SPOKESPERSON_LINE.fullmatch(passage.text))
    ]
    issuers = tuple(Issuer(line.text, Span(line.start, line.end), line) for line in lines)
    return Attribution(IssuedHow.BYLINE, issuers, lines[0]) if lines else None


def _signatories(statement: Statement) -> tuple[Issuer, ...]:
    """Return the governments that signed, and the lines of the signature block that name a person.

    Such a line is in capitals, or has an office.
    """
    found = [*_signing_governments(statement)]
    for passage in statement.passages:
        if passage.kind is not PassageKind.SIGNATURE or not _CAPITALS_OR_OFFICE.fullmatch(passage.text):
            continue
        start, end = trim(
            passage.text, 0, len(passage.text.rstrip("*. \t") + ("." if passage.text.endswith("JR.") else ""))
        )
        found.append(Issuer(passage.text[start:end], Span(passage.start + start, passage.start + end), passage))
    return tuple(found)


_SIGNED_FOR = re.compile(r"For\s+(?P<office>the\s+Governments?\s+of)\s+(?P<name>(?:the\s+)?[A-Z][^:.;\n]{1,80}?)\s*:?")


def _signing_governments(statement: Statement) -> Iterator[Issuer]:
    """Yield the states of 'For the Government of Kenya:', each a line of its own."""
    for passage in statement.passages:
        line = _SIGNED_FOR.fullmatch(passage.text) if len(passage.text) <= _LINE_CHARACTERS else None
        if line is not None:
            start, end = line.span("name")
            yield Issuer(line["name"], Span(passage.start + start, passage.start + end), passage, line["office"])


def _from_metadata(statement: Statement) -> Attribution:
    """Return the issuers given with the file: those that the parser read in the text are not metadata."""
    text = " ".join(statement.text.split())
    given = tuple(Issuer(name) for name in statement.issuers if " ".join(name.split()) not in text)
    return Attribution(IssuedHow.METADATA, given) if given else Attribution()


# -- dates -----------------------------------------------------------------------------------------------------------

_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?"
_PLACE = r"(?:[A-Z][\w.’'-]*(?:,?\s+(?:of\s+|and\s+)?[A-Z][\w.’'-]*){0,5})"

_TIME = r"(?:at\s+)?\d{1,2}(?::\d{2}|\s?[ap]\.?m\b).{0,20}?"

_DATE_LINE = re.compile(
    rf"""[(\[]?(?:(?i:Issued|Released|Adopted|Signed|Done|Dated|Date|For\ immediate\ release)\b[:,]?\s+)?
        (?:{_TIME}[,\s]{{1,3}})?(?:(?:at|in|on)\s+)?(?:{_PLACE}\s*[,:–—-]?\s+(?:on\s+)?)?{_WEEKDAY}
        (?:(?:this|the)\s+)?(?P<date>{WRITTEN_DAY})[)\]]?[.,]?(?:\s+(?:[–—-]\s+)?{_TIME})?""",
    re.VERBOSE,
)
"""A line of its own: 'March 25, 2022', 'THE WHITE HOUSE, June 21, 2021.', 'Done at Camp David, 18 August 2023'."""

_DATELINE = re.compile(
    rf"{_PLACE}\s*[,(]\s*{_WEEKDAY}(?P<date>{WRITTEN_DAY})\)?\s*[–—:-]|{_WEEKDAY}(?P<alone>{WRITTEN_DAY})\s*[–—:-]"
)
"""'Washington, D.C., March 25, 2022 – The Governments of …'."""

_RESOLUTION_DATE = re.compile(
    rf"""(?:(?:Security\ Council\s+)?Resolution\s+[\w/ ().-]{{1,30}}?\s+of\s+(?P<date>{WRITTEN_DAY})\W*
        | (?:Resolution\s+)?Adopted\s+by\s+the\s+[\w ]{{5,40}}?\s+on\s+(?P<day>{WRITTEN_DAY})
        | Adopted\b[^.;]{{0,160}}?\bmeeting\b[^.;]{{0,60}}?,?\s+on\s+(?P<adopted>{WRITTEN_DAY}).{{0,120}})""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
"""'Resolution 242 (1967) of 22 November 1967'; 'Adopted by the Security Council at its 1382nd meeting, on 22 …'."""

_RELEASED_ON = re.compile(
    rf"\b(?:released|issued|adopted|signed|agreed|published)\b(?P<between>[^.;]{{0,1500}}?)\bon\s+{_WEEKDAY}(?P<date>{WRITTEN_DAY})",
    re.DOTALL,
)
_EVENT_BEFORE = re.compile(
    r"\b(?:following|after|meeting|held|occasion|during|margins|call|summit|dialogue)\b", re.IGNORECASE
)
_LINE_CHARACTERS = 160
_ENDING_PASSAGES = 4


_YEAR = r"(?:1[6-9]|20)\d{2}"
_ANY_DATE = re.compile(
    rf"""(?<![\w/.,-])(?:
          {MONTH}\s+(?:\d{{1,2}}(?:st|nd|rd|th)?\b(?!\s*(?:%|percent|million))|(?:of\s+)?{_YEAR}\b)
        | \d{{1,2}}(?:st|nd|rd|th)?\s+(?:day\s+)?(?:of\s+)?{MONTH}(?!\w)     # 'this 26th day of April, 2023'
        | {_YEAR}-\d{{2}}-\d{{2}}\b | \d{{1,2}}[/.]\d{{1,2}}[/.](?:\d{{2}}|{_YEAR})\b
        | (?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Bb]efore|[Aa]fter|[Ff]rom|[Oo]f|[Dd]uring|[Tt]he|[Ee]arly|[Ll]ate|[Mm]id-?
            |[Bb]etween|[Yy]ear|[Ff]or|[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter)\s{_YEAR}(?!\d|[,.]\d|\s?%
            |\s+(?:people|persons|civilians|prisoners|troops|soldiers|km|tons|tonnes|dollars|metric|resolutions?)\b)
        )|\({_YEAR}\)""",
    re.VERBOSE,
)
"""'April 26', '26 April', '2023-04-26', 'since 2014', 'resolution 1701 (2006)'; not 'resolution 2023'."""


def _stated_dates(statement: Statement) -> Iterator[IssueDate]:
    body = [passage for passage in statement.passages if passage.kind in NUMBERED_KINDS]
    edges = {passage.id for passage in [*body[:2], *body[-_ENDING_PASSAGES:]]}
    for passage in statement.passages:
        is_counted = passage.kind in NUMBERED_KINDS
        if is_counted and passage.id not in edges:
            continue
        found = _date_of_line(passage)
        if found is None and body and passage is body[0]:
            found = _DATELINE.match(passage.text)
        if found is not None and (issued := _issue_date(passage, found)):
            yield issued


def _date_of_line(passage: Passage) -> re.Match[str] | None:
    if passage.kind is PassageKind.RELEASE_LINE:
        released = _RELEASED_ON.search(passage.text)
        return released if released and not _EVENT_BEFORE.search(released["between"]) else None
    if len(passage.text) > _LINE_CHARACTERS * 2:
        return None
    if passage.kind is PassageKind.TITLE:
        return _TITLE_DATE.search(passage.text) or _RESOLUTION_DATE.fullmatch(passage.text)
    return _RESOLUTION_DATE.fullmatch(passage.text) or (
        _DATE_LINE.fullmatch(passage.text) if len(passage.text) <= _LINE_CHARACTERS else None
    )


def _issue_date(passage: Passage, found: re.Match[str]) -> IssueDate | None:
    group = next(name for name, value in found.groupdict().items() if value and name != "between")
    days = read_days(found[group])
    if days is None:
        return None
    start, end = found.span(group)
    return IssueDate(days[1], DateOrigin.TEXT, Span(passage.start + start, passage.start + end), passage)


_TITLE_DATE = re.compile(rf"(?:[–—,(-]|\bof)\s*{_WEEKDAY}(?P<date>{WRITTEN_DAY})\)?$")
"""'Department Press Briefing – May 6, 2022'."""


def _date_of_title(statement: Statement) -> IssueDate | None:
    title, _, passage = _title_place(statement)
    found = _TITLE_DATE.search(title) if passage is None else None
    days = read_days(found["date"]) if found else None
    return IssueDate(days[1], DateOrigin.TITLE) if days else None
