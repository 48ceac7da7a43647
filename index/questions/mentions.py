"""What a question asks the mentions of: "how often do they bring up Taiwan?" → Taiwan."""

import re

from index.questions.wordings import COME_UP, MAKERS, MENTION, MENTIONED, NUMBER, OFTEN
from index.text.names import gazetteer
from index.text.patterns import compile_on_use


def find_asked_phrases(sentence: str) -> tuple[str, ...]:
    """Return the words or names whose occurrences a question asks for; none if it asks for no occurrences."""
    for pattern in _WORDINGS:
        for match in pattern.finditer(sentence):
            phrases = [phrase for part in _split(match["asked"]) if (phrase := _clean(part))]
            if phrases and all(_is_phrase(phrase, match[0]) for phrase in phrases):
                return tuple(phrases)
    return ()


def cut_exception(sentence: str) -> tuple[str, tuple[str, ...]]:
    """Return a sentence without its exception, and what is excepted: "Syria but not Iran" → Syria, Iran.

    Only names are excepted: "last but not least" is what somebody looks for, and "but not only once" is a remark.
    """
    for pattern in _EXCEPTIONS:
        for match in pattern.finditer(sentence):
            names = tuple(name for part in _JOINED_NAMES.split(match["names"]) if (name := _clean(part)))
            if names and all(map(_is_name, names)):
                return sentence[: match.start()] + sentence[match.end() :], names
    return sentence, ()


def _is_name(words: str) -> bool:
    is_short = len(words.split()) <= _MOST_WORDS
    return is_short and (words[0].isupper() or gazetteer().find_entity(words) is not None)


# -- Wordings ---------------------------------------------------------------------------------------------------------

_ASKED = r"(?P<asked>[^?!:;]{1,80}?)"
_NAMED = r"(?P<asked>(?:\S+\s){0,5}?\S+?)"
_ADVERBS = (
    r"(?:ever\s|even\s|also\s|explicitly\s|actually\s|specifically\s|directly\s|anywhere\s|at\sall\s"
    r"|once\s|already\s|really\s|being\s|been\s|get\s|gets\s|expressly\s|openly\s)*"
)
_BE = r"(?:is|are|was|were|be|been|being|has|have|had|gets?|get|got)"
_END = (
    r"(?=\s*(?:$|[?.!,;:(–—]|\b(?:in|within|across|by|throughout|anywhere|at\sall|overall|explicitly"
    r"|there|here|please|pls|and\sif\sso|and\swhere|and\show|or\snot|so\sfar|in\stotal|altogether"
    r"|since|before|after|over|from|during|per|for)\b|@doc))"
)
_AT_END = (
    r"(?=\W*$|\s(?:in\s|within\s|across\s)?(?:@doc|(?:the|these|this|your|any"
    r"|all)\s(?:\w+\s)?(?:statements?|texts?|documents?)|there|it|them|here|exactly|please|pls|first"
    r"|since|before)\b)"
)
"""Where "found" and "occur" are said of texts, and not of things in the world."""
_NOT_MENTIONING = (
    r"(?:(?:do|does|did)\s(?:not|never)|don['’]?t|doesn['’]?t|didn['’]?t|never|not)\s(?:ever\s)?"
    r"(?:mention|name|reference|include|contain|say|refer\sto)s?\s"
)
_NAMES = (
    r"(?P<names>[^?!:;,]{1,60}?(?:,\s(?:(?:and|or|nor)\s)?(?:not\s)?(?:the\s)?(?-i:[A-Z])[^?!:;,]{1,40}?){0,6})"
    rf"{_END}"
)
_WORD = (
    r"(?:the\s|a\s|an\s|any\s)?(?:exact\s)?(?:adjectives?|adverbs?|nouns?|collocations?|formula|strings?|labels?"
    r"|keywords?|words?|terms?|phrases?|expressions?|acronyms?"
    r"|abbreviations?|names?)\s(?:of\s|called\s|like\s)?"
)


