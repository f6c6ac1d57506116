"""Operations that are named instead of sent: trusted documents and automatic persisted queries."""

from gateway.edge.graphql.documents.documents import Documents
from gateway.edge.graphql.documents.manifest import ManifestError, read_manifest
from gateway.edge.graphql.documents.persisted import PersistedQueries

__all__ = ["Documents", "ManifestError", "PersistedQueries", "read_manifest"]
