"""`@composeDirective`: custom directives that are kept in the supergraph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import StringValueNode

from gateway.federation.composition.links import Link
from gateway.federation.composition.merging.context import MergeContext
from gateway.federation.composition.specification import COMPOSED, SINCE
from gateway.federation.composition.subgraph import ParsedSubgraph
from gateway.federation.errors import Hint, Problem
from gateway.federation.supergraph.definitions import Directive
from gateway.federation.supergraph.model import Feature

_BUILT_IN = frozenset({"deprecated", "specifiedBy", "oneOf", "skip", "include"})


@dataclass(frozen=True, slots=True)
class _Composed:
    subgraph: ParsedSubgraph
    local: str
    link: Link
    name: str


def find_composed_directives(context: MergeContext) -> tuple[Feature, ...]:
    """Note in each subgraph which directives it composes; gives the features to link."""
    found: list[_Composed] = []
    for subgraph in context.subgraphs:
        own = [
            composed
            for directive in subgraph.schema_directives
            if directive.name == "composeDirective"
            and (composed := _read(context, subgraph, directive)) is not None
        ]
        subgraph.composed_directives = frozenset(one.local for one in own)
        found += own
    context.problems += _conflicts(found)
    return tuple(_features(context, found))


def _read(
    context: MergeContext, subgraph: ParsedSubgraph, directive: Directive
) -> _Composed | None:
    value = directive.arguments.get("name")
    text = value.value if isinstance(value, StringValueNode) else ""
    local = text.removeprefix("@")
    links = subgraph.links
    canonical = links.canonical.get(local)
    reason = None
    if not text:
        reason = 'needs a name. Write @composeDirective(name: "@yours").'
    elif not text.startswith("@"):
        reason = f'names "{text}"; a directive is named with its "@". Write "@{text}".'
    elif canonical in COMPOSED:
        context.hints.append(
            Hint(
                "DIRECTIVE_COMPOSITION_INFO",
                f'"{text}" is composed in any case; @composeDirective in "{subgraph.name}" can be '
                "removed.",
                (text,),
                (subgraph.name,),
            )
        )
        return None
    elif canonical is not None or local in SINCE or local in _BUILT_IN or local in links.link_names:
        reason = f'names "{text}", which is not a custom directive. Remove it.'
    elif local not in subgraph.definitions.directives:
        reason = f'names "{text}", which is not defined. Define it or correct the name.'
    feature = links.feature(local) if reason is None else None
    if reason is None and feature is None:
        reason = f'names "{text}", which belongs to no linked specification. Add a @link to it.'
    if reason is not None or feature is None:
        message = f'@composeDirective in "{subgraph.name}" {reason}'
        context.problems.append(
            Problem("DIRECTIVE_COMPOSITION_ERROR", message, (text,), (subgraph.name,))
        )
        return None
    return _Composed(subgraph, local, *feature)


def _conflicts(found: list[_Composed]) -> Iterator[Problem]:
    names: dict[tuple[str, str], dict[str, str]] = {}
    owners: dict[str, dict[tuple[str, str], str]] = {}
    majors: dict[str, dict[int, str]] = {}
    for one in found:
        key = (one.link.identity, one.name)
        names.setdefault(key, {}).setdefault(one.local, one.subgraph.name)
        owners.setdefault(one.local, {}).setdefault(key, one.subgraph.name)
        version = one.link.version or (0, 0)
        majors.setdefault(one.link.identity, {}).setdefault(version[0], one.subgraph.name)
    for identity, versions in majors.items():
        if len(versions) > 1:
            yield Problem(
                "DIRECTIVE_COMPOSITION_ERROR",
                f'"{identity}" is linked in different major versions. Link one of them everywhere.',
                (),
                tuple(versions.values()),
            )
    for (_, name), locals_ in names.items():
        if len(locals_) > 1:
            yield Problem(
                "DIRECTIVE_COMPOSITION_ERROR",
                f'The composed directive "@{name}" has different names: '
                f"{', '.join(f'@{one}' for one in locals_)}. Import it under one name.",
                (f"@{name}",),
                tuple(locals_.values()),
            )
    for local, keys in owners.items():
        if len(keys) > 1:
            yield Problem(
                "DIRECTIVE_COMPOSITION_ERROR",
                f'"@{local}" comes from different specifications. Import one under another name.',
                (f"@{local}",),
                tuple(keys.values()),
            )


def _features(context: MergeContext, found: list[_Composed]) -> Iterator[Feature]:
    by_identity: dict[str, list[_Composed]] = {}
    for one in found:
        by_identity.setdefault(one.link.identity, []).append(one)
    for group in by_identity.values():
        newest = max(group, key=lambda one: one.link.version or (0, 0))
        imports: dict[str, str] = {}
        for one in sorted(group, key=lambda one: one is not newest):
            node = one.subgraph.definitions.directives[one.local]
            context.merged.directives.setdefault(one.local, node)
            usual = (one.link.namespace, f"{one.link.namespace}__{one.name}")
            if one.local not in usual or f"@{one.name}" in one.link.imports:
                imports[f"@{one.name}"] = f"@{one.local}"
        default = newest.link.identity.rsplit("/", 1)[-1]
        alias = newest.link.namespace if newest.link.namespace != default else None
        yield Feature(newest.link.url, alias, tuple(imports.items()))
