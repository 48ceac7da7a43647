"""The answers to messages that cannot be read as a question."""

from index.answer import Answer, AnswerKind
from index.questions.reader import MAX_CHARACTERS, Question, Reading

_HEADLINES = {
    Reading.EMPTY: "What would you like to know? Ask in a sentence, for example: which resolutions are cited?",
    Reading.NO_WORDS: "I found no words in that. Ask in a sentence, for example: which resolutions are cited?",
    Reading.TOO_LONG: f"That is too long for a question. Ask in up to {MAX_CHARACTERS:,} characters.",
    Reading.OTHER_SCRIPT: "I read questions in English only; the statements are quoted in their own language.",
    Reading.HELP: "Ask about the official statements kept here, and I answer with the exact passages.",
    Reading.CHATTER: "That is no question.",
}
_KINDS = {Reading.HELP: AnswerKind.HELP, Reading.CHATTER: AnswerKind.CHATTER}


def answer_not_asked(question: Question) -> Answer:
    """Return the answer to a message that is no question, or none that can be read."""
    return Answer(
        _KINDS.get(question.reading, AnswerKind.NOT_A_QUESTION),
        answered=False,
        question="" if question.reading is Reading.TOO_LONG else question.text,
        headline=question.reply or _HEADLINES[question.reading],
        is_addressed=bool(question.reply),
    )
