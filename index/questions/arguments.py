"""The arguments of a lookup that a question names: a number, kinds of instrument or of position, a speaker."""

import re

from index.engines.citations.find import CitationKind
from index.engines.positions.find import PositionKind
from index.engines.title_words import GROUPS, STATES, split_words
from index.questions.wordings import NUMBER
from index.text.english import is_english
from index.text.patterns import compile_on_use

_SPEAKER = compile_on_use(
    r"\b(?:did|does|do|has|have|had|would)\s(?:(?:Mr|Ms|Mrs|Dr|Minister|Secretary|President"
    r"|Foreign\sMinister|Prime\sMinister|Ambassador)\.?\s){0,2}"
    r"(?P<name>[^\W\d_][\w'’-]+(?:\s[A-Z][\w'’-]+)?)\s(?:ever\s|actually\s|really\s|himself\s"
    r"|herself\s|also\s|personally\s)?(?:say|said|claim|claimed|state|stated|promise|"
    r"tell|told|declare|declared|announce|announced|mention|admit|argue|express|call|warn|write|think|condemn)\b"
    r"|\b(?:according\sto|quot(?:es?|ed|ing)\s(?:of|from|by)|words\sof|said\sby|statement\sby"
    r"|says)\s(?:(?:Mr|Ms|Mrs|Dr|Minister|Secretary|President"
    r"|Foreign\sMinister)\.?\s){0,2}(?P<source>[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)?)",
)
_NO_SPEAKER = compile_on_use(
    r"(?:they|it|he|she|you|we|i|anyone|anybody|someone|one|who|the|ministers?|leaders?|countries"
    r"|governments?|statements?|text|document|"
    r"that|this|these|those|any|all|there|parties|council|sides?|both|everyone|nobody|doc|issuer|quote"
    r"|g|envoys?|officials?|people|states|"
    r"security|un|nato|eu|been|ever)",
    re.IGNORECASE,
)


def find_speaker(said: str) -> str:
    """Return the person whose words are asked for ("did Kamikawa say …"); no state, no group."""
    match = _SPEAKER.search(said)
    name = (match["name"] or match["source"]) if match else ""
    first = name.split()[0] if name else ""
    if (
        not name
        or _NO_SPEAKER.fullmatch(first)
        or any(word.key in STATES or word.key in GROUPS for word in split_words(name))
    ):
        return ""
    is_name = first[0].isupper() or not is_english(first.lower())
    return name if is_name and len(first) > 2 else ""


_A_NUMBER = compile_on_use(NUMBER, re.IGNORECASE)
_DIGITS = compile_on_use(r"es-\d+/\d+|\d+(?:/\d+)?$", re.IGNORECASE)


def find_number(text: str) -> str:
    """Return the number of the resolution that is asked for; empty without one."""
    match = _A_NUMBER.search(text)
    digits = _DIGITS.search(match[0]) if match else None
    return digits[0].upper() if digits else ""


_INSTRUMENTS = compile_on_use(
    r"\b(?:resolutions?|unscrs?|treat(?:y|ies)|conventions?|instruments?|executive\sorders?|covenants?"
    r"|statutes?|citations?|protocols?)\b",
    re.IGNORECASE,
)


def is_about_instruments(sentence: str) -> bool:
    """Tell whether a question names a kind of instrument, or the number of one."""
    return bool(_INSTRUMENTS.search(sentence) or _A_NUMBER.search(sentence))


_UN = r"(?:un|u\.n\.|united\snations)"
_CITATION_KINDS: dict[str, tuple[CitationKind, ...]] = {
    rf"\b{_UN}\s(?:legal\s)?(?:instruments?|documents?|texts?)\b": (
        CitationKind.UNSC_RESOLUTION,
        CitationKind.UNGA_RESOLUTION,
        CitationKind.OTHER_UN_DOCUMENT,
    ),
    r"\b(?:unscrs?|scrs?|unsc|security\scouncil|s/res|sc\sresolutions?|(?:un|the)\scouncil|council\sresolutions?"
    r"|council(?=\s(?:and|or)\s(?:the\s)?general))\b": (CitationKind.UNSC_RESOLUTION,),
    r"\b(?:unga|general\sassembly|ga\sresolutions?|a/res)\b": (CitationKind.UNGA_RESOLUTION,),
    rf"\b{_UN}\sresolutions?\b": (CitationKind.UNSC_RESOLUTION, CitationKind.UNGA_RESOLUTION),
    r"\b(?:treat(?:y|ies)|conventions?|covenants?|protocols?)\b": (CitationKind.TREATY,),
    r"\b(?:executive\sorders?|presidential\sorders?|e\.?o\.?s?)\b": (CitationKind.EXECUTIVE_ORDER,),
    r"\b(?:statutes?|statutory|acts?\sof\scongress|legislation"
    r"|(?:us|u\.s\.|american|domestic|federal)\s(?:laws?|acts?))\b": (CitationKind.STATUTE,),
    r"\b(?:iaea\s(?:\w+\s)?(?:documents?|docs?|papers?|resolutions?|reports?|decisions?|texts?)|gov/)": (
        CitationKind.IAEA_DOCUMENT,
    ),
    r"\b(?:agreements?|accords?|pacts?|memorand(?:um|a))\b": (CitationKind.AGREEMENT,),
}


