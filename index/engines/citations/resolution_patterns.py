"""The patterns of resolutions and document symbols, each named and with the words it was made for.

Every repetition is bounded, so that no text, however built, takes more than a constant amount of work per character.
"""

import re

from index.engines.citations.pattern_pieces import DASH, GAP, SPACE, YEAR, words_of
from index.text.dates import MONTH

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
      | \bUN\s?SC(?:['’]s)?\b | \bUN\s+Sec(?:\.|urity)? (?=\s*\Z) | \bSC\b | \bS\.\s?C\.(?=\s) )
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
        (?:\s{0,3}\(UNGA\))? | \bGENERAL\s+ASSEMBLY | \bUN\s?GA\b | \bGA\b | \bG\.\s?A\.(?=\s) )
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

MODIFIERS = words_of(
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
