"""`@link`: which specifications a subgraph uses, and under which names."""

from __future__ import annotations

import re
from collections.abc import Iterator
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

from gateway.federation.composition.specification import (
    CORE,
    FEDERATION,
    FEDERATION_1,
    LINK,
    NEWEST,
    SINCE,
    SINGLE_DIRECTIVE_FEATURES,
    federation_directives,
)
from gateway.federation.errors import Problem

_URL = re.compile(r"^(?P<identity>.+?)(?:/v(?P<major>\d+)\.(?P<minor>\d+))?/?$")


@dataclass(frozen=True, slots=True)
class Link:
    """One `@link` application."""

    identity: str
    version: tuple[int, int] | None
    namespace: str
    imports: dict[str, str]
    """Imported elements: name in the specification (`@key`) to name here (`@primaryKey`)."""


@dataclass(slots=True)
class Links:
    """All links of a subgraph with what follows from them for its directive names."""

    version: tuple[int, int] = FEDERATION_1
    links: list[Link] = field(default_factory=list)
    canonical: dict[str, str] = field(default_factory=dict)
    """The directive's name in this subgraph to its name in the federation specification."""
    identities: dict[str, str] = field(default_factory=dict)
    """The directive's name in this subgraph to the identity of the specification it is from."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_federation_1(self) -> bool:
        return self.version < (2, 0)

    def is_specification_type(self, name: str) -> bool:
        """Is this a type that a linked specification brings (`federation__FieldSet`)?"""
        return any(
            name.startswith(f"{link.namespace}__") or name in link.imports.values()
            for link in self.links
        )


def read_links(document: DocumentNode, subgraph: str) -> Links:
    """Read the links of a subgraph; without a federation link it is a Federation 1 one."""
    links = Links()
    for node in _link_applications(document):
        link = _read_link(node, subgraph, links.problems)
        if link is not None:
            links.links.append(link)
    federation = next((link for link in links.links if link.identity == FEDERATION), None)
    if federation is None:
        links.canonical = {name: name for name in federation_directives(FEDERATION_1)}
    else:
        _name_federation_directives(links, federation, subgraph)
    for link in links.links:
        if link.identity in SINGLE_DIRECTIVE_FEATURES:
            name = SINGLE_DIRECTIVE_FEATURES[link.identity]
            links.canonical[link.imports.get(f"@{name}", link.namespace).lstrip("@")] = name
        elif link.identity not in (FEDERATION, LINK, CORE):
            default = link.identity.rsplit("/", 1)[-1]
            links.identities[link.namespace] = f"{link.identity}#@{default}"
            for imported, local in link.imports.items():
                if imported.startswith("@"):
                    links.identities[local.lstrip("@")] = f"{link.identity}#{imported}"
    return links


def _link_applications(document: DocumentNode) -> Iterator[DirectiveNode]:
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            for directive in definition.directives or ():
                if directive.name.value in ("link", "core"):
                    yield directive


def _name_federation_directives(links: Links, federation: Link, subgraph: str) -> None:
    version = federation.version
    if version is None or not (2, 0) <= version <= NEWEST:
        shown = f"v{version[0]}.{version[1]}" if version else "without a version"
        links.problems.append(
            Problem(
                "UNKNOWN_FEDERATION_LINK_VERSION",
                f"The federation specification {shown} is not known here; link one of v2.0 to "
                f"v{NEWEST[0]}.{NEWEST[1]}.",
                subgraphs=(subgraph,),
            )
        )
        version = NEWEST
    links.version = version
    for name in federation_directives(version):
        local = federation.imports.get(f"@{name}", f"@{federation.namespace}__{name}")
        links.canonical[local.lstrip("@")] = name
    for imported in federation.imports:
        known = imported == "FieldSet" or imported in ("Scope", "Policy", "ContextFieldValue")
        name = imported.lstrip("@")
        if known or (imported.startswith("@") and SINCE.get(name, (9, 9)) <= version):
            continue
        links.problems.append(
            Problem(
                "INVALID_LINK_DIRECTIVE_USAGE",
                f'"{imported}" cannot be imported from federation '
                f"v{version[0]}.{version[1]}; it is not part of it. Correct the name or link "
                "a newer version.",
                subgraphs=(subgraph,),
            )
        )


def _read_link(node: DirectiveNode, subgraph: str, problems: list[Problem]) -> Link | None:
    arguments = {argument.name.value: argument.value for argument in node.arguments or ()}
    url = arguments.get("url") or arguments.get("feature")
    match = _URL.match(url.value) if isinstance(url, StringValueNode) else None
    if match is None:
        problems.append(
            Problem(
                "INVALID_LINK_DIRECTIVE_USAGE",
                '@link needs the argument "url" with the address of a specification.',
                subgraphs=(subgraph,),
            )
        )
        return None
    identity = match["identity"]
    version = (int(match["major"]), int(match["minor"])) if match["major"] else None
    alias = arguments.get("as")
    namespace = alias.value if isinstance(alias, StringValueNode) else identity.rsplit("/", 1)[-1]
    imports: dict[str, str] = {}
    imported = arguments.get("import")
    for item in imported.values if isinstance(imported, ListValueNode) else ():
        pair = _read_import(item)
        if pair is None or pair[0].startswith("@") != pair[1].startswith("@"):
            problems.append(
                Problem(
                    "INVALID_LINK_DIRECTIVE_USAGE",
                    f'An import of "{identity}" is not valid: write "name", "@name" or '
                    '{ name: "@name", as: "@other" }, both with "@" or both without.',
                    subgraphs=(subgraph,),
                )
            )
        else:
            imports[pair[0]] = pair[1]
    return Link(identity, version, namespace, imports)


def _read_import(item: ValueNode) -> tuple[str, str] | None:
    if isinstance(item, StringValueNode):
        return item.value, item.value
    if isinstance(item, ObjectValueNode):
        parts = {
            part.name.value: part.value.value
            for part in item.fields
            if isinstance(part.value, StringValueNode | EnumValueNode)
        }
        if "name" in parts:
            return parts["name"], parts.get("as", parts["name"])
    return None
