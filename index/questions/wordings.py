"""How questions for each engine are worded: named patterns, each with the points that it counts.

They are matched against a question in which a quotation stands as `@quote` (`@quote1` one of a few words), a
description of statements as `@doc` or `@docs`, an issuer as `@maker`, and dates are left out: "which resolutions are
cited in the March 2022 statement on Libya?" is "which resolutions are cited in @doc?".
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from index.text.patterns import compile_on_use


class Engine(StrEnum):
    """The engines between which a question's wording decides."""

    SEARCH = "search"
    CITATIONS = "citations"
    QUOTE = "quote"
    OCCURRENCES = "occurrences"
    ISSUERS = "issuers"
    DATES = "dates"
    POSITIONS = "positions"
    COMPARISON = "comparison"
    STATEMENTS = "statements"
    SHOW = "show"
    CHATTER = "chatter"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Clue:
    """A wording that speaks for an engine, or with points below zero against it."""

    engine: Engine
    points: int
    pattern: re.Pattern[str]


ENOUGH = 3
"""Points from which a lookup is meant. A question that has fewer, or as many for two engines, is searched for."""


def weigh(sentence: str) -> Engine:
    """Return the engine that a question's wording speaks for; search when in doubt."""
    points = dict.fromkeys(Engine, 0)
    for clue in CLUES:
        if clue.pattern.search(sentence):
            points[clue.engine] += clue.points
    for engine, (needed, allowed) in _VOCABULARIES.items():
        if needed.search(sentence) and not _ELSE.sub("", allowed.sub(" ", sentence)).strip():
            points[engine] += ENOUGH
    if (
        _HAS_NUMBER.search(sentence)
        and not _ELSE.sub("", _AROUND_NUMBER.sub(" ", _HAS_NUMBER.sub(" ", sentence))).strip()
    ):
        points[Engine.CITATIONS] += ENOUGH
    best = max(points, key=lambda engine: points[engine])
    is_alone = sum(score == points[best] for score in points.values()) == 1
    return best if points[best] >= ENOUGH and is_alone else Engine.SEARCH


def speaks_of(engine: Engine, sentence: str) -> bool:
    """Tell whether a question has any word of what an engine lists, a resolution's number, or a word for statements.

    Only for the engines that list all there is where nothing else is asked.
    """
    named = _VOCABULARIES[engine][0], _ABOUT_STATEMENTS, _HAS_NUMBER
    return any(pattern.search(sentence) for pattern in named) or (
        engine is Engine.CITATIONS and bool(_ABOUT_CITATIONS.search(sentence))
    )


# -- Pieces -----------------------------------------------------------------------------------------------------------

DOC = (
    r"(?:@docs?|(?:the|this|that|these|those|your|our|any|each|all|which|what|how many|every)\s(?:of\sthe\s)?"
    r"(?:joint\s|official\s|g7\s|press\s|latest\s|last\s|whole\s|indexed\s|entire\s|full\s)*"
    r"(?:statements?|texts?|documents?|corpus|collection|releases?|communiqu[eé]s?|declarations?|docs?"
    r"|library|archive|"
    r"database|index|papers?|one|ones)"
    r"|it|this|that|they|them|these|those|there|here|anyone|anybody|anything|someone|@maker)"
)
"""What stands for statements: "the statement", "they", "it"."""

MAKERS = rf"(?:{DOC}|the\s(?:ministers|leaders|governments|g7|signatories|authors|countries|envoys|parties|sides))"

INSTRUMENT = (
    r"(?:(?:resolutions?|unscrs?|scrs?|treat(?:y|ies)|conventions?|protocols?|covenants?|instruments?|statutes?"
    r"|executive\sorders?|e\.?o\.?s?|acts?\sof\scongress|(?:un|u\.n\.|united\snations|legal|international"
    r"|iaea)\s(?:documents?|texts?|"
    r"agreements?|acts?|decisions?|sources?|authorit(?:y|ies)|instruments?|reports?)"
    r"|security\scouncil\s(?:decisions?|texts?|documents?)|legal\s(?:bas[ie]s|grounds?)|laws?|accords?"
    r"|pacts?"
    r"|res(?=\s(?:no|\d))|agreements?|charters?|memorand(?:um|a))\b|s/res\b|a/res\b|gov/\d)"
)

TREATY_NAME = (
    r"(?:\b(?:npt|tpnw|ctbt|jcpoa|cwc|bwc|unclos|ieepa|new\sstart|un\scharter|charter\sof\sthe\s(?:un"
    r"|united\snations)"
    r"|non-?\s?proliferation\streaty|geneva\sconventions?|vienna\sconventions?|chemical\sweapons\sconvention"
    r"|biological\sweapons\sconvention|law\sof\sthe\ssea|budapest\smemorandum|minsk\sagreements?|helsinki\sfinal\sact"
    r"|washington\streaty|north\satlantic\streaty|paris\sagreement|kyoto\sprotocol|genocide\sconvention"
    r"|sino-british\sjoint\sdeclaration|abraham\saccords|armistice\sagreement"
    r"|(?:[a-z-]+\s){1,3}(?:treaty|convention|charter|covenant|protocol))\b)"
)

CITE = (
    r"(?:(?:cit(?:e[sd]?|ing|ations?)|referenc(?:e[sd]?|ing)|referr(?:ed|ing)|refers?|invok(?:e[sd]?"
    r"|ing)|invocations?"
    r"|mention(?:s|ed|ing)?|quot(?:e[sd]?|ing)|nam(?:e[sd]|ing)|recall(?:s|ed|ing)?|list(?:s|ed)|not(?:e[sd])"
    r"|enumerat(?:e[sd]?|ing)|footnot(?:e[sd]?)|alluded?|alludes?|point(?:s|ed|ing)?\s(?:back\s)?to"
    r"|appeal(?:s|ed|ing)?\sto"
    r"|lean(?:s|ed|ing)?\s(?:up)?on|rel(?:y|ies|ied|ying)(?:\s(?:up)?on)?|rest(?:s|ed|ing)?\son"
    r"|draw(?:s|n|ing)?(?:\s(?:up)?on)?"
    r"|drew\s(?:up)?on|ground(?:s|ed|ing)?\s(?:in|on)|based\s(?:up)?on|bas(?:e|es"
    r"|ing)\s(?:\w+\s){1,3}on|buil(?:d|ds|t|ding)\s(?:up)?on|anchor(?:s|ed)?"
    r"|hang(?:s|ing)?\son|pin(?:s|ned)?\s(?:\w+\s){1,3}on|hark(?:s|en)?\sback|go(?:es)?\sback\sto|reaffirm(?:s|ed"
    r"|ing)?|reiterat(?:e[sd]?|ing)|hang(?:s"
    r"|ing)?\s\w+\son|stand(?:s|ing)?\son"
    r"|appear(?:s|ed|ing)?|occur(?:s|red|ring)?|come(?:s)?\sup|came\sup|coming\sup|crop(?:s|ped)?\sup"
    r"|pop(?:s|ped)?\sup|show(?:s|ed)?\sup"
    r"|turn(?:s|ed)?\sup|br(?:ing|ings|ought)\sup|touch(?:es|ed)?\s(?:up)?on|feature[sd]?|underpin(?:s"
    r"|ned)?|identified|specified"
    r"|depend(?:s|ed|ing)?\s(?:up)?on|deriv(?:e[sd]?|ing)\sfrom|us(?:e[sd]|ing)|contain(?:s|ed)?"
    r"|includ(?:e[sd]?|ing)|stand\sthere|found|figure[sd]?|call(?:s|ed)?\son|raise[sd]?|evoked?"
    r"|evokes?)\b)"
)
"""How a document leans on another."""

COME_UP = (
    r"(?:com(?:e|es|ing)\sup|came\sup|occurs?|occurred|appear(?:s|ed)?|show(?:s|ed)?\sup|crop(?:s"
    r"|ped)?\sup|pop(?:s|ped)?\sup"
    r"|turn(?:s|ed)?\sup|figures?|features?|featured|feature\sin|get(?:s)?\s(?:a\s)?(?:mention(?:ed)?"
    r"|named|used|referenced|brought\sup|cited))"
)

MENTIONED = (
    r"(?:mentioned|named|used|referenced|referred\sto|brought\sup|cited|invoked|found|spoken\sof"
    r"|written|named-?checked"
    r"|uttered|employed|repeated|featured|contained|name-?dropped|said|listed|talked\sabout"
    r"|alluded\sto|raised|included|evoked|discussed)"
)

MENTION = (
    r"(?:mention(?:s|ed|ing)?|nam(?:e|es|ed|ing)|us(?:e|es|ed|ing)|referenc(?:e|es|ed|ing)|refer(?:s"
    r"|red|ring)?\sto|br(?:ing|ings|ought|inging)\sup"
    r"|cit(?:e|es|ed|ing)|invok(?:e|es|ed|ing)|contain(?:s|ed|ing)?|includ(?:e|es|ed|ing)|utter(?:s"
    r"|ed)?|employ(?:s|ed)?|repeat(?:s|ed)?"
    r"|write|writes|name-?check(?:s|ed)?|name-?drop(?:s|ped)?|allud(?:e|es|ed)\sto|spell(?:s)?\sout"
    r"|featur(?:e|es|ed|ing)|have)"
)

OFTEN = (
    r"(?:how\s(?:many\s(?:\w+\s)?times|often|frequently|commonly|regularly)"
    r"|(?:the\s)?number\sof\stimes|in\show\smany\s(?:places|sentences|paragraphs|passages))"
)

NUMBER = (
    r"(?:\b(?:eo|res|unscr|scr|unsc)\d{2,5}\b|(?:a/res/)?es-\d+/\d+|a/res/\d+(?:/\d+)?|s/res/\s?\d{1,4}|\b(?:no\.?\s?"
    r"|number\s"
    r"|\#\s?)?(?!(?:19[4-9]|20[0-3])\d\b)\d{3,5}\b"
    r"|\b(?:cit(?:e|es|ed|ing)|invok(?:e|es|ed|ing)|referenc(?:e|es|ed|ing))\s(?:19[4-9]|20[0-3])\d\b"
    r"|\b(?:resolutions?|unscrs?|scrs?|unsc|res|order|e\.?o\.?|nos?\.?|number|council)\s(?:no\.?\s?"
    r"|number\s|\#\s?)?\d{1,5}\b)"
)
"""What can be the number of a resolution; 1945 to 2039 only after a word that says so."""

_ASK = (
    r"(?:which|what|whether|any|all|every|list|show|give|name|is|are|does|do|did|has|have|where"
    r"|how\smany|find|wh?at|each|tell)"
)


def _clue(engine: Engine, points: int, pattern: str) -> Clue:
    return Clue(engine, points, re.compile(pattern, re.IGNORECASE))


# -- Vocabularies -----------------------------------------------------------------------------------------------------

_ELSE = re.compile(r"[^\w]|@docs?|@maker|_")

