"""Document → statement: divide the text into passages, classify them and find the issuers."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.corpus.documents import Document
from index.corpus.sentences import LIST_MARKER, split_sentences, trim
from index.corpus.statements import NUMBERED_KINDS, Passage, PassageKind, Sentence, Statement, content_digest
from index.errors import ReadingError
from index.text.dates import MONTHS


@dataclass(frozen=True, slots=True)
class _Block:
    """Text between blank lines, or a list item; each block becomes a passage."""

    start: int
    end: int
    text: str
    is_markdown_heading: bool = False


def parse_statement(document: Document) -> Statement:
    """Divide a document into numbered passages.

    The id depends on the title and the words only, not on white space or on other statements.

    Raises:
        ReadingError: it has too many or too long paragraphs.
    """
    blocks = _split_blocks(document.text, is_markdown=document.is_markdown)
    _check_size(blocks, document.name)
    metadata = document.metadata
    kinds = _classify(blocks, metadata.title)
    title = metadata.title or _title_of(blocks, kinds) or _fallback_title(document, blocks)
    statement_id = _statement_id(title, document.text)
    passages = tuple(_number(statement_id, blocks, kinds))
    return Statement(
        id=statement_id,
        title=title,
        date=metadata.date,
        source=metadata.source,
        issuers=metadata.issuers or _issuers_of(passages),
        text=document.text,
        passages=passages,
    )


_MAX_PASSAGES = 20_000
_MAX_PASSAGE_CHARACTERS = 100_000


def _check_size(blocks: "Sequence[_Block]", name: str) -> None:
    longest = max((len(block.text) for block in blocks), default=0)
    if longest > _MAX_PASSAGE_CHARACTERS:
        raise ReadingError(
            f"{name} has a paragraph of {longest:,} characters; the limit is {_MAX_PASSAGE_CHARACTERS:,}.",
            remedy="Put an empty line between its paragraphs.",
        )
    if len(blocks) > _MAX_PASSAGES:
        raise ReadingError(
            f"{name} has {len(blocks):,} paragraphs; the limit is {_MAX_PASSAGES:,}.",
            remedy="Split it into one file per statement.",
        )


# -- text → blocks ---------------------------------------------------------------------------------------------------

_LINE = re.compile(r"[^\r\n\u2028\u2029]*(?:\r\n|[\r\n\u2028\u2029]|\Z)")

_MARKDOWN_HEADING = re.compile(r"\s{0,3}#{1,6}[ \t]+(?P<text>\S.*)", re.DOTALL)

_BULLET = re.compile(r"\s*[•·▪◦‣●○■]\s")
_CLAUSE_END = re.compile(r"[.,;:!?…][\"'”’)\]]*(?:\s+(?:and|or))?$")

_UNWRAPPED_LINE_CHARACTERS = 120
"""Text is wrapped at 60 to 100 characters; a longer line is a paragraph of its own."""


def _split_blocks(text: str, *, is_markdown: bool) -> list[_Block]:
    blocks: list[_Block] = []
    for group in _groups_of_lines(text):
        for start, end in _split_group(text, group, is_markdown=is_markdown):
            blocks.append(_block(text, start, end, is_markdown=is_markdown))
    return blocks


def _groups_of_lines(text: str) -> Iterator[list[tuple[int, int]]]:
    """Yield the groups of lines between blank lines, each line as its span."""
    group: list[tuple[int, int]] = []
    for match in _LINE.finditer(text):
        if match.group().strip():
            group.append(match.span())
        elif group:
            yield group
            group = []
    if group:
        yield group


def _split_group(text: str, group: list[tuple[int, int]], *, is_markdown: bool) -> Iterator[tuple[int, int]]:
    """Yield the spans of the blocks in a group: its list items, or its lines if they are not wrapped."""
    lines = [text[start:end].strip() for start, end in group]
    is_unwrapped = any(len(line) > _UNWRAPPED_LINE_CHARACTERS for line in lines)
    alone = [bool(_BORDER.fullmatch(line) or (is_markdown and _MARKDOWN_HEADING.fullmatch(line))) for line in lines]
    first = group[0][0]
    for at in range(1, len(group)):
        if is_unwrapped or alone[at - 1] or alone[at] or _begins_item(lines, at, text[first : first + 8]):
            yield first, group[at - 1][1]
            first = group[at][0]
    yield first, group[-1][1]


def _begins_item(lines: Sequence[str], at: int, block_begins: str) -> bool:
    """Tell whether a line begins a list item; "12. They agreed" after a wrapped "March" does not."""
    if _BULLET.match(lines[at] + " "):
        return True
    if not LIST_MARKER.match(lines[at]):
        return False
    return bool(_CLAUSE_END.search(lines[at - 1]) or LIST_MARKER.match(block_begins))


def _block(text: str, start: int, end: int, *, is_markdown: bool) -> _Block:
    heading = _MARKDOWN_HEADING.fullmatch(text[start:end]) if is_markdown else None
    if heading:
        start += heading.start("text")
    start, end = trim(text, start, end)
    return _Block(start, end, text[start:end], is_markdown_heading=heading is not None)


# -- blocks → kinds --------------------------------------------------------------------------------------------------

_BORDER = re.compile(
    r"[\[(*_]*(?P<side>begin|start|end)(?: of)?(?: the)?(?: \w+)? (?:text|statement)[\])*_]*[.:;]?", re.IGNORECASE
)
"""'Begin Text:', 'begin text.', 'End Text', '(End of joint statement)'."""

_ADOPTION = re.compile(
    r"Adopted (?:unanimously |by consensus )?at (?:the|its) \d[\d,]*(?:st|nd|rd|th) meeting\b", re.IGNORECASE
)
"""'Adopted at the 1747th meeting by 14 votes to none': the record of a vote, not a paragraph of the resolution."""

_DOCUMENT = r"(?:statement|text|communiqu[eé]|declaration|remarks|readout|letter|announcement|press\ release)"

_RELEASE_LINE = re.compile(
    rf"""(?:the\ )?(?:text\ of\ )?(?:the\ )?(?:following|below)\b   # 'The text of the following …', 'Following is …'
        [^.]{{0,80}}?\b{_DOCUMENT}\b .{{0,120}}?\b(?:by|on\ behalf\ of)\b
        # 'Representatives of … met today and issued the following statement:'
        | [^.;:]{{0,600}}?\b(?:released|issued|adopted|agreed|made|published)\ the\ (?:following|below)\ (?:\w+\ )?
          {_DOCUMENT}""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_RELEASE_LINE_SENTENCES = 2
