"""What is no question: talk that asks nothing, and calls for help."""

import re

from index.engines.title_words import GROUPS, STATES, split_words
from index.text.patterns import compile_on_use


def is_call_for_help(text: str) -> bool:
    """Tell whether a text asks what can be asked here."""
    if len(text) > _LONGEST:
        return False
    return _HELP.fullmatch(text) is not None or (_ABLE.search(text) is not None and not _ON_SUBJECT.search(text))


def is_chatter(text: str) -> bool:
    """Tell whether a text asks nothing: thanks, consent, greetings, talk between people."""
    if len(text) > _LONGEST:
        return False
    rest, said = text, False
    while (match := _CHATTER_START.match(rest)) and match.end():
        rest, said = rest[match.end() :], True
        rest = _CHATTER_REST.sub("", rest, count=1)
    if said and not re.search(r"\w", rest):
        return True
    if said and _is_remark(rest):
        return True
    if _REMARK.fullmatch(text) and not _ON_SUBJECT.search(rest):
        return True
    talk = rest if said else text
    return _TALK.match(talk) is not None and not _ON_SUBJECT.search(talk)


def _is_remark(rest: str) -> bool:
    # "cheers, that saves my bacon", "lol my bad wrong channel": a few words after thanks that ask and name nothing.
    words = re.findall(r"[\w'’]+", rest)
    if len(words) > _LONGEST_REMARK or "?" in rest or _ASKS.search(rest) or _ON_SUBJECT.search(rest):
        return False
    if any(character.isdigit() for character in rest) or re.search(
        r"\b(?:whos|whats|wheres|whens|cit\w+|sign\w*)\b", rest
    ):
        return False
    names = any(word[0].isupper() and word != "I" for word in words[1:])
    return not names and not any(word.key in STATES or word.key in GROUPS for word in split_words(rest))


_LONGEST_REMARK = 7
_ASKS = compile_on_use(
    r"\b(?:who|whom|whose|what|when|where|why|how|which|is|are|was|were|does|do|did|has|have|can|could|list|show|give"
    r"|find"
    r"|search|count|compare|check|open|print|read|tell|any|dates?|dated|positions?|issuers?|text|documents?|full|war"
    r"|use"
    r"|nuclear|powers?|missiles?|weapons?|peace|security|rights?|attacks?|arms|quote|verbatim|often|times|names?"
    r"|more|latest|about|self)\b",
    re.IGNORECASE,
)
_LONGEST = 200
"""Characters of the longest text that is taken for talk: who writes more has something to ask."""

# -- Wordings ---------------------------------------------------------------------------------------------------------

