"""Logs: one line a record, without tokens and without what people ask, at every level.

The standard library's formatters, since all that a logging library would do here is to write the JSON: with structlog
the same redaction, exceptions without their text and fields of our own records alone took as many lines.
"""

import json
import logging
import os
import re
import time
import traceback

_SECRETS = re.compile(
    r"""xox[a-z]-[\w-]+ | xapp-[\w-]+ | xoxe[\w.-]+         # tokens
        | (?<=/)(?:commands|actions|app)/T\w+/\S+           # response URLs, which let anyone answer
        | (?<=ticket=)[\w-]+                                # a socket's one-time ticket
        | \b\d{6,}\.\d{6,}\.[0-9a-f]{16,}\b               # trigger ids, which open a form in somebody's name
    """,
    re.VERBOSE,
)
_LINE_BREAKS_AND_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")

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
    """Time, level, logger and message on one line; an exception as its type and where it was raised."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        line = f"{at} {record.levelname} {record.name}: {record.getMessage()}"
        if error := _error_fields(record):
            line = f"{line} [{error['error']} at {error['error_at']}]"
        return redact(line)


class JsonFormatter(logging.Formatter):
    """The same as one JSON object, with the fields that one of our records was given as `extra`.

    Among these is `event`, a name that stays when the words of the message change.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        fields: dict[str, object] = {
            "time": f"{at}.{int(record.created * 1000) % 1000:03}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        # A library may attach anything to its records, a whole payload too.
        if record.name.partition(".")[0] in _OUR_LOGGERS:
            fields |= {name: value for name, value in vars(record).items() if name not in _STANDARD_FIELDS}
        return json.dumps({name: _clean(value) for name, value in (fields | _error_fields(record)).items()})


def redact(text: str) -> str:
    """Return the text on one line, with every token, response address and ticket struck out."""
    return _SECRETS.sub("…", _LINE_BREAKS_AND_CONTROLS.sub(" ", text))


def _clean(value: object) -> str | float | None:
    """Redact a text, keep a number, and replace anything else by the name of its type."""
    if value is None or isinstance(value, int | float):
        return value
    return redact(value) if isinstance(value, str) else type(value).__name__


def _error_fields(record: logging.LogRecord) -> dict[str, str]:
    """Return the type and the places of an exception, innermost first, without its text: that may repeat a question."""
    kind, error, trace = record.exc_info or (None, None, None)
    if kind is None:
        return {}
    reason = _system_reason(error)
    places = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
    return {
        "error": f"{kind.__name__} ({reason})" if reason else kind.__name__,
        "error_at": " < ".join(reversed(places)),
    }


def _system_reason(error: BaseException | None) -> str:
    """Return what the system says of the error that began a chain ("Too many open files"); '' where it was no such."""
    while error is not None and not isinstance(error, OSError):
        error = error.__cause__
    return os.strerror(error.errno) if error is not None and error.errno else ""
