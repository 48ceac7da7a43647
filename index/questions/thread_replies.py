"""Whether a reply in a thread that was put to nobody is a question to the statements, which may be answered unasked.

People talk in a thread that began with a question. What surely asks something of the statements is answered there, also
with an honest no; talk among people, and what might as well be that, is left alone. **In doubt, silence**: who is left
without an answer mentions the bot, who is interrupted mutes it.
"""

import re
from collections.abc import Callable

from index.answer import AnswerKind, Findings
from index.engines.mentions.engine import OccurrencesRequest
from index.engines.passages.engine import SearchRequest
from index.engines.passages.terms import content_words
from index.engines.show.engine import ShowRequest
from index.engines.title_words import ALIASES, GROUPS, STATES, split_words
from index.questions.reader import Question
from index.request import Context, Filters
from index.text.names import gazetteer

_SURE = 0.7
"""From this probability on a passage answers a question that names nothing but what stands in the statements."""


def is_for_statements(
    question: Question, answer: Findings, has_word: Callable[[str], bool], follows: Context | None = None
) -> bool:
    """Tell whether a question that was not put to the bot asks something of the statements beyond doubt.

    Args:
        question: how it was understood.
        answer: what was found.
        has_word: tells whether any statement has a word.
        follows: what it goes on from.
    """
    text, request = _TO_THE_BOT.sub(" ", question.text), question.request
    if request is None or _ON_THEIR_DAY.search(text):
        return False
    if question.is_follow_up:
        return isinstance(request, ShowRequest) or not content_words(text) or _names_subject(text, has_word)
    if isinstance(request, SearchRequest):
        is_talk = _AMONG_PEOPLE.search(text) is not None or not _ASKS.search(text)
        return not is_talk and _is_for_search(text, question, answer, has_word, follows)
    is_for_words = isinstance(request, OccurrencesRequest)
    is_worded = is_for_words and _COUNTS.search(text) is not None
    if _PEOPLE_DO.search(text) or not (question.is_sure or is_worded):
        return False
    if answer.kind is AnswerKind.NOT_FOUND or (is_for_words and not answer.answered and not is_worded):
        # "and lunch?" asks nothing of the statements, though it is worded like "and Syria?".
        return _names_subject(text, has_word)
    return True


def is_count(text: str) -> bool:
    """Tell whether a question asks for a number of times, which a passage is no answer to."""
    return _NUMBER_OF_TIMES.search(text) is not None


def _is_for_search(
    text: str, question: Question, answer: Findings, has_word: Callable[[str], bool], follows: Context | None
) -> bool:
    """Tell it of a search: by a name, a statement or a saying it asks about, or by how surely a passage answers."""
    is_about_documents = _names_statements(question, follows) or bool(_STATEMENTS_SAY.search(text))
    if _maker_says(text) or (is_about_documents and _SAYING.search(text)):
        return True
    words = content_words(text)
    if not words or not all(_is_known(word) or has_word(word) for word in words):
        return False
    is_named = any(_is_known(word) or word.isdigit() for word in words)
    if not answer.answered:
        return is_named and bool(_THEY_SAY.search(text))
    score = answer.evidence[0].score if answer.evidence else None
    return is_named or is_about_documents or bool(_THEY_SAY.search(text)) or (score or 0.0) >= _SURE


def _names_statements(question: Question, follows: Context | None) -> bool:
    """Tell whether a question says itself which statements it means."""
    filters = getattr(question.request, "filters", Filters())
    return filters not in {Filters(), follows.filters if follows else Filters()}


def _maker_says(text: str) -> bool:
    """Tell whether a question is for the words of a state or a group, or of who leads one: "what do the G7 say"."""
    saying = _SAYING.search(text)
    makers = STATES.keys() | GROUPS.keys() | ALIASES.keys()
    return saying is not None and any(
        word.key in makers and word.text != "us" and word.end <= saying.start() for word in split_words(text)
    )


def _names_subject(text: str, has_word: Callable[[str], bool]) -> bool:
    """Tell whether a text names what a statement can be about: a name, a number, or a word that stands in one."""
    words = [word for word in content_words(_FOLLOW_UP_WORDS.sub(" ", text)) if not _OF_NOTHING.fullmatch(word)]
    return bool(words) and all(
        word[0].isupper() or word[0].isdigit() or _is_known(word) or has_word(word) for word in words
    )


def _is_known(word: str) -> bool:
    """Tell whether a word is a name of a state, body or office, or of who leads one."""
    if gazetteer().find_entity(word) or gazetteer().find_entity(word.removesuffix("s")):
        return True
    return any(one.key in ALIASES for one in split_words(word))


