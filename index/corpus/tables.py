"""The tables of a store. A change to one is a step of `MIGRATIONS`."""

import sqlalchemy as sa

from index.corpus.sqlite import KEYS_ARE_NEVER_REUSED
from index.corpus.statements import Visibility

metadata = sa.MetaData()

model = sa.Table(
    "model",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("dimensions", sa.Integer, nullable=False),
)
statement = sa.Table(
    "statement",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("date", sa.Date),
    sa.Column("source", sa.Text),
    sa.Column("issuers", sa.Text, nullable=False),  # a JSON list
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("added_at", sa.DateTime, nullable=False),
    sa.Column("visibility", sa.Text, nullable=False, server_default=Visibility.PUBLIC.value),
    **KEYS_ARE_NEVER_REUSED,
)
passage = sa.Table(
    "passage",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("statement_key", sa.ForeignKey("statement.key", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    **KEYS_ARE_NEVER_REUSED,
)
sentence = sa.Table(
    "sentence",
    metadata,
    sa.Column("passage_key", sa.ForeignKey("passage.key", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
)
embedding = sa.Table(
    "embedding",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("passage_key", sa.ForeignKey("passage.key", ondelete="CASCADE"), nullable=False),
    sa.Column("sentence", sa.Integer, nullable=False),
    sa.Column("model_key", sa.ForeignKey("model.key"), nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),  # float32, little-endian
    sa.UniqueConstraint("passage_key", "sentence", "model_key"),
)
checksum = sa.Table(
    "checksum",
    metadata,
    sa.Column("statement_key", sa.ForeignKey("statement.key", ondelete="CASCADE"), primary_key=True),
    sa.Column("statement", sa.String(64), nullable=False),
)
encoding = sa.Table(
    "encoding",  # a statement with all its embeddings of one model
    metadata,
    sa.Column("statement_key", sa.ForeignKey("statement.key", ondelete="CASCADE"), primary_key=True),
    sa.Column("model_key", sa.ForeignKey("model.key"), primary_key=True),
    sa.Column("checksum", sa.String(64), nullable=False),
)
change = sa.Table(
    "change",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("statement_key", sa.Integer, nullable=False),
    **KEYS_ARE_NEVER_REUSED,
)