_RELEASE_LINE_CHARACTERS = 2_000

_BOILERPLATE = re.compile(
    r"""office\ of\ the\ (?:\w+\ )*(?:spokesperson|press\ secretary)
        | (?:.{0,60},\s*)?(?:\w+\ ){0,4}spokesperson\.?         # 'Ned Price, Department Spokesperson'
        | the\ (?:below|following)\b.{0,60}\battributable\ to\b.{0,120}
        | (?:for\ immediate\ release|media\ note|press\ (?:release|statement)|fact\ sheet|readout|press\ notice)
        | \#{3,} | (?:-\s?){3,} | \*{3,}
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)

_BYLINE = re.compile(
    r"(?:[A-Z][\w.’'-]*\s){1,4}[A-Z][\w.’'-]*(?:,? (?:Jr|Sr)\.)?,\s+(?:[\w’'-]+\s+){0,4}Secretary\b.{0,120}"
)
"""'Antony J. Blinken, Secretary of State': the speaker, above the text."""

_SENTENCE_END = re.compile(r"[.!?;:,…]['\"’”)\]]*$")
_NOTE_MARK = re.compile(r"(?:\[\d{1,3}\]|\d{1,2}|[*†»])$")
_SPEAKER = re.compile(r"[A-Z][A-Z .’'-]{1,40}:\s|[A-Z][\w.’' -]{1,40}:\s.*[a-z]")
_PLACE_OR_TIME = re.compile(
    rf"""\d{{1,2}}:\d{{2}}\b.*                                  # '2:06 p.m. EDT'
        | [A-Z][\w.’'-]*(?:\ [A-Z][\w.’'-]*){{0,3}},\ [A-Z][\w.’'-]*(?:\ [A-Z][\w.’'-]*){{0,3}}   # 'New York, New York'
        | (?:{"|".join(MONTHS)})\ \d.*
        | (?:Via|Press|Virtual)\ \w+(?:\ Room)? | .*\*\*.*
    """,
    re.VERBOSE,
)

_HEADING_CHARACTERS = 120
_TITLE_CHARACTERS = 300
_OPENING_BLOCKS = 6
"""A title stands among the first blocks; further down the same words are quoted in the body."""

_BEFORE_BODY = frozenset({PassageKind.BOILERPLATE, PassageKind.BYLINE, PassageKind.RELEASE_LINE})


def _classify(blocks: Sequence[_Block], title: str | None) -> list[PassageKind]:
    """Return the kind of every block, in order."""
    begin = _find_border(blocks, 0, "begin", "start")
    title_at = _find_title(blocks[: begin if begin is not None else _OPENING_BLOCKS], blocks, title)
    body_start = _find_body(blocks, begin, title_at)
    end = _find_end(blocks, body_start)
    opening = [
        PassageKind.TITLE if at == title_at else _opening_kind(block, PassageKind.NOTE)
        for at, block in enumerate(blocks[:body_start])
    ]
    body = _body_kinds(blocks[body_start:end])
    closing = [_closing_kind(block) for block in blocks[end:]] if end is not None else []
    return opening + body + closing


def _find_border(blocks: Sequence[_Block], first: int, *sides: str) -> int | None:
    """Return the position of the first border of these sides, from block `first` on."""
    for at in range(first, len(blocks)):
        border = _BORDER.fullmatch(blocks[at].text)
        if border is not None and border["side"].lower() in sides:
            return at
    return None


def _find_end(blocks: Sequence[_Block], body_start: int) -> int | None:
    """Return where the body ends: at its border, or at a resolution's record of adoption, before its footnotes."""
    border = _find_border(blocks, body_start, "end")
    adoptions = [at for at in range(body_start + 1, len(blocks)) if _ADOPTION.match(blocks[at].text)]
    return min([at for at in (border, *adoptions[:1]) if at is not None], default=None)