_EXCEPTED = compile_on_use(
    r"\b(?:apart\sfrom|other\sthan|except(?:ing)?(?:\sfor)?|besides|beside|excluding|without"
    r"|aside\sfrom|but\snot|not\scounting|beyond|no|not|rather\sthan|instead\sof|never\smind|leave\sout"
    r"|skip(?:ping)?|minus|sans)\s(?:the\s|any\s)?"
    r"(?:un\s|unsc\s|security\scouncil\s|executive\s|general\sassembly\s)*[\w-]+",
    re.IGNORECASE,
)


_OF_ANY_KIND = compile_on_use(
    r"\b(?:the\slot|and\sso\son|etc|whatever|of\s(?:any|every)\s(?:kind|sort)|all\skinds)\b"
    r"|\bresolutions\s?[/,]\s?(?:treaties|conventions|orders|statutes)\s?(?:[/,]|and|or)\s?(?:treaties|conventions"
    r"|orders|statutes|acts|eos)",
    re.IGNORECASE,
)
"""What follows some kinds and means all: "resolutions, treaties, orders, the lot"."""
_NO_RESOLUTION = compile_on_use(
    rf"\b(?:other\s)?{_UN}\s(?:papers?|documents?|docs?|texts?|reports?|letters?)\b(?=.*\bresolutions\b)"
    rf"(?=.*\b(?:not|other\sthan|except|besides|beyond|apart|aside|excluding|but)\b)"
    rf"|\b{_UN}\s(?:reports?|letters?)\b|\b(?:apart\sfrom|besides|beyond|except"
    rf"|other\sthan)\s(?:the\s)?resolutions\b.*\b{_UN}\s(?:papers?|documents?|docs?|texts?)\b",
    re.IGNORECASE,
)


def find_citation_kinds(sentence: str) -> tuple[CitationKind, ...]:
    """Return the kinds of instrument that a question names; none where it says "resolutions" or "instruments"."""
    if _OF_ANY_KIND.search(sentence):
        return ()
    if _NO_RESOLUTION.search(sentence):
        return (CitationKind.OTHER_UN_DOCUMENT,)
    asked = _EXCEPTED.sub("", sentence)
    found = [kinds for pattern, kinds in _CITATION_KINDS.items() if re.search(pattern, asked, re.IGNORECASE)]
    return tuple(dict.fromkeys(kind for kinds in found for kind in kinds))


_POSITION_KINDS = {
    PositionKind.DEMAND: r"\b(?:demand\w*|ask(?:s|ed|ing)?|exigenc\w+|insistences?|calls"
    r"|call(?:s|ed|ing)?\s(?:for|on|upon|to)|urg(?:e|es|ed|ing|ings)"
    r"|want\w*|requests?|requir\w+|insist\w*|appeals?|exhort\w+)\b",
    PositionKind.COMMITMENT: r"\b(?:commit(?!tee)\w*|pledg\w+|promis\w+|undert(?:ak\w+|ook)|vow\w*|obligat\w+"
    r"|concessions?|on\sthe\shook|hook\sfor|sign(?:ed|ing)?\sup\s(?:to|for)|b(?:i|ou)nd(?:s|ing)?\s(?:themselves|itself)"
    r"|guarantees?|assurances?|engagements?|on\stheir\splate)\b",
    PositionKind.STANCE: r"\b(?:condemn\w*|stances?|tone|wording|language|rhetoric|denounc\w+|denunciat\w+|regret\w*"
    r"|critici\w+|harsh\w*|temperature|deplor\w+|welcom\w+|verbs?"
    r"|concern(?:ed|s)?|support\w*|oppos\w+|reject\w*|strength|express\w*|phras\w+)\b",
}


_OF_TONE = compile_on_use(r"\b(?:verbs?|tone|temperature|harsh\w*|how\sstrong\w*)\b", re.IGNORECASE)
"""What asks how things are put, whatever verbs are named: "which verbs do they use - urge, condemn, regret?"."""


def find_position_kinds(sentence: str) -> tuple[PositionKind, ...]:
    """Return the kinds of position that a question names; none where it asks for all."""
    if _OF_TONE.search(sentence):
        return (PositionKind.STANCE,)
    return tuple(kind for kind, pattern in _POSITION_KINDS.items() if re.search(pattern, sentence, re.IGNORECASE))


