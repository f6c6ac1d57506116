"""All tables of the editor's database."""

from shared.idempotency import tables as idempotency
from shared.messaging import tables as messaging
from subgraphs.editor.base import Base
from subgraphs.editor.models import tables

__all__ = ["metadata", "tables"]

metadata = Base.metadata
messaging.attach(metadata)
idempotency.attach(metadata)
