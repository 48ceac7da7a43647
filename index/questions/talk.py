"""What asks nothing of the statements: talk, calls for help, what the bot cannot do, other languages."""

import re
from functools import cache
from pathlib import Path

from index.engines.readings import read_examples, words_of
from index.engines.slots import NAME, NUMBER, PHRASE, QUOTE, RANK, WORD, Slots
from index.questions.slots import FUNCTION_WORDS
from index.text.english import is_english
from index.text.tokens import fold

_NEAREST = "Ask for it in full, for its link, or what the statements say on a subject."
_CANNOT = {
    ("summar", "tldr", "tl", "gist", "sum", "shorten", "shorter", "condense", "brief"):
        "I cannot summarise or shorten: I quote the statements word for word. Name a subject to get fewer passages.",
    ("translat",): "I cannot translate: the statements are quoted in their own language.",
    ("export", "download", "csv", "excel", "xlsx", "spreadsheet", "pdf", "docx"):
        "I cannot make files. The list is here to copy, and `verbatim ask --json` writes it for programs.",
    ("remind", "alert", "notify", "subscribe", "schedule", "ping"):
        "I cannot remind or alert anybody. Ask for the latest statements whenever you need them.",
    ("email", "mail", "send", "forward"): f"I cannot send anything to others. {_NEAREST}",
    ("trust",): "I cannot judge a statement. Every quotation is checked letter for letter against its source; "
        "send a quotation in quotation marks to have it checked.",
}  # fmt: skip
"""The beginnings of words for what is asked for → what is answered."""

_IN_ENGLISH = {
    "fr": "Je lis les questions en anglais seulement : posez-la en anglais. (Questions are read in English.)",
    "es": "Leo las preguntas solo en inglés: pregunte en inglés. (Questions are read in English.)",
    "de": "Ich lese Fragen nur auf Englisch: bitte auf Englisch fragen. (Questions are read in English.)",
    "it": "Leggo le domande solo in inglese: chieda in inglese. (Questions are read in English.)",
    "pt": "Leio perguntas apenas em inglês: pergunte em inglês. (Questions are read in English.)",
    "nl": "Ik lees vragen alleen in het Engels: stel ze in het Engels. (Questions are read in English.)",
}
_LEAST_WORDS = 4
_LONGEST_TALK = 12


def find_refusal(slots: Slots) -> str:
    """Return what is said to a question for what the bot cannot do; empty where it asks for nothing of that kind."""
    parts = list(slots.parts)
    for at, part in enumerate(parts):
        if part.kind != WORD:
            if part.kind == NAME:
                return ""
            continue
        word = fold(part.text)
        before = parts[at - 1].text.lower() if at else ""
        if before in {"i", "we", "they", "before", "to"} or (word == "send" and not slots.words & {"to", "boss"}):
            return ""  # "before I translate: …"
        after = parts[at + 1] if at + 1 < len(parts) else None
        for stems, reply in _CANNOT.items():
            if word in stems or (len(word) > 5 and word.startswith(tuple(stem for stem in stems if len(stem) > 5))):
                if (
                    after is not None
                    and (after.kind == WORD or after.text.lower() == "of")
                    and not word.startswith(("shorter", "csv", "tldr", "summar", "translat"))
                ):
                    return ""  # "export controls"
                return reply
        return ""
    return ""


def find_language(text: str) -> str:
    """Return what is said to a question in another language, in that language; empty for English."""
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text)
    english = sum(word.lower() in FUNCTION_WORDS or is_english(word.lower()) for word in words)
    if len(words) < _LEAST_WORDS or english * 2 >= len(words):
        return ""
    import py3langid

    language, _ = py3langid.classify(text)
    return _IN_ENGLISH.get(language, "")


def is_talk(slots: Slots, score: dict[str, float]) -> bool:
    """Tell whether a text asks nothing: thanks, consent, greetings."""
    if len(slots.parts) > _LONGEST_TALK or slots.of(NAME, NUMBER, QUOTE, PHRASE, RANK) or slots.statements:
        return False
    if slots.text.startswith("@"):
        return True  # to a colleague
    words = [part.text for part in slots.parts]
    if not words:
        return True
    known = [fold(word) in _talk_words() for word in words]
    is_like_talk = max(score, key=score.__getitem__) == "chatter" and any(known)
    return is_like_talk or (all(known) and "?" not in slots.text)


def is_call_for_help(slots: Slots, score: dict[str, float]) -> bool:
    """Tell whether a text asks what can be asked here."""
    return max(score, key=score.__getitem__) == "help" and not slots.of(NAME, NUMBER, QUOTE, PHRASE)


@cache
def _talk_words() -> frozenset[str]:
    examples = read_examples(Path(__file__).with_name("chatter.txt"))
    return frozenset(word for example in examples for word in words_of(example) if not word.startswith("@"))
