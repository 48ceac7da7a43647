"""The patterns of citations, each named and with the words it was made for.

Every repetition is bounded, so that no text, however built, takes more than a constant amount of work per character.
"""

import re

from index.text.dates import MONTH


def _words_of(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# -- pieces ----------------------------------------------------------------------------------------------------------

BLANK = r"[ \t\r\f\v\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]"
"""White space but a line break, and what takes no room at all, as pages on the web have it: "UNSCR \u200b1701"."""

GAP = rf"(?:{BLANK}{{0,4}}\n?{BLANK}{{0,12}})"
"""White space inside a sentence or none: one line break at most, since a blank line ends a paragraph."""

SPACE = rf"(?:{BLANK}{{1,4}}\n?{BLANK}{{0,12}}|\n{BLANK}{{0,12}})"

DASH = r"[-‐‑‒–—−]"

YEAR = r"(?:19[4-9][0-9]|20[0-9][0-9])"

SECTION = r"[0-9]{1,4}[A-Za-z]?(?:[-–][0-9]{1,4}[a-z]?)?(?:\([0-9A-Za-z]{1,4}\)){0,6}"
"""A provision of a statute: "7031(c)", "212(a)(3)(C)", "1a", "552b(c)"."""

# -- resolutions: the head word and its numbers ----------------------------------------------------------------------

# A pattern tried at every place names the letters it can begin with, "(?=[RrUS])": half of the time is saved.
RESOLUTION_HEAD = re.compile(
    r"""
    # Neither "irresolution" nor "high-resolution", but "UNSC-resolution"
    (?=[RrUS]) (?<![^\W_]) (?: (?<!\w[-‐‑–]) | (?<=\bUNSC-) | (?<=\bCouncil-) )
    (?: (?P<word> [Rr]eso(?:[-‐]\s?)?lu(?:[-‐]\s?)?tions? | RESOLUTIONS? ) (?:\(s\))?   # also "resolu-tion"
      # "UNSCR 1718", "UNSCRs 1718 and 1874", "UNSCR's 1718 and 1874", "SCR 2254", "U.N.S.C.R. 1701"
      | (?P<acronym> (?: UN\s?SCR | SCR ) (?: ['’]s (?=\s[0-9]{3,4}) | s )? | UNSCRES | U\.N\.S\.C\.R\.?s? )
      | (?P<assembly> UNGARs? | UNGA (?= \s(?:ES[-‐‑–][0-9]{1,2}|[3-9][0-9])/[0-9]{1,3}(?![0-9]) ) )    # "UNGA 77/230"
      | (?P<short> Res(?:ns?)?\b\.? | res\. )                   # "UNSC Res. 2254", "H.Res. 12"
      # "UNSC 2254 (2015)", "UNSC 1325", but not "UNSC 1267/1989/2253 Sanctions Committee"
      | (?P<council> UNSC (?= \s[0-9]{3,4}\s?\([0-9]{4}\) | \s(?!19[4-9]|20[0-4])[0-9]{4}\b )
          (?! \s[0-9][0-9/]{2,14} (?: \s(?: [Ss]anctions | [A-Z(][\w’'()-]{1,20} ) ){0,3}?
              \s(?: [Cc]ommittees? | [Ll]ists? | [Pp]anel | [Mm]onitoring | [Rr]egimes? | [Ll]istings? )\b ) )
    )
    (?![A-Za-z])
    """,
    re.VERBOSE,
)

BEFORE_NUMBER = re.compile(
    rf"""
    # "Resolutions (UNSCRs) 1718", "Resolution (“UNSCR”) 1701"
    (?: {GAP} \( [“"]? (?: UN\s?SC(?:Rs?)? | SCRs? | UNGA(?:Rs?)? ) [”"]? \) )?
    {GAP} (?: (?:{DASH}|:|•) {GAP} | [“"] )?                                       # "UNSCR-1701", "resolutions: 1718"
    # "resolutions including 1718", "resolutions, in particular 1559 (2004)"
    (?P<example> (?:,{GAP})? (?: including | such\sas | like | namely | (?:most\s)?notably | particularly | especially
        | in{SPACE}particular ) {SPACE} )?
    # "resolution No. 1701", "resolution n° 1701", "resolutions numbered 661 and 687"
    (?: (?: [Nn]os?\b\.? | NO\b\.? | [Nn]umber(?:s|ed)?\b | № | \# | [Nn](?:°|º|\.) ) {GAP} )?
    # "resolutions (242, 338, 1397)", "resolution, 2254, that", but neither "resolution (2015)" nor "resolution, 15"
    (?P<aside> (?: \( | ,\s(?=[0-9]{{4}}[,.]) ) (?!(?:19[4-9]|20[0-4])[0-9]\b) (?=[0-9]{{3,4}}(?:\b|\s?\()) )?
    """,
    re.VERBOSE,
)

RESOLUTION_NUMBER = re.compile(
    rf"""
    # "resolution S/RES/2397 (2017)", "UNSC/RES/2334"
    (?: (?P<symbol> (?:(?:UN)?SC?|A)/R(?:ES|es)(?:/|\s) ) | (?P<rights> A/HRC/RES/ ) )?
    (?:
        (?P<plenary> (?: E?S{DASH}[0-9]{{1,2}} | [0-9]{{1,3}} ) / (?:L\.)? [0-9]{{1,3}} (?![0-9/])
            (?: \s?[A-Z](?![A-Za-z’'.]) )? )                                       # "ES-11/1", "68/262", "31/6 A"
      | (?P<annual> {YEAR}/[0-9]{{1,3}}(?![0-9/]) )                                 # "ECOSOC resolution 1996/31"
      | (?P<roman> [0-9]{{1,4}} (?: \s?[A-Z] )? \s{{0,2}}
            \( \s? (?: E?S{DASH}(?:[0-9]{{1,2}}|[IVXLC]{{1,9}}) | [IVXLCD]{{1,9}} ) \s? \) )
                                                                                   # "377 A (V)", "2254 (ES-V)"
      | (?P<plain> [0-9]{{1,4}} )
        (?! [0-9A-Za-z%°×$€£] | \.[0-9] | \([a-z]\) )                           # neither "1080p", "0.5" nor "112(b)"
        (?! (?<=[^0-9][0-9]) ,[0-9]{{3}}(?![0-9]) )                                # nor "1,500"
        (?: {GAP} [.,]? \s? [(\[{{] \s{{0,2}} (?:of\s)? (?:[0-9]{{1,2}}\s)? (?:{MONTH}\s)? (?:[0-9]{{1,2}},\s)?
            (?P<year> {YEAR} ) (?: \s{{0,2}} [)\]}}] | (?=,\s) ) )?                # "1737(2006)", "242 ( 1967 )",
    )                                                                              # "1373 (28 September 2001)"
    """,
    re.VERBOSE,
)

BARE_YEAR = re.compile(rf"(?:{SPACE}|/|{DASH}|,\s)(?P<year>{YEAR})(?![0-9/])")
"""A year without brackets: "Resolution 2513 2020", "resolution 2254/2015"."""

DATE_OF_ADOPTION = re.compile(
    rf"""
    (?: {GAP} ,? {SPACE} (?: of | dated | from | adopted (?:{SPACE}unanimously)? (?:{SPACE}on|{SPACE}in)? ) {SPACE}
        (?: (?: [0-9]{{1,2}} {SPACE} and {SPACE} )? [0-9]{{1,2}}{SPACE}{MONTH}
          | {MONTH}{SPACE}[0-9]{{1,2}}\b | {MONTH} )?
        (?: ,?{GAP}(?P<year>{YEAR})(?![0-9]) | (?<=[a-z0-9.])(?<!of)(?<!from) )
    )
    """,
    re.VERBOSE,
)
""""96 (1951) of 10 November 1951", "50 of 29 May 1948", "2254 of 2015"."""

SEPARATOR = re.compile(
    rf"""
    # "1672 (2006)12, 1718": a footnote's mark
    (?: \s?[0-9]{{1,3}}(?=\s?[,;]|\sand\b) | [¹²³⁴⁵⁶⁷⁸⁹⁰*]{{1,3}} )?
    (?P<joint> (?: {GAP} (?: [,;/&•] | {DASH} | (?: and | or | as{SPACE}well{SPACE}as | to | through | plus
        | including | notably
        | in{SPACE}particular )\b ) ){{1,4}} )
    {GAP} (?: (?: its | also | the | in | of | [Nn]os?\.? ) {SPACE} ){{0,2}}
    """,
    re.VERBOSE,
)

RANGE_JOINT = re.compile(rf"\b(?:to|through)\b|{DASH}")

SUBJECT_AND_NEXT = re.compile(
    rf"""
    (?: \. | [^.;:()\n]{{1,200}}? (?: , | \b(?:and|or|as\swell\sas)\b ) ) {SPACE} (?: (?: and | also | in
        | particular | particularly | notably | especially | namely | including ) {SPACE} ){{0,2}}
    (?= [0-9]{{1,4}} {GAP} \( {GAP} (?: {YEAR} | [IVXLC]{{1,8}} ) {GAP} \) )
    """,
    re.VERBOSE,
)
""""1325 (2000) on women, peace and security, and 1820 (2008)": the subject between two numbers."""

BRACKETED_YEAR = re.compile(rf"\((?P<year>{YEAR})\)(?![0-9A-Za-z])")
WITHOUT_HEAD = re.compile(
    rf"""
    \b(?: [Ii]n | of | [Uu]nder | and | [Bb]y | [Ww]ith | to | [Pp]er | [Ii]ts | [Tt]hrough | [Bb]oth )
    {SPACE} (?P<number> [1-9][0-9]{{2,3}} ) \s?\Z
    """,
    re.VERBOSE,
)
""""resolution 2254 (2015), reiterated in 2268 (2016)": a later number with no head word; ends where its year begins."""

NUMBER_FIRST = re.compile(
    rf"\b(?:[Tt]he|UN|UNSC|Council|[Ii]ts|under|with|on)\s(?P<number>[0-9]{{3,4}})(?:\s?\((?P<year>{YEAR})\))?\s\Z"
)
""""the 2254 resolution"; ends where the head word begins."""

COMPOUND = re.compile(
    r"""
    (?: \b(?: conflict | dispute | crisis | image | screen | display | spatial | temporal | pixel | video | scan
          | problem | grievance | complaint | claims? | case | debt | bank | single | ticket | Powers | Tonkin\sGulf )
    ) \s \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What is no body's resolution: "conflict resolution 2020", "War Powers Resolution 1973"."""

CAPITALISED_BEFORE = re.compile(
    r"(?<![.:;!?”\"]\s)(?<![.:;!?”\"]\n)(?<!\n)(?<!\A)\b(?!UN\b|U\.N)[A-Z][a-z]\w{1,30}\s\Z"
)
""""the Texas resolution 2016", where the number may be a year; but "Nations. Under resolution 1970"."""

COUNTED = re.compile(
    rf"""
    {GAP} (?: {DASH}{GAP} )?
    (?: days? | weeks? | months? | years? | hours? | minutes? | times? | votes? | people | persons?
        | members?\b(?!{SPACE}[Ss]tates)
      | countries | nations | percent | per\s?cent | [mb]illion | thousand | hundred | dpi | ppi | pixels? | px | x
          | by | meters?
      | metres? | feet | [kcmn]?m | against | in{SPACE}favou?r | abstentions? | tons? | tonnes? | troops
          | co-?sponsors? ) \b
    """,
    re.VERBOSE,
)
"""What a number counts: "adopted the resolution 12 votes to none", "a resolution 10 years ago"."""

SCORE = re.compile(rf"{GAP}(?:{DASH}|to\b|,|:){GAP}[0-9]{{1,3}}(?![0-9])")
"""A vote: "passed the resolution 141 to 5"."""

MONTH_AFTER = re.compile(rf"{SPACE}{MONTH}")

# -- resolutions: whose they are -------------------------------------------------------------------------------------

BODY = re.compile(
    r"""
    (?P<security> (?: \b(?: U\.?\ ?N\.?(?:['’]s)? | United\s+Nations?(?:['’]s?)? )\s+ (?:\(U\.?N\.?\)\s+)? )?
        (?: \b(?<!Peace\sand\s)[Ss]ecurity[\s-]+[Cc]ouncil(?:['’]s?)? | \bSECURITY\s+COUNCIL ) (?:\s{0,3}\(UN\s?SC\))?
      | \bUN\s?SC(?:['’]s)?\b | \bUN\s+Sec(?:\.|urity)? (?=\s*\Z) | \bSC\b )
  | (?P<rights> (?: \b(?: U\.?N\.? | United\s+Nations )\s+ )? (?: \bHuman\s+Rights\s+Council
      | \bCommission\s+on\s+Human\s+Rights ) (?:['’]s)?
        (?:\s{0,3}\((?:UN)?HRC\))? | \b(?:UN\s?)?HRC\b )
  | (?P<agency> (?:\bIAEA(?:['’]s)?\s+)? \bBoard\s+of\s+Governors(?:['’])? | \bIAEA\b(?:['’]s)?
      (?:\s+(?:Board|General\s+Conference))? )
  | (?P<family> \bECOSOC\b | \bEconomic\s+and\s+Social\s+Council | \bTrusteeship\s+Council | \bUNESCO\b
      | \bWorld\s+Health\s+Assembly
        | \bWH[AO]\b | \bILO\b | \bICAO\b | \bIMO\b | \bUNE[AP]\b | \bUNCTAD\b | \bEnvironment\s+Assembly
            | \bMEPC\b | \bMSC\b )
  | (?P<assembly> (?: \b(?: U\.?N\.?(?:['’]s)? | United\s+Nations(?:['’])? )\s+ (?:\(U\.?N\.?\)\s+)? )?
        \b[Gg]eneral\s+[Aa]ssembly(?:['’]s)?
        (?:\s{0,3}\(UNGA\))? | \bGENERAL\s+ASSEMBLY | \bUN\s?GA\b | \bGA\b )
  | (?P<foreign> \b(?!The\s|That\s|This\s|Under\s|In\s|By\s|And\s|Of\s|Its\s|All\s|When\s|With\s|UN\s|Security\s)
        (?: [A-Z][\w’'-]{1,30}\s+(?:Council|Assembly) | National\s+Security\s+Council
          | Peace\s+and\s+Security\s+Council | Council\s+of\s+(?:the\s+)?Europe\w{0,10}
          | League\s+of\s+(?:Nations|Arab\s+States) ) (?:['’]s)?
      | \b(?: House | Senate | Congress(?:ional)? | Joint | Concurrent | Parliament(?:ary)? | Bundestag | Knesset
          | Duma | Rada
        | OAS | OSCE | PACE | AU | EU | ECOWAS | NATO | Interpol | League | Union | Cabinet | Legislat(?:ive|ure)
            | City | State
        | Shareholders? | Ministers | Organi[sz]ation | Commission | Committee | Conference | Board | Party | Diet
            | Majlis ) (?:['’]s)?\b
      | \b[HS]\.?\s?(?:[JRC]\w{0,3}\.?\s?)* \Z )
  | (?P<council> \bCouncil(?:['’]s)? )
  | (?P<chamber> \bAssembly(?:['’]s)? )
  | (?P<nations> \bU\.\s?N\.(?:['’]s)? | \bUN\b(?:['’]s)? | \bUnited\s+Nations(?:['’])? )
    """,
    re.VERBOSE,
)
"""Who adopts resolutions; the first alternative that fits at a place is the right one."""

ASSEMBLY_NUMBER = re.compile(r"(?:General\s{1,3}Assembly|UNGA)\s{1,3}[Rr]esolutions?\s{1,3}([0-9]{1,4})(?![0-9/])")
""""General Assembly resolution 194": a later "resolution 194" in the same text is that one."""

OF_BODY = re.compile(
    rf"""
    (?: {GAP} ,? {GAP} adopted )? {SPACE} (?:of|by|from) {SPACE} (?:both{SPACE})? (?:the{SPACE})?
    (?P<body> (?: (?:United{SPACE}Nations|U\.?N\.?) {SPACE} )?
        (?: (?P<security> Security{SPACE}Council | UNSC | Council\b )
          | (?P<assembly> General{SPACE}Assembly | UNGA | Assembly\b )
          | (?P<rights> Human{SPACE}Rights{SPACE}Council | Commission{SPACE}on{SPACE}Human{SPACE}Rights | HRC )
          | (?P<agency> (?:IAEA{SPACE})? Board{SPACE}of{SPACE}Governors | IAEA )
          | (?P<foreign> House | Senate | European{SPACE}\w{{1,20}} | (?:U\.?S\.?{SPACE})?Congress
              | National{SPACE}Assembly
              | Parliament\w{{0,4}} | Arab{SPACE}League | League{SPACE}of | World{SPACE}Health{SPACE}Assembly
                  | OSCE | OAS ) )
      | (?P<nations> United{SPACE}Nations | UN\b ) )
    """,
    re.VERBOSE,
)
""""relevant resolutions of the Security Council", "resolution 377 A (V) of the General Assembly"."""

MODIFIERS = _words_of(
    """
    relevant multiple several numerous various many existing applicable pertinent related other additional previous
    prior earlier past subsequent successive successor ensuing binding unanimous recent new further future respective
    numbered certain specific some few most two three four five six seven eight nine ten eleven twelve dozen mandatory
    cease-fire ceasefire above above-mentioned abovementioned aforementioned aforesaid foregoing same own draft
    proposed present key landmark historic current all the these those this that such said its their any both each
    every a an another no either longstanding long-standing important sanctions legally
    legally-binding non-binding nonbinding clear so-called latest first last second original initial underlying
    corresponding mentioned cited preceding following whole full entire
    """
)
"""Words that may stand before "resolutions" or before the name of the body."""

COUNCIL_ACRONYM_AFTER = re.compile(r"\s?\([“\"]?(?:UN\s?)?(?:UNSCR|SCR|UNGAR)s?[”\"]?\)")
""""Security Council resolutions (UNSCRs)": one mention, not two."""

POINTING = re.compile(
    r"\b(?:these|those|such|the\s+said|the\s+same|aforementioned|aforesaid|above|above-?mentioned|foregoing|preceding)\b",
    re.IGNORECASE,
)
POINTING_AT_ONE = re.compile(r"\b(?:this|that)\b", re.IGNORECASE)
WEIGHED = re.compile(
    r"\b(?:relevant|pertinent|applicable|previous|prior|earlier|past|subsequent|successor|successive|ensuing|related|other)\b",
    re.IGNORECASE,
)
"""What makes "resolutions" a set of a body's acts: "1970 (2011) and subsequent resolutions"."""

PROSPECTIVE = re.compile(r"\b(?:draft|proposed|present)\b", re.IGNORECASE)

DATED = re.compile(
    rf"{SPACE}(?:of|dated){SPACE}(?:[0-9]{{1,2}}{SPACE}{MONTH}|{MONTH}{SPACE}[0-9]{{1,2}}\b)(?:,?{SPACE}(?P<year>{YEAR}))?"
)
""""the resolution of 15 July 1948": a date for a number."""

OWN_HEADING = re.compile(
    rf"""
    (?: ^ | \A ) [^\S\n]{{0,8}} (?:\#{{1,6}}[^\S\n])? [*_]{{0,2}}
    (?: (?: (?:United\ Nations\ |UN\ |U\.N\.\ )? Security\ Council\ )? R(?:esolution|ESOLUTION)
        {GAP} (?P<number>[0-9]{{1,4}}) {GAP} \( {GAP} (?P<year>{YEAR}) {GAP} \)
      | (?P<old>[0-9]{{1,3}}) {GAP} \( {GAP} (?P<old_year>{YEAR}) {GAP} \) \. {GAP}
            R(?:esolution|ESOLUTION) (?={SPACE}of)
      | (?:United\ Nations{GAP})? S/RES/(?P<symbol>[0-9]{{1,4}}) {GAP} \( {GAP} (?P<symbol_year>{YEAR}) {GAP} \) )
    [*_]{{0,2}}
    (?P<dated> (?: , | {SPACE}of | {SPACE}on )? {SPACE} [0-9]{{1,2}} {SPACE} {MONTH} {SPACE} {YEAR} )?
    """,
    re.VERBOSE | re.MULTILINE,
)
"""A resolution's own title: "Resolution 825 (1993)", "16 (1947). Resolution of 10 January 1947"."""

OPENING = re.compile(
    r"""
    \s{0,20} R(?:esolution|ESOLUTION) \s{1,4} (?P<number>[0-9]{1,4}) \b (?: \s{0,2}\([0-9]{4}\) )?
    (?P<date> (?: \s{1,4}[^\s]{1,10} ){2,5}? )
    \s{1,4} The \s Security \s Council (?= ,|\s )
    """,
    re.VERBOSE,
)
"""The start of a scanned resolution: "Resolution 226 (1966) of 14 October £964 The Security Council,"."""

AFTER_HEADING = re.compile(
    r"\W{0,12}(?:[0-9]{1,3}\W{1,4})?(?:\[?S/[^\s]{1,20}\W{0,8}(?:I{1,3}\W{1,4})?)?"
    r"(?:Adopted\s(?:unanimously\s)?by\sthe|The\s+Security\s+Council|Whereas|Security\s+Council)"
)
REST_OF_LINE = re.compile(r"[^\S\n]{0,8}(?P<rest>[^\n]{0,200})")

# -- document symbols ------------------------------------------------------------------------------------------------

SYMBOL = re.compile(
    rf"""
    (?=[ACEGISU])(?<![\w/])(?:
        # "S/RES/2397 (2017)"
        (?P<council> (?:UN)?SC?/R(?:ES|es)(?:/|\s) (?P<number>[0-9]{{1,4}})
            (?: {GAP}/?{GAP} \(? (?P<year>{YEAR}) \)? )? (?![0-9]) )
      | (?P<assembly> A/R(?:ES|es)(?:/|\s) (?P<plenary> (?:E?S{DASH})?[0-9]{{1,4}}
          (?: /[0-9]{{1,3}} (?:\s?[A-Z](?![A-Za-z’'.]))?
          | \s?\([IVXLC]{{1,8}}\) )? ) )
      | (?P<agency> GOV/(?:INF/|OR\.)?[0-9]{{1,4}}(?:/[0-9]{{1,4}}){{0,2}}
            (?:/(?:Rev|Add|Corr|Mod)\.\s?[0-9]{{1,2}}){{0,2}}
          # "INFCIRC/225/Rev.5"
          | INFCIRC[/\s][0-9]{{1,4}}(?:/(?:Rev|Add|Corr|Mod)\.?\s?[0-9]{{1,2}}){{0,2}}
          | GC\([0-9]{{1,3}}\)/(?:RES/)?[0-9A-Z]{{1,5}} )
      | (?P<document> (?: S/(?:PRST|PV|AC|Agenda|INF)[/.]
          | A/(?:C\.|HRC/|CN\.|CONF\.|AC\.|BUR/|INF/|PV\.|[0-9]{{2}}/|S-|ES-|[0-9]{{3,4}}\b)
            | E/(?:CN|C|RES|ICEF|INF)[./] | ST/(?:SGB|AI|SG|LEG)/ | S/(?=[0-9]{{2}}) | E/(?=[0-9]{{4}}/) )
          (?: [0-9A-Za-z-]{{0,9}} [./]{{0,1}} ){{0,6}}(?<![./])
          | [SAE]/[0-9]{{2,5}} ) )
    """,
    re.VERBOSE,
)

# -- executive orders, proclamations, statutes -------------------------------------------------------------------------

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

ISSUERS = _words_of("agency association board commission council nations organisation organization summit union")
"""Whose acronym it is that stands before an agreement: "Food and Agriculture Organization (FAO) Agreement"."""

NAME_TOPICS = _words_of(
    """
    acquisition amity arms climate commerce communications conservation cooperation cultural culture customs defence
    defense development economic education energy exchange extradition free friendship health investment legal
    logistics maritime navigation nuclear peace research science scientific security stabilization stabilisation
    strategic tax technical technology trade transport transportation visa water
    """
)
"""What "and" joins to the next word of an agreement's name: "Science and Technology Agreement"."""

NOT_IN_NAMES = _words_of(
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
