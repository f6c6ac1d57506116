"""Which specifications a supergraph's SDL uses, and under which names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from graphql import (
    DirectiveNode,
    DocumentNode,
    EnumValueNode,
    ListValueNode,
    ObjectValueNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    ValueNode,
)

from gateway.federation.errors import Problem

_APOLLO = "https://specs.apollo.dev/"
_URL = re.compile(r"^(?P<identity>.+?)(?:/v(?P<major>\d+)\.(?P<minor>\d+))?/?$")
JOIN = "join"
JOIN_VERSIONS = frozenset((0, minor) for minor in range(1, 6))
_DIRECTIVES: Mapping[str, tuple[str, ...]] = {
    "link": ("link",),
    "core": ("core",),
    JOIN: (
        "graph",
        "type",
        "field",
        "owner",
        "implements",
        "unionMember",
        "enumValue",
        "directive",
    ),
    "inaccessible": ("inaccessible",),
    "tag": ("tag",),
    "authenticated": ("authenticated",),
    "requiresScopes": ("requiresScopes",),
    "policy": ("policy",),
    "cost": ("cost", "listSize"),
    "context": ("context", "fromContext"),
    "cacheTag": ("cacheTag",),
}
"""The directives of the specifications that are understood, by the specification's name."""
_IGNORED = frozenset({"link", "core", "cacheTag"})
"""Specifications that say nothing to this gateway: `@cacheTag` helps caches of whole entities."""


@dataclass(slots=True)
class Features:
    """The names that specifications have in one document.

    `directives` maps a directive's name here to its own (`j__field` to `join__field`); what
    belongs to a specification, but says nothing to a gateway, maps to an empty name.
    """

    directives: dict[str, str] = field(default_factory=dict)
    graph_enum: str = "join__Graph"
    problems: list[Problem] = field(default_factory=list)
    _prefixes: list[str] = field(default_factory=list)
    _types: set[str] = field(default_factory=set)

    def is_specification_type(self, name: str) -> bool:
        """Is this a type that a specification brings, as `join__Graph` is?"""
        return name in self._types or any(name.startswith(one) for one in self._prefixes)

    def add(self, name: str, namespace: str, imports: Mapping[str, str]) -> None:
        """Take up the names of one specification."""
        self._prefixes.append(f"{namespace}__")
        self._types.update(local for local in imports.values() if not local.startswith("@"))
        for directive in _DIRECTIVES[name]:
            default = namespace if directive == name else f"{namespace}__{directive}"
            local = imports.get(f"@{directive}", f"@{default}").removeprefix("@")
            self.directives[local] = _canonical(name, directive)
        if name == JOIN:
            self.graph_enum = imports.get("Graph", f"{namespace}__Graph")


def _canonical(name: str, directive: str) -> str:
    if name in _IGNORED or (name, directive) == (JOIN, "directive"):
        return ""
    return f"join__{directive}" if name == JOIN else directive


def read_features(document: DocumentNode) -> Features:
    """The features that `@link` or `@core` on the schema name.

    A document with neither is read as if all specifications had their usual names.
    """
    features = Features()
    applied = list(_schema_directives(document))
    linking = _linking_names(applied)
    if not linking:
        for name in _DIRECTIVES:
            features.add(name, name, {})
        return features
    for node in applied:
        if node.name.value in linking:
            _read_feature(node, features)
    if not any(canonical.startswith("join__") for canonical in features.directives.values()):
        features.problems.append(
            Problem(
                "NOT_A_SUPERGRAPH",
                f"The schema does not link the join specification ({_APOLLO}join/v0.5). Give the "
                "supergraph that composition wrote, not a subgraph's or an API schema.",
            )
        )
    return features


def _schema_directives(document: DocumentNode) -> Iterator[DirectiveNode]:
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            yield from definition.directives or ()


def _linking_names(applied: Iterable[DirectiveNode]) -> frozenset[str]:
    """What `@link` and `@core` are called here: each names itself in its own application."""
    found: set[str] = set()
    for node in applied:
        arguments = _arguments(node)
        parts = _parts(arguments)
        if parts is None:
            continue
        name = parts[0].removeprefix(_APOLLO)
        local = _text(arguments.get("as")) or name
        if name in ("link", "core") and node.name.value == local:
            found.add(local)
    bare = {node.name.value for node in applied} & {"link", "core"}
    return frozenset(found or bare)


def _arguments(node: DirectiveNode) -> dict[str, ValueNode]:
    return {argument.name.value: argument.value for argument in node.arguments or ()}


def _text(value: ValueNode | None) -> str | None:
    return value.value if isinstance(value, StringValueNode | EnumValueNode) else None


def _parts(arguments: Mapping[str, ValueNode]) -> tuple[str, tuple[int, int] | None] | None:
    url = _text(arguments.get("url") or arguments.get("feature"))
    match = _URL.match(url) if url else None
    if match is None:
        return None
    version = (int(match["major"]), int(match["minor"])) if match["major"] else None
    return match["identity"], version


def _read_feature(node: DirectiveNode, features: Features) -> None:
    arguments = _arguments(node)
    parts = _parts(arguments)
    if parts is None:
        features.problems.append(
            Problem(
                "INVALID_LINK_DIRECTIVE_USAGE",
                f'@{node.name.value} on the schema needs the address of a specification in "url".',
            )
        )
        return
    identity, version = parts
    name = identity.removeprefix(_APOLLO)
    shown = f"{identity}/v{version[0]}.{version[1]}" if version else identity
    if name not in _DIRECTIVES:
        _check_unknown(shown, _text(arguments.get("for")), features)
        return
    if name == JOIN and version is not None and version not in JOIN_VERSIONS:
        features.problems.append(
            Problem(
                "UNSUPPORTED_LINKED_FEATURE",
                f"{shown} is not known here; v0.1 to v0.5 are. Compose for one of these.",
            )
        )
    features.add(name, _text(arguments.get("as")) or name, _imports(arguments.get("import")))


def _check_unknown(shown: str, purpose: str | None, features: Features) -> None:
    """What is linked for security or execution must not be served by who does not know it."""
    if purpose is not None:
        features.problems.append(
            Problem(
                "UNSUPPORTED_LINKED_FEATURE",
                f"The supergraph needs {shown} for {purpose.lower()}, which is not supported here. "
                "Compose it without.",
            )
        )


def _imports(value: ValueNode | None) -> dict[str, str]:
    """Imported elements: name in the specification (`@type`) to name here (`@joinType`)."""
    found: dict[str, str] = {}
    for item in value.values if isinstance(value, ListValueNode) else ():
        if isinstance(item, ObjectValueNode):
            parts = {part.name.value: _text(part.value) for part in item.fields}
            name = parts.get("name")
            if name:
                found[name] = parts.get("as") or name
        elif (text := _text(item)) is not None:
            found[text] = text
    return found