_ABOUT = compile_on_use(
    r"(?:\b(?P<before>[\w-]+)\s)?\b(?P<word>about|regarding|concerning|on|over|against|towards?)\s(?:the\s)?"
    r"(?P<topic>\w[^?.!,;:@()]{1,60}?)"
    r"(?=\s(?:are|is|were|was|get|gets|do|does|did|have|has|that|which|in|from|since|before|after|please|pls|and|or|by"
    r"|with|cited|mentioned|named|to|list|only)\b|\s@|[?.!,;:()]|$)",
    re.IGNORECASE,
)
_GOES_ON = compile_on_use(
    r"lean\w*|rel(?:y|ies|ied|ying)|bas(?:e|es|ed|ing)|dr(?:aw|aws|awn|awing|ew)|rest\w*|hang\w*|hung|buil\w+|stand\w*"
    r"|call\w*|go(?:es|ing)?|back|themselves|itself|ground\w*|pin\w*|depend\w*|touch\w*|put\w*|keep\w*|agree\w*",
    re.IGNORECASE,
)
"""What goes on with "on": "what do they rely on", "whom do they call on"."""
_NO_TOPIC = compile_on_use(
    r"^(?:it|its|them|their|they|this|that|these|those|there|here|what|which|any|all|each|every\w*|anything|us|me|you|our"
    r"|your|file|record|hand|paper|board|behalf|grounds?|how|why|who|where|when|earlier|previous|other|one|a|an|both"
    r"|either|demand|deadline|which|today|monday|tuesday|wednesday|thursday|friday|saturday|sunday|time|balance|top"
    r"|purpose|average|screen|air|legal|time|all)\b"
    r"|\b(?:resolutions?|unscrs?|treat(?:y|ies)|statements?|texts?|documents?|council|assembly|line|list|table)\b|\d{3}",
    re.IGNORECASE,
)


def find_topic(sentence: str) -> str:
    """Return what a list is limited to: "which resolutions about Gaza are cited?"; empty where it is to nothing.

    After "over" and the like only a name is a topic, after "about" any words are, and after "on" those that end the
    question ("what do they commit to on climate?").
    """
    for match in _ABOUT.finditer(sentence):
        topic, word = match["topic"].strip(" '\""), match["word"].lower()
        if _NO_TOPIC.search(topic) or _GOES_ON.fullmatch(match["before"] or ""):
            continue
        ends = word == "on" and len(topic.split()) <= _TOPIC_WORDS and not sentence[match.end() :].strip(" ?.!")
        if word in {"about", "regarding", "concerning"} or ends or _is_named(topic):
            return topic
    return ""


_TOPIC_WORDS = 3


def _is_named(words: str) -> bool:
    """Tell whether words are a name: they have a capital, or are one that is known in small letters too."""
    return words[0].isupper() or any(word.key in STATES or word.key in GROUPS for word in split_words(words))


_NAME = r"(?P<name>(?:the\s)?[^?.!,;:@()]{2,60}?)"
_TO_WHOM = (
    # "demands on the DPRK", "asks of Iran", "demands are made of Russia"
    compile_on_use(
        r"\b(?:demands?|asks?|calls|requests?|appeals?|expectations?|conditions?|requirements?)\s"
        rf"(?:(?:are|is|were|do|does|did|they|made|put|placed|make|addressed|directed|the|g7|we|have|that)\s){{0,5}}"
        rf"(?:on|upon|of|to|from|against|at|for)\s{_NAME}(?=\s(?:in|from|since|to|please|pls|and|by|with|over|about|on)\b"
        r"|\s@|[?.!,;:()]|$)",
        re.IGNORECASE,
    ),
    # "what do they want ICAO to do"
    compile_on_use(
        rf"\b(?:want|wants|urge|urges|urged|ask|asks|asked|expect|expects|tell|call(?:s|ed)?\s(?:up)?on)\s{_NAME}"
        r"\sto\b",
        re.IGNORECASE,
    ),
)


def find_addressee(sentence: str) -> str:
    """Return whom the demands that are asked for must be made of: "what demands are made of Russia?"."""
    for pattern in _TO_WHOM:
        for match in pattern.finditer(sentence):
            name = re.sub(r"^the\s", "", match["name"], flags=re.IGNORECASE).strip(" '\"")
            if name and not _NO_TOPIC.search(name) and _is_named(name):
                return name
    return ""


_ONE_VERB = compile_on_use(r"\b(condemn|deplor|denounc|regret|welcom|reject|applaud|commend)(?:e|s|es|ed|ing|ation)?\b")


def find_verb(sentence: str) -> str:
    """Return the verb whose positions are asked for, without its ending: "what did the G7 condemn?".

    Empty where none is named, or several are.
    """
    found = {match[1].lower() for match in _ONE_VERB.finditer(sentence.lower())}
    return found.pop() if len(found) == 1 and not _OF_TONE.search(sentence) else ""