def _find_title(opening: Sequence[_Block], blocks: Sequence[_Block], title: str | None) -> int | None:
    """Return the position of the title: the block that repeats a known title, or a first block that reads like one."""
    if title is not None:
        return next((at for at, block in enumerate(opening) if _same_words(block.text, title)), None)
    headings = [at for at, block in enumerate(opening) if block.is_markdown_heading]
    if headings and headings[0] + 1 < len(blocks):
        return headings[0]
    return 0 if len(blocks) > 1 and opening and _reads_like_a_title(opening[0]) else None


def _reads_like_a_title(block: _Block) -> bool:
    return (
        len(block.text) <= _TITLE_CHARACTERS
        and "\n" not in block.text
        and _opening_kind(block, PassageKind.TITLE) is PassageKind.TITLE
        and not block.text.endswith((".", ":", ";", ","))
        and not _PLACE_OR_TIME.fullmatch(block.text)
        and not LIST_MARKER.match(block.text)
    )


def _find_body(blocks: Sequence[_Block], begin: int | None, title_at: int | None) -> int:
    if begin is not None:
        return begin + 1
    at = 0
    while at < len(blocks) and (at == title_at or _opening_kind(blocks[at], PassageKind.NOTE) in _BEFORE_BODY):
        at += 1
    return at


