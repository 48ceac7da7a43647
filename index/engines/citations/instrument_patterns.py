"""The patterns of orders, statutes, treaties and agreements, each named and with the words it was made for.

Every repetition is bounded, so that no text, however built, takes more than a constant amount of work per character.
"""

import re

from index.engines.citations.pattern_pieces import GAP, SECTION, SPACE, YEAR, words_of
from index.text.dates import MONTH

ORDER_HEAD = re.compile(
    rf"""
    (?=[EP])(?<!\w) (?: (?P<order> Executive{SPACE}[Oo]rders? (?:{GAP}\(E\.{GAP}O\.?s?\)|{GAP}\(EOs?\))?
        | E\.[^\S\n]?O\.?(?:'?s)?(?![A-Za-z]) | EOs?(?={GAP}[0-9]) )
              | (?P<proclamation> Proclamations? (?:{GAP}\(PPs?\))? ) )
    """,
    re.VERBOSE,
)
ORDER_NUMBER = re.compile(rf"{GAP}(?:[Nn]os?\.{GAP})?(?P<number>[0-9]{{4,5}})(?![0-9,.]?[0-9])(?P<suffix>-[A-Z])?")
DATE_OF_ORDER = re.compile(
    rf",?{SPACE}(?:of|dated|signed{SPACE}on){SPACE}(?:{MONTH}{SPACE}[0-9]{{1,2}}|[0-9]{{1,2}}{SPACE}{MONTH}),?{SPACE}(?P<year>{YEAR})\b"
)
""""Executive Order 13219 of June 26, 2001"."""

ORDER_JOINT = re.compile(rf"(?:{GAP}(?:,{GAP}(?:and|or)?|and\b|or\b|&|;)){GAP}(?=[0-9]{{4,5}}\b(?![,.][0-9]))")

CODE_SECTION = re.compile(
    rf"""
    (?=[0-9])(?<![\w.]) (?P<title>[0-9]{{1,2}}) {SPACE} (?: U\.?{GAP}S\.?{GAP}C(?:\.|ode\b|\b)(?:A\.)?
        | United{SPACE}States{SPACE}Code )
    {GAP} (?: §{{1,2}}{GAP} | [Ss]ec(?:tions?|s?\.){GAP} )? (?P<section>{SECTION}) (?: ,?{SPACE}et\.?{SPACE}seq\.? )?
    """,
    re.VERBOSE,
)
"""" 50 U.S.C. 1701 et seq.", "22 U.S.C. § 2751"."""

CODE_TITLE = re.compile(
    rf"""
    (?=[SsTt])(?<!\w) (?: [Ss]ec(?:tions?|\.) {SPACE} (?P<section>{SECTION}) {SPACE} of {SPACE} )?
    [Tt]itle {SPACE} (?P<title>[0-9]{{1,2}}) (?: ,{GAP} | {SPACE}of{SPACE}the{SPACE} )
    (?: United{SPACE}States | U\.S\. ) {SPACE} Code\b
    """,
    re.VERBOSE,
)
""""section 301 of title 3, United States Code"."""

PUBLIC_LAW = re.compile(
    rf"(?=P)(?<!\w)(?:Public{SPACE}Law|Pub\.{GAP}L\.|P\.L\.){GAP}(?:[Nn]o\.?{GAP})?(?P<number>[0-9]{{1,3}}[-–‑][0-9]{{1,4}})"
)

# -- treaties, agreements and acts by name ---------------------------------------------------------------------------

NAME_HEAD = re.compile(
    r"""
    (?=[ACDFMPST])(?<![\w’'-])(?:
        (?P<treaty> Treat(?:y|ies) | Conventions? | Covenants? | Protocols? (?:\s(?:I{1,3}|IV)\b)? | Charter
            | Statute | TREATY | CONVENTION )
      | (?P<agreement> Accords? | Agreements? | Pact | Compact | Memorandum | (?:Final|Founding)\sAct )
      | (?P<statute> Act )
      | (?P<other> Declaration )
    )(?!\w|-[A-Z0-9]|['’]\w{2})                                  # "Paris Agreement-aligned"
    """,
    re.VERBOSE,
)

NOT_AFTER_NAME = re.compile(
    r"\s+(?:Organi[sz]ation|Rooms?|Cent(?:er|re)|Hall|Schools?|Schedule|Officers?|Office|Flights?|Bodies|Body|Operator|Partnerships?)\b"
)
"""What makes the head a part of another name: "North Atlantic Treaty Organization", "Convention Center"."""

