"""Front matter: a block of YAML between two lines of "---" at the beginning of a text.

python-frontmatter strips the text that follows, takes aliases (a few lines of them stand for gigabytes) and takes prose
between two rules for metadata, so the block is found and parsed here.
"""

import datetime
import re

import yaml

from index.corpus.documents import Metadata, one_line
from index.errors import ReadingError

_BLOCK = re.compile(r"\A---[ \t]*\r?\n(?P<yaml>.{0,20000}?)(?<=\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
"""A longer block is no front matter, but a text that begins with a rule."""


def split_front_matter(text: str, name: str) -> tuple[str, Metadata]:
    """Return a text after its front matter, unchanged, and what the front matter says.

    Raises:
        ReadingError: the front matter is not valid YAML, or a field of it has a value that cannot be.
    """
    match = _BLOCK.match(text)
    fields = _parse_block(match["yaml"], name) if match else None
    if match is None or fields is None:
        return text, Metadata()
    metadata = Metadata.parse(
        title=_text_field(fields, "title", name),
        date=_date_field(fields),
        source=_text_field(fields, "source", name),
        issuers=_issuers_field(fields, name),
        name=name,
    )
    return text[match.end() :], metadata


class _Loader(yaml.SafeLoader):
    """Refuses aliases."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            at = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # the stubs leave it so
            raise yaml.composer.ComposerError(None, None, "an alias", at)
        return super().compose_node(parent, index)


def _parse_block(block: str, name: str) -> dict[str, object] | None:
    """Return the fields of a front matter, or None where a text merely starts with a ruled-off block of prose."""
    try:
        fields = yaml.load(block, _Loader)  # noqa: S506 - it is a safe loader
    except RecursionError as error:
        raise ReadingError(
            f"{name}: the front matter is nested too deeply.", remedy="Write one line for each field."
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 2}" if mark is not None else ""
        raise ReadingError(
            f"{name}: the front matter is not valid YAML{where}.",
            remedy="Put values with a colon in quotation marks.",
        ) from error
    except ValueError as error:  # a date such as 2022-13-45
        raise ReadingError(
            f"{name}: the front matter has a value that cannot be ({error}).", remedy="Write dates as 2022-03-25."
        ) from error
    if fields is None:
        return {}
    return {str(key).lower(): value for key, value in fields.items()} if isinstance(fields, dict) else None


def _text_field(fields: dict[str, object], key: str, name: str) -> str | None:
    value = fields.get(key)
    if isinstance(value, (dict, list)):
        raise ReadingError(f"{name}: '{key}' in the front matter is not a line of text.", remedy="Write one line.")
    return None if value is None else str(value)


def _issuers_field(fields: dict[str, object], name: str) -> tuple[str, ...]:
    value = fields.get("issuers")
    listed = value if isinstance(value, list) else [_text_field(fields, "issuers", name) or ""]
    return tuple(line for line in (one_line(str(issuer)) for issuer in listed) if line)


def _date_field(fields: dict[str, object]) -> datetime.date | str | None:
    value = fields.get("date")
    return value if value is None or isinstance(value, datetime.date) else str(value)