_HELP = compile_on_use(
    r"""
    \W*(?:hi|hey|hello|ok|so|please|pls|um)?\W*
    (?:
        /?help(?:\s(?:me|us|please|pls|out|menu|page|needed|wanted))* | (?:i\s|we\s)?need\s(?:some\s)?help
        | (?:can|could|would|will)\s(?:you|u|someone|anyone)\s(?:please\s)?(?:help|explain)(?:\sme
            |\sus)?(?:\s(?:how\s(?:this|it|you)\sworks?|out|please))*
        | (?:usage|commands?|instructions?|manual|man|options|examples?|tutorial|guide|getting\sstarted|\?+)
        | (?:what|wat|which\sthings)\s(?:else\s)?(?:can|do|could|are)\s(?:you|u|this\sbot|the\sbot|i)\s(?:do
            |ask|able\sto\sdo|for|help\s(?:me\s|us\s)?with|answer|say|type|capable\sof|know\show\sto\sdo)
            (?:\s(?:here|you|for\s(?:me|us)|with\s(?:you|this|this\sbot|it)|this\sbot|the\sbot))*
        | (?:what|which)\s(?:kind\sof\s|sorts?\sof\s|types?\sof\s)?(?:questions?|commands?|things)\s(?:can
            |could|do|are|should|may)\s.{0,60}
        | how\s(?:do|does|can|could|should|to)\s?(?:(?:i|we|you|u|one|this|it|that|the)\s?)?(?:bot\s|thing\s
            |app\s|tool\s|verbatim\s|use\s|ask\s|query\s|talk\sto\s|search\s|get\sstarted|interact\swith\s
            |go\sabout)*
            (?:this|it|you|u|the\sbot|this\sbot|verbatim|work|works|with|questions?|\s|something|here
                |a\squestion|get\sstarted)*
        | (?:who|what)\s(?:are|r)\s(?:you|u)(?:\s(?:for|exactly|supposed\sto\sdo))? | what(?:'s|\sis)\s(?:this
            |verbatim|this\sbot|the\sbot|this\sthing)(?:\s(?:for|bot|about))?
        | what\sdo(?:es)?\s(?:you|this\sbot|the\sbot|verbatim|this)\s(?:actually\s)?do
        | (?:(?:show|give|list|tell)\s(?:me\s|us\s)?)?(?:(?:some|a\sfew|the|your|all|available|all\sthe
            |any)\s)*+(?:sample\s|example\s|possible\s)?(?:commands|examples?|example\squestions?
            |sample\squestions?|questions|usage|options|features|capabilities)
            (?:\s(?:of\s(?:questions|what\s(?:i|you)\scan\s(?:ask|do)|queries)|i\scan\s(?:ask|use)|please|pls
                |available))*
        | (?:i(?:'m|\sam)\s)?(?:new\shere|lost|confused|not\ssure\s(?:what|how)\sto\s(?:ask|do|use)(?:\s(?:this
            |you|it))?)
        | (?:explain|introduce)\s(?:yourself|how\s(?:this|it|you)\sworks?)
    )
    \W*(?:please|pls|again|thanks|here)?\W*
    """,
    re.VERBOSE | re.IGNORECASE,
)

