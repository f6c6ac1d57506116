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
    CONNECT,
    CORE,
    FEDERATION,
    FEDERATION_1,
    IMPORTED_TYPES,
    LINK,
    NEWEST,
    SINCE,
    SINGLE_DIRECTIVE_FEATURES,
    federation_directives,
)
from gateway.federation.errors import Problem

_URL = re.compile(r"^(?P<identity>.+?)(?:/v(?P<major>\d+)\.(?P<minor>\d+))?/?$")
_MACHINERY = frozenset({FEDERATION, LINK, CORE, *SINGLE_DIRECTIVE_FEATURES})


@dataclass(frozen=True, slots=True)
class Link:
    """One `@link` application."""

    identity: str
    version: tuple[int, int] | None
    namespace: str
    imports: dict[str, str]
    """Imported elements: name in the specification (`@key`) to name here (`@primaryKey`)."""

    @property
    def url(self) -> str:
        suffix = f"/v{self.version[0]}.{self.version[1]}" if self.version else ""
        return f"{self.identity}{suffix}"

    def directive_name(self, local: str) -> str | None:
        """What the feature calls the directive that goes by this name here, if it is its own."""
        for imported, name in self.imports.items():
            if name == f"@{local}":
                return imported.removeprefix("@")
        prefix = f"{self.namespace}__"
        if local.startswith(prefix):
            return local.removeprefix(prefix)
        return self.identity.rsplit("/", 1)[-1] if local == self.namespace else None


@dataclass(slots=True)
class Links:
    """All links of a subgraph with what follows from them for its directive names."""

    version: tuple[int, int] = FEDERATION_1
    links: list[Link] = field(default_factory=list)
    link_names: frozenset[str] = frozenset({"link", "core"})
    """The names of the directive that links."""
    canonical: dict[str, str] = field(default_factory=dict)
    """The directive's name in this subgraph to its name in the federation specification."""
    tolerated: set[str] = field(default_factory=set)
    """Directives imported from a newer federation than is known here; they are ignored."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_federation_1(self) -> bool:
        return self.version < (2, 0)

    def is_specification_type(self, name: str) -> bool:
        """Is this a type that federation or link brings (`federation__FieldSet`)?"""
        prefixes = [f"{name}__" for name in self.link_names]
        own = [link for link in self.links if link.identity in _MACHINERY]
        prefixes += [f"{link.namespace}__" for link in own]
        return name.startswith(tuple(prefixes)) or any(
            name in link.imports.values() for link in own
        )

    def feature(self, directive: str) -> tuple[Link, str] | None:
        """The link that a custom directive belongs to, with the feature's own name for it."""
        for link in self.links:
            if link.identity not in _MACHINERY:
                name = link.directive_name(directive)
                if name is not None:
                    return link, name
        return None


def read_links(document: DocumentNode, subgraph: str) -> Links:
    """Read the links of a subgraph; without a federation link it is a Federation 1 one."""
    links = Links(link_names=_link_names(document))
    for node in _applications(document):
        if node.name.value in links.link_names:
            link = _read_link(node, subgraph, links.problems)
            if link is not None:
                _add_link(links, link, subgraph)
    federation = next((link for link in links.links if link.identity == FEDERATION), None)
    if federation is None:
        links.canonical = {name: name for name in federation_directives(FEDERATION_1)}
    else:
        _name_federation_directives(links, federation, subgraph)
    for link in links.links:
        if link.identity in SINGLE_DIRECTIVE_FEATURES:
            name = SINGLE_DIRECTIVE_FEATURES[link.identity]
            links.canonical[link.imports.get(f"@{name}", link.namespace).lstrip("@")] = name
            if name == "cost":
                local = link.imports.get("@listSize", f"@{link.namespace}__listSize")
                links.canonical[local.lstrip("@")] = "listSize"
    return links


def _add_link(links: Links, link: Link, subgraph: str) -> None:
    def problem(code: str, message: str) -> None:
        links.problems.append(Problem(code, message, subgraphs=(subgraph,)))

    if any(other.identity == link.identity for other in links.links):
        problem(
            "INVALID_LINK_DIRECTIVE_USAGE",
            f'"{link.identity}" is linked more than once. Put all imports into one @link.',
        )
    elif link.identity == CONNECT:
        problem(
            "UNSUPPORTED_LINKED_FEATURE",
            "Connectors (@connect, @source) are not supported. Serve the fields from a subgraph.",
        )
    elif link.identity in (LINK, CORE) and link.version is not None and link.version >= (2, 0):
        problem(
            "UNKNOWN_LINK_VERSION",
            f"The link specification v{link.version[0]}.{link.version[1]} is not known here; "
            "link v1.0.",
        )
    links.links.append(link)


def _applications(document: DocumentNode) -> Iterator[DirectiveNode]:
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            yield from definition.directives or ()


def _link_names(document: DocumentNode) -> frozenset[str]:
    """A link specification may be linked under another name, with that very directive."""
    names = {"link", "core"}
    for node in _applications(document):
        arguments = {argument.name.value: argument.value for argument in node.arguments or ()}
        url, alias = arguments.get("url"), arguments.get("as")
        if (
            isinstance(url, StringValueNode)
            and url.value.startswith(f"{LINK}/")
            and isinstance(alias, StringValueNode)
            and alias.value == node.name.value
        ):
            names.add(alias.value)
    return frozenset(names)


def _name_federation_directives(links: Links, federation: Link, subgraph: str) -> None:
    version = federation.version
    if version is None:
        links.problems.append(
            Problem(
                "INVALID_LINK_IDENTIFIER",
                f'"{FEDERATION}" is linked without a version. Write '
                f"{FEDERATION}/v{NEWEST[0]}.{NEWEST[1]}.",
                subgraphs=(subgraph,),
            )
        )
    elif not (2, 0) <= version < (3, 0):
        links.problems.append(
            Problem(
                "UNKNOWN_FEDERATION_LINK_VERSION",
                f"The federation specification v{version[0]}.{version[1]} is not known here; "
                f"link one of v2.0 to v{NEWEST[0]}.{NEWEST[1]}.",
                subgraphs=(subgraph,),
            )
        )
        version = None
    links.version = version or NEWEST
    for name in federation_directives(links.version):
        local = federation.imports.get(f"@{name}", f"@{federation.namespace}__{name}")
        links.canonical[local.lstrip("@")] = name
    for imported, local in federation.imports.items():
        if _is_known(imported, links.version):
            continue
        if links.version > NEWEST:
            links.tolerated.add(local.removeprefix("@"))
        else:
            links.problems.append(
                Problem(
                    "INVALID_LINK_DIRECTIVE_USAGE",
                    f'"{imported}" cannot be imported from federation '
                    f"v{links.version[0]}.{links.version[1]}; it is not part of it. Correct the "
                    "name or link a newer version.",
                    subgraphs=(subgraph,),
                )
            )


def _is_known(imported: str, version: tuple[int, int]) -> bool:
    if imported.startswith("@"):
        return SINCE.get(imported[1:], (9, 9)) <= version
    return IMPORTED_TYPES.get(imported, (9, 9)) <= version


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
