"""How questions for each engine are worded: named patterns, each with the points that it counts.

They are matched against a question in which a quotation stands as `@quote` (`@quote1` one of a few words), a
description of statements as `@doc` or `@docs`, an issuer as `@maker`, and dates are left out: "which resolutions are
cited in the March 2022 statement on Libya?" is "which resolutions are cited in @doc?".
"""

import re
from dataclasses import dataclass
from enum import StrEnum


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
    best = max(points, key=lambda engine: points[engine])
    is_alone = sum(score == points[best] for score in points.values()) == 1
    return best if points[best] >= ENOUGH and is_alone else Engine.SEARCH


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
    r"|executive\sorders?|e\.?o\.?s?|(?:un|u\.n\.|united\snations|legal|international|iaea)\s(?:documents?|texts?|"
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
    r"|hark(?:s|en)?\sback|go(?:es)?\sback\sto|reaffirm(?:s|ed|ing)?|reiterat(?:e[sd]?|ing)|hang(?:s"
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
    r"(?:(?:a/res/)?es-\d+/\d+|a/res/\d+(?:/\d+)?|s/res/\s?\d{1,4}|\b(?:no\.?\s?|number\s"
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
    return re.compile(rf"\b(?:{needed})\b", re.IGNORECASE), re.compile(rf"\b(?:{allowed})\b", re.IGNORECASE)


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
        r"|urg(?:e|es|ed|ing|ings)|commit\w*|pledg\w+|"
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
        rf"|the\s\w+)\s(?:(?:collectively|jointly|all|concretely|formally|explicitly|actually|strongly|say"
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
        r"\b(?:positions?|stances?|tone|language|line|attitude)\s(?:is\staken\s)?(?:on|about|towards?"
        r"|regarding|concerning|over|vis-a-vis)\s(?!@|it\b|them\b)",
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
)