_ABLE = compile_on_use(
    r"""
    ^\W*(?:(?:give|show)\s(?:me\s|us\s)?)?(?:some\s|a\sfew\s)?examples?\sof\s(?:stuff|things|questions|what)\s.{0,30}$
    | ^\W*(?:what|which)\s(?:commands?|options|features|functions|verbs)\b[^.?!]{0,30}$
    | \b(?:what|which|how)\b[^.?!]{0,30}\b(?:
        (?:(?:can|could|should|may|do)\s(?:i|we|one|people)|(?:am\si|are\swe)\s(?:allowed|able|supposed|permitted)\sto)\s(?:\w+\s)?
            (?:ask|type|do|use|try|look\sup|query|say)
            (?:\s(?:you|u|it|here|this|this\sbot|the\sbot|of\syou|for|about|with))*
        | (?:can|could)\s(?:you|u|this\s\w+|the\sbot|it)\s(?:actually\s|even\s)?
            (?:do|answer|look\sup|help(?:\sme|\sus)?\swith|handle|offer|find)
        | (?:you(?:'re|\sare)|are\syou|is\s(?:this|the)\s(?:bot|thing|tool)|this\s(?:bot|thing|tool)\sis)\s
            (?:able\sto|capable\sof|good\sfor|for|here\sfor|about)
            (?:\s(?:do|doing|look\sup|find|answer|help\swith|tell\s(?:me|us)|offer))?
        | is\sit\s(?:that\s)?(?:you|this\sbot)\s(?:actually\s|even\s|really\s)?(?:do|does)
        | (?:kinds?|sorts?|types?)\sof
            \s(?:requests?|questions?|queries|input|things?|stuff)
            \s(?:do|can|will|are)\s(?:you|i|we|this|the\sbot).{0,30}
        | (?:does|do)\s(?:this|the|that)\s(?:bot|thing|tool|app|assistant|channel)\s(?:actually\s)?
            (?:do|work|function|know)
        | (?:commands?|options|features|functions|verbs|keywords)\s(?:exist|are\sthere|work|do\s(?:you|i|we)\s\w+
            |are\s(?:available|supported|possible)|can\s(?:i|we)\s\w+)
    )\W*(?:please|pls|exactly|here|thanks|then|anyway|now|again)?\W*$
    | \b(?:walk|talk|guide|take)\s(?:me|us)\sthrough\s(?:what|how)\s(?:you|this|it)\b
    | \b(?:how|where)\s(?:do|should|would|can)\s(?:i|we|one)\s(?:even\s)?
        (?:start|begin|phrase\s(?:a\squestion|this|things|my\squestion)|use\s(?:you|this|it))\W*$
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Questions about what can be asked, wherever they stand: "new here. how does this bot work"."""

_CHATTER_START = compile_on_use(
    r"""
    \W*(?:
        (?:many\s|much\s|ok(?:ay)?\s|great\s|cool\s|perfect\s|awesome\s|super\s|nice\s|no\s|and\s|hey\s)?
            (?:thanks|thank\s(?:you|u|ya)|shukran|arigatou?|obrigad[oa]|grazie|spasibo|ta|thankyou|thx|thnx|thks|tnx|ty|tysm|tyvm|cheers|merci|danke|gracias|arigato
                |much\sappreciated|appreciated?\s?(?:it)?|appreciate\s(?:it|that|the\shelp))
        | ok(?:ay|ie|ey)? | k | kk | great | cool | nice(?:\sone)? | perfect | awesome | super | excellent
            | brilliant | wonderful | amazing | fantastic | good(?:\s(?:one|job|bot|stuff|point|to\sknow|work
            |call|enough|news|idea))? | well\sdone | nicely\sdone
        | lol+ | lmao | rofl | ha(?:ha)+h? | he(?:he)+ | wow | whoa | omg | oops | ouch | hmm+ | ugh | meh
            | yay | yikes | damn | whew | phew | wtf | sigh | huh | aha | oh(?:\s(?:i\ssee|nice|great|wow|ok|no
            |well))? | ah+(?:\s(?:i\ssee|ok|nice))? | interesting | indeed | exactly | right | true
            | fair(?:\s(?:enough|point))? | makes\ssense | agreed | noted | understood | roger | ack
            | got\s(?:it|ya|u) | gotcha | sounds\sgood | works\sfor\sme | same(?:\shere)? | \+1 | \++
        | y(?:es|ep|up|eah|a)? | no(?:pe|t\sreally|\sworries|\sproblem|\sidea)? | nah | sure(?:\sthing)? | np
            | nvm | never\s?mind | my\sbad | sorry | will\sdo | on\sit | done | brb | afk | bbl | ttyl | fyi
            | lgtm | ic | tbh
        | hi | hello | hey | howdy | yo | good\s(?:morning|afternoon|evening|night|day) | morning | gm | gn
            | bye | goodbye | see\s(?:you|ya)(?:\s(?:later|tomorrow|soon|all))? | have\sa\s(?:good|nice
            |great)\s\w+(?:\s\w+)? | welcome | you(?:'re|\sare)\swelcome | happy\s(?:friday|monday|birthday
            |new\syear|weekend) | congrats | congratulations | how\sare\s(?:you|things)(?:\s(?:doing|today))?
            | how(?:'s|\sis)\sit\sgoing | what'?s\sup | sup
        | that(?:'s|\sis)\s(?:it|all|great|fine|good|perfect|helpful|right|enough|correct|interesting|weird
            |funny|strange|odd|(?:just\s|all\s)?what\s(?:i|we)\s(?:thought|needed|need|wanted|want)
            |exactly\swhat\si\s(?:needed|wanted))(?:\s(?:for\s(?:now|today)|to\sknow))? | very\s(?:helpful
            |useful|good|nice|interesting) | so\s(?:helpful|useful|cool|good) | helpful | useful
            | this\sis\s(?:great|helpful|useful|perfect|awesome|cool|amazing) | love\s(?:it|this) | you\srock
            | i\ssee | i\s(?:agree|understand|know) | let(?:'s|\sus)\sgo
        | :[\w+-]+:
    )(?![\w'’])
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Talk that asks nothing, at the beginning of a text."""

_CHATTER_REST = compile_on_use(
    r"^\W*(?:(?:ever|most|kindly|indeed|dearly|so|very|a|lot|much|many|again|all|everyone|everybody|team|folks|guys"
    r"|bot|verbatim|you|u"
    r"|for|the|this|that|it|help|"
    r"info|information|quick|answer|reply|really|indeed|now|then|there|mate|man|buddy|dear|sir|madam"
    r"|friend|helpful|useful|"
    r"in|advance|anyway|today|everything|was|is|very|super|of|your|to|know|have|good|one|great|nice"
    r"|day|cool|me|i|see|"
    r"needed|wanted|what|exactly|just|works|perfectly|perfect|very|appreciated|too|as|well|its|great"
    r"|job|work|done|stuff|"
    r"already|later|soon|ll|bit|million|tons|bunch|s|re|ok|okay|these|those|are|be|will|enough|point"
    r"|doing|my|our|kind|and)\b\W*)*",
    re.IGNORECASE,
)

_TALK = compile_on_use(
    r"""
    \W*(?:
        # "I'll put that in the memo", "will share it with the team later", "let me check with legal"
        (?:(?:i|we|he|she|they)(?:'ll|’ll|\swill|'m\sgoing\sto|\sam\sgoing\sto|'re\sgoing\sto|\scan|\sshall|'d
            |\shave\sto|\sneed\sto|\sshould|\smust|\smight|'ve|’ve|\shave)|will|gonna|going\sto|let\s(?:me|us)
            |let's|lemme)\s
            (?:just\s|then\s|also\s|now\s|already\s|quickly\s|have\sto\s|need\sto\s)*(?:put|share|send|add
                |forward|pass|post|use|include|take|look\s(?:at|into)|check\swith|check\sback|get\sback
                |come\sback|update|write|draft|ping|tell|let|talk|discuss|bring|copy|paste|circulate|circle
                |call|read|follow\sup|do|be|meet|sync|think|loop|raise|flag|email|mail|note|handle|leave|go
                |join|sleep|finish|prepare|attach|edit|review)\b(?!.*\?)
        # "can you take this one, Bob?", "see you at 3", "meeting moved to 3pm", "lunch?"
        | (?:@\w+|<@\w+>)\s.*
        | (?:can|could|would)\s(?:you|someone|anyone|u)\s(?:please\s)?(?:take\s(?:a\slook|this|over|care)
            |review\s(?:this|my)|look\s(?:at|into)\sthis|handle|join|call\sme|ping\sme|share\sthis|forward
            |send\s(?:me|us|this|that)\s(?:the\sdeck|the\smemo|to|an?\sinvite)|check\s?\??$)
        | (?:let's|lets|shall\swe|should\swe|we\sshould|we\scould)\s(?:discuss|meet|talk|sync|take\sthis|move
            |grab|go|chat|call|circle|use|leave|wait|do|include|put|add|send|get|have|break)\b
        | (?:lunch|coffee|meeting|standup|stand-up|call|sync)\b[^?]{0,40}\??$
        | (?:i\s(?:think|guess|believe|hope|love|like|agree|doubt|wonder\sif\swe)\b(?!.*\?))
        | (?:see|talk|speak)\s(?:you|ya|to\syou|u)\s.{0,40}$
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Talk between people. Anything with a word of the statements' world in it is a question all the same."""

_ON_SUBJECT = compile_on_use(
    r"\b(?:resolutions?|statements?|treat(?:y|ies)|cit(?:e|es|ed|ations?)|quot(?:e|es|ed)|mention(?:s"
    r"|ed)?|issued|sanctions?|which|"
    r"sign(?:ed|atories)|demands?|commitments?|g7|un|declaration|whether|know|find)\b",
    re.IGNORECASE,
)


_REMARK = compile_on_use(
    r"\W*(?:thanks?|thx|ty|ok(?:ay)?|nice|great|cool|perfect|good|awesome|lol|haha)\b[^?]{0,24}[,.!;–—-]\s*"
    r"(?!.*\b(?:who|what|when|where|why|how|which|is|are|does|do|did)\s)(?:[\w'’]+[\s,.!]+){0,5}[\w'’]+\W*"
    r"|\W*(?:ok(?:ay)?|yes|sure|yep)\s(?:will\sdo|let\sme\s\w+|sounds\s\w+|great|i\s\w+(?:\s\w+)?)\W*"
    r"|\W*good\s(?:catch|question|find|idea|luck|stuff)\W*|\W*you(?:'re|’re|\sare)\s(?:the\s\w+"
    r"|awesome|great|amazing|right|a\s\w+)\W*",
    re.IGNORECASE,
)
"""Thanks or consent and a few more words: "thanks a lot, that helps"."""