def _opening_kind(block: _Block, otherwise: PassageKind) -> PassageKind:
    if _BORDER.fullmatch(block.text):
        return PassageKind.BORDER
    if _is_release_line(block.text):
        return PassageKind.RELEASE_LINE
    if _BOILERPLATE.fullmatch(block.text):
        return PassageKind.BOILERPLATE
    return PassageKind.BYLINE if _BYLINE.fullmatch(block.text) else otherwise


def _is_release_line(text: str) -> bool:
    if len(text) > _RELEASE_LINE_CHARACTERS or not _RELEASE_LINE.match(text):
        return False
    return len(split_sentences(text)) <= _RELEASE_LINE_SENTENCES


def _closing_kind(block: _Block) -> PassageKind:
    if _BORDER.fullmatch(block.text):
        return PassageKind.BORDER
    return PassageKind.BOILERPLATE if _BOILERPLATE.fullmatch(block.text) else PassageKind.NOTE


def _body_kinds(body: Sequence[_Block]) -> list[PassageKind]:
    kinds = [_body_kind(block) for block in body]
    # Short lines at the end are signatures: a heading has text below it.
    for at in range(len(body) - 1, 0, -1):
        if kinds[at] is PassageKind.HEADING or _is_capitals(body[at].text):
            kinds[at] = PassageKind.SIGNATURE
        elif kinds[at] is not PassageKind.BOILERPLATE:
            break
    if NUMBERED_KINDS.isdisjoint(kinds):
        # The heading is the whole text: "The answer is 42".
        kinds = [PassageKind.PARAGRAPH if kind is PassageKind.HEADING else kind for kind in kinds]
    return kinds


def _body_kind(block: _Block) -> PassageKind:
    if _BOILERPLATE.fullmatch(block.text):
        return PassageKind.BOILERPLATE
    if block.is_markdown_heading:
        return PassageKind.HEADING
    if LIST_MARKER.match(block.text):
        return PassageKind.LIST_ITEM
    return PassageKind.HEADING if _reads_like_a_heading(block.text) else PassageKind.PARAGRAPH


def _reads_like_a_heading(text: str) -> bool:
    """Tell whether a block is a short line without a statement; headings are not searched, so doubt means no."""
    if len(text) > _HEADING_CHARACTERS or "\n" in text or not text[0].isupper() or _SPEAKER.match(text):
        return False
    without_note = _NOTE_MARK.sub("", text).rstrip()
    if _SENTENCE_END.search(text) or (without_note != text and _SENTENCE_END.search(without_note)):
        return False
    return not text.endswith(("—", "–", "-")) and len(split_sentences(text)) == 1


def _is_capitals(text: str) -> bool:
    """Tell whether a line is a name or a place in capitals: 'JOSEPH R. BIDEN JR.', 'THE WHITE HOUSE, June 21'."""
    return len(text) <= _HEADING_CHARACTERS and text.split(",", maxsplit=1)[0].isupper() and not text.endswith("!")


def _same_words(left: str, right: str) -> bool:
    return _words_of(left) == _words_of(right)


