"""Edges of the query graph: fields within a subgraph, keys between subgraphs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from gateway.federation.graph.site import Site
from gateway.federation.operations.selection import Selections
from gateway.federation.supergraph.definitions import ROOT_NAMES, Kind
from gateway.federation.supergraph.join import FieldSet, Key, SubgraphField, SubgraphType
from gateway.federation.supergraph.model import Supergraph

_ROOTS = frozenset(ROOT_NAMES.values())


@dataclass(frozen=True, slots=True)
class Resolution:
    """How a site resolves a field: where its value is (None for leaves), and what it requires."""

    field: SubgraphField | None
    child: Site | None
    requires: FieldSet | None = None


_UNKNOWN: Final = Resolution(None, None)
_NOTHING: Final = FieldSet("", ())


@dataclass(frozen=True, slots=True)
class Jump:
    """An entry into a subgraph: with a key as an entity, without one through its root type."""

    site: Site
    key: Key | None

    @property
    def subgraph(self) -> str:
        return self.site.subgraph

    @property
    def type(self) -> str:
        return self.site.type


class QueryGraph:
    """Answers which site resolves what and which other sites can be reached.

    `labels` are the labels of progressive overrides that hold.
    """

    def __init__(self, supergraph: Supergraph, labels: frozenset[str] = frozenset()) -> None:
        self.supergraph = supergraph
        self._labels = labels
        self.has_contexts = any(
            joined.contexts
            for subgraph in supergraph.subgraphs.values()
            for joined in subgraph.types.values()
        )
        self._shapes: dict[tuple[str, str], str] = {}
        self._jumps: dict[str, tuple[Jump, ...]] = {}
        self._resolutions: dict[tuple[str, str, str, str], Resolution | None] = {}
        self._runtime_types: dict[tuple[str, str], frozenset[str]] = {}
        self._closures: dict[tuple[str, frozenset[Site]], tuple[Site, ...]] = {}

    def declared(self, site: Site) -> SubgraphType | None:
        """The site's type as its subgraph declares it."""
        subgraph = self.supergraph.subgraphs.get(site.subgraph)
        return subgraph.types.get(site.type) if subgraph else None

    def is_interface_object(self, site: Site) -> bool:
        declared = self.declared(site)
        return declared is not None and declared.is_interface_object

    def runtime_types(self, site: Site) -> frozenset[str]:
        """The object types that a value at this site may have."""
        memo = (site.subgraph, site.type)
        found = self._runtime_types.get(memo)
        if found is None:
            owner = self.supergraph.subgraphs[site.subgraph]
            if self.is_interface_object(site):
                found = self.supergraph.possible_types(site.type)
            else:
                found = owner.possible_types(site.type)
            self._runtime_types[memo] = found
        return found

    def resolve(self, site: Site, runtime_type: str, field_name: str) -> Resolution | None:
        """How the site resolves the field, or None when it does not.

        On an abstract site with its own type as `runtime_type`, the field must be resolved for
        every type that the value may have, without requirements.
        """
        if site.only is not None:
            return self._restricted(site, runtime_type, field_name)
        if site.provided:
            return self._resolve(site, runtime_type, field_name)
        memo = (site.subgraph, site.type, runtime_type, field_name)
        found = self._resolutions.get(memo, _UNKNOWN)
        if found is _UNKNOWN:
            found = self._resolutions[memo] = self._resolve(site, runtime_type, field_name)
        return found

    def _restricted(self, site: Site, runtime_type: str, field_name: str) -> Resolution | None:
        allowed = site.allows(runtime_type, field_name)
        if not allowed:
            return None
        found = self.resolve(replace(site, only=None), runtime_type, field_name)
        if found is None or found.child is None:
            return found
        inner = tuple(child for item in allowed for child in item.children or ())
        return replace(found, child=replace(found.child, only=inner))

    def _resolve(self, site: Site, runtime_type: str, field_name: str) -> Resolution | None:
        if field_name == "__typename":
            return None if self.is_interface_object(site) else Resolution(None, None)
        declared = self.declared(site)
        field = declared.fields.get(field_name) if declared else None
        if declared is None or field is None:
            return None
        provided = site.provides(runtime_type, field_name)
        if not provided:
            if field.external or not self._is_active(site, field):
                return None
            if declared.kind is Kind.INTERFACE and not self._resolved_by_all(site, field_name):
                return None
        requires = field.requires
        if requires is None and field.contexts:
            # The subgraph is told what is further up when it is entered, and only then.
            requires = _NOTHING
        return Resolution(field, self._child(site, field, provided), None if provided else requires)

    def _child(self, site: Site, field: SubgraphField, provided: Selections) -> Site | None:
        if not self.supergraph.kind(field.type.name).is_composite:
            return None
        inner = tuple(child for item in provided for child in item.children or ())
        if field.provides is not None:
            inner = (*inner, *field.provides.selections)
        return Site(site.subgraph, field.type.name, inner)

    def _is_active(self, site: Site, field: SubgraphField) -> bool:
        if field.overridden:
            return field.override_label is not None and field.override_label not in self._labels
        if field.override_from is not None and field.override_label is not None:
            source = self.supergraph.subgraphs.get(field.override_from)
            declared = source.types.get(site.type) if source else None
            if declared is None or field.name not in declared.fields:
                return True
            return field.override_label in self._labels
        return True

    def _resolved_by_all(self, site: Site, field_name: str) -> bool:
        subgraph = self.supergraph.subgraphs[site.subgraph]
        for name in subgraph.possible_types(site.type):
            field = subgraph.types[name].fields.get(field_name)
            if field is None or field.requires or field.contexts or field.external:
                return False
            # What one type's field provides is lost when it is asked of the interface.
            if field.provides is not None:
                return False
            if not self._is_active(Site(site.subgraph, name), field):
                return False
        return True

    def field_shape(self, type_name: str, field_name: str) -> str:
        """Equal for fields that may stand under one name in a selection of several types.

        A field whose type differs between subgraphs only ever goes with itself.
        """
        memo = (type_name, field_name)
        found = self._shapes.get(memo)
        if found is None:
            definition = self.supergraph.definitions.types.get(type_name)
            names = (type_name, *(definition.interfaces if definition else ()))
            shapes = {
                self._shape(field)
                for subgraph in self.supergraph.subgraphs.values()
                for name in names
                if (joined := subgraph.types.get(name)) is not None
                and (name == type_name or joined.is_interface_object)
                and (field := joined.fields.get(field_name)) is not None
            }
            found = shapes.pop() if len(shapes) == 1 else f"{type_name} {sorted(shapes)}"
            self._shapes[memo] = found
        return found

    def _shape(self, field: SubgraphField) -> str:
        composite = self.supergraph.kind(field.type.name).is_composite
        return f"{field.type.wrapping} {'{}' if composite else field.type.name}"

    def jumps(self, type_name: str) -> tuple[Jump, ...]:
        """All ways to enter a subgraph with a value of this type."""
        found = self._jumps.get(type_name)
        if found is None:
            found = self._jumps[type_name] = tuple(self._find_jumps(type_name))
        return found

    def _find_jumps(self, type_name: str) -> Iterable[Jump]:
        definition = self.supergraph.definitions.types.get(type_name)
        interfaces = definition.interfaces if definition else []
        for subgraph in self.supergraph.subgraphs.values():
            own = subgraph.types.get(type_name)
            if own is not None:
                if type_name in _ROOTS:
                    yield Jump(Site(subgraph.name, type_name), None)
                    continue
                for key in own.keys:
                    if key.resolvable:
                        yield Jump(Site(subgraph.name, type_name), key)
            for interface in interfaces:
                joined = subgraph.types.get(interface)
                if joined is not None and joined.is_interface_object:
                    for key in joined.keys:
                        if key.resolvable:
                            yield Jump(Site(subgraph.name, interface), key)

    def closure(self, type_name: str, sites: Iterable[Site]) -> tuple[Site, ...]:
        """The sites, and all that can be reached from them with a value of this type."""
        start = tuple(dict.fromkeys(sites))
        memo = (type_name, frozenset(start))
        known = self._closures.get(memo)
        if known is not None:
            return known
        reached = list(start)
        entered = {(site.subgraph, site.type) for site in start if site.only is None}
        grew = True
        while grew:
            grew = False
            for jump in self.jumps(type_name):
                if (jump.subgraph, jump.type) in entered:
                    continue
                if jump.key is None or self.covers(type_name, reached, jump.key.fields.selections):
                    reached.append(jump.site)
                    entered.add((jump.subgraph, jump.type))
                    grew = True
        self._closures[memo] = tuple(reached)
        return self._closures[memo]

    def covers(self, type_name: str, sites: Iterable[Site], selections: Selections) -> bool:
        """Can the selections be had from these sites, jumping only further down?"""
        sites = tuple(sites)
        for item in selections:
            if not item.applies_to(type_name) or item.name == "__typename":
                continue
            found = [
                resolution
                for site in sites
                if (resolution := self.resolve(site, type_name, item.name)) is not None
                and resolution.requires is None
            ]
            if not found:
                return False
            if item.children is not None:
                child_sites = [one.child for one in found if one.child is not None]
                if not self._covers_value(child_sites, item.children):
                    return False
        return True

    def _covers_value(self, sites: list[Site], selections: Selections) -> bool:
        by_type: dict[str, list[Site]] = {}
        for site in sites:
            for name in self.runtime_types(site):
                by_type.setdefault(name, []).append(self.narrowed(site, name))
        return all(
            self.covers(name, self.closure(name, narrowed), selections)
            for name, narrowed in by_type.items()
        )

    def narrowed(self, site: Site, runtime_type: str) -> Site:
        """The site once the object type of the value is known."""
        if site.type == runtime_type or self.is_interface_object(site):
            return site
        return Site(site.subgraph, runtime_type, site.provided, site.only)

    def narrowed_apart(self, sites: Iterable[Site], runtime_type: str) -> dict[Site, Site]:
        """What the sites that know the object type are once it is known, where it is asked for
        something that other types are not.

        An interface object does not tell its types apart: what is asked of it, is asked for
        all of them. So it only gives its keys there, to be entered anew for the one type, if
        it can be entered.
        """
        narrowed = {
            site: self.narrowed(site, runtime_type)
            for site in sites
            if runtime_type in self.runtime_types(site)
        }
        restricted = {site: self._with_keys_only(one) for site, one in narrowed.items()}
        reached = self.closure(runtime_type, restricted.values())
        entered = {(site.subgraph, site.type) for site in reached if site.only is None}
        return {
            site: one if (one.subgraph, one.type) in entered else narrowed[site]
            for site, one in restricted.items()
        }

    def _with_keys_only(self, site: Site) -> Site:
        declared = self.declared(site)
        if declared is None or not declared.is_interface_object or site.only is not None:
            return site
        keys = tuple(item for key in declared.keys for item in key.fields.selections)
        return replace(site, only=keys)