def _wording(pattern: str) -> re.Pattern[str]:
    return compile_on_use(pattern, re.IGNORECASE)


_EXCEPTIONS = (
    # "Syria but not Iran", "Syria, and never Iran or Israel", "Syria but do not mention Iran"
    _wording(rf",?\s(?:but|and|yet)\s(?:{_NOT_MENTIONING}|(?:not|never)\s){_NAMES}"),
    # "Syria without mentioning Iran"
    _wording(
        r",?\swithout\s(?:any\smention\sof|(?:ever\s)?(?:mentioning|naming|referencing|including|referring\sto))\s"
        rf"{_NAMES}"
    ),
    # "how often is Syria mentioned in statements that do not mention Iran"
    _wording(
        rf"\s(?:in|by|among|across)\s(?:@docs?|(?:the\s|those\s)?(?:statements?|documents?|texts?|ones))\s"
        rf"(?:that|which)\s{_NOT_MENTIONING}{_NAMES}"
    ),
)
_JOINED_NAMES = compile_on_use(r",?\s(?:and|or|nor)\s(?:not\s)?|,\s(?:not\s)?", re.IGNORECASE)

_WORDINGS = (
    # a label and what it labels: "name screening: Lukashenka. any mention"
    _wording(
        r"^\W*(?:keyword|word|term|name|string)\s?(?:check|search|scan|screen(?:ing)?|hunt)\s?"
        r"(?:(?:in|within|across|over)\s(?:the\s)?@docs?)?\s?[:–—-]\s?(?P<asked>[^?!:;,.]{2,60})"
    ),
    # "how often is the DPRK mentioned", "how many times has the word peace been used"
    _wording(
        rf"\b{OFTEN}\s{_BE}\s(?:there\s)?(?!{MAKERS}\s{_ADVERBS}{MENTION}){_ASKED}\s(?:been\s"
        rf"|being\s)?{_ADVERBS}{MENTIONED}\b"
    ),
    # "how often does Iran come up"
    _wording(rf"\b{OFTEN}\s(?:do|does|did|would|will)\s{_ASKED}\s{_ADVERBS}{COME_UP}\b"),
    # "how frequently do they bring up Taiwan", "how many times have the ministers referred to Iran"
    _wording(
        rf"\b{OFTEN}\s(?:do|does|did|have|has|had|is|are)?\s?(?:{MAKERS}\s)?{_ADVERBS}(?:{MENTION}|talk(?:s"
        rf"|ed)?\s(?:about|of)|speak(?:s)?\s(?:about|of)|say|says|said)\s{_ASKED}{_END}"
    ),
    # "how many times China?", "how many mentions of China are there", "how many China mentions"
    _wording(
        rf"\bhow\smany\s(?:\w+\s)?(?:mentions?|occurrences?|references?|instances?|uses|hits"
        rf"|appearances?)\s(?:are\sthere\s)?(?:of|to|for|does)\s{_ASKED}(?:\s(?:are|is|get|do"
        rf"|have)\b.*)?{_END}"
    ),
    _wording(rf"\bhow\smany\s{_NAMED}\s(?:mentions|occurrences|references|hits|appearances)\b"),
    _wording(r"\bhow\smany\stimes\s(?:for\s)?(?P<asked>\S+(?:\s\S+){0,2})\W*$"),
    _wording(rf"^\W*(?:number\sof\s)?times\s(?:that\s|when\s)?{_ASKED}\s{_BE}\s{_ADVERBS}{MENTIONED}\b"),
    _wording(rf"\btimes\s(?:that\s|when\s)?{_ASKED}\s{COME_UP}\b"),
    _wording(
        rf"\bin\show\smany\s(?:of\s)?(?:the\s|your\s)?(?:@docs?|statements?|documents?|texts?"
        rf"|ones)\s(?:{_BE}|do|does|did)\s{_ASKED}\s(?:been\s)?{_ADVERBS}(?:{MENTIONED}|{COME_UP})\b"
    ),
    # "number of mentions of China", "number of times China is named", "frequency of the word peace"
    _wording(
        r"(?<!need\sa\s)(?<!want\sa\s)(?<!get\sa\s)\b(?:number|count|tally|total|frequency|sum)\s(?:of\s)?(?:all\s"
        r"|the\s)*(?:mentions?|occurrences?"
        rf"|references?|times|uses|instances|appearances|hits)?\s?(?:of|to|for)?\s(?!times\b|@doc"
        rf"|mentions?\b|statements?\b|countries\b|people\b){_ASKED}(?:\s(?:is|are|was|were|gets|has\sbeen"
        rf"|have\sbeen)\s{_ADVERBS}{MENTIONED}|\s{COME_UP})?{_END}"
    ),
    # "count China", "tally up the mentions of peace"
    _wording(
        rf"^\W*(?:please\s|pls\s|can\syou\s|could\syou\s|now\s)*(?:count|tally)\s(?:up\s)?(?:how\soften\s"
        rf"|for\sme\s|me\s|the\s|all\s|every\s)*(?:mentions?\sof\s|occurrences?\sof\s|references?\sto\s"
        rf"|uses\sof\s|instances\sof\s|word\s)?{_ASKED}{_END}"
    ),
    # "China count", "DPRK frequency?"
    _wording(
        r"^\W*(?P<asked>[\w.'-]+(?:\s[\w.'-]+){0,2})\s(?:word\s)?(?:count|frequency|tally|occurrences?"
        r"|mentions?|hits)\W*(?:in\s@docs?|please|pls)?\W*$"
    ),
    # "occurrences of China", "any mention of China", "references to the word peace", "first mention of AUKUS"
    _wording(
        rf"\b(?:mentions?|mentioning|occurrences?|instances?|appearances?|references?|usages?|hits"
        rf"|allusions?)\s(?:made\s|at\sall\s|anywhere\s)?(?:of|to|for|on)\s{_ASKED}{_END}"
    ),
    _wording(rf"\b(?:any|every|all|first|last|earliest|latest)\suses?\sof\s{_ASKED}{_END}"),
    # "when was AUKUS first mentioned", "when does hypersonics first appear", "first time that Iran comes up"
    _wording(
        rf"\bwhen\s(?:was|were|is|are|has|have)\s{_ASKED}\s(?:been\s)?(?:first|last|the\sfirst\stime"
        rf"|initially|most\srecently)\s{MENTIONED}\b"
    ),
    _wording(rf"\bwhen\s(?:did|do|does)\s{_ASKED}\s(?:first|last|initially)\s{COME_UP}{_AT_END}"),
    _wording(rf"\bwhen\s(?:did|do|does)\s{MAKERS}\s(?:first|last|initially)\s{MENTION}\s{_ASKED}{_END}"),
    _wording(
        rf"\b(?:first|last)\s(?:time|statement|document|place|appearance|one)\s(?:that\s|where\s|to\s"
        rf"|in\swhich\s|when\s|of\s)*{_ASKED}\s(?:is\s|was\s|are\s|were\s|got\s"
        rf"|has\sbeen\s)(?:first\s)?{MENTIONED}\b"
    ),
    _wording(rf"\b(?:first|last)\stime\s(?:that\s)?{_ASKED}\s{COME_UP}\b"),
    _wording(
        rf"\b(?:first|last)\s(?:time|statement|document|@doc)\s(?:that\s|where\s"
        rf"|to\s)*(?:{MAKERS}\s)?{MENTION}\s{_ASKED}{_END}"
    ),
    # "the word invasion": what is asked after stands beside it
    _wording(
        rf"\b(?:is|are|was|were|does|do|did|has|have|if"
        rf"|whether)\s{_WORD}{_NAMED}\s{_ADVERBS}(?:in\s@docs?\s)?{_ADVERBS}(?:{MENTIONED}|{COME_UP}"
        rf"|in\s(?:there|@docs?)|there|exist|anywhere|present)\b"
    ),
    _wording(rf"\b{MENTION}\s{_WORD}(?!@){_NAMED}{_END}"),
    _wording(
        rf"\b(?:say|says|said|saying|write|writes|search\sfor|find|look\sfor|looking\sfor|where\sis"
        rf"|where\sare|locate|contains?|containing|with)\s(?:the\s|any\s|every\s)(?:exact\s)?(?:word|term"
        rf"|phrase|expression|name)s?\s(?!@){_NAMED}{_END}"
    ),
    _wording(rf"\b(?:exists?|there\sis|is\sthere|are\sthere|there\sare)\s{_WORD}{_NAMED}{_END}"),
    # "where is Taiwan mentioned", "in which statements are the Houthis named"
    _wording(
        rf"\bwhere\s(?:else\s)?(?:exactly\s)?{_BE}\s{_ASKED}\s(?:been\s"
        rf"|being\s)?{_ADVERBS}{MENTIONED}{_AT_END}"
    ),
    _wording(
        rf"\bwhere\s(?:else\s)?(?:do|does"
        rf"|did)\s(?!{MAKERS}\s{_ADVERBS}{MENTION}\s){_ASKED}\s{_ADVERBS}{COME_UP}{_AT_END}"
    ),
    _wording(
        rf"\b(?:in\s)?(?:which|what)\s(?:of\s)?(?:the\s|these\s|your\s)?(?:@docs?|statements?|documents?"
        rf"|texts?|ones?|paragraphs?|passages?|sentences?|places?)\s{_BE}\s{_ASKED}\s(?:been\s"
        rf"|being\s)?{_ADVERBS}{MENTIONED}\b"
    ),
    _wording(
        rf"\b(?:in\s)?(?:which|what)\s(?:of\s)?(?:the\s|these\s|your\s)?(?:@docs?|statements?|documents?"
        rf"|texts?|ones?|paragraphs?|passages?|sentences?)\s(?:do|does"
        rf"|did)\s(?!{MAKERS}\s{MENTION}){_ASKED}\s{_ADVERBS}{COME_UP}\b"
    ),
    # "which statements mention Taiwan", "statements that name Iran", "every sentence with ironclad"
    _wording(
        rf"(?:@docs?|\bstatements?|\bdocuments?|\btexts?|\bones|\bparagraphs?|\bpassages?|\bsentences?"
        rf"|\bwho|\banyone|\banybody|\bplaces?|\blines?|\bparts?)\s(?:that\s|which\s|where\s|in\swhich\s"
        rf"|they\s|ever\s|all\s|do\s|does\s|did\s|also\s|explicitly\s|even\s|actually\s|has\s"
        rf"|have\s)*(?:mention(?:s|ed|ing)?|nam(?:e|es|ed|ing)|referenc(?:e|es|ed|ing)|refer(?:s|red"
        rf"|ring)?\sto|br(?:ing|ings|ought)\sup|contain(?:s|ed|ing)?|us(?:e|es|ed|ing)|talk(?:s|ed"
        rf"|ing)?\sabout|speak(?:s|ing)?\sof|includ(?:e|es|ing)|allud(?:e|es)\sto)\s{_ASKED}{_END}"
    ),
    _wording(
        rf"\b(?:every|each|all|any)\s(?:the\s)?(?:sentences?|paragraphs?|passages?|places?|lines?)\s(?:with"
        rf"|on|containing|mentioning|about)\s{_ASKED}{_END}"
    ),
    # "do they mention China", "does the Libya statement ever name Russia"
    _wording(
        rf"\b(?:do|does|did|has|have|had|ever|whether|if|would|will)\s{MAKERS}\s{_ADVERBS}(?:mention(?:s"
        rf"|ed)?|nam(?:e|es|ed)|bring\sup|brings\sup|brought\sup|referenc(?:e|es|ed)|refer(?:red|s)?\sto"
        rf"|contain(?:s|ed)?|includ(?:e|es|ed)|name-?drop|name-?check|use|used|uses|allude\sto"
        rf"|say\sanything\sabout\sthe\sword)\s{_ASKED}{_END}"
    ),
    _wording(
        rf"\bwhere\s(?:else\s)?(?:do|does|did|have|has)\s{MAKERS}\s{_ADVERBS}(?:{MENTION}|talk\s(?:about"
        rf"|of)|speak\s(?:about|of)|say)\s{_ASKED}{_END}"
    ),
    # "is China mentioned", "was North Korea ever named"
    _wording(
        rf"(?:^|\b(?:whether|if|and|or|also|see|know|check|hi|hello|hey|so|please)\W{{1,2}}"
        rf"|[,.:;–—-]\s?){_BE}\s(?!there\b|it\b|this\b|that\b){_ASKED}\s{_ADVERBS}(?:mentioned|named"
        rf"|referenced|referred\sto|brought\sup|name-?checked|name-?dropped|spoken\sof|talked\sabout"
        rf"|alluded\sto|used|written|included|found|listed|cited|invoked)\b"
    ),
    _wording(
        rf"\b(?:whether|if|that)\s{_ASKED}\s(?:is|are|was|were|has\sbeen|have\sbeen|gets"
        rf"|get)\s{_ADVERBS}(?:mentioned|named|referenced|referred\sto|brought\sup|name-?checked|used"
        rf"|written)\b"
    ),
    # "does China come up", "did the Houthis get a mention"
    _wording(
        rf"\b(?:do|does|did|has|have|whether|if)\s(?!{MAKERS}\s(?:mention|name|use|refer"
        rf"|bring)){_ASKED}\s{_ADVERBS}{COME_UP}\b"
    ),
    # "China mentioned?", "Taiwan in there?", "China anywhere?"
    _wording(
        r"^\W*(?:and\s|is\s|any\s)?(?P<asked>[\w.'-]+(?:\s[\w.'-]+){0,3})\s(?:is\s|are\s|ever\s|been\s"
        r"|gets\s|get\s|got\s|even\s)*(?:mentioned|named|referenced|brought\sup|come\sup|anywhere|in\sthere"
        r"|in\sany\s@?(?:docs?|statements?|of\sthem))\s?(?:anywhere|at\sall|in\sthere|in\s@docs?|somewhere"
        r"|ever|there|or\snot)?\W*$"
    ),
    # "Hunting the word junta. Where?", "the word Ukraine, is it existing in the texts?"
    _wording(
        r"^(?:\W|[\w']+\s){0,4}?(?:the\s)?(?:words?|terms?|phrases?|expressions?|names?)(?:\s(?:of|called|like))?\s"
        r"(?:(?:mr|mrs|ms|dr)\b\.?\s)?(?!(?:is|are|in|on|used|they|that|which"
        r"|for)\b)(?P<asked>(?:[\w.'-]+\s){0,4}?[\w.'-]+)\s?[,.:;–—-]+\s.*"
        r"\b(?:where|find|found|exist(?:s|ing)?|appears?|present|mentioned|used|in\s@docs?|there|often|times|count"
        r"|any|occurs?)\b"
    ),
    # "run the name Lukashenka through all texts", "screen the library for Wagner"
    _wording(
        rf"\b(?:run|put|feed)\s(?:the\s)?(?:name|word|term|phrase)?\s?{_ASKED}\s(?:through|against|past)\s(?:all\s"
        r"|the\s"
        r"|your\s|every\s|our\s)*(?:@docs?|statements?|texts?|library|documents?|corpus|archive|collection|index"
        r"|papers?)"
    ),
    _wording(
        r"\b(?:screen|scan|comb|trawl|sweep|scour|grep|sift|search|check|go\sthrough|look\sthrough)\s(?:through\s)?"
        r"(?:the\s|your\s|our\s|all\s|every\s|whole\s|entire\s|these\s|of\s)*(?:@docs?|statements?|texts?|library"
        r"|documents?"
        rf"|corpus|archive|collection|index|papers?|database|lot)\sfor\s(?:mentions?\sof\s)?{_ASKED}{_END}"
    ),
    # "UNSMIL how often", "denuclearization. freq.", "Indo-Pacific, count, 2022"
    _wording(
        r"^\W*(?P<asked>[\w.'-]+(?:\s[\w'-]+){0,3}?)\W{1,3}(?:how\s(?:often|many\stimes|frequent(?:ly)?|many)"
        r"|frequency|word\scount|count|tally|number\sof\s(?:times|mentions|hits)|occurrences?|mentions?|hits"
        r"|(?:where|anywhere)\sis\s(?:it|that)\s(?:mentioned|used|named))(?:\s(?:each|both|respectively|overall"
        r"|in\stotal))?(?:\W+(?:in|across)\s@docs?|\W+(?:please|thanks))*\W*$"
    ),
    _wording(rf"\bhow\s(?:frequent|common|widespread|rare)\s(?:is|are|was|were)\s{_ASKED}{_END}"),
    # a label, with or without a mark: "keyword check, women's rights", "Ctrl+F for me: Stephanie Williams"
    _wording(
        r"^\W*(?:keyword|word|term|name|text|full-?text|string)\s?(?:check|search|scan|screen(?:ing)?|hunt|hit|hits"
        r"|look-?up|count)s?"
        r"\s?(?:for|on|of)?(?:(?:in|within|across"
        r"|over)\s(?:the\s)?@docs?)?\W{1,3}(?:the\s)?(?P<asked>[^?!:;,]{2,60}?)(?=\W*$|[,?!;])"
    ),
    _wording(
        r"\b(?:ctrl|control|cmd|command)\W{0,3}f(?:ind)?\b(?:\sfor)?(?:\s(?:me"
        r"|us))?\W{1,3}(?:for\s)?(?P<asked>[^?!:;,]{2,60})"
    ),
    _wording(
        r"\b(?:zero|no|any|0)\s(?:mentions?|occurrences?|hits?|references?|trace|sign|instances?)\s(?:of|for"
        rf"|to)\s{_NAMED}(?=\s?(?:[?,;–—-]|$))"
    ),
    # "@docs, count Houthis please"
    _wording(
        r"@docs?\W{1,3}(?:please\s)?(?:count|tally)\s(?:the\s|mentions\sof\s"
        r"|word\s)*(?P<asked>[\w.'-]+(?:\s[\w.'-]+){0,3}?)(?:\s(?:please|thanks))?\W*$"
    ),
    # one name after "ever say": "do they ever say wagner"; or before "hits": "abductions hits? the desk is asking"
    _wording(
        rf"\b(?:do|does|did|has|have)\s{MAKERS}\s(?:ever|anywhere|even\sonce|once|actually\sever)\s(?:say|said|utter"
        r"|write|drop|speak\sof|talk\sabout)\s"
        r"(?P<asked>[\w.'-]+(?:\s[\w.'-]+){0,2})\W*$"
    ),
    _wording(r"^\W*(?P<asked>[\w'-]+(?:\s[\w'-]+)?)\s(?:hits|mentions|occurrences|frequency)\W{1,2}\s"),
    # "torture never gets a mention"
    _wording(
        r"\b(?:confirm|true|sure|certain|right|correct|check|verify|know|see)\s(?:to\sme\s)?(?:that\s|whether\s|if\s)"
        rf"{_ASKED}\s(?:is\s|are\s|was\s|has\s|does\s|do\s)?(?:never|not|nowhere|n't)\s(?:once\s|ever\s|been\s)*"
        rf"(?:{COME_UP}|{MENTIONED}|mention|come\sup|appear|get\sa\smention)\b"
    ),
    # "anyone mention tik tok", "who talks about the Houthis" only of documents
    _wording(
        r"^\W*(?:does\s|did\s|do\s|has\s)?(?:anyone|anybody|someone"
        rf"|any\sof\sthem)\s{_ADVERBS}{MENTION}\s{_ASKED}{_END}"
    ),
    _wording(
        r"\b(?:which|what|how\smany|in\s(?:which|what))\s(?:\w+\s)?(?:@docs?|statements?|documents?|texts?"
        r"|papers?)\s(?:do|does|can|could)?\s?"
        rf"(?:one|i|you|we)?\s?(?:finds?|sees?|reads?)\s{_WORD}{_NAMED}{_END}"
    ),
    # "first time hypersonic pops up", "whens the first time anyone says quantum"
    _wording(
        r"\b(?:first|last|earliest|latest|most\srecent)\s(?:time|mention|appearance|use|occurrence)\s(?:that\s|of\s"
        r"|for\s)*"
        rf"{_WORD}{_NAMED}(?:\s(?:{COME_UP}|shows\s\w+\s\w+|(?:is|was|gets|got)\s{MENTIONED}|surfaces?"
        rf"|crops?\sup))?{_END}"
    ),
    # "when did the word hypersonic first pop up"
    _wording(
        rf"\bwhen\s(?:did|do|does|was|is)\s{_WORD}{_NAMED}\s(?:first|last|initially)\s(?:{COME_UP}|pop\sup|surface"
        r"|show\sup"
        rf"|turn\sup|enter|{MENTIONED})"
    ),
    # "how many times they say ironclad", "where's the word junta used"
    _wording(
        rf"\bwhere(?:'s|\sis|\sare|\swas)\s{_WORD}{_NAMED}\s(?:{MENTIONED}|found|at|hiding|to\sbe\sfound){_AT_END}"
    ),
    # "The name of Mr. Pedersen, is he mentioned"
    _wording(
        r"\b(?:the\s)?(?:name|word|term|phrase|expression)s?\s(?:of\s)?(?:mr\.?\s|mrs\.?\s|ms\.?\s|dr\.?\s"
        r"|president\s|minister\s)*"
        rf"(?P<asked>[\w.'-]+(?:\s[\w.'-]+){{0,3}}?),\s(?:is|are|was|were|does|do|has)\s(?:he|she|it|they)\s{_ADVERBS}"
        rf"(?:{MENTIONED}|{COME_UP}|come|there|in\b|exist|appear)"
    ),
    # "search for the exact phrase nuclear war", "find every China", "look for Taiwan"
    _wording(
        rf"^\W*(?:please\s|pls\s|can\syou\s)?(?:grep|ctrl\W?f|control\W?f|look\sup|word\ssearch"
        rf"|text\ssearch|keyword\ssearch|tally|word\scount|count|(?:number|count)\sof\s(?:mentions"
        rf"|occurrences|times)|occurrences?|mentions?|frequency)\s?:?\s(?:for\s)?(?:the\s)?(?:word\s|term\s"
        rf"|phrase\s)?{_ASKED}{_END}"
    ),
)

