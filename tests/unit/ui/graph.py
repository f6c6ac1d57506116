"""The graph as the services make it together, and which of them brings each field."""

from collections import defaultdict
from pathlib import Path

from graphql import (
    FieldDefinitionNode,
    GraphQLSchema,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    parse,
)

import subgraphs
from gateway.federation import Subgraph, compose
from shared.settings import SERVICES

_SDL = {
    service: (Path(subgraphs.__file__).parent / service / "schema.graphql").read_text()
    for service in SERVICES
}
SUPERGRAPH = compose([Subgraph(service, sdl) for service, sdl in _SDL.items()])
_API = SUPERGRAPH.api_schema
# graphql-core executes no schema that knows @defer in one go, as the double of the gateway does.
SCHEMA = GraphQLSchema(
    **{
        **_API.to_kwargs(),
        "directives": [one for one in _API.directives if one.name != "defer"],
    }
)
_OWNERS: dict[tuple[str, str], set[str]] = defaultdict(set)


def _brings(field: FieldDefinitionNode) -> bool:
    return all(directive.name.value != "external" for directive in field.directives or ())


for _service, _sdl in _SDL.items():
    for _type in parse(_sdl).definitions:
        if isinstance(_type, ObjectTypeDefinitionNode | ObjectTypeExtensionNode):
            for _field in filter(_brings, _type.fields or ()):
                _OWNERS[_type.name.value, _field.name.value].add(_service)


def owners(type_name: str, field: str) -> set[str]:
    """The services that can bring a field; nobody brings what the gateway knows by itself."""
    return _OWNERS.get((type_name, field), {"gateway"})
