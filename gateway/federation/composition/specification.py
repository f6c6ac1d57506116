"""What the federation specification defines in each version."""

from __future__ import annotations

from collections.abc import Mapping

FEDERATION = "https://specs.apollo.dev/federation"
LINK = "https://specs.apollo.dev/link"
CORE = "https://specs.apollo.dev/core"
SINGLE_DIRECTIVE_FEATURES: Mapping[str, str] = {
    "https://specs.apollo.dev/tag": "tag",
    "https://specs.apollo.dev/inaccessible": "inaccessible",
    "https://specs.apollo.dev/authenticated": "authenticated",
    "https://specs.apollo.dev/requiresScopes": "requiresScopes",
    "https://specs.apollo.dev/policy": "policy",
    "https://specs.apollo.dev/cost": "cost",
}

FEDERATION_1 = (1, 0)
NEWEST = (2, 11)

SINCE: Mapping[str, tuple[int, int]] = {
    "key": (2, 0),
    "requires": (2, 0),
    "provides": (2, 0),
    "external": (2, 0),
    "extends": (2, 0),
    "shareable": (2, 0),
    "override": (2, 0),
    "tag": (2, 0),
    "inaccessible": (2, 0),
    "composeDirective": (2, 1),
    "interfaceObject": (2, 3),
    "authenticated": (2, 5),
    "requiresScopes": (2, 5),
    "policy": (2, 6),
    "context": (2, 8),
    "fromContext": (2, 8),
    "cost": (2, 9),
    "listSize": (2, 9),
    "cacheTag": (2, 12),
}
"""The federation version that brought each directive."""

FEDERATION_1_DIRECTIVES = (
    "key",
    "requires",
    "provides",
    "external",
    "extends",
    "tag",
    "inaccessible",
)

COMPOSED = frozenset(
    {"tag", "inaccessible", "authenticated", "requiresScopes", "policy", "cost", "listSize"}
)
"""Directives of the specification whose applications are kept in the supergraph."""

BOILERPLATE_TYPES = frozenset({"_Service", "_Entity", "_Any", "_FieldSet"})
BOILERPLATE_FIELDS = frozenset({"_service", "_entities"})

UNSUPPORTED = frozenset({"context", "fromContext"})


def federation_directives(version: tuple[int, int]) -> tuple[str, ...]:
    """The names of the directives that a subgraph of this version may use."""
    if version < (2, 0):
        return FEDERATION_1_DIRECTIVES
    return tuple(name for name, since in SINCE.items() if since <= version)
