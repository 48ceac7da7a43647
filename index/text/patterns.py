"""Regular expressions that are compiled when they are first used: a question needs few of the hundreds there are."""

import re
from typing import Any, cast


def compile_on_use(source: str, flags: int | re.RegexFlag = 0) -> re.Pattern[str]:
    """Return a pattern as `re.compile` does, which is compiled only when something is asked of it.

    A wrong source is therefore told by the first use, as `re.error`.
    """
    return cast("re.Pattern[str]", _Pattern(source, flags))


class _Pattern:
    """Stands for a compiled pattern. Two threads may both compile it at first, with the same result."""

    def __init__(self, source: str, flags: int | re.RegexFlag) -> None:
        self._source = source
        self._flags = flags
        self._compiled: re.Pattern[str] | None = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a pattern has
        if self._compiled is None:
            self._compiled = re.compile(self._source, self._flags)
        found = getattr(self._compiled, name)
        # The next use finds it at once.
        setattr(self, name, found)
        return found
