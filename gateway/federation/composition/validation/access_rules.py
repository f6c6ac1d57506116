"""Rules for `@authenticated`, `@requiresScopes` and `@policy` within one subgraph."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.federation.composition.specification import ACCESS
from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.errors import Problem
from gateway.federation.supergraph.definitions import Element, Kind


def check_access(subgraph: ParsedSubgraph) -> Iterator[Problem]:
    """What a value asks for is said where the value is: on objects and their fields."""
    for definition in subgraph.definitions.types.values():
        if definition.kind is Kind.INTERFACE:
            elements: list[tuple[str, Element]] = [
                (definition.name, definition),
                *((f"{definition.name}.{one.name}", one) for one in definition.fields.values()),
            ]
        elif definition.has("interfaceObject"):
            elements = [(definition.name, definition)]
        else:
            continue
        for coordinate, element in elements:
            for name in ACCESS:
                if element.has(name):
                    yield Problem(
                        "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE",
                        f'@{name} does not go on "{coordinate}", which is an interface. Put it '
                        "on the implementing types and their fields.",
                        (coordinate,),
                        (subgraph.name,),
                    )
