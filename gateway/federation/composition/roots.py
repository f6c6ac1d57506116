"""Root types: any name in the subgraph, always the same in the supergraph."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
)

from gateway.federation.errors import Problem
from gateway.federation.supergraph.definitions import ROOT_NAMES


def renamed_roots(document: DocumentNode) -> dict[str, str]:
    """The subgraph's own names of its root types to Query, Mutation and Subscription."""
    renamed: dict[str, str] = {}
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            for operation in definition.operation_types or ():
                canonical = ROOT_NAMES[operation.operation.value]
                if operation.type.name.value != canonical:
                    renamed[operation.type.name.value] = canonical
    return renamed


def check_roots(document: DocumentNode, subgraph: str) -> Iterator[Problem]:
    """No other type may have the name of a root type."""
    defined = {
        definition.name.value
        for definition in document.definitions
        if isinstance(definition, TypeDefinitionNode | TypeExtensionNode)
    }
    for local, canonical in renamed_roots(document).items():
        if canonical in defined:
            yield Problem(
                f"ROOT_{canonical.upper()}_USED",
                f'The type "{canonical}" exists although "{local}" is the root type. Rename '
                f'"{canonical}" or make it the root type.',
                (canonical,),
                (subgraph,),
            )