def _words_of(text: str) -> str:
    return re.sub(r"\W+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


# -- names and numbers -----------------------------------------------------------------------------------------------

_SLUG_CHARACTERS = 48


def _title_of(blocks: Sequence[_Block], kinds: Sequence[PassageKind]) -> str | None:
    titles = [block.text for block, kind in zip(blocks, kinds, strict=True) if kind is PassageKind.TITLE]
    return " ".join(titles[0].split()) if titles else None


def _fallback_title(document: Document, blocks: Sequence[_Block]) -> str:
    """Return a title made of the file name, or else of the first words."""
    stem = document.name.rsplit(".", 1)[0]
    if stem != document.name:
        return re.sub(r"[-_\s]+", " ", stem).strip() or document.name
    words = blocks[0].text.split()
    return " ".join(words[:12]) + (" …" if len(words) > 12 else "")


def _statement_id(title: str, text: str) -> str:
    ascii_title = unicodedata.normalize("NFKD", title.replace("’", "")).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", re.sub(r"(?<=\b\w)\.(?=\w\b)", "", ascii_title.lower())).strip("-")
    if len(slug) > _SLUG_CHARACTERS:
        slug = slug[: _SLUG_CHARACTERS + 1].rsplit("-", 1)[0][:_SLUG_CHARACTERS]
    return f"{slug or 'statement'}-{content_digest(text)[:10]}"


def _number(statement_id: str, blocks: Sequence[_Block], kinds: Sequence[PassageKind]) -> Iterator[Passage]:
    ordinal = 0
    uncounted: dict[PassageKind, int] = {}
    for position, (block, kind) in enumerate(zip(blocks, kinds, strict=True)):
        if kind in NUMBERED_KINDS:
            ordinal += 1
            suffix = f"p{ordinal:02d}"
        else:
            uncounted[kind] = uncounted.get(kind, 0) + 1
            suffix = kind.value if uncounted[kind] == 1 else f"{kind.value}{uncounted[kind]}"
        yield Passage(
            id=f"{statement_id}#{suffix}",
            statement_id=statement_id,
            kind=kind,
            ordinal=ordinal if kind in NUMBERED_KINDS else 0,
            position=position,
            start=block.start,
            end=block.end,
            text=block.text,
            sentences=tuple(
                Sentence(number, block.start + start, block.start + end, block.text[start:end])
                for number, (start, end) in enumerate(split_sentences(block.text), start=1)
            ),
        )


# -- issuers ---------------------------------------------------------------------------------------------------------

_ISSUED_BY = re.compile(r"\b(?:by|on behalf of)\s+(?P<issuers>.+?)[.:;,]*\s*$", re.DOTALL)
_SHARED_HEAD = re.compile(
    r"(?:the )?(?:G\d+ )?(?:governments?|foreign ministers|leaders|heads of state(?: and government)?) of (?:the )?",
    re.IGNORECASE,
)
_BETWEEN_ISSUERS = re.compile(r",\s+(?:and\s+)?(?!(?:Jr|Sr)\b)|\s+and\s+(?=the\s)")
_CIRCUMSTANCES = re.compile(
    r"""[,\s]+(?:on\ the\ (?:occasion|margins|sidelines) | following | regarding | concerning | after | during | held
        | as\ Chair | (?:at|in)\ the\ \w+\ of | to\ (?:mark|commemorate) | ahead\ of
        | on\ (?:\w+\ )?\d
        | on\ (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w* | which | who | that | and\ (?:is|was)\b )\b.*""",
    re.VERBOSE | re.DOTALL,
)
"""The rest of a release line after the names: when, where and why."""


def _issuers_of(passages: Sequence[Passage]) -> tuple[str, ...]:
    """Return the issuers that the release line or the bylines name."""
    for passage in passages:
        if passage.kind is PassageKind.RELEASE_LINE:
            found = _ISSUED_BY.search(passage.text)
            if found:
                return _split_issuers(found["issuers"])
    return tuple(passage.text for passage in passages if passage.kind is PassageKind.BYLINE)


def _split_issuers(listed: str) -> tuple[str, ...]:
    """Return the names in a list; none if any part is not a name, since a wrong issuer is worse than none."""
    line = " ".join(listed.split())
    first_sentence = split_sentences(line)[0]
    line = _CIRCUMSTANCES.sub("", line[first_sentence[0] : first_sentence[1]]).rstrip(" .,;:")
    rest = _SHARED_HEAD.sub("", line, count=1) if _SHARED_HEAD.match(line) else line
    parts = [part.strip().removeprefix("of ") for part in _BETWEEN_ISSUERS.split(rest)]
    # Two countries ("Japan and the United States") share the head; one person may hold two offices.
    if len(parts) == 1 and rest != line:
        parts = [part.strip() for part in re.split(r"\s+and\s+", rest)]
    if any(not part or not part.removeprefix("the ")[:1].isupper() for part in parts):
        return ()
    return tuple(parts)