NOT_NAMES = re.compile(
    r"\b(?:Democratic|Republican|Party|Annual|National)\s(?:National\s)?Convention\b|\bNational\s(?:Accord|Agreement)\b"
    r"|\b(?:Deputy|Chief|Royal|Peace\sCorps)\s(?:Protocol|Charter)\b|\bPresidential\sMemorandum\b|\bSecurity\sMemorandum\b"
    r"|\b(?:Global|This|New)\sAct\b"
)
"""Gatherings, governments and offices: "Democratic National Convention", "Government of National Accord"."""

NAME_SMALL_WORDS = frozenset({"of", "and", "for", "with", "against"})
"""What may stand between the capitalised words of an act: "Americans with Disabilities Act"."""

ISSUERS = words_of("agency association board commission council nations organisation organization summit union")
"""Whose acronym it is that stands before an agreement: "Food and Agriculture Organization (FAO) Agreement"."""

NAME_TOPICS = words_of(
    """
    acquisition amity arms climate commerce communications conservation cooperation cultural culture customs defence
    defense development economic education energy exchange extradition free friendship health investment legal
    logistics maritime navigation nuclear peace research science scientific security stabilization stabilisation
    strategic tax technical technology trade transport transportation visa water
    """
)
"""What "and" joins to the next word of an agreement's name: "Science and Technology Agreement"."""

NOT_IN_NAMES = words_of(
    """
    the this that these those under in on at by from with through pursuant as and but our their its his her a an any
    each both for since today’s today's while when because if article articles president secretary parties states
    consistent to of or all nor per via after before during following upon about against within section sections
    chapter mr. ms. mrs. minister ambassador so no not yes well again then also signed join implementing regarding
    including violating recalling reaffirming noting given like what how why where who is was are were we they it
    question specific grounded additionally advance while
    """
)
"""Capitalised first words of a sentence that are no part of a name."""

NAME_AFTER = re.compile(
    r"""
    \s+ (?: of | on | for | [Aa]gainst | concerning | relating\sto | relative\sto | to )
    \s+ (?: (?:the|an?)\s+ (?:[A-Z][\w’'.-]{0,30}\s+)? )?
    """,
    re.VERBOSE,
)

LONG_NAMES = re.compile(
    r"""
    (?=[A-Zc])(?<!\w)(?:
        Convention\s+on\s+the\s+Prohibition\s+of\s+the\s+Development,\s+Production[^.;\n]{0,80}?Weapons
            (?:\s+and\s+on\s+[Tt]heir\s+Destruction)?
      | Convention\s+[Aa]gainst\s+Torture
          (?:\s+and\s+Other\s+Cruel,\s+Inhuman,?\s+or\s+Degrading\s+Treatment\s+or\s+Punishment)?
      | (?:Geneva\s+)?(?:Convention|Protocol)\s+(?:relative|relating)\s+to\s+the
          \s+(?:Protection|Status|Treatment)\s+of\s+[A-Z]\w+(?:\s+(?:of|in)\s+[A-Z]?\w+){0,3}
      | Protocol\s+for\s+the\s+Prohibition\s+of\s+the\s+Use\s+in\s+War\s+of\s+Asphyxiating,\s+Poisonous\s+or
          \s+(?:[Oo]ther\s+)?Gases(?:,?\s+and\s+of\s+Bacteriological\s+Methods\s+of\s+Warfare)?
      | Treaty\s+on\s+the\s+Non-?\s?[Pp]roliferation\s+of\s+Nuclear\s+Weapons
      | (?:UN|U\.N\.|United\s+Nations)?\s?(?:Convention\s+on\s+the\s+)Law\s+of\s+the\s+Seas?
      | (?:(?:UN|U\.N\.|United\s+Nations)\s)?Law\s+of\s+the\s+Sea\s+(?:Convention|Treaty)
      | Joint\s+Comprehensive\s+Plan\s+of\s+Action
      | [Cc]harter\s+of\s+the\s+United\s+Nations | (?:UN|U\.N\.|United\s+Nations)(?:['’]s?)?\s+[Cc]harter
      # "the Minsk agreements": known by their place, whatever the case
      | (?:Abraham|Algiers|Artemis|Belfast|Camp\s+David|Dayton|Doha|Geneva|Good\s+Friday|Kyoto|Minsk|Montreux|Ohrid|Oslo
          |Ottawa|Paris|Prespa|Pretoria|Rome|Schengen|Stockholm|Taif|Vienna|Windsor) \s+
          (?:agreements?|accords?|conventions?|protocols?|statute)\b (?!\s+cent(?:er|re)\b)
      | Agreement\s+under\s+the\s+United\s+Nations\s+Convention\s+on\s+the\s+Law\s+of\s+the\s+Sea
          \s+on\s+the\s+Conservation\s+and\s+Sustainable\s+Use\s+of\s+Marine\s+Biological\s+Diversity\s+of\s+Areas\s+[Bb]eyond\s+National
          \s+Jurisdiction
      | (?:International\s+)?Covenant\s+on\s+(?:Civil\s+and\s+Political|Economic,\s+Social\s+and\s+Cultural)\s+Rights
      | (?:International\s+)?Convention\s+on\s+the\s+Elimination\s+of\s+[Aa]ll\s+[Ff]orms\s+of\s+(?:Racial
          \s+Discrimination|Discrimination\s+[Aa]gainst\s+Women)
      | Universal\s+Declaration\s+(?:of|on)\s+Human\s+Rights
      | (?:[A-Z]\w{1,15}\s+)?Status\s+of\s+Forces\s+Agreements?
      | Trading\s+[Ww]ith\s+the\s+Enemy\s+Act
      | Biological\s+(?:and|&)\s+Toxin\s+Weapons\s+Convention
      | (?:Treaty\s+on\s+)?Conventional\s+(?:Armed\s+)?Forces\s+in\s+Europe(?:\s+Treaty)?
      | Worst\s+Forms\s+of\s+Child\s+Labou?r\s+Convention
      | New\s+START(?:\s+(?:Treaty|Agreement))?
    )
    """,
    re.VERBOSE,
)
"""Titles whose commas and small words no general pattern can follow."""

