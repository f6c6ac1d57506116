"""All tables of the editor's database."""

from shared.messaging.tables import attach
from subgraphs.editor.base import Base
from subgraphs.editor.models import tables

__all__ = ["metadata", "tables"]

metadata = Base.metadata
attach(metadata)
