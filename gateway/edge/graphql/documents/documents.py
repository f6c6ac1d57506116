"""From the name of an operation to its text."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from gateway.edge.graphql.documents.manifest import SHA256, checked
from gateway.edge.graphql.documents.persisted import PersistedQueries
from gateway.edge.graphql.request import GraphQLRequest
from gateway.edge.refusal import Refusal


class Documents:
    """The operations that clients may name instead of sending.

    `trusted` are known from the start, by id (`sha256:<hex>`, or what the manifest calls them).
    With `only_trusted` nothing else is executed. `persisted` is the memory of Apollo's automatic
    persisted queries; without it there are none.
    """

    def __init__(
        self,
        trusted: Mapping[str, str] | None = None,
        *,
        only_trusted: bool = False,
        persisted: PersistedQueries | None = None,
    ) -> None:
        self._trusted = checked(trusted or {})
        self._only_trusted = only_trusted
        self._persisted = None if only_trusted else persisted

    def resolve(self, request: GraphQLRequest) -> GraphQLRequest:
        """The request with its text. Raises `Refusal` for a name that nobody knows."""
        if request.document_id is not None:
            return self._by_id(request, request.document_id)
        if request.persisted_hash is not None:
            return self._by_hash(request, request.persisted_hash)
        if self._only_trusted:
            raise _only_trusted()
        return request

    def keep(self, request: GraphQLRequest) -> None:
        """Remember the text of a resolved request that asked for it.

        To be called once the operation is known to be valid and within all limits, so that
        nobody fills the memory with what can never be executed.
        """
        if self._persisted is not None and request.persisted_hash is not None:
            self._persisted.keep(request.persisted_hash, request.query)

    def _by_id(self, request: GraphQLRequest, name: str) -> GraphQLRequest:
        text = self._trusted.get(name)
        if text is None:
            raise Refusal(
                404,
                "DOCUMENT_UNKNOWN",
                f"The document {name[:90]!r} is not one that this gateway trusts. Deploy the "
                "manifest in which it stands here before the client that names it.",
            )
        return replace(request, query=text)

    def _by_hash(self, request: GraphQLRequest, sha256: str) -> GraphQLRequest:
        trusted = self._trusted.get(SHA256 + sha256) or self._trusted.get(sha256)
        if not request.query:
            text = trusted or (self._persisted and self._persisted.get(sha256))
            if text:
                return replace(request, query=text, persisted_hash=None)
            raise self._not_found()
        if self._only_trusted:
            raise _only_trusted()
        if hashlib.sha256(request.query.encode()).hexdigest() != sha256:
            raise Refusal(400, "PERSISTED_QUERY_HASH_MISMATCH", "provided sha does not match query")
        return request

    def _not_found(self) -> Refusal:
        """In the words by which Apollo's clients know it; they answer by sending the text."""
        if self._persisted is None:
            return Refusal(200, "PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")
        return Refusal(
            200,
            "PERSISTED_QUERY_NOT_FOUND",
            "PersistedQueryNotFound",
            {"cache-control": "private, no-cache, must-revalidate"},
        )


def _only_trusted() -> Refusal:
    return Refusal(
        403,
        "ONLY_TRUSTED_DOCUMENTS",
        "Only operations of a deployed manifest are executed here: send the id of one as "
        '"documentId", without its text.',
    )
