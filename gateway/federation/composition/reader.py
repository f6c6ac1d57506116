"""Reads the SDL of one subgraph into definitions."""

from __future__ import annotations

from graphql import (
    DirectiveDefinitionNode,
    DocumentNode,
    GraphQLSyntaxError,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    parse,
)

from gateway.federation.composition.applied import applied_directives, without_directives
from gateway.federation.composition.federation_1 import as_federation_2
from gateway.federation.composition.links import Links, read_links
from gateway.federation.composition.roots import check_roots, renamed_roots
from gateway.federation.composition.specification import BOILERPLATE_FIELDS, BOILERPLATE_TYPES
from gateway.federation.composition.subgraph import ParsedSubgraph, Subgraph
from gateway.federation.composition.types_reader import TypesReader
from gateway.federation.composition.validation.document_rules import check_document
from gateway.federation.errors import CompositionError, Problem
from gateway.federation.supergraph.definitions import (
    BUILT_IN_SCALARS,
    Definitions,
    Directive,
    TypeDefinition,
)
from gateway.federation.supergraph.join import JoinedSubgraph


def read_subgraph(subgraph: Subgraph) -> ParsedSubgraph:
    """Parse and read a subgraph. Raises CompositionError when its SDL is not usable at all."""
    document = _parse(subgraph)
    links = read_links(document, subgraph.name)
    document = without_directives(document, links.tolerated)
    reader = TypesReader(subgraph.name, links, renamed_roots(document))
    definitions = Definitions()
    schema_directives: list[Directive] = []
    for node in document.definitions:
        if isinstance(node, DirectiveDefinitionNode):
            if node.name.value not in links.canonical and node.name.value not in links.link_names:
                definitions.directives[node.name.value] = node
        elif isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
            schema_directives += applied_directives(node.directives, links)
        elif isinstance(node, TypeDefinitionNode | TypeExtensionNode) and not _is_machinery(
            node.name.value, links
        ):
            reader.read(node)
    problems = links.problems or [
        *check_document(document, links, subgraph.name),
        *check_roots(document, subgraph.name),
    ]
    problems += reader.problems if not problems else ()
    definitions.types = _finished(reader.types)
    parsed = ParsedSubgraph(
        subgraph.name,
        subgraph.url,
        links,
        definitions,
        JoinedSubgraph(subgraph.name, subgraph.url),
        document,
        schema_directives,
    )
    if links.is_federation_1:
        problems += as_federation_2(parsed)
    if problems:
        raise CompositionError(problems)
    return parsed


def _parse(subgraph: Subgraph) -> DocumentNode:
    try:
        return parse(subgraph.sdl)
    except GraphQLSyntaxError as error:
        line = error.locations[0].line if error.locations else 0
        message = f"The SDL does not parse (line {line}): {error.message}"
        raise CompositionError(
            [Problem("INVALID_GRAPHQL", message, subgraphs=(subgraph.name,))]
        ) from error


def _is_machinery(name: str, links: Links) -> bool:
    return (
        name in BOILERPLATE_TYPES
        or name in BUILT_IN_SCALARS
        or links.is_specification_type(name)
        or (name == "FieldSet" and links.is_federation_1)
    )


def _finished(types: dict[str, TypeDefinition]) -> dict[str, TypeDefinition]:
    query = types.get("Query")
    if query is not None:
        for name in BOILERPLATE_FIELDS:
            query.fields.pop(name, None)
        if not query.fields:
            del types["Query"]
    for definition in types.values():
        definition.is_extension |= definition.has("extends")
    return types
