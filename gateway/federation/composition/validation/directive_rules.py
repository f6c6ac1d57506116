"""Rules for `@shareable` and `@interfaceObject` within one subgraph."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.errors import Problem
from gateway.federation.supergraph.definitions import Kind


def check_directives(subgraph: ParsedSubgraph) -> Iterator[Problem]:
    """Check where a subgraph puts directives that concern several subgraphs."""
    for definition in subgraph.definitions.types.values():
        if definition.has("interfaceObject") and not definition.has("key"):
            yield Problem(
                "INTERFACE_OBJECT_USAGE_ERROR",
                f'"{definition.name}" is an @interfaceObject and so must have a @key. Add one.',
                (definition.name,),
                (subgraph.name,),
            )
        if definition.kind is not Kind.INTERFACE:
            continue
        for field in definition.fields.values():
            if field.has("shareable"):
                coordinate = f"{definition.name}.{field.name}"
                yield Problem(
                    "INVALID_SHAREABLE_USAGE",
                    f'"{coordinate}" is a field of an interface; only fields of objects are '
                    "@shareable. Remove it.",
                    (coordinate,),
                    (subgraph.name,),
                )
