"""Logs: one line a record, without tokens and without what people ask, at every level."""

import logging
import re
import time
import traceback
from types import TracebackType

_SECRETS = re.compile(
    r"""xox[a-z]-[\w-]+ | xapp-[\w-]+ | xoxe[\w.-]+         # tokens
        | (?<=/)(?:commands|actions|app)/T\w+/\S+           # response URLs, which let anyone answer
        | (?<=ticket=)[\w-]+                                # a socket's one-time ticket
        | \b\d{6,}\.\d{6,}\.[0-9a-f]{16,}\b               # trigger ids, which open a form in somebody's name
    """,
    re.VERBOSE,
)


def configure_logging(level: str) -> None:
    """Send our records of `level` and above, and the libraries' warnings, to standard error, one line each."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLineFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Below WARNING the libraries log whole payloads, with what people typed.
    root.setLevel(logging.WARNING)
    for name in ("bot", "index"):
        logging.getLogger(name).setLevel(level.upper())
    # Bolt finds the token in the environment as well, and says twice that it uses the one it was given.
    logging.getLogger("slack_bolt").addFilter(lambda record: not record.getMessage().startswith("As "))
    # A queue of a few requests is what threads are for.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    logging.captureWarnings(capture=True)


class OneLineFormatter(logging.Formatter):
    """Time, level, logger and message on one line; an exception as its type and where it was raised.

    The text of an unexpected exception is left out: it may repeat what a person asked.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        line = f"{at} {record.levelname} {record.name}: {record.getMessage()}"
        if record.exc_info and record.exc_info[0] is not None:
            line = f"{line} [{_describe(record.exc_info[0], record.exc_info[2])}]"
        return redact(_to_one_line(line))


def redact(text: str) -> str:
    """Return the text with every token, response address and ticket struck out."""
    return _SECRETS.sub("…", text)


def _describe(kind: type[BaseException], trace: TracebackType | None) -> str:
    frames = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
    return f"{kind.__name__} at {' < '.join(reversed(frames))}"


def _to_one_line(text: str) -> str:
    # A file name or a library's message may hold line breaks or terminal controls.
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text)