_TO_THE_BOT = re.compile(
    r"""
    ^\W*(?:(?:ok(?:ay)?|and|so|now|then|also|please|pls)\W+)*
        (?:(?:can|could|would|will)\s(?:you|u)\s(?:please\s|pls\s|also\s|now\s)*)?
        (?:show|tell|give|find|list|get)\s(?:me|us)\b
    | ^\W*(?:(?:ok(?:ay)?|and|so|now|then|also)\W+)*
        (?:can|could|would|will)\s(?:you|u)\s(?:please\s|pls\s|also\s|now\s)*
        (?=(?:show|find|list|count|compare|quote|search|look\sup|check\s(?:if|whether)|tell)\b)
    | \b(?:do|did)\s(?:you|we)\s(?:\w+\s)?(?:have|hold|keep)\b
    | \b(?:statements?|documents?|texts?)\s(?:that\s)?(?:you|we)\s(?:have|hold|keep)\b
    | \b(?:i|we)(?:'d|’d|\swould)\slike\sto\s(?:know|see)\b | \bi\s(?:want|need)\sto\s(?:know|see)\b
    | \b(?:your|our)\s(?:statements|documents|texts|collection|index|corpus)\b
    | \b(?:does|do|did|is|has)\s(?:anyone|anybody|anything|someone)\b
        (?=\s(?:mention|cite|say|said|condemn|demand|about))
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What is said to the bot with words that people else say to each other."""

_AMONG_PEOPLE = re.compile(
    r"""
    (?i:\b(?:i|i'm|i’m|me|my|mine|we|we're|we’re|our|ours|you|your|yours|u|ur|let's|let’s|lets|guys|folks|team|everyone
        |everybody|anyone|anybody|someone|somebody|colleagues?|boss)\b)
    | (?<!(?i:the)\s)\bus\b | @\w
    """,
    re.VERBOSE,
)
"""Who speaks, and to whom."""

_PEOPLE_DO = re.compile(
    r"\b(?:did|do|does|have|has|had|should|shall|can|could|will|would|are|were|must|may|might)\s"
    r"(?:i|we|you|u|anyone|anybody|someone|somebody|everyone)\b"
    r"|\b(?:i|we|you)(?:'ll|’ll|'ve|’ve)?\s(?:should|could|must|have|had|said|say|did|cited?|mention(?:ed)?|named?"
    r"|quoted?|count(?:ed)?|send|sent|think|thought|saw)\b",
    re.IGNORECASE,
)
"""What people do, or ask each other to do: "did you mention Iran to them?"."""

_ASKS = re.compile(
    r"""
    \?\s*$
    | ^\W*(?:(?:ok(?:ay)?|and|so|now|then|also|but|or|plus)\W+)*
        (?:what|which|who|whom|whose|where|when|how|why|is|are|was|were|do|does|did|has|have|had|can|could|any)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)

_ON_THEIR_DAY = re.compile(
    r"""
    \b(?:today|tonight|tomorrow|yesterday|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekend|asap|eod|cob
        |(?:this|next|last)\s(?:week|morning|afternoon|evening|time)|(?:in|by)\s(?:the\s)?(?:morning|afternoon|evening)
        |lunch|coffee|breakfast|dinner|\d{1,2}\s?(?:am|pm)|o'clock|slides?|deck|memo|draft|inbox|e-?mail|spreadsheet
        |invite|calendar|deadline|office|desk|printer|wifi|password|laptop|zoom|webex|standup|agenda)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What people at work speak of among themselves, and official statements do not."""

_NUMBER_OF_TIMES = re.compile(r"\bhow\s(?:many\stimes|often|frequently)\b", re.IGNORECASE)
_COUNTS = re.compile(
    r"\b(?:how\s(?:many\stimes|often|frequently)|count|mention(?:s|ed|ing)?|named|occur\w*|appear\w*|come\sup|comes\sup"
    r"|referred\sto|(?:the\s)(?:words?|phrases?|terms?))\b",
    re.IGNORECASE,
)

_SPEECH = (
    r"(?:say|says|said|mention\w*|demand\w*|condemn\w*|urge\w*|call\w*\s(?:for|on|upon)|commit\w*|pledge\w*|promise\w*"
    r"|cite\w*|recall\w*|reaffirm\w*|welcom\w+|support\w*|refer\w*|express\w*|ask\w*\s(?:of|for)|want\w*|announce\w*)"
)
_SAYING = re.compile(rf"\b{_SPEECH}\b", re.IGNORECASE)
_STATEMENTS_SAY = re.compile(
    rf"\b(?:statements?|communiqu[eé]s?|declarations?|resolutions?|texts?|passages?|paragraphs?)\s(?:\w+\s){{0,4}}?{_SPEECH}\b",
    re.IGNORECASE,
)
_THEY_SAY = re.compile(rf"\b(?:they|it|anyone|anybody)\s(?:\w+\s)?{_SPEECH}\b", re.IGNORECASE)
_FOLLOW_UP_WORDS = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|and|also|what|how|about|same|for|now|then|plus|but|or|anything|on|in|the|statements?)\b\W*)+",
    re.IGNORECASE,
)
_OF_NOTHING = re.compile(r"(?:rest|others?|next|more|else|now|then|later|soon|stuff|things?)", re.IGNORECASE)
"""What goes on with anything: "and the rest?"."""