LONG_NAME_WORDS = (
    "Treat",
    "Law of",
    "Plan",
    "harter",
    "greement",
    "ccord",
    "onvention",
    "rotocol",
    "tatute",
    "Covenant",
    "Human",
    "START",
    "Forces",
    "Enemy",
)
"""One of these is in every match of `LONG_NAMES`."""

NAME_ACRONYM = re.compile(
    r"""
    (?=[A-Z]{3})(?<![\w.-])(?:
        (?P<treaty> NPT | CTBT | CWC | BT?WC | UNCLOS | ICCPR | ICESCR | CEDAW | I?CERD | UNFCCC | UNCAC | UNTOC
            | TPNW | CPPNM | UNCRC | FMCT | CRPD )
      | (?P<agreement> JCPOA | USMCA ) | (?P<statute> IEEPA | CAATSA | PEESA ) | (?P<other> UDHR )
    )(?![\w-])
    """,
    re.VERBOSE,
)

ACRONYM_AFTER = re.compile(r"\s{0,2}\((?:the\s)?[“\"]?(?P<acronym>[A-Z][A-Za-z-]{1,11})[”\"]?\)")
""""Treaty on the Non-Proliferation of Nuclear Weapons (NPT)"."""

CHARTER = re.compile(r"Charter\b")
OTHER_CHARTER = re.compile(
    r"\b(?!(?:the|its|UN|Nations|this|that|our|and|present|a|all|any|by|from|in|of|on|or|to|under|with)\b)"
    r"\w{1,20}(?:[’']s?)?\s\Z",
    re.IGNORECASE,
)
CHARTER_OF_OTHERS = re.compile(r"\sof\s(?!(?:the\s)?(?:UN\b|United\sNations\b|U\.N))")
"""Whose a charter is, before and after the word: "the Paris Charter", "the Charter of Fundamental Rights".

Of nobody else: "the fulfilment of Charter principles".
"""

YEAR_AFTER = re.compile(r"\s+(?:of|for\s+(?:Fiscal\s+Year|FY))\s+(?P<year>1[6-9][0-9]{2}|20[0-9]{2})(?![0-9])")
""""Outer Space Treaty of 1967", "National Defense Authorization Act for Fiscal Year 2024"."""

YEAR_BEFORE = re.compile(r"\b(?:[Tt]he|[Ii]ts|of|under)\s(?P<year>1[6-9][0-9]{2}|20[0-9]{2})\s\Z")
""""the 1951 Refugee Convention"; ends where the name begins."""

