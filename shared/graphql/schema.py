"""A subgraph's schema, made the same way for all."""

from collections.abc import Sequence
from typing import Final

from strawberry.extensions import ParserCache, ValidationCache
from strawberry.federation import Schema
from strawberry.schema.config import StrawberryConfig

FEDERATION_VERSION: Final = "2.9"
_CACHED_OPERATIONS = 1_000


class _Schema(Schema):
    """Errors are logged where they are answered, not by the library as well."""

    def process_errors(self, errors: object, execution_context: object = None) -> None:
        del errors, execution_context


def build_schema(
    *,
    query: type,
    mutation: type | None = None,
    types: Sequence[type] = (),
) -> Schema:
    """The federation schema of one subgraph."""
    return _Schema(
        query=query,
        mutation=mutation,
        types=types,
        federation_version=FEDERATION_VERSION,
        extensions=[
            lambda: ParserCache(maxsize=_CACHED_OPERATIONS),
            lambda: ValidationCache(maxsize=_CACHED_OPERATIONS),
        ],
        config=StrawberryConfig(auto_camel_case=True),
    )