_NEUTRAL = """
    a an the this that these those it its they them their there here which what whats whatever any all every
    each some is are was were be been being am do does did doing done has have had having can could would will
    shall should may might must to of in on at by for from with within inside into out up and or not no yes if
    whether as so then also too just only please pls kindly me us i we you your our my u ur tell show give list
    name say find get need want know like see check look hi hello hey dear team everyone folks thanks thank best
    regards cheers quick question briefing memo note report complete full entire whole overall total exactly
    actually really ever even anywhere somewhere single statement statements text texts document documents doc
    docs release releases declaration communique corpus collection library archive papers paper content contents
    one ones joint press official publicly explicitly specifically concretely altogether maybe perhaps possible
    together page part let lets s re ve d m ll provide summary overview help time now today about how who when
    where many much more exist exists existing present included contained extract collect gather set sources
    source depend depends found stand stands across passage passages paragraph paragraphs sentence sentences
    under taken gets written different various specific particular certain concrete mine writing piece article
""".split()  # noqa: SIM905 - a list of words reads best as words


def _vocabulary(needed: str, *words: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    allowed = "|".join(sorted({*_NEUTRAL, *" ".join(words).split()}, key=len, reverse=True))
    needed_pattern = re.compile(rf"\b(?:{needed})\b", re.IGNORECASE)
    # Most questions have nothing that is needed, and so never come to what is allowed beside it.
    return needed_pattern, compile_on_use(rf"\b(?:{allowed})\b", re.IGNORECASE)


_LEANING = (
    "cite cites cited citing citation citations reference references referenced referencing refer "
    "refers referred invoke "
    "invokes invoked invoking mention mentions mentioned mentioning quote quotes quoted name names "
    "named naming recall "
    "recalls recalled listed lists note noted point points pointed lean leans leaned rely relies "
    "relied rest rests rested "
    "draw draws drawn based base bases themselves itself upon build builds built ground grounded "
    "grounds back backs backed "
    "anchor anchored appear appears appearing come comes use uses used using contain contains "
    "featured features occur "
    "occurs authors author number numbers numbered no nos legal basis earlier previous international "
    "important relevant "
    "underlying underpin underpinning behind support supporting touched addressed covered raised "
    "brought bring brings "
    "pops crops shows turns up discussed talked play"
)
_INSTRUMENT_WORDS = (
    "resolution resolutions unscr unscrs scr scrs unsc security council united nations un general "
    "assembly unga treaty "
    "treaties convention conventions covenant covenants protocol protocols instrument instruments statute statutes "
    "executive order orders eo eos agreement agreements accords charter law laws human rights res sc"
)
_ISSUING = (
    "issue issues issued issuing issuer issuers sign signs signed signing signatory signatories "
    "signers release releases "
    "released releasing publish published publishing publishes author authors authored write wrote "
    "written make made makes "
    "put puts behind adopt adopted draft drafted come came comes joined join joins agreed sent send "
    "delivered give gave "
    "given announced proclaimed countries country governments government states state nations "
    "ministers minister leaders "
    "leader officials official party parties originator source origin responsible co cosigned "
    "cosigners together jointly "
    "group institutions institution body people person whom whose names name endorsed endorse backed "
    "names hands delegations"
)

_VOCABULARIES = {
    Engine.CITATIONS: _vocabulary(
        r"resolutions?|unscrs?|scrs?|treat(?:y|ies)|conventions?|covenants|protocols|instruments|statutes?"
        r"|executive\sorders?|"
        r"legal\sbas[ie]s|citations",
        _LEANING,
        _INSTRUMENT_WORDS,
    ),
    Engine.ISSUERS: _vocabulary(
        r"(?:(?:who|whom|whose|(?:which|what)\s(?:\w+\s)?(?:countr(?:y|ies)|governments?|states|nations"
        r"|ministers?|leaders|parties|"
        r"institutions?|bod(?:y|ies)|people|officials))\b(?=.*\b(?:issu\w+|sign\w*|releas\w+|publish\w*"
        r"|author\w*|wrote|written|behind|"
        r"put\w*|made|make|draft\w*|adopt\w*|gave|came|sent|joined|endorsed|backed|responsible|part(?:y"
        r"|ies)?|from|by|whose)))"
        r"|issuers?|signator(?:y|ies)|authors?",
        _ISSUING,
    ),
    Engine.DATES: _vocabulary(
        r"when|dates?|dated|(?:what|which)\s(?:day|month|year)|how\s(?:old|recent)",
        _ISSUING,
        "when date dates dated day month year days months years old recent publication timing calendar "
        "exact on carry "
        "carries bear bears timestamp since ago long issuance time",
    ),
    Engine.POSITIONS: _vocabulary(
        r"demand\w*|ask(?:s|ed|ing)?(?=\b.*\b(?:for|of|others)\b|s\b)|call(?:s|ed|ing)?\s(?:for|on|upon)"
        r"|urg(?:e|es|ed|ing|ings)|commit(?!tee)\w*|pledg\w+|"
        r"promis\w+|undertak\w+|vow\w*|condemn\w*|positions?|stances?|tone|wording|deplor\w+|appeals?"
        r"|exhort\w+|requests?",
        "demand demands demanded demanding demanded ask asks asked asking call calls called calling urge "
        "urges urged urging urgings commit "
        "commits commitment commitments committed committing pledge pledges pledged pledging promise "
        "promises promised promising "
        "undertake undertakes undertaking undertakings undertook vow vows vowed condemn condemns "
        "condemned condemning condemnation condemnations position "
        "positions stance stances tone wording language deplore deplored deplores appeal appeals exhort "
        "exhortations request "
        "requests others other people parties countries whom ministers leaders governments they take "
        "takes taken took make makes "
        "made making adopt adopted express expressed expresses expressing strong strongly strength verbs "
        "verb words worded "
        "phrased phrasing used use uses support supports supported oppose opposes opposed welcome "
        "welcomes welcomed reject "
        "rejects rejected positions concerns concerned concern everything anything something things upon "
        "set forth put forward "
        "actions action list points key main harsh tough firm signatories authors governments themselves "
        "jointly each envoys",
    ),
    Engine.COMPARISON: _vocabulary(
        r"compar\w+|differ\w*|versus|vs|chang\w+|contrast\w*",
        "compare compares compared comparing comparison comparisons differ differs differed different "
        "differently difference "
        "differences versus vs between change changes changed changing contrast contrasts contrasted two "
        "both other same "
        "similar wording language first second third earlier later latest last previous new old former "
        "since then year next "
        "each side compared relative than over version versions put diff against added removed dropped 2",
    ),
    Engine.STATEMENTS: _vocabulary(
        r"(?:statements|documents|docs|texts|corpus|collection|library|archive|papers|releases)(?=.*)"
        r"(?<!\bthe\sstatements)(?<!these\sstatements)(?<!in\sstatements)",
        "have hold holds got index indexed cover covers covered loaded stored store available inside "
        "system database keep kept "
        "know knows search searchable enumerate inventory catalogue catalog count number published "
        "issued released latest "
        "newest recent oldest first last bot collection currently right send hold",
    ),
}
"""Engine → what a question must have, and all the words it may have: nothing of the world is left to search for."""


_LEGAL = (
    r"(?:legal(?:ly)?\s(?:hooks?|bas[ie]s|grounds?|groundings?|backing|foundations?|underpinnings?|anchors?"
    r"|authorit(?:y|ies)"
    r"|sources?|references?|footing|pegs?)|footnotes?(?:\strails?)?|paper\s(?:trail|backing)|bibliograph(?:y|ies)"
    r"|works\scited"
    r"|instruments?|citations?|authorities\scited)"
)
"""What a document leans on, in the words of those who write notes."""

_TO_TONE = (
    r"(?:condemn(?:s|ed|ing)?|deplor(?:e|es|ed|ing)|regret(?:s|ted|ting)?|denounc(?:e|es|ed|ing)|welcom(?:e|es|ed|ing)"
    r"|critici[sz](?:e|es|ed|ing)|prais(?:e|es|ed|ing)|reject(?:s|ed|ing)?)"
)
_TO_ASK = (
    r"(?:demand(?:s|ed|ing)?|ask(?:s|ed|ing)?(?:\s(?:for|of))?|urg(?:e|es|ed|ing)|call(?:s|ed|ing)?\s(?:for|on|upon)"
    r"|request(?:s|ed|ing)?|requir(?:e|es|ed|ing)|want(?:s|ed)?|insist(?:s|ed|ing)?\son)"
)
_TO_PROMISE = (
    r"(?:promis(?:e|es|ed|ing)|pledg(?:e|es|ed|ing)|commit(?:s|ted|ting)?(?:\sto)?|undert(?:ake|akes|ook|aken|aking)"
    r"|vow(?:s|ed|ing)?|sign(?:s|ed|ing)?\sup\s(?:to|for)|b(?:i|ou)nd(?:s|ing)?\sthemselves\s(?:to)?)"
)

_HAS_NUMBER = re.compile(NUMBER, re.IGNORECASE)
_AROUND_NUMBER = _vocabulary(
    "x",
    _LEANING,
    _INSTRUMENT_WORDS,
    "same check anyone anybody carry carries hit hits trail keep still first fall falls",
)[1]
"""What may stand around a resolution's number where nothing else is asked: "same check for EO 13810"."""

_ABOUT_STATEMENTS = compile_on_use(rf"(?<!\w){DOC}\b", re.IGNORECASE)
_ABOUT_CITATIONS = compile_on_use(rf"\b{INSTRUMENT}|\b{CITE}|{_LEGAL}|{TREATY_NAME}|\blegal", re.IGNORECASE)

_WHETHER = compile_on_use(
    r"^\W*(?:(?:so|and|but|ok|hi|hello|please)\W+)*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would"
    r"|should|must)\b",
    re.IGNORECASE,
)
_CITING = compile_on_use(
    r"\b(?:cit(?:e|es|ed|ing|ations?)|mention\w*|referenc\w*|refer(?:s|red|ring)?|invok\w+|nam(?:e|es|ed|ing)|quot\w+"
    r"|recall\w*|list(?:s|ed)?|point(?:s|ed|ing)?|lean(?:s|ed|ing)?|rel(?:y|ies|ied|ying)|rest(?:s|ed|ing)?|hark\w*"
    r"|hang(?:s|ing)?|hooks?|footnot\w+|us(?:e|es|ed|ing)|appear\w*|occur\w*|bring|brings|brought|found|anywhere"
    r"|somewhere)\b|\bin\s(?:any|our|your|these|those|the|either|both)\b|\bin\s@docs?",
    re.IGNORECASE,
)
_LETTERS = compile_on_use(r"[^\W\d_]")


def asks_past_citing(sentence: str) -> bool:
    """Tell whether a yes-or-no question about a numbered resolution asks something else than whether it is cited.

    "Is 1718 cited?" does not, "was 1718 vetoed?" does: that it is cited answers nothing there.
    """
    if not _WHETHER.match(sentence) or not _HAS_NUMBER.search(sentence) or _CITING.search(sentence):
        return False
    rest = _AROUND_NUMBER.sub(" ", _HAS_NUMBER.sub(" ", sentence))
    return bool(_LETTERS.search(_ELSE.sub(" ", rest)))


# -- Clues ------------------------------------------------------------------------------------------------------------

CLUES = (
    # Citations -------------------------------------------------------------------------------------------------------
    # "which resolutions are cited", "the treaties that they lean on", "do they refer to a resolution"
    _clue(Engine.CITATIONS, 4, rf"\b{INSTRUMENT}.{{0,80}}\b{CITE}|\b{CITE}.{{0,60}}\b{INSTRUMENT}"),
    # "on what resolutions does it draw", "which UN texts stand behind this"
    _clue(
        Engine.CITATIONS,
        4,
        rf"\b(?:which|what|any|list(?:\s(?:of|all))?|all)\s(?:\S+\s){{0,4}}{INSTRUMENT}.{{0,60}}\b(?:behind"
        rf"|there|present|at\splay|in\splay|underl(?:ie|ies|ying))\b",
    ),
    # "UNSC resolutions in the Libya statement", "treaties in there"
    _clue(
        Engine.CITATIONS,
        4,
        rf"^(?:\W|and\s|so\s|please\s|pls\s|{_ASK}\s|me\s|us\s|out\s|the\s|of\s|(?:full\s)?list\s|un\s"
        rf"|unsc\s|(?:united\snations\s)?security\scouncil\s|council\s|relevant\s|different\s"
        rf"|human\srights\s|international\s|there\s|earlier\s|legal\s|are\s|were\s|is\s"
        rf"|their\s)*+(?:resolutions|unscrs|treaties|conventions|executive\sorders|instruments|statutes"
        rf"|legal\sbasis)(?:\s(?:are|is|were|do|does))?(?:\s(?:in|from|of|by|for|within|across|inside"
        rf"|behind)\s{DOC}|\s(?:there|at\sall|here|please|pls|have|we|present))*\W*$",
    ),
    # of a few words only: "the AUKUS statements: resolutions?"
    _clue(
        Engine.CITATIONS,
        4,
        r"^\W*(?:in\s|for\s)?@docs?\W{1,3}(?:which\s|what\s|any\s|list\s|the\s|all\s|un\s|unsc\s"
        r"|cited\s)*(?:resolutions|unscrs|treaties|conventions|executive\sorders|instruments|statutes)\W*$",
    ),
    # "resolution numbers", "a list of the citations"
    _clue(
        Engine.CITATIONS,
        4,
        r"\b(?:resolution|unscr|scr|unsc)s?\s(?:numbers?|nos?\.?|citations?|references?|refs)\b|\b(?:all"
        r"|list|every|show|the)\s(?:\S+\s)?citations\b",
    ),
    # "is 1718 cited", "which statements point to Resolution 2735", "does 2231 come up"
    _clue(
        Engine.CITATIONS,
        6,
        rf"{NUMBER}.{{0,60}}\b(?:{CITE}|{COME_UP}|anywhere|somewhere|in\sthere|present)|\b(?:{CITE}"
        rf"|{COME_UP}|any(?:thing|one)?\s(?:on|about)|look\sfor|find|search\sfor|looking\sfor|where\sis"
        rf"|any\ssign\sof|trace\sof|hits\s(?:for|on)).{{0,40}}{NUMBER}",
    ),
    _clue(
        Engine.CITATIONS,
        6,
        r"\b(?:cit(?:e|es|ed|ing)|invok(?:e|es|ed|ing)|referenc(?:e|es|ed|ing))\s(?:19[4-9]|20[0-3])\d\b",
    ),
    _clue(Engine.CITATIONS, 4, rf"\b(?:anything|something)\s(?:on|about)\s{NUMBER}"),
    # "1718?", "UNSCR 2254"
    _clue(
        Engine.CITATIONS,
        6,
        rf"^\W*(?:and\s|what\sabout\s|how\sabout\s|also\s|(?:un\s)?(?:security\scouncil\s"
        rf"|sc\s)?)?{NUMBER}(?:\s?\(\d{{4}}\))?\s?(?:in\s@docs?|anywhere|there)?\W*$",
    ),
    # "is there a reference to the NPT", "is the UN Charter cited"
    _clue(
        Engine.CITATIONS,
        4,
        rf"{TREATY_NAME}.{{0,40}}\b(?:cited|referenced|invoked|recalled|referred\sto|relied)\b|\b(?:cit(?:e"
        rf"|es|ed|ing|ations?)|invok(?:e|es|ed|ing)|rel(?:y|ies|ied)\son|lean(?:s)?\son|recall(?:s|ed)?"
        rf"|references?\s(?:to|of)|reference)\b.{{0,30}}{TREATY_NAME}",
    ),
    # What the world does with resolutions is not what a text cites: "did Russia violate them?", "who voted for it"
    _clue(
        Engine.CITATIONS,
        -4,
        r"\b(?:violat\w+|breach\w*|vot(?:e|es|ed|ing)|veto\w*|implement\w*|enforc\w*|compl(?:y|ies|ied"
        r"|ying|iance\swith)|abid(?:e|es|ed|ing)|honou?r\w*|uph[eo]ld\w*|defy|defie[sd]|flout\w*"
        r"|disregard\w*|circumvent\w*)\b",
    ),
    _clue(
        Engine.CITATIONS,
        -3,
        r"\b(?:propos\w+|reach(?:es|ed)?|negotiat\w+|endors\w+|requir\w+|demand\w*|impos\w+|signed"
        r"|ratif\w+|adopt(?:s|ed|ing)?|passed|agreed|call(?:s|ed)?\sfor)\b",
    ),
    # The other sense: "the resolution of the crisis", "a peaceful resolution to the conflict"
    _clue(
        Engine.CITATIONS,
        -4,
        r"\b(?:peaceful|political|diplomatic|negotiated|swift|lasting|peace)\sresolution\b"
        r"|\bresolution\s(?:of|to|for)\s(?!the\s(?:un|united|security|council|general)\b|security|@)"
        r"|\bwhat\s(?:kind|sort)\sof\s(?:resolution|agreement)",
    ),
    _clue(
        Engine.CITATIONS,
        -3,
        r"\b(?:why|how\s(?!many|often)|when\s(?:was|were|did|is|will)|who\s(?:is|was|are|were|did|has"
        r"|will))\b",
    ),
    _clue(Engine.CITATIONS, -2, r"\bwhat\s(?:does|do|did|is)\s(?:\S+\s){0,3}(?:say|said|mean|call|about)\b"),
    # "legal hooks in @docs", "what does it hang its hat on, legally?", "footnote trail"
    _clue(
        Engine.CITATIONS,
        5,
        rf"\b{_LEGAL}\s(?:(?:do|does|did|are|is|that|which|they|can)\s)*(?:@docs?|in|of|for|behind|to|from|they|used"
        r"|cited|lean|list|check)\b"
        rf"|^\W*(?:the\s|all\s|any\s|list\s|full\s|complete\s|running\sa\s|just\s)*{_LEGAL}\W"
        rf"|@docs?\W{{1,3}}(?:just\s|the\s|any\s|all\s|which\s|what\s)*{_LEGAL}\b"
        r"|\bhang(?:s|ing)?\s(?:\w+\s){1,3}hats?\son\b|\blegally\b(?=.*\b(?:hang|lean|rest|rel(?:y|ies)|based?|stand"
        r"|ground)\w*)"
        r"|\b(?:hang|lean|rest|rel(?:y|ies)|based?|stand|ground)\w*\b.*\blegally\b",
    ),
    # "every instrument that gets invoked", "everything the statements cite", "what documents does @doc cite"
    _clue(
        Engine.CITATIONS,
        5,
        rf"\b(?:everything|anything|whatever|all)\s(?:that\s)?(?:is\s|are\s|gets\s)?(?:{DOC}\s|{MAKERS}\s)?(?:cites?"
        r"|cited|invokes?|invoked"
        r"|referenced?|references|footnotes?|rel(?:y|ies)\s(?:up)?on|leans?\son)\b"
        rf"|\b(?:which|what|any|other|all)\s(?:\w+\s){{0,3}}?(?:documents?|papers?|sources?|texts?|backing"
        r"|authorities)\s(?:of\s\S+\s\S+\s)?(?:do|does|did|is|are|get|that\sare"
        rf"|were|was)\s(?:{DOC}\s|the\s@docs?\s)?(?:being\s)?(?:cit(?:e|ed)|invoked?|recall(?:ed)?|rel(?:y"
        r"|ied)\s(?:up)?on|lean(?:ed)?\s(?:up)?on|referenced?|rest\son)\b"
        r"|\bon\s(?:what|which)\s(?:documents?|papers?|sources?|texts?)\s(?:do|does|did|is|are)\b"
        r"|\b(?:papers?|documents?|docs?|reports?|letters?|backing)\s(?:(?:that|which)\s(?:are|is|get)\s)?cited\b",
    ),
    # "references in the Arctic statements, as a table"
    _clue(
        Engine.CITATIONS,
        4,
        r"\b(?:references|citations)\s(?:made\s|cited\s|listed\s|used\s)?(?:in|of|from|by|for|across"
        r"|within)\s(?:the\s|all\s|your\s|our\s)*(?:@docs?|statements?|texts?|library|it\b|them\b)"
        r"|\b(?:table|list)\sof\s(?:the\s|all\s)*(?:references|citations|instruments|resolutions|treaties)\b",
    ),
    # A kind of instrument asked for as a list: "exec orders. list. go", "the complete inventory of executive orders"
    _clue(
        Engine.CITATIONS,
        4,
        r"^(?=.*\b(?:list|inventory|catalogue|catalog|rundown|roll-?call|dump|table|all|every|each|full|numbers|nos"
        r"|complete|anywhere|named|dropped?|keep|newest|oldest|latest|need)\b)"
        r".*\b(?:(?:security\scouncil|unsc|un|sc|ga|general\sassembly|human\srights)\s(?:resolutions?|res)"
        r"|resolutions|unscrs|executive\sorders?|eos|eo\snumbers?|treaties|conventions"
        r"|statutes|acts\sof\scongress)\b(?!\s(?:you|we|in\sthe\s(?:collection|library|archive|index)))"
        r"(?!.*\b(?:violat|breach|impos|compl(?:y|i)|implement|enforc|adopt|vot)\w*)",
    ),
    _clue(
        Engine.CITATIONS,
        4,
        r"\b(?:resolutions?|unscrs?|treat(?:y|ies)|conventions?|executive\sorders?|eos?|statutes?|acts\sof\scongress"
        r"|instruments?)\b.{0,60}"
        r"\b(?:name-?\s?(?:check|drop)\w*|keep\s\w+ing\sup|pop(?:ping)?\sup|buil(?:t|ds?)|relied\s(?:up)?on"
        r"|drop(?:ped)?|get\s(?:named|cited)|cropping\sup)\b"
        r"|\b(?:name-?\s?check(?:s|ed)?|name-?\s?drop(?:s|ped)?)\b.{0,60}\b(?:resolutions?|treat(?:y|ies)"
        r"|conventions?|executive\sorders?|eos?|statutes?|instruments?)\b",
    ),
    # "1718 - who's invoking it", "which text carries EO 13810", "is 2254 in any of our papers", "2397. where."
    _clue(
        Engine.CITATIONS,
        6,
        rf"^(?=.*{NUMBER})(?!.*\b(?:violat|breach|vot(?:e|ed|ing)\b|veto|implement|enforc|compl(?:y|ied|iance)|adopt"
        r"|why\b|require|impose|mean\b|say\b|said\b|happen|kill|people|tons?\b|barrels|ships|compare|differ)\w*)"
        r".*(?:\b(?:name-?\s?(?:check|drop)\w*|fall(?:s|ing)?\sback\son|hang(?:s|ing)?\b.*\bon|hats?\son|carr(?:y"
        r"|ies)|invok\w+|hit|hits|lean\w*|cit\w+|drop(?:s|ped)?|name[sd]?|point(?:s|ed|ing)?\sto|rel(?:y|ies)"
        r"|mention\w*|echo\w*|pick(?:s|ed)?\sup|use[sd]?|turn(?:s|ed)?\sup|at)\b"
        r"|\bin\s(?:any|all|every|which|what|one|some)\b|\bin\s(?:our|your|these|the)\s(?:papers?|texts?|library"
        r"|archive|statements?|documents?|collection|index)\b|\bin\s@docs?|\bwhich\s(?:ones?|texts?|papers?|@docs?"
        r"|statements?|documents?)\b|\bwhere(?:'s)?\W*$|^\W*(?:where|which\sones?)\b|\banywhere\b)",
    ),
    _clue(
        Engine.CITATIONS, -5, r"\blegal\s(?:bas[ie]s|grounds?)\s(?:for|of|to)\s(?!@|the\s@|these|this|it\b|them\b)\w+"
    ),
    # "which UN Security Council resolutions does the @maker name", "does the 25 September call for a truce cite"
    _clue(
        Engine.CITATIONS,
        7,
        rf"^(?:.*\b)?(?:which|what)\s(?:\w+\s){{0,4}}{INSTRUMENT}\s(?:do|does|did|is|are|get"
        rf"|gets)\b.{{0,60}}\b(?:name|names|cite|cites|cited|invoke|invoked|recall|named|drop"
        r"|mention)\W*(?:in\s@docs?)?\W*$",
    ),
    _clue(
        Engine.CITATIONS,
        6,
        r"\b(?:which|what)\s(?:\w+/?\s){0,4}?(?:documents?|papers?)\s(?:of\s(?:the\s)?\w+\s)?(?:do|does"
        r"|did)\s@docs?\s(?:cite|recall|invoke|name|reference|lean\son|rely\son)\b",
    ),
    _clue(
        Engine.CITATIONS,
        5,
        r"\b(?:iaea|un|board|agency)\s(?:\w+\s)?(?:documents?|papers?|reports?|docs?)\b.{0,30}\b(?:quoted|used|named"
        r"|listed|given)\sas\s(?:sources?|references?)\b",
    ),
    _clue(
        Engine.CITATIONS,
        4,
        r"\b(?:resolutions?|treaties|conventions|executive\sorders?|eos?|instruments?)\b.{0,50}\b(?:@docs?\s|they\s"
        r"|it\s)(?:all\s|both\s)?(?:appeals?\sto|hangs?\son|rests?\son|leans?\son|draws?\son|pins?|cites?|names?)\b",
    ),
    _clue(
        Engine.CITATIONS,
        4,
        r"\b(?:rundown|roll-?call|breakdown|round-?up|tally)\sof\s(?:every|all|the)\s(?:\w+\s)?(?:resolutions?"
        r"|treaties|conventions|executive\sorders?|instruments?)\b",
    ),
    # "authorities relied upon in @doc", "which GOV/ documents are named", "treaties and executive orders, nothing else"
    _clue(
        Engine.CITATIONS,
        5,
        r"\b(?:legal\s|statutory\s)?(?:authorit(?:y|ies)|sources?|precedents?|texts)\s(?:(?:that|which)\s)?(?:(?:is"
        r"|are|was|were|being)\s)?(?:relied|recited|invoked|cited|referred\sto|drawn|leaned)\b"
        r"|\b(?:gov/|iaea\s|un\s)\S*\s?(?:documents?|papers?|reports?|docs?)\b.{0,24}\b(?:named|cited|invoked"
        r"|mentioned|listed|referenced)"
        r"|^\W*(?:just\s|only\s|all\s|the\s|any\s)*(?:treaties|conventions|executive\sorders|eos|resolutions|unscrs"
        r"|statutes|agreements|covenants|instruments)(?:\s?(?:,|and|or|&|plus)\s?(?:the\s)?(?:treaties|conventions"
        r"|executive\sorders|eos|resolutions|unscrs|statutes|agreements|covenants|instruments))*\W+(?:nothing\selse"
        r"|only|please|that's\sall|just\sthose|in\s@docs?)",
    ),
    _clue(
        Engine.CITATIONS,
        4,
        r"\b(?:unscrs?|(?:unsc|unga|un|sc|ga)\sresolutions|eos?|executive\sorders?|treaties|conventions"
        r"|statutes)\b(?:\snumbers?)?\s(?:anywhere\s)?(?:in|from|of|across)\s@docs?\W*$",
    ),
    # "all treaties between Rome and Carthage": of the world, not of texts
    _clue(
        Engine.CITATIONS,
        -5,
        r"\b(?:treat(?:y|ies)|conventions?|resolutions?|orders?|agreements?)\s(?:between|signed|ratified|banning"
        r"|against|that\s(?!@|are\b|is\b|they|get|it\b|the\s@|these|this|@)\w+)\b",
    ),
    # Quotes ----------------------------------------------------------------------------------------------------------
    # "did they say @quote", "is @quote word for word"
    _clue(
        Engine.QUOTE,
        4,
        r"^(?=.*@quote).*\b(?:say|said|saying|says|wrote|write|stat(?:e|es|ed)|claim(?:s|ed)?|declar\w+"
        r"|promise[sd]?|pledge[sd]?|put\sit|used?\sthe\swords|utter\w*|announce[sd]?|express(?:ed)?|tell"
        r"|told|call(?:ed)?|read|reads)\b",
    ),
    _clue(
        Engine.QUOTE,
        5,
        r"^(?=.*@quote).*(?:verbatim|word[- ]for[- ]word|word[- ]perfect|to\sthe\sletter"
        r"|letter\sfor\sletter|\bexact(?:ly)?\b|\bliteral(?:ly)?\b|\baccurate(?:ly)?\b|\bcorrect(?:ly)?\b"
        r"|\bgenuine\b|\bauthentic\b|\bverif\w+|\bcheck\b|\bfact-?\s?check|\bquot(?:e|es|ed|ation|ations"
        r"|ing)\b|\bmisquot\w*|\breally\b|\bactually\b|\btrue\b|\breal\b|\bfaithful\w*|\bmade\sup\b"
        r"|\binvented\b|\bfabricated\b|\bfake\b|\baltered\b|\bparaphras\w*|\bconfirm\b|\bmatch(?:es)?\b"
        r"|\bgot\s(?:this|it|that)\sright\b|\bwording\b|\bphrasing\b|\bin\sthe\stext\b|\bright\?"
        r"|\btheir\s(?:own\s)?words\b|\bphrased\b|\bworded\b|\bvalid\b|\bsource\b)",
    ),
    _clue(
        Engine.QUOTE,
        6,
        r"^\W*(?:please\s|pls\s|can\syou\s|could\syou\s|check:?\s)?@quote(?!1)\W*(?:\?|please|pls)?\W*$",
    ),
    _clue(Engine.QUOTE, 3, r"@quote(?!1)"),
    # A quotation without its marks: "is this word for word: We urge …"
    _clue(
        Engine.QUOTE,
        6,
        r"^(?=[^:]{5,90}:\s\S+(?:\s\S+){3})[^:]*(?:verbatim|word[- ]for[- ]word|\bexact\b|\bliteral"
        r"|\baccurate|\bcorrect\b|\bgenuine\b|\bauthentic\b|\bquot(?:e|ed|ation)\b|\bmisquot)[^:@]*:",
    ),
    _clue(
        Engine.QUOTE,
        3,
        r"^(?=.*@quote(?!1)).*\b(?:did|does|do|is|are|was|appear|printed|match|that\show|rly|has\sit)\b",
    ),
    # A bare or barely asked sentence outweighs "the words" and "says" beside it.
    _clue(
        Engine.OCCURRENCES,
        -9,
        r"(?<!\w)@quote(?!1)(?!.*\b(?:how|count|times|often|mentions?|mentioned|frequen\w*|tally|occur\w*|first|last"
        r"|where)\b)(?<!often\s@quote)(?<!count\s@quote)",
    ),
    _clue(
        Engine.QUOTE,
        4,
        r"@quote.*\b(?:ascri\w+|attribut\w+|sound\b|legit\w*|printed|mouths?)\b|\b(?:ascri\w+|attribut\w+"
        r"|mouths?)\b.*@quote",
    ),
    _clue(
        Engine.POSITIONS,
        9,
        r"@quote1.*\bhow\s(?:strong|harsh|tough)\b.*\b(?:wording|language|tone)\b|@quote1\s(?:\w+\s)?(?:type|kind"
        r"|style)\s(?:of\s)?(?:requests?|demands?|calls|clauses?|language)",
    ),
    _clue(
        Engine.QUOTE,
        12,
        r"\b(?:which|what|who|one)\b.{0,30}\b(?:right|correct|accurate|real|theirs|exact"
        r"|genuine)\b.*@quote.*\bor\s@quote",
    ),
    _clue(Engine.QUOTE, 12, r"\bword[- ]for[- ]word\W{1,3}@quote"),
    _clue(Engine.OCCURRENCES, 9, r"\b(?:keyword|word|term|name)\s?(?:check|search|scan)\W{1,3}@quote"),
    _clue(
        Engine.QUOTE,
        6,
        r"\bthe\swords\s@quote(?!1)|@quote\b.{0,60}\b(?:is\sthat\s(?:how|what|right)|as\sprinted|exact\b|match\w*)",
    ),
    # Occurrences -----------------------------------------------------------------------------------------------------
    _clue(
        Engine.OCCURRENCES,
        9,
        rf"^(?=.*@quote).*(?:\b{OFTEN}\b|\bcount\b|\boccurrences?\b|\bmentions?\b|\bmentioned\b|\boccurs?\b"
        rf"|\bappears?\b|\bappearances?\b|\b{COME_UP}\b|\btall(?:y|ies)\b|\bfrequency\b|\binstances?\b"
        rf"|\bsearch\b|\bctrl\b|\bgrep\b|\bfind\b|\b(?:first|last)\stime\b|\bever\sused\b|\bused\b"
        rf"|\bany(?:where)?\suse\b|\bhits\b)",
    ),
    _clue(
        Engine.OCCURRENCES,
        8,
        r"^(?!\W*(?:who|why|how\s(?:did|do|does|is|was)|what\s(?:was|is|does|did|do|has))\b).*\b(?:the"
        r"|exact)\s(?:word|term|phrase|expression|name)s?\s@quote|\b(?:words?|terms?|phrases?"
        r"|expressions?)\s@quote1",
    ),
    _clue(
        Engine.OCCURRENCES,
        5,
        r"^\W*(?:is|are|was)\s@quote1\s(?:in\s(?:there|it|them|@docs?|any|the)|there|anywhere|present)\b",
    ),
    _clue(
        Engine.OCCURRENCES,
        9,
        r"^\W*@quote1\W*$|\b(?:sentences?|paragraphs?|passages?|places?|lines?|parts?)\s(?:with|containing"
        r"|that\s(?:say|contain|use|have)|where|including|saying|using)\s(?:the\s(?:word|term"
        r"|phrase)s?\s)?@quote",
    ),
    _clue(
        Engine.OCCURRENCES,
        7,
        r"\b(?:which|what)\s(?:@docs?|statements?|documents?|texts?)\s(?:\w+\s)?(?:says?|said|contains?"
        r"|uses?|used|includes?|has|have)\s(?:the\s(?:word|term|phrase|expression)s?\s)?@quote"
        r"|\bwhere\s(?:do|does|did|is|are)\s.{0,20}@quote1",
    ),
    # Issuers ---------------------------------------------------------------------------------------------------------
    # "who issued it", "which governments are behind the statement"
    _clue(
        Engine.ISSUERS,
        5,
        rf"\b(?:who|whom|(?:which|what)\s(?:\S+\s)?(?:countr(?:y|ies)|governments?|states?|nations?"
        rf"|ministers?|leaders?|officials?|parties|capitals|members|delegations?|institutions?|bod(?:y|ies)"
        rf"|offices?|office|department)|(?:countries|governments|states|nations|ministers|leaders"
        rf"|parties)\s(?:that|which|who)|those\swho)(?:'s|\sis|\sare|\swas|\swere|\shas|\shave|\sdid|\sall"
        rf"|\selse|\sactually|\stogether|\sco-?)*\s?(?:issu\w+|sign\w*|co-?sign\w*|releas\w+|put(?:s"
        rf"|ting)?\s(?:\S+\s){{0,3}}(?:out|forward|names?)|publish\w*|author\w*|co-?author\w*|wrote|written"
        rf"|draft\w*|made|mak(?:e|es|ing)|behind|stands?\sbehind|endors\w+|back(?:s|ed)|join(?:s|ed)?"
        rf"|sponsor\w*|co-?sponsor\w*|part(?:y|ies)?\s(?:to|of)|subscrib\w+|support\w*|agreed\son"
        rf"|came\sout\swith|deliver\w*|given?|gave|adopt\w*|responsible\sfor|associated\swith|on|listed\son"
        rf"|speaks?|speaking|sent|produced?|proclaim\w*|announc\w*|lent"
        rf"|attached)\b.{{0,30}}?(?<!\w){DOC}(?!\s(?:is|are|was|were|say|says|said))",
    ),
    _clue(
        Engine.ISSUERS,
        5,
        r"\b(?:issuers?|signator(?:y|ies)|signers?|signees?|co-?signers?|undersigned|originators?)\b"
        r"|\b(?:who(?:'s|\sis|\sare|\swere|\swas)?|the|which|list(?:\sof)?|names?\sof|name)\s(?:the\s"
        r"|all\s|are\sthe\s)*(?:co-?)?authors?\b(?!\s(?:base|cite|refer|mention|rely|lean|invoke|say|want"
        r"|ask|demand|urge|commit|call|condemn|draw|name|use|quote|themselves|pledge|express|think|mean))"
        r"|^\W*authors?\b|\bauthorship\b",
    ),
    _clue(
        Engine.ISSUERS,
        5,
        rf"\b(?:issued|signed|released|published|authored|put\sout|made|written|drafted|adopted|given|from"
        rf"|sent|produced)\s(?:out\s)?(?:by\s)?(?:who|whom|which\s(?:countries|governments|states|ministers"
        rf"|leaders))\b|\bby\swho(?:m)?\b|\bfrom\swho(?:m)?\b|\bwho\s(?:is|are"
        rf"|was)\s{DOC}\s(?:statement\s)?(?:from|by|issued\sby|signed\sby|released\sby)\b|\bwho(?:'s|\sis"
        rf"|\sare)\s(?:it|this|that|@docs?)\s(?:from|by)",
    ),
    _clue(
        Engine.ISSUERS,
        5,
        rf"\bwhose\s(?:behalf|statement|text|declaration|communique|words|document|names?|signatures?"
        rf"|@docs?)|\b(?:names?|signatures?)\s(?:are\s|is\s|appear\w*\s|stand\w*\s)?(?:on|under"
        rf"|at\sthe\s(?:bottom|end|foot)\sof)\s{DOC}|\bput\stheir\s(?:names?|signatures?)",
    ),
    _clue(
        Engine.ISSUERS,
        5,
        r"^\W*(?:and\s|by\s|from\s)?who(?:m)?\W*$|^\W*(?:issued|signed|released|published)\sby\W*$"
        r"|^\W*(?:issuers?|signed\?)\W*$",
    ),
    # "did Germany sign the Cuba statement?"
    _clue(
        Engine.ISSUERS,
        4,
        r"\b(?:did|does|do|has|have|is|are|was|were)\s(?:\S+\s){1,4}(?:sign(?:ed)?|co-?sign(?:ed)?"
        r"|join(?:ed)?|endorsed?|back(?:ed)?|party\sto|part\sof|among\sthe\s(?:signatories|issuers"
        r"|authors)\s(?:of|to)|a\ssignatory\s(?:of|to)|behind|on)\s@docs?\b",
    ),
    _clue(Engine.ISSUERS, -5, r"\b(?:sanctions?|ceasefire|cease-fire|attacks?|strikes?|designations?)\s*\??$"),
    _clue(
        Engine.ISSUERS,
        -5,
        r"\b(?:demands?|exigences|undertakings|pledges|promises|commitments|positions|stances|asks)\b.*\b(?:signator"
        r"|issuers?|authors?)|\b(?:point(?:s|ed)?\sto|cites?|invokes?|names?)\s(?:un\s)?(?:res|resolution|unscr"
        r"|@docs?)\b",
    ),
    _clue(
        Engine.ISSUERS,
        5,
        r"\b(?:who|which|g7|@maker|else|was\sit)\b.{0,40}\bthat\s(?:issued|signed|released|published|wrote|adopted"
        r"|put\sout)\s(?:the\s)?(?:two\s|both\s)?@docs?",
    ),
    _clue(Engine.ISSUERS, -6, r"\b(?:abst\w+|vote[sd]?|voting|veto\w*)\b"),
    _clue(
        Engine.ISSUERS,
        -6,
        r"\bwho\s(?:was|were|is|are)\son\s(?:board\s)?(?:that|the|this|a)\s(?!statement|text|document|list)\w+"
        r"|\bon\sboard\b",
    ),
    _clue(
        Engine.ISSUERS,
        5,
        r"@docs?\W.{0,12}\b(?:who(?:'s|\sis|\sall)?|which\s(?:ministers|countries|governments|leaders"
        r"|states))\s(?:\w+\s)?(?:signed|issued|behind|released|put|backed|wrote)(?:\s(?:off|on|it|up|out|to|that"
        r"|this))*\W*$",
    ),
    # "whose byline is on @doc", "attribution for @doc", "issuing authority for @docs", "of whom does it emanate"
    _clue(
        Engine.ISSUERS,
        5,
        r"\b(?:by-?lines?|attributions?(?:\slines?)?|signature\s(?:block|line|list)s?|masthead|letter-?head)\b"
        r"|\bissuing\s(?:authorit(?:y|ies)|bod(?:y|ies)|part(?:y|ies)|governments?|states?|countries|entit(?:y|ies)"
        r"|offices?|agenc(?:y|ies)|institutions?|side)\b"
        r"|\b(?:of|from)\swhom?\b.{0,30}\b(?:emanat|com|stem|originat|issu)\w*|\bwho(?:m)?\b.{0,20}\bemanat\w*"
        r"|\bon\swhose\sbehalf\b|\b(?:issued|signed|released)\swhat\b"
        r"|\b(?:which|what)\s(?:body|organ|institution|authority|office|agency|capitals?)\s(?:is\s|was\s"
        r"|stands\s)?(?:behind|issued|adopted|released|published)\s@docs?",
    ),
    _clue(
        Engine.ISSUERS,
        5,
        r"\bwho(?:'s|\sis|\sare|\sall\sis|\sall)?\s(?:actually\s|exactly\s|all\s)*(?:singed|signed|sign|issued"
        r"|released|on|behind|backing|attached\sto|party\sto|in\son)\s(?:onto\s|on\sto\s|off\son\s"
        r"|up\sto\s)?(?:to\s)?@docs?",
    ),
    # Dates -----------------------------------------------------------------------------------------------------------
    _clue(
        Engine.DATES,
        5,
        rf"\b(?:when|(?:what|which)\s(?:date|day|year|month)|how\slong\sago|on\swhat\sdate|date\swhen"
        rf"|since\swhen)(?:'s|\s(?:was|were|is|are|did|does|do|has|have|exactly|precisely"
        rf"|of))*\s(?:the\s)?(?:.{{0,60}}\s)?(?:{DOC})\b.{{0,40}}?\s?\b(?:issued|published|released"
        rf"|put\sout|made|dated|signed|adopted|announced|given|written|from|come\sout|came\sout|out|posted"
        rf"|drafted|appear|sent|delivered|go\sout|went\sout|agreed|proclaimed|circulated|passed|issue"
        rf"|release|publish)\b",
    ),
    _clue(
        Engine.DATES,
        5,
        rf"\b(?:when|(?:what|which)\s(?:date|day|year|month))\s(?:did|do|does|was|were"
        rf"|is)\s(?:.{{0,60}}\s)?(?:issue|release|publish|put\sout|sign|make|adopt"
        rf"|announce)\s(?:out\s)?{DOC}",
    ),
    _clue(
        Engine.DATES,
        5,
        rf"\b(?:date|day|year|month|publication\sdate|release\sdate|issue\sdate)s?\s(?:of|for"
        rf"|on)\s(?:\S+\s){{0,2}}{DOC}|\b(?:issue|publication|release|publishing|issuance"
        rf"|signing)\s?(?:date|day)s?\b|\bdate\sof\s(?:issue|issuance|publication|release|signature"
        rf"|adoption)|\bdate\s@docs?|@docs?\sdate\b",
    ),
    _clue(
        Engine.DATES,
        5,
        rf"\bhow\s(?:old|recent|current|new|fresh)\s(?:is|are|was)\s{DOC}|\b(?:is|are"
        rf"|was)\s{DOC}\s(?:text\s)?dated\b|\b(?:what|which)\s(?:date|day|year|month)\s(?:is|was|does|do"
        rf"|did|are)\s{DOC}\s?(?:from|dated|issued|published|released|of|bear|carry|have|on|show|give|say"
        rf"|made|signed|adopted|out)?\W*$|\bwhen\s(?:is|was|are|were|'s)\s{DOC}\s?(?:from|dated|of)?\W*$"
        rf"|\bwhen's\s{DOC}|(?<!\w){DOC}\s(?:from|dates?\sfrom|goes\sback\sto|is\sof)\swh(?:en|at)\b"
        rf"|\bwhen\sdo(?:es)?\s{DOC}\sdate|\b(?:what|which)\sdates?\s(?:do|does|did|are"
        rf"|is)\s(?:.{{0,30}}\s)?{DOC}\s(?:carry|carries|bear|bears|have|has|give|on|show|from)"
        rf"|\bwhen\s(?:are|were|is|was)\s.{{0,30}}@docs?\s(?:from|dated)|\bdates?\s(?:for|on|of)\s(?:all\s"
        rf"|each\s|every\s)?(?:the\s)?@docs?|\b(?:date|dated|when)\?*$",
    ),
    _clue(Engine.DATES, 5, r"\b(?:date|day|year)\sof\s(?:the\s)?(?:un\s|unsc\s|security\scouncil\s)*resolution\s\d"),
    _clue(
        Engine.DATES,
        -6,
        r"\b(?:launch\w*|meet(?:ing)?\b|met\b|test(?:s|ed)?|attack\w*|happen\w*|talks|take\splace"
        r"|took\splace|begin|start|expire|deliver\w*\sof|resume|strik\w+|invade\w*|detain\w*"
        r"|first\s(?:mention|appear|use|cite|refer)\w*|set\sfor)\b",
    ),
    _clue(
        Engine.DATES,
        -6,
        r"\bwhen\s(?:did|will|does|do)\s(?!@|it\b|they\b|this\b|that\b|the\s(?:@|statement|text|document"
        r"|g7))(?:\S+\s){1,4}?(?:announce|say|declare|leave|withdraw|agree|threaten|promise|decide|join|vote|sign"
        r"|invoke|propose)\b(?!\s@)",
    ),
    _clue(
        Engine.DATES,
        5,
        r"\b(?:what|which)\s(?:days?|dates?)\s(?:did|do|does|have|were)\b.{0,40}\b(?:issued?|publish(?:ed)?"
        r"|released?|put\sout)\s(?:their|its|these|those|the)\s(?:\w+\s)?(?:statements?|texts?|@docs?)",
    ),
    _clue(Engine.DATES, -8, r"\bhow\smany\s(?:days?|weeks?|months?|years?|hours?)\b|\bby\swhat\s(?:date|day|time)\b"),
    # "dateline on @doc", "when did @doc drop", "pub dates, @docs", "Date, @doc"
    _clue(
        Engine.DATES,
        6,
        r"\bdate-?(?:lines?|stamps?)\b|\b(?:publication|pub|release|issue|issuing|issuance)\s(?:dates?|days?|timing)\b"
        r"|^\W*(?:the\s|exact\s|all\s)*(?:dates?|when|dated|year|what\sdate|timestamp)\W{1,3}@docs?\W*$"
        r"|^\W*@docs?\W{1,3}(?:the\s)?(?:dates?|dated|when|year|what\s(?:date|day|year))\W*(?:please)?\W*$"
        r"|\bwhen\s(?:did|does|was|were|is)\s(?:the\s|both\s|all\s)*@docs?\s(?:\w+\s)?(?:drop(?:ped)?|hit|land|go"
        r"|come|surface|see\sthe\slight|appear|arrive|first|adopted|sent|made\spublic|get)\b"
        r"|\b(?:what|which)\s(?:day|date|year|month)\s(?:is|was|did|does|were|are)\s@docs?\s(?:\w+\s)?(?:from|out"
        r"|put\sout|issued|drop|come|dated|of|signed|adopted|agreed|released|published|appear)"
        r"|\b(?:the\s)?(?:day|date|year|month)\s(?:that\s|when\s|on\swhich\s|in\swhich\s)?(?:\S+\s){1,4}(?:published"
        r"|issued|released|put\sout|signed|adopted)\s@docs?",
    ),
    # Positions -------------------------------------------------------------------------------------------------------
    _clue(
        Engine.POSITIONS,
        4,
        r"\b(?:demands|commitments|pledges|promises|undertakings|positions|asks|stances|calls\sto\saction"
        r"|condemnations|appeals|requests|urgings|obligations\sthey\stake\son|vows|concessions"
        r"|exhortations)\b(?!\s(?:on|about|towards?|regarding|concerning|from)\s(?!@|it\b|them\b))",
    ),
    _clue(
        Engine.POSITIONS,
        4,
        rf"\b(?:everything|all|anything|what(?:ever)?|what\sall|each\sthing|what\sthings|things|list\swhat"
        rf"|what\sexactly|what\selse)\s(?:that\s|exactly\s|concretely\s|specifically\s)?(?:(?:do|does|did"
        rf"|is|are|have|has)\s)?(?:{MAKERS}|the\s@maker|the\s(?:us|united\sstates|uk|g7)"
        r"|the\s(?:ministers|leaders|signatories|authors|governments|countries|parties|sides|partners|envoys|members"
        r"|allies|two|three|four|five|seven|issuers|states))\s(?:(?:collectively|jointly|all|concretely|formally"
        r"|explicitly|actually|strongly|say"
        rf"|said|to)\s)*(?:demand|demands|demanded|demanding|ask|asks|asked|asking(?:\sfor)?|ask\sfor"
        rf"|call\sfor|calls\sfor|called\sfor|calling\sfor|calling\son|urge|urges|urged|urging|commit"
        rf"|commits|committed|committing|pledge|pledges|pledged|pledging|promise|promises|promised"
        rf"|promising|undertake|undertook|undertakes|vow|vows|vowed|condemn|condemns|condemned|condemning"
        rf"|deplore|deplored|welcome|welcomed|want|wants|require|requires|request|requests|insist\son"
        rf"|oppose|support|reject)(?:\s(?:to|for|on|from|of|out\sof))?(?:\s(?:or|and)\s\w+(?:\s(?:to"
        rf"|for))?)*(?:\s(?:others?|each\sother|people|everyone|everybody"
        rf"|anyone)(?:\sto\sdo)?)?(?:\sdoing)?(?:,?\s?(?:in|across|within|from|since"
        rf"|during)\s{DOC})?(?:\s(?:here|there|exactly|concretely|overall|in\sall|please|themselves\sto"
        rf"|to\sdo|for))*\W*$",
    ),
    _clue(
        Engine.POSITIONS,
        4,
        rf"\b(?:tone|wording|language|rhetoric|phrasing|diction)\b(?!.*@quote)(?=.*(?<!\w){DOC}"
        rf"|.*\b(?:strong|harsh|strength|use|used|taken|verbs?|their)\b)|\bhow\s(?:strong(?:ly)?"
        rf"|harsh(?:ly)?|tough|sharp(?:ly)?|strict(?:ly)?|firm(?:ly)?|blunt(?:ly)?|forceful(?:ly)?)\s(?:is"
        rf"|are|was|were|do|does|did)\s{DOC}\s?(?:wording|language|tone|worded|phrased|put|condemn|object"
        rf"|react)?\W*$|\breport(?:ing)?\sverbs?\b|\breport(?:ing)?\sverbs?\b|\b(?:stance"
        rf"|position)s?\s(?:of|in|taken\s(?:in|by)|does|do|did)\s{DOC}|\b(?:strength"
        rf"|force)\sof\s(?:the\s)?(?:wording|language)",
    ),
    _clue(
        Engine.POSITIONS,
        -4,
        r"\b(?:go|goes|went|gone)\sback\b|\b(?:broke|broken|break|breaks|fulfil\w*|kept|keep|honou?r\w*"
        r"|met|implement\w*|violat\w*|respected|renege\w*|meet)\b",
    ),
    # "who is urged to do what", "which actions do they condemn", "the verbs they use", "stance of the G7 in @doc"
    _clue(
        Engine.POSITIONS,
        4,
        r"\bwho(?:m)?\s(?:is|are|was|were|do\sthey|does\s\S+)\s(?:being\s)?(?:asked?|urged?"
        r"|called\s(?:up)?on|call\s(?:up)?on|told|requested)\sto\sdo\b|\b(?:which|what)\s(?:actions?|acts"
        r"|things|events|behaviou?rs?|conduct)\s(?:is|are|was|were|do|does|did|has"
        r"|have)\s(?:.{0,24}\s)?(?:condemn|deplor|denounc|welcom|welcomed|criticis|criticiz)\w*|\bverbs\b"
        r"|\b(?:stances?|positions?|tone|attitude)\sof\s.{0,40}\bin\s@docs?|\bexpress(?:es"
        r"|ed)?\s(?:\w+\s)?(?:concerns?|support|regret)(?:\s(?:about|over|for|at))?\W*$|\b(?:what"
        r"|which)\s(?:does|do|did)\s(?:the\s)?[\w@-]+\s(?:partners|ministers|leaders|members|countries"
        r"|allies|states|envoys)\s(?:\w+\s)?(?:demand|ask\sfor|call\sfor|urge|commit\sto|pledge|promise"
        r"|condemn|vow|undertake)(?:\s(?:in|to\sdo\sin)\s@docs?)?\W*$",
    ),
    _clue(
        Engine.POSITIONS,
        4,
        r"\bhow\s(?:strong|harsh|tough|sharp|firm|blunt|forceful|diplomatic|soft|mild|critical)\s(?:is|are"
        r"|was|were)\s(?:the|their|its)\s(?:wording|language|tone|phrasing|rhetoric|words|text|statements?"
        r"|@docs?)\b",
    ),
    _clue(
        Engine.POSITIONS,
        9,
        r"\b(?:strength\sof\s(?:the\s)?(?:wording|language)|(?:wording|language|phrasing)\s(?:strength"
        r"|verbs))\b",
    ),
    _clue(
        Engine.POSITIONS,
        -3,
        r"\b(?:positions?|stances?|tone|language|line|attitude)\s(?:is\staken\s|of\s@?\w+\s|of\sthe\s@?\w+\s)?(?:on"
        r"|about|towards?"
        r"|regarding|concerning|over|vis-a-vis)\s(?!@|it\b|them\b)",
    ),
    _clue(
        Engine.POSITIONS,
        5,
        rf"\bcalls?\s(?:to|for)\saction\b|\beverything\s(?:that\s)?(?:the\s)?(?:@maker|\S+)\s(?:{_TO_TONE}|{_TO_ASK}"
        rf"|{_TO_PROMISE})\s(?:and|or)\s(?:{_TO_TONE}|{_TO_ASK}|{_TO_PROMISE})"
        rf"|\bwhat\s(?:(?:is|are|does|do|did|has|have)\s)?(?:the\s)?(?:\S+\s){{1,4}}?(?:{_TO_ASK}"
        rf"|{_TO_PROMISE})(?:\sfor|\sto)?\sin\s@docs?\W*$",
    ),
    _clue(
        Engine.POSITIONS,
        5,
        r"\bwhat\s(?:did|do|does|have|has)\s(?:everyone|everybody|each\s\w+|all\s(?:of\sthem|sides)"
        rf"|they\sall)\s(?:{_TO_ASK}|{_TO_PROMISE}|{_TO_TONE})(?:\s(?:to\sdo|for|on))?\W*$"
        rf"|\bwhat\sthey\s(?:{_TO_ASK}|{_TO_PROMISE}|{_TO_TONE})(?:\s(?:from|of|on)\s(?:others|each\sother|whom"
        rf"|everyone))?\W{{1,3}}(?:and\s)?what\sthey\b"
        r"|\boperative\s(?:demands|clauses|asks|parts|language|verbs)\b|\b(?:demands|pledges|promises|commitments"
        r"|undertakings|condemnations)\s(?:of|in|from)\s@docs?",
    ),
    # "what's the ask in @doc", "what have they promised so far", "what gets condemned", "where do they stand"
    _clue(
        Engine.POSITIONS,
        5,
        r"\b(?:what(?:'s|\sis|\sare|\swas)?|the|their|list|every|all|any|each)\s(?:the\s|their\s|main\s|key\s|big\s"
        r"|of\s)*(?:asks?|exigences|undertakings|engagements|assurances|demands|pledges|promises|commitments)\s(?:in"
        r"|of|from|made|posed|there|here|by|that|do|are|across)\s?(?:@docs?|in|by|there|the\s(?:signator|ministers"
        r"|leaders|sides|parties|texts|library|corpus|statements)|it\b|them\b|across|made|they)"
        r"|\bon\sthe\shook\s(?:for|to)?\W*(?:in\s@docs?)?\W*$|\bput\s(?:themselves|itself)\s(?:on\sthe\shook"
        r"|down)\sfor\b"
        r"|\bwhere\s(?:do|does|did)\s(?:they|it|@docs?|the\s@docs?|the\s(?:signatories|ministers"
        r"|leaders))\s(?:all\s)?(?:stand|come\sdown|land)\b(?!\son\s(?!@))"
        r"|\b(?:the\s)?calls\s(?:made|issued|contained)\s(?:in|by|across)\b",
    ),
    _clue(
        Engine.POSITIONS,
        5,
        r"\bwhat(?:'s|\sis|\sall\sis|\sgets|\sget|\sare|\sdo|\sdoes|\sdid|\shas|\shave|\swas|\swere"
        r"|ever)?\s(?:(?:being|they|all|been|gets?|@docs?|@maker|the|signatories|ministers|leaders|sides|it|you"
        rf"|it\ssays|is|are)\s){{0,4}}(?:{_TO_TONE}|{_TO_ASK}|{_TO_PROMISE})"
        rf"(?:\s(?:and|or)\s(?:\w+\s){{0,3}}(?:{_TO_TONE}|{_TO_ASK}|{_TO_PROMISE}))?(?:\s(?:of|for|on|from"
        r"|to)\s(?:anyone|anybody|others|everyone|whom))?(?:\s(?:so\sfar|overall|in\sall|in\stotal|here|there"
        r"|to\sdo|again|across\sthe\sboard|in\s@docs?|for|on))*(?:\W*$|\s?[,.:;?–—-]\s?(?:(?:in|please|period|boil"
        r"|as|two|by|give|list|short|per|sorted|thanks|asap)\b.*)?$)",
    ),
    _clue(
        Engine.POSITIONS,
        4,
        rf"^\W*(?:the\s|all\s|list\s|their\s)*(?:{_TO_TONE}|{_TO_ASK}|{_TO_PROMISE}|asks|demands|pledges|promises"
        rf"|commitments|condemnations|calls)\s?(?:/|,|\+|&|and|or|versus)\s?(?:{_TO_TONE}|{_TO_ASK}|{_TO_PROMISE}"
        r"|asks|demands|pledges|promises|commitments|condemnations|calls)\b(?!\s(?:by|from)\s[A-Z])"
        r"|\b(?:harsh(?:ness)?|toughness|sternness|sharpness|firmness|mildness|temperature|heat|severity)\s(?:of|in"
        r"|is|scale|check|reading)\b(?=.*\b(?:wording|language|text|tone|phrasing|library|statements?|@docs?)\b|\W*$)"
        r"|\bby\s(?:how\s)?(?:harsh|tough|strong|stern|severe|firm|sharp)(?:ness|ly)?\b.{0,20}\b(?:wording|language"
        r"|tone|text)",
    ),
    _clue(
        Engine.POSITIONS,
        4,
        r"\b(?:set|setting|lay|laying|spell|spelling|list|listing|write"
        rf"|map)\b.{{0,40}}\bwhat\s(?:the\s(?:signatories|ministers|leaders|sides|parties|governments)|they|it"
        rf"|@docs?)\s(?:{_TO_TONE}|{_TO_ASK}|{_TO_PROMISE})"
        r"|\bwhat\s(?:the\s(?:signatories|ministers|leaders|sides|parties|governments)|they|it"
        rf"|@docs?)\s(?:all\s)?(?:{_TO_TONE}|{_TO_ASK}|{_TO_PROMISE})(?:\s(?:and|or)\b|\W*$|\sin\s@docs?)"
        rf"|\b(?:everything|anything|all|things?)\s(?:that\s)?(?:is|are|gets?|has)\s(?:being\s|been\s)*(?:{_TO_TONE}"
        rf"|{_TO_ASK}|{_TO_PROMISE})"
        r"|@docs?\W{1,3}(?:list\s)?what\s(?:it|they)\s(?:call|demand|ask|urge|want|promise|pledge|commit|condemn)\w*",
    ),
    _clue(
        Engine.POSITIONS,
        5,
        r"\b(?:which|what)\s(?:\w+\s)?(?:undertakings|exigences|demands|pledges|promises|commitments|engagements"
        r"|assurances)\s(?:do|does|did|are|is|were|have|has)\b.*\b(?:make|made|posed?|given?|enter\w*|take|taken"
        r"|contain\w*|set\sout|signator\w+)\b(?!.*\bto\s(?!@|each\b)[a-z]+\s(?:about|on)\b)"
        r"|\b(?:catalogue|catalog|inventory|list|table|overview|rundown|register)\sof\s(?:all\s|the\s"
        r"|every\s)*(?:demands?|pledges?|promises?|commitments?|asks|positions|undertakings|condemnations|stances)\b",
    ),
    _clue(
        Engine.POSITIONS,
        -6,
        r"\b(?:asks?|demands?|requests?|calls)\s(?:of|on|to|from|made\s(?:of|on|to))\s(?!@|the\s(?:@|sign|minist"
        r"|leader|parti|side|statement|text|g7|us\b)|it\b|them\b|others|any|every|each\b|all\b|their|them|who|what"
        r"|states\b)\w+"
        r"|\b(?:pledges?|promises?|commitments?)\s(?:\w+\s){0,2}(?:made\s)?to\s(?!@|do\b|it\b|them|each|one|others"
        r"|the\s@)\w+",
    ),
    _clue(
        Engine.POSITIONS,
        -5,
        r"\b(?:positions?|stances?)\sof\s(?:the\s)?[\w@]+\s(?:on|about|regarding|concerning)\s(?!@)",
    ),
    # Comparison ------------------------------------------------------------------------------------------------------
    _clue(
        Engine.COMPARISON,
        5,
        r"^(?=.*\b(?:compar(?:e|es|ed|ing|isons?)|differ(?:s|ed|ing)?|differences?|diffs?|versus|vs"
        r"|contrast\w*|side[- ]by[- ]side)\b)(?=.*(?:@doc|aukus|\d{4}|\b(?:it|this|that|they|these|them"
        r"|one|statements?|version|text|wording|january|february)\b))",
    ),
    _clue(
        Engine.COMPARISON,
        5,
        r"\b(?:chang(?:e|es|ed|ing)|evolv\w+|shift\w*|add(?:ed|itions?)|drop(?:ped)?|remov(?:e|ed)"
        r"|delet\w+|new|moved|alter\w*|same|similar|identical|different|missing|modif\w+|progress\w*|gone"
        r"|disappear\w*)\b.{0,50}\b(?:between|from|compared|relative\sto|than|against|since|to|as|with|in"
        r"|over)\b.{0,20}(?:@docs?\b.{0,30}\b(?:and|to|with|than|against|as|from|of)\b.{0,12}@docs?"
        r"|the\s(?:two|2)\b|@docs\b)|\b(?:are|is|were)\s@docs?\s(?:and\s@docs?\s)?(?:the\ssame|identical"
        r"|different|similar)|@docs?.{0,14}(?:and|vs\.?|versus)\s.{0,14}@docs?.{0,30}\b(?:same|differ\w*"
        r"|chang\w+|compar\w+|identical|similar)",
    ),
    _clue(
        Engine.COMPARISON,
        5,
        r"\bhow\s(?:does|do|did|is|are|has|have)\s.{0,40}\b(?:differ|compar|deviat|diverg)\w*"
        r"|\bhow\s(?:does|do|did|is|are|has|have)\s(?:the\s)?(?:@docs?|it|this|that|they|language|wording"
        r"|tone|text)\s(?:\w+\s)?(?:chang|evolv|shift|vary)\w*",
    ),
    _clue(
        Engine.COMPARISON,
        5,
        r"\b\w+\s(?:vs\.?|versus)(?:\s\w|\s*$)|\b(?:wording|language|tone|text|line"
        r"|positions?)\s(?:\w+\s)?(?:chang|evolv|differ|shift)\w*|@docs\s(?:\w+\s)?(?:identical|the\ssame"
        r"|different|alike|word\sfor\sword)\b",
    ),
    _clue(
        Engine.COMPARISON,
        5,
        r"\bside[- ]by[- ]side\b|@docs?\W*(?:vs\.?|versus)\W|\b(?:vs\.?|versus)\s(?:the\s)?@docs?"
        r"|\b(?:different|differences?|new|changed|changes|similar|same)\s(?:in|about|with"
        r"|between)\s(?:the\s)?(?:second\s|latest\s|new\s|later\s|first\s|earlier\s"
        r"|old\s)*@docs?\b.{0,30}\b(?:to|than|from|as|against|with|compared|and|since)\b",
    ),
    _clue(Engine.COMPARISON, -3, r"\b(?:climate\schange|change\s(?:the\s)?status)\b"),
    # "set the two @docs beside each other", "Diff @docs", "how far did the wording move between @docs"
    _clue(
        Engine.COMPARISON,
        6,
        r"\b(?:beside|next\sto|against|alongside)\seach\sother\b|\bdifferences?\s(?:between|of|in"
        r"|across)\s(?:the\s)?(?:two\s|both\s|2\s)*@docs?|@docs?\s(?:against|versus)\s(?:the\s)?(?:@docs?|\d)"
        r"|^\W*(?:a\s|the\s)?(?:compare|comparison|contrast|difference|delta|redline|diff)s?\b.{0,24}@docs?"
        r"|@docs?.{0,24}\b(?:versus|against|compared)\b.{0,24}@docs?|\bdifferences?\b\W*$(?<=@doc.)"
        r"|@docs?\W.{0,30}\b(?:differences?|different|what\s(?:moved|changed|shifted))\W*$"
        r"|\b(?:wording|language|text|tone|line)\b.{0,20}\b(?:move[ds]?|shift\w*|evolv\w*|chang\w*"
        r"|drift\w*)\s(?:\w+\s){0,2}(?:between|from|since|across|over)\b",
    ),
    _clue(
        Engine.COMPARISON,
        6,
        r"\bhow\s(?:does|do|did|far\sdoes|far\sdo)\s.{0,60}\b(?:depart|deviate|diverge|stray|differ|move\son"
        r"|go\sbeyond)\b|\b(?:versus|vs)\b.*\b(?:what's|what\sis|what)\s(?:different|new|changed|the\sdifference"
        r"|moved)\b"
        r"|@docs?\s(?:side\sby\sside|head\sto\shead|next\sto\seach\sother)\b|\b(?:spot|show|list"
        r"|see)\s(?:me\s)?the\sdifferences?\b.*@docs?",
    ),
    _clue(Engine.COMPARISON, -7, rf"\b{OFTEN}\b|\bcount\b|\bfrequen\w+"),
    _clue(
        Engine.COMPARISON,
        -7,
        r"\bcompared?\s(?:with|to)\s(?:what|how|when|last|previous|normal|other)\b(?!.*@doc)"
        r"|\bcondemn\w*\b.*\b(?:versus|vs)\b.*\b(?:regret|concern)|^\W*(?:demands?|pledges?|commitments?"
        r"|asks)\s(?:and|versus)\s(?:demands?|pledges?|commitments?|asks)",
    ),
    # Statements ------------------------------------------------------------------------------------------------------
    _clue(
        Engine.STATEMENTS,
        3,
        r"\b(?:which|what|how\smany|list|show|all|any|every|every|give|display|enumerate|see|overview\sof"
        r"|catalogue\sof|inventory\sof)\s(?:me\s|us\s|of\s|out\s|all\s|the\s|your\s|a\slist\sof\s|joint\s"
        r"|official\s|other\s|kind\sof\s|types?\sof\s|g7\s|press\s|\d+\s|indexed\s)*(?:@docs|statements"
        r"|documents|docs|texts|communiques|declarations|sources|press\sreleases|releases|files|papers"
        r"|notices)\b(?!\s?(?:that\s|which\s|to\s)?(?:cit|mention|refer|invok|contain|use[sd]?\b|nam(?:e"
        r"|es)\b|say|said|demand|urge|condemn|describ|talk|discuss|call|lean|rely|point|express|address"
        r"|welcome|commit|quote|deal|cover))",
    ),
    _clue(
        Engine.STATEMENTS,
        3,
        r"\b(?:do|did|have|has|can)\s(?:you|we|u|i|it)\s(?:\w+\s)?(?:have|hold|got|know|keep|store|index"
        r"|indexed|cover|carry|search|stored)\s.{0,40}(?:statements?|documents?|texts?|@docs?|sources"
        r"|anything|releases)|\bwhat(?:'s|\sis|\sall\sis|\sdo\s(?:you|we|u)|\shave\s(?:you|we)"
        r"|\sdoes\sthe\s(?:bot|library|index|corpus|archive))\s(?:\w+\s)?(?:have|got|hold|indexed"
        r"|in\s(?:the\s|your\s|this\s|there\s?)(?:corpus|index|library|archive|collection|database|system"
        r"|store)?|cover|covered|loaded|stored|available|inside|contain|know)\b|\b(?:indexed|loaded"
        r"|ingested|in\syour\s(?:library|index|archive|corpus|collection|database)|in\sthe\s(?:library"
        r"|index|archive|corpus|collection|database|system))\b",
    ),
    _clue(
        Engine.STATEMENTS,
        3,
        r"^\W*(?:just\s|only\s|the\s|all\s)*(?:@docs|statements)\W*$|\b(?:latest|newest|most\srecent|last"
        r"|earliest|oldest|first)\s(?:\w+\s)?(?:statement|document|text|release|@doc)s?\b(?=\W*$"
        r"|.*\b(?:have|hold|got|indexed|from|by|about|on)\b)|\banything\s(?:dated|from|by|on|about|since"
        r"|in|issued)\b.*|\bhow\smany\s(?:\w+\s)?(?:statements|documents|texts|@docs)\b"
        r"|^\W*list\s(?:everything|all|them|them\sall)\W*(?:from|of|in)?\W*$|\bwhich\sones\b|\b(?:is"
        r"|are)\sthere\s(?:a\s|any\s|some\s|other\s|more\s|also\s)*@docs?\W*$|\b(?:what"
        r"|which)\s(?:statements?\s|@docs?\s)?(?:has|have|did"
        r"|does)\s(?:the\s)?[\w@. -]{2,30}\s(?:issued?|published?|released?|put\sout|signed?|made)\W*$",
    ),
    _clue(
        Engine.STATEMENTS,
        5,
        r"\b(?:catalogue|catalog|list|inventory|index|overview|rundown)\sof\s(?:what|everything|all"
        r"|whatever)\s(?:that\s)?(?:you|u|we)\b|\b(?:everything|all|anything|whatever)\s(?:that\s)?(?:you(?:'ve"
        r"|\shave)|you|u\shave|we\shave|we(?:'ve))\s(?:got|have|hold|stored|indexed|kept)\b"
        r"|\bwhat\s(?:all\s)?(?:do\s)?(?:you|u)\s(?:\w+\s)?(?:hold|store|stock|keep)\b",
    ),
    _clue(Engine.STATEMENTS, -6, r"^\W*(?:when|what\sdates?|who)\b"),
    # "inventory please", "what's on file from 2023", "on the shelf", "titles of everything before 2000"
    _clue(
        Engine.STATEMENTS,
        5,
        r"^\W*(?:the\s|your\s|full\s|complete\s|a\s|an\s|need\s|give\sme\s|show\s(?:me\s)?)*(?:inventory|holdings"
        r"|catalogue|catalog|contents|table\sof\scontents|index|shelf\slist|title\slist)(?!\sof\s(?:executive"
        r"|resolution|treat|instrument|citation))\b(?=\W|$)(?!\s(?:of\s)?(?:weapons|nuclear))"
        r"|\b(?:what|what's|anything|everything|something|which\sones?)\b.{0,30}\b(?:on\sfile|on\s(?:the\s"
        r"|your\s)?she(?:lf|lves)|in\sstock|on\srecord\shere|in\s(?:the|your)\s(?:holdings|vault|stacks|drawer"
        r"|cabinet|files))\b"
        r"|\btitles?\s(?:of|for)\s(?:everything|all|every|each|the\s@?(?:docs|statements)|@docs)\b|\b(?:list|all"
        r"|every|show|give\sme)\s(?:\w+\s)?titles\b",
    ),
    _clue(
        Engine.STATEMENTS,
        7,
        r"@docs?\b.{0,12}\b(?:you|we)\s(?:\w+\s)?(?:hold|have|possess|keep|store|got|stock|carry|own)\b|\b(?:name"
        r"|list|enumerate|tell)\s(?:me\s)?(?:all\s)?(?:the\s)?(?:@docs|statements|documents)\s(?:that\s"
        r"|which\s)?(?:you|we|there)\b"
        r"|\bname\s(?:me\s)?(?:all\s|the\s)*(?:@docs|statements|documents)\b"
        r"|@docs\s(?:are\s)?(?:\w+\s){0,2}in\sthe\s(?:collection|library|archive|index|corpus)\b",
    ),
    _clue(
        Engine.STATEMENTS,
        -8,
        rf"{NUMBER}|\b(?:eos?|executive\sorders?|resolutions?|treat(?:y|ies)|conventions|statutes"
        r"|instruments)\b(?!.*\byou\s(?:have|hold))|\b(?:cite|cited|cites|invoke|invoked|invokes|recall|rely|relied"
        r"|lean)\b|\bthrough\s(?:all|the|every)\b|\b(?:word|phrase|expression|term)\b|\b(?:demands|pledges|promises"
        r"|commitments|asks)\b|\bceasefire\b|\bcommit\sto\b|@quote",
    ),
    # Show ------------------------------------------------------------------------------------------------------------
    _clue(
        Engine.SHOW,
        6,
        r"\b(?:full|complete|entire|whole|original|actual|raw|unabridged|exact|integral)\s(?:text|version"
        r"|statement|document|wording|thing|@doc)\b(?!s)",
    ),
    _clue(
        Engine.SHOW,
        5,
        r"^\W*(?:(?:can|could|would|will|may)\s(?:you|u|i|we)\s|please\s|pls\s|just\s|i(?:'d"
        r"|\swould)\slike\sto\s|i\s(?:want|need|wanna)\s(?:to\s)?|let\s(?:me|us)\s|kindly\s|hey\s"
        r"|hi\s)*+(?:show|open|read|display|print|pull|bring|get|give|view|see|send|post|paste|fetch|dump"
        r"|reproduce|present|share)\s(?:(?:me|us|up|out|to|with|the|a|copy\sof|text\sof|text|of|full"
        r"|again)\s)*+@doc\b(?!s)(?:\s(?:please|pls|in\sfull|here|now|in\sits\sentirety|to\sme|text|itself"
        r"|for\sme))*\W*$",
    ),
    _clue(
        Engine.SHOW,
        6,
        r"\btext\sof\s@doc\b(?:\splease)?\W*$|@doc\b.{0,20}\b(?:in\sfull|in\sits\sentirety|full\stext"
        r"|from\s(?:start|top|beginning)\sto\s(?:end|bottom|finish)|word\sfor\sword)\b|\b(?:read"
        r"|see)\s(?:the\s)?(?:whole|entire|full|all)\s(?:of\s)?@doc\b",
    ),
    # "pull up @doc, complete", "see @doc from first word to last", "open @doc for me, unabridged"
    _clue(
        Engine.SHOW,
        7,
        r"\b(?:show|open|read|see|print|pull\sup|bring\sup|display|view|give\s(?:me|us)|get\s(?:me|us)|send|paste"
        r"|want|need|have|call\sup)\b.{0,24}@doc\b(?!s).{0,30}\b(?:whole|complete(?:ly)?|unabridged|uncut|in\sfull"
        r"|entire(?:ty)?|integrality|(?:start|first|top|beginning)\b.{0,12}\b(?:to|last|end|finish|bottom)|full"
        r"|verbatim|all\sof\sit)\b",
    ),
    _clue(
        Engine.SHOW,
        5,
        r"\b(?:full|whole|complete|entire)\s(?:text|txt|version|thing|wording)\b(?=\W{0,3}(?:of\s"
        r"|for\s)?(?:the\s)?@docs?\b)|@docs?\W{1,3}(?:the\s)?(?:full|whole|complete|entire)\s(?:text|version|thing)",
    ),
    _clue(
        Engine.SHOW,
        6,
        r"\b(?:paste|print|dump|show|give|send|post|read|open|want|need)\b.{0,16}\b(?:whole|entirety|full\stext|all"
        r"|complete\stext)\sof\s(?:the\s)?@doc\b(?!s)",
    ),
    _clue(
        Engine.SHOW,
        -7,
        r"\b(?:whole|entire|full|complete)\s(?:\w+\s){0,2}(?:hang|rest|lean|list|inventory)|\binvoked?\b|\bcited?\b",
    ),
)
