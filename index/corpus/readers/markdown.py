"""Markdown: text whose lines of "#" are headings."""

from index.corpus.documents import Document
from index.corpus.readers.formats import FileContent, FileFormat
from index.corpus.readers.front_matter import split_front_matter
from index.corpus.readers.text import decode


def read_markdown(file: FileContent) -> Document:
    """Read a Markdown file, with front matter if it has any; the marks stay in the text."""
    text, metadata = split_front_matter(decode(file), file.name)
    return Document(text, file.name, metadata, is_markdown=True)


FORMAT = FileFormat((".markdown", ".md"), ("text/markdown",), read_markdown)
