"""Words of titles and questions as they are compared: one key for the names of a state, plural and case set aside."""

import re
from dataclasses import dataclass

from index.text.tokens import fold


@dataclass(frozen=True, slots=True)
class Word:
    """One word, or one name of several: where it stands, and the key under which it is compared."""

    start: int
    end: int
    text: str
    key: str


STATES = {
    "us": "united states of america|united states|u.s.a|u.s|usa|secretary of state|american|americans|america",
    "uk": "united kingdom of great britain and northern ireland|united kingdom|great britain|u.k|british|britain",
    "northkorea": "democratic people's republic of korea|democratic people s republic of korea|north korea|dprk|"
    "d.p.r.k|north korean|north koreans",
    "southkorea": "republic of korea|south korea|r.o.k|rok|south korean|south koreans",
    "china": "people's republic of china|chinese|prc|china",
    "russia": "russian federation|russian|russians|russia",
    "eu": "european union|e.u|eu|european external action service",
    "uae": "united arab emirates|u.a.e|uae|emirati",
    "france": "french republic|french|france",
    "germany": "federal republic of germany|german|germans|germany",
    "italy": "italian|italians|italy",
    "japan": "japanese|japan",
    "canada": "canadian|canadians|canada",
    "australia": "australian|australians|australia",
    "newzealand": "new zealand",
    "saudi": "saudi arabia|saudi|saudis",
    "turkey": "türkiye|turkiye|turkish|turkey",
    "myanmar": "burma|burmese|myanmar",
    "iran": "islamic republic of iran|iranian|iranians|iran",
    "iraq": "republic of iraq|iraqi|iraqis|iraq",
    "israel": "israeli|israelis|israel",
    "ukraine": "ukrainian|ukrainians|ukraine",
    "belarus": "belarusian|belarusians|belarus",
    "syria": "syrian arab republic|syrian|syrians|syria",
    "libya": "libyan|libyans|libya",
    "egypt": "egyptian|egyptians|egypt",
    "qatar": "qatari|qatar",
    "cuba": "cuban|cubans|cuba",
    "yemen": "yemeni|yemenis|yemen",
    "taiwan": "taiwanese|taiwan",
    "hongkong": "hong kong",
    "netherlands": "the netherlands|netherlands|dutch",
    "czechia": "czech republic|czechia|czech",
    "securitycouncil": "united nations security council|un security council|u.n. security council|security council|"
    "unsc",
    "un": "united nations|u.n",
    "g7": "group of seven|g-7|g 7|g7",
    "g20": "group of twenty|g-20|g20",
    "icbm": "intercontinental ballistic missile|intercontinental ballistic missiles|icbm|icbms",
    "fivenuclearweaponstates": "five nuclear-weapon states|five nuclear weapon states|five nuclear powers|p-5|p5",
}  # fmt: skip
"""Key → the ways in which a name stands in titles, in release lines and in questions."""

GROUPS = {
    "g7": ("canada", "france", "germany", "italy", "japan", "uk", "us"),
    "fivenuclearweaponstates": ("china", "france", "russia", "uk", "us"),
    "e3": ("france", "germany", "uk"),
    "p3": ("france", "uk", "us"),
    "aukus": ("australia", "uk", "us"),
    # In the titles of the State Department and the White House.
    "trilateral": ("japan", "southkorea", "us"),
    "quad": ("australia", "india", "japan", "us"),
}
"""Groups that issue statements → their members."""

ALIASES = {
    name: key
    for key, names in {
        "us": "biden trump obama harris blinken rubio sullivan vance potus washington",
        "russia": "putin lavrov kremlin moscow",
        "china": "beijing xi",
        "northkorea": "pyongyang",
        "southkorea": "seoul yoon",
        "japan": "tokyo kishida hayashi kamikawa suga ishiba",
        "uk": "london sunak starmer johnson truss cameron lammy",
        "france": "paris macron elysee",
        "germany": "berlin scholz baerbock merkel merz",
        "italy": "rome meloni draghi",
        "canada": "ottawa trudeau joly carney",
        "australia": "canberra albanese morrison wong",
        "ukraine": "kyiv kiev zelensky zelenskyy zelenskiy",
        "iran": "tehran",
        "israel": "jerusalem netanyahu",
        "syria": "damascus assad",
        "libya": "tripoli",
        "belarus": "minsk lukashenka lukashenko",
        "cuba": "havana",
        "iraq": "baghdad",
        "turkey": "ankara erdogan",
        "egypt": "cairo sisi",
        "qatar": "doha",
        "india": "modi",
        "taiwan": "taipei",
    }.items()
    for name in names.split()
}
"""Who leads a state, and its capital → the state: "the Biden–Putin statement"."""

_KEY_OF = {name: key for key, names in STATES.items() for name in names.split("|")}
_NAME = "|".join(re.escape(name) for name in sorted(_KEY_OF, key=len, reverse=True))
_WORD = re.compile(
    rf"(?P<name>(?<![a-z0-9])(?:{_NAME})(?![a-z0-9]))"
    # "u.s.", "envoys'", "2022-03-25", "1267"
    r"|[^\W_]+(?:[.'][^\W_]+)*",
)


def split_words(text: str) -> list[Word]:
    """Return the words of a text in reading order; a state's name of several words is one."""
    folded = fold(text)
    return [
        Word(match.start(), match.end(), text[match.start() : match.end()], _key(match))
        for match in _WORD.finditer(folded)
    ]


def _key(match: re.Match[str]) -> str:
    if match["name"]:
        return _KEY_OF[match[0]]
    word = match[0].replace(".", "").removesuffix("'s").removesuffix("'")
    if word in _KEY_OF:
        return _KEY_OF[word]
    return _singular(word)


def _singular(word: str) -> str:
    if len(word) <= 3 or word == "does" or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
