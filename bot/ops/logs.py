"""Logs: one line a record, without tokens and without what people ask, at every level."""

import json
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

_TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_OUR_LOGGERS = ("bot", "index")
_STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What every record has; what is more was given as `extra`."""


def configure_logging(level: str, form: str = "text") -> None:
    """Send our records of `level` and above, and the libraries' warnings, to standard error, one line each.

    Args:
        level: the name of a level of `logging`.
        form: "text", or "json" for one object a line.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if form == "json" else OneLineFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Below WARNING the libraries log whole payloads, with what people typed.
    root.setLevel(logging.WARNING)
    for name in _OUR_LOGGERS:
        logging.getLogger(name).setLevel(level.upper())
    # Bolt finds the token in the environment as well, and says twice that it uses the one it was given.
    logging.getLogger("slack_bolt").addFilter(lambda record: not record.getMessage().startswith("As "))
    logging.captureWarnings(capture=True)


class OneLineFormatter(logging.Formatter):
    """Time, level, logger and message on one line; an exception as its type and where it was raised.

    The text of an unexpected exception is left out: it may repeat what a person asked.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        at = time.strftime(_TIME_FORMAT, time.gmtime(record.created))
        line = f"{at} {record.levelname} {record.name}: {record.getMessage()}"
        if record.exc_info and record.exc_info[0] is not None:
            line = f"{line} [{record.exc_info[0].__name__} at {_describe_place(record.exc_info[2])}]"
        return redact(_to_one_line(line))


class JsonFormatter(logging.Formatter):
    """The same as one JSON object: time, level, logger, message, then what the record was given as `extra`.

    Our records have an `event`, a name that stays when the words of the message change, and its numbers as fields. An
    exception is the fields `error` and `error_at`.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        seconds, milliseconds = divmod(int(record.created * 1000), 1000)
        fields: dict[str, object] = {
            "time": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{milliseconds:03}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        # What a library gives its records could be anything, a whole payload too.
        if record.name.partition(".")[0] in _OUR_LOGGERS:
            fields |= {name: value for name, value in vars(record).items() if name not in _STANDARD_FIELDS}
        if record.exc_info and record.exc_info[0] is not None:
            fields |= {"error": record.exc_info[0].__name__, "error_at": _describe_place(record.exc_info[2])}
        return json.dumps({name: _clean(value) for name, value in fields.items()})


def redact(text: str) -> str:
    """Return the text with every token, response address and ticket struck out."""
    return _SECRETS.sub("…", text)


def _clean(value: object) -> str | float | None:
    """Return text without secrets, and numbers as they are; of anything else its type alone."""
    if value is None or isinstance(value, int | float):
        return value
    return redact(_to_one_line(value)) if isinstance(value, str) else type(value).__name__


def _describe_place(trace: TracebackType | None) -> str:
    """Return where an exception was raised, and from where each place was called: "store.py:12 < library.py:30"."""
    frames = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
    return " < ".join(reversed(frames))


def _to_one_line(text: str) -> str:
    # A file name or a library's message may hold line breaks or terminal controls.
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text)