PROVISION_BEFORE = re.compile(
    rf"""
    (?P<head> (?:[Cc]ommon\s)? (?: [Aa]rt(?:icles?|s?\.) | [Cc]hapters? | [Ss]ub[Ss]?ections?
        | [Ss]ec(?:tions?|s?\.) | [Aa]nnex ) ) \s{{1,4}}
    (?P<numbers> (?:[IVXL]{{1,7}}\b|{SECTION})
        (?: \s?(?:,|and\b|or\b|to\b|through\b|,\s?and\b|[-–])\s{{0,4}} (?:[Aa]rticles?\s)?
            (?:[IVXL]{{1,7}}\b|{SECTION}) ){{0,12}} )
    (?: ,?\s(?:paras?\.|paragraphs?|subparagraphs?)\s[0-9()a-z]{{1,8}}(?:\s(?:and|to)\s[0-9()a-z]{{1,8}})?,? )?
    ,?\s{{1,4}} (?:of|to|in|under) \s{{1,4}} (?:the\s{{1,4}}|that\s|said\s|such\s|[0-9]{{4}}\s){{0,3}} \Z
    """,
    re.VERBOSE,
)
""""Article 51 of the", "Articles 2 and 4 of the", "section 7031(c) of the"; ends where a name begins."""

PROVISION_AFTER = re.compile(
    rf"""
    (?:['’]s?)? ,? \s{{1,3}} (?:in\sparticular\s|including\s|particularly\s)?
        (?P<head> Art(?:icles?|\.) | [Ss]ections? | Chapters? | §{{1,2}} ) \s{{1,3}}
    (?P<numbers> (?:[IVXL]{{1,7}}\b|{SECTION}) (?: \s?(?:,|and\b|or\b)\s?
        (?:[IVXL]{{1,7}}\b|{SECTION}) (?!\sU\.\s?S\.) ){{0,6}} )         # not "Section 10(d) and 5 U.S.C. 552b"
    (?! ,?\s+ of\s )
    """,
    re.VERBOSE,
)
""""NPT Article IV", "E.O. 14024 Section 1(a)(i)", "the Charter’s Article 51"."""

CANONICAL_NAMES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        (
            "un charter",
            r"charter of the united nations|\bun(?:['’]s?)? charter|u\.n\. charter|united nations(?:['’]s?)? charter",
        ),
        ("npt", r"\bnpt\b|non-? ?proliferation (?:of nuclear weapons|treaty)|nuclear[- ]non-? ?proliferation"),
        ("cwc", r"\bcwc\b|chemical weapons convention|stockpiling and use of chemical weapons"),
        ("bwc", r"\bbt?wc\b|biological (?:and toxin )?weapons convention|bacteriological \(biological\)"),
        ("ctbt", r"\bctbt\b|comprehensive(?: nuclear)?[- ]test[- ]ban"),
        ("unclos", r"\bunclos\b|law of the seas?\b"),
        ("paris agreements", r"\bparis agreements\b"),  # on Cambodia, 1991; the Paris Agreement is on climate
        ("jcpoa", r"\bjcpoa\b|joint comprehensive plan of action"),
        ("inf treaty", r"\binf\b|intermediate-range nuclear forces"),
        ("new start", r"\bnew start\b"),
        ("iccpr", r"\biccpr\b|civil and political rights"),
        ("icescr", r"\bicescr\b|economic, social and cultural rights"),
        ("cedaw", r"\bcedaw\b|discrimination against women"),
        ("icerd", r"\bi?cerd\b|racial discrimination"),
        ("unfccc", r"\bunfccc\b|framework convention on climate change"),
        ("uncrc", r"\buncrc\b|rights of the child\b"),
        ("convention against torture", r"convention against torture"),
        ("genocide convention", r"genocide convention|crime of genocide"),
        ("udhr", r"\budhr\b|declaration (?:of|on) human rights"),
        ("fmct", r"\bfmct\b|fissile materials? cut-?off treaty"),
        ("crpd", r"\bcrpd\b|rights of persons with disabilities"),
        ("peesa", r"\bpeesa\b|protecting europe’?'?s energy security act"),
        ("ieepa", r"\bieepa\b|international emergency economic powers act"),
        ("caatsa", r"\bcaatsa\b|adversaries through sanctions act"),
        ("north atlantic treaty", r"north atlantic treaty|\bnato treaty|washington treaty"),
        ("ottawa convention", r"\bottawa (?:convention|treaty)|anti-personnel mine"),
        ("vienna convention on diplomatic relations", r"vienna convention on diplomatic"),
        ("vienna convention on consular relations", r"vienna convention on consular"),
    )
)
"""One name for instruments that go by several, over folded text; the first that fits."""