_LEADING = compile_on_use(
    r"^(?:(?:the|a|an|any|adjective|adverb|noun|collocation|formula|string|keyword|label|words?|word|words|term|terms"
    r"|phrase|phrases|expression|name|names|of|to|country"
    r"|state|topic|about|there|for|"
    r"exact|ever|explicitly|even|acronym|abbreviation|anything|like|either|neither|both|how\soften|word:)\s+)+",
    re.IGNORECASE,
)
_TRAILING = compile_on_use(
    r"(?:['’]s?\s(?:name|names)|[\s,]+(?:at\sall|anywhere|somewhere|in\sthere|there|here|please|pls"
    r"|overall|in\stotal|altogether|explicitly|by\sname|"
    r"ever|even\sonce|once|directly|in|within|in\sthem|in\sit|too|as\swell|now|exactly|specifically"
    r"|or\snot|so\sfar|by|if\sso|been|"
    r"being|gets|got|mentioned|thanks|thank\syou|are|is|itself|in\s@docs?|across|and|get|even|actually|already|then"
    r"|again|'s\sname|"
    r"in\s(?:any|all|every|each|the|these|those|our|your|this|that)(?:\sof)?(?:\s\w+){0,3}|"
    r"made|first|last|nowhere|never))+$",
    re.IGNORECASE,
)
_MARKS = " \t.,;:!?\"'“”‘’«»()[]{}*_`~–—-/"


