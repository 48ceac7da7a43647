"""A word → its other grammatical forms: singular and plural, the endings of a verb. Never another word's."""

import re
from collections.abc import Iterator


def inflections_of(word: str) -> frozenset[str]:
    """Return the forms of a word in small letters, itself among them: "sanction", "sanctions", "sanctioned", ….

    Derived words are not among them: "general" has nothing to do with "generate", nor "nation" with "national". Some
    forms may be no words ("policing" is, "policying" is not); they occur nowhere, so looking for them does no harm.
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if not _REGULAR.fullmatch(word) or word in _UNCHANGING:
        return frozenset({word})
    forms = {word} | {form for base in _bases(word) for form in _forms_of(base)}
    return frozenset(form for form in forms if form not in _UNCHANGING and form not in _IRREGULAR)


def number_forms_of(word: str) -> frozenset[str]:
    """Return a noun in small letters in singular and plural, itself among them: "missile", "missiles"."""
    forms = inflections_of(word)
    return frozenset(form for form in forms if form == word or form in _plurals(word) or word in _plurals(form))


_REGULAR = re.compile(r"(?=.*[aeiouy])[a-z]{3,30}")
_VOWEL = "aeiou"
_SIBILANT = re.compile(r"(?:s|x|z|ch|sh)\Z")
_CONSONANT_Y = re.compile(r"[^aeiou]y\Z")
_SHORT_STEM = re.compile(r"[^aeiou]*[aeiou][^aeiouwxy]")
"""One vowel between consonants: 'ban' and 'stop' double the last, 'hope' and 'aid' do not."""
_LONG_STEM = re.compile(r".*[aeiouy].*[^aeiou][aeiou][^aeiouwxy]")
"""'refer' doubles and 'target' need not: with the stress in doubt, both are looked for."""

_UNCHANGING = frozenset(
    (
        "always",
        "anything",
        "arms",
        "being",
        "ceiling",
        "customs",
        "during",
        "evening",
        "everything",
        "goods",
        "has",
        "headquarters",
        "his",
        "hundred",
        "indeed",
        "its",
        "means",
        "morning",
        "naked",
        "news",
        "nothing",
        "odds",
        "perhaps",
        "sacred",
        "series",
        "something",
        "species",
        "the",
        "this",
        "thus",
        "united",
        "us",
        "was",
        "wicked",
        "will",
        "she",
        "yes",
    )
)
"""Words whose endings are not endings ("news" is no more than one "new"), and plurals with a meaning of their own."""

_IRREGULAR_ROWS = """
man men|woman women|child children|crisis crises|basis bases|analysis analyses|life lives|foot feet|half halves
shelf shelves|knife knives|wife wives|criterion criteria|have has had having|do does did done doing
say says said saying|go goes went gone going|make makes made making|take takes took taken taking
give gives gave given giving|come comes came coming|become becomes became becoming|know knows knew known knowing
see sees saw seen seeing|seek seeks sought seeking|hold holds held holding|uphold upholds upheld upholding
stand stands stood standing|withstand withstands withstood withstanding
understand understands understood understanding|undertake undertakes undertook undertaken undertaking
meet meets met meeting meetings|lead leads led leading|build builds built building buildings
fight fights fought fighting|bring brings brought bringing|buy buys bought buying|sell sells sold selling
send sends sent sending|spend spends spent spending|lose loses lost losing|win wins won winning|pay pays paid paying
keep keeps kept keeping|leave leaves left leaving|find finds found finding findings|think thinks thought thinking
begin begins began begun beginning|write writes wrote written writing|speak speaks spoke spoken speaking
break breaks broke broken breaking|choose chooses chose chosen choosing
withdraw withdraws withdrew withdrawn withdrawing|draw draws drew drawn drawing|grow grows grew grown growing
fall falls fell fallen falling|rise rises rose risen rising|strike strikes struck striking stricken
shoot shoots shot shooting shootings|feel feels felt feeling|teach teaches taught teaching
arise arises arose arisen arising|forgive forgives forgave forgiven forgiving
forget forgets forgot forgotten forgetting|overcome overcomes overcame overcoming
oversee oversees oversaw overseen overseeing|fly flies flew flown flying|tell tells told telling
deal deals dealt dealing|steal steals stole stolen stealing|die dies died dying|agree agrees agreed agreeing
free frees freed freeing|flee flees fled fleeing|person persons|people peoples|thing things|need needs needed needing
use uses used using|lie lies lied lying|be is are was were been am
"""
_IRREGULAR = {
    form: frozenset(row.split()) for row in re.split(r"[|\n]", _IRREGULAR_ROWS) if row for form in row.split()
}


def _bases(word: str) -> Iterator[str]:
    """Yield the words of which a word may be a form, by taking endings off and seeing whether they go on again."""
    candidates = {word}
    for ending, restored in (("ies", "y"), ("ied", "y"), ("es", ""), ("s", ""), ("ed", ""), ("ed", "e"), ("ing", "")):
        if word.endswith(ending):
            candidates.add(word.removesuffix(ending) + restored)
    if word.endswith("ing"):
        candidates.add(word.removesuffix("ing") + "e")
    for ending in ("ed", "ing"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 1 and stem[-1] == stem[-2]:
            candidates.add(stem[:-1])
    yield from sorted(base for base in candidates if base == word or _is_base_of(base, word))


def _is_base_of(base: str, word: str) -> bool:
    return bool(_REGULAR.fullmatch(base)) and base not in _UNCHANGING and word in _forms_of(base)


def _forms_of(base: str) -> frozenset[str]:
    return frozenset({base, *_plurals(base), *(stem + ending for stem, ending in _verb_endings(base))})


def _plurals(base: str) -> tuple[str, ...]:
    if _CONSONANT_Y.search(base):
        return (base[:-1] + "ies",)
    if base.endswith("o"):
        return (base + "s", base + "es")
    if base.endswith(("ss", "us", "is")):
        return (base + "es",)
    return (base + "es",) if _SIBILANT.search(base) else (base + "s",)


def _verb_endings(base: str) -> Iterator[tuple[str, str]]:
    if base.endswith("e"):
        yield from ((base, "d"), (base[:-1], "ing"))
    elif _CONSONANT_Y.search(base):
        yield from ((base[:-1], "ied"), (base, "ing"))
    elif _SHORT_STEM.fullmatch(base):
        yield from ((base + base[-1], "ed"), (base + base[-1], "ing"))
    else:
        yield from ((base, "ed"), (base, "ing"))
        if _LONG_STEM.fullmatch(base):
            yield from ((base + base[-1], "ed"), (base + base[-1], "ing"))