def _clean(part: str) -> str:
    text = part.strip(_MARKS)
    for _ in range(3):
        text = _TRAILING.sub("", _LEADING.sub("", text)).strip(_MARKS)
    return text


def _split(asked: str) -> list[str]:
    parts = re.split(r"\s*(?:,\s*(?:and|or)\b|,|\bn?or\b|\band/or\b|\bvs\.?\s|\bversus\b|/)\s*", asked)
    return [
        piece for part in parts for piece in (re.split(r"\s+and\s+", part) if _joins_names(part) else [part]) if piece
    ]


def _joins_names(part: str) -> bool:
    # "China and Taiwan" are two, "peace and security" is one.
    return (
        re.fullmatch(
            r"(?:the\s)?[A-Z][\w.'-]*(?:\s[A-Z][\w.'-]*)*\sand\s(?:the\s)?[A-Z][\w.'-]*(?:\s[A-Z][\w.'-]*)*",
            part.strip(),
        )
        is not None
    )


_MOST_WORDS = 6
_NO_PHRASE = compile_on_use(
    rf"@|\b(?:that|which|what|who|whom|whose|when|why|how|they|them|it|he|she|you|we|is|are|was|were|do"
    rf"|does|did|has|have|"
    rf"had|will|would|should|because|if|whether|anyone|someone|something|anything|everything|nothing"
    rf"|statements?|documents?|"
    rf"many|much|any|this|these|those|times|often|there|specific|number|numbers|each\sother|details?)\b"
    rf"|^(?:as|by|how)\b|^(?:mention(?:ed|s)?|name[sd]?|"
    rf"use[sd]?|occur\w*|cited?|word|term|phrase|dates?|countries|country|people|something|else|one"
    rf"|ones|in|at|of|to|up|date|time)$"
    rf"|{NUMBER}",
    re.IGNORECASE,
)
_IS_INSTRUMENT = compile_on_use(
    r"\b(?:resolutions?|unscrs?|scrs?|treat(?:y|ies)|conventions?|protocols|covenants?|instruments?"
    r"|statutes?|executive\sorders?|legal\sbas[ie]s)\b",
    re.IGNORECASE,
)
_NUMBERED_COMMITTEE = compile_on_use(r"\b\d{3,4}\s(?:\w+\s){0,2}committee\b", re.IGNORECASE)
_SAYS_WORD = compile_on_use(r"\b(?:words?|terms?|phrases?|expressions?)\b", re.IGNORECASE)


def _is_phrase(phrase: str, wording: str) -> bool:
    # The 1718 Committee is a body and no resolution.
    named = _NUMBERED_COMMITTEE.sub("committee", phrase)
    if not len(phrase) > 1 or len(phrase.split()) > _MOST_WORDS or _NO_PHRASE.search(named):
        return False
    # "is any resolution mentioned" asks for citations; "how often is the word resolution used" for the word.
    return not _IS_INSTRUMENT.search(phrase) or _SAYS_WORD.search(wording) is not None
