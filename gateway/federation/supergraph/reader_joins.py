"""Reads from join directives what each subgraph knows and resolves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.federation.composition.field_sets import InvalidFieldSetError, read_field_set
from gateway.federation.errors import Problem
from gateway.federation.supergraph.definitions import (
    ROOT_NAMES,
    Definitions,
    Directive,
    Element,
    Field,
    Kind,
    TypeDefinition,
)
from gateway.federation.supergraph.join import (
    FieldSet,
    JoinedSubgraph,
    Key,
    SubgraphField,
    SubgraphType,
)
from gateway.federation.supergraph.join_arguments import InvalidJoinError, JoinArguments
from gateway.federation.supergraph.reader_completion import complete, mentioned
from gateway.federation.supergraph.reader_contexts import read_context_arguments, set_contexts
from gateway.federation.supergraph.type_ref import TypeRef
from gateway.federation.supergraph.value_types import ValueTypes

Applied = dict[str, list[JoinArguments]]
"""The join directives of one element, by name."""

_ROOTS = frozenset(ROOT_NAMES.values())


class JoinReader:
    """Fills subgraphs, which go by their value of `join__Graph`, from the join directives.

    The directives are taken off the definitions on the way.
    """

    def __init__(self, definitions: Definitions, graphs: Mapping[str, JoinedSubgraph]) -> None:
        self.definitions = definitions
        self.graphs = graphs
        self.problems: list[Problem] = []
        self._applied: dict[str, Applied] = {}
        self._in_keys: set[tuple[str, str, str]] = set()

    def read(self) -> None:
        """Fill the subgraphs; whatever is wrong is added to the problems."""
        for definition in self.definitions.types.values():
            self._take_off(definition)
        self._read_owned_keys()
        holders = {name: self._holders(name) for name in self.definitions.types}
        values = ValueTypes(self.definitions, holders, self._resolving)
        for name, definition in self.definitions.types.items():
            for graph in self.graphs:
                if values.has(graph, name):
                    self._join(definition, graph)
        self._mark_required()
        self._read_contexts()
        complete(self.definitions, self.graphs.values())

    def _take_off(self, definition: TypeDefinition) -> None:
        self._collect(definition, definition.name)
        for members in (definition.fields, definition.input_fields, definition.values):
            for name, member in members.items():
                self._collect(member, f"{definition.name}.{name}")

    def _collect(self, element: Element, coordinate: str) -> None:
        applied: Applied = {}
        kept: list[Directive] = []
        for directive in element.directives:
            if directive.name != "context" and not directive.name.startswith("join__"):
                kept.append(directive)
                continue
            arguments = JoinArguments(directive)
            if arguments.graph is not None and arguments.graph not in self.graphs:
                self._problem(
                    f'@{directive.name} names the subgraph "{arguments.graph}", which is not in '
                    "join__Graph. Compose the supergraph anew.",
                    coordinate,
                )
                continue
            applied.setdefault(directive.name, []).append(arguments)
        element.directives = kept
        self._applied[coordinate] = applied

    def _read_owned_keys(self) -> None:
        """In join v0.1 nothing but its key says that a subgraph declares another's field."""
        for name in self.definitions.types:
            if not self._of(name, "join__owner"):
                continue
            for arguments in self._of(name, "join__type"):
                key = self._field_set(arguments, "key", name, name)
                for owner, field_name in mentioned(self.definitions, name, key):
                    self._in_keys.add((owner, field_name, arguments.graph or ""))

    def _of(self, coordinate: str, name: str) -> list[JoinArguments]:
        return self._applied.get(coordinate, {}).get(name, [])

    def _in_graph(self, coordinate: str, name: str, graph: str) -> list[JoinArguments]:
        return [one for one in self._of(coordinate, name) if one.graph == graph]

    def _holders(self, name: str) -> frozenset[str] | None:
        """The subgraphs that say they have the type, and for Query all of them, if only for
        entities; None when it is a value type of join v0.1, which says nothing."""
        joined = self._of(name, "join__type")
        if joined:
            return frozenset(one.graph for one in joined if one.graph is not None)
        definition = self.definitions.types[name]
        if name not in _ROOTS:
            return None
        named = [self._named(f"{name}.{item}") for item in definition.fields]
        if name == ROOT_NAMES["query"] or not all(named):
            return frozenset(self.graphs)
        return frozenset(graph for graphs in named for graph in graphs)

    def _named(self, coordinate: str) -> frozenset[str]:
        return frozenset(
            one.graph for one in self._of(coordinate, "join__field") if one.graph is not None
        )

    def _resolving(self, type_name: str, field_name: str, graph: str) -> bool:
        """Does the subgraph declare the field?

        Without any @join__field every subgraph that has the type does, but in join v0.1 only
        the owner of an entity. One that names no subgraph means that none does.
        """
        coordinate = f"{type_name}.{field_name}"
        if (type_name, field_name, graph) in self._in_keys:
            return True
        if self._of(coordinate, "join__field"):
            return graph in self._named(coordinate)
        owners = self._of(type_name, "join__owner")
        return not owners or any(owner.graph == graph for owner in owners)

    def _join(self, definition: TypeDefinition, graph: str) -> None:
        subgraph = self.graphs[graph]
        if not definition.kind.is_composite:
            subgraph.others[definition.name] = {
                name: self._member_type(definition, name, graph)
                for name in (*definition.values, *definition.input_fields)
                if self._has_member(f"{definition.name}.{name}", graph)
            }
            return
        name = definition.name
        joined = SubgraphType(name, definition.kind)
        keys: list[Key] = []
        for arguments in self._in_graph(name, "join__type", graph):
            key = self._field_set(arguments, "key", name, name)
            if key is not None:
                keys.append(Key(key, arguments.flag("resolvable", default=True)))
            joined.is_extension |= arguments.flag("extension")
            joined.is_interface_object |= arguments.flag("isInterfaceObject")
        if joined.is_interface_object:
            joined.kind = Kind.OBJECT
        joined.keys = tuple(keys)
        joined.interfaces = self._listed(
            name, "join__implements", "interface", graph, definition.interfaces
        )
        joined.members = self._listed(
            name, "join__unionMember", "member", graph, definition.members
        )
        for field in definition.fields.values():
            if self._resolving(name, field.name, graph):
                joined.fields[field.name] = self._field(field, name, graph)
        subgraph.types[name] = joined

    def _has_member(self, coordinate: str, graph: str) -> bool:
        """Does the subgraph have this input field or enum value? All do that nobody names."""
        for name in ("join__enumValue", "join__field"):
            if self._of(coordinate, name):
                return bool(self._in_graph(coordinate, name, graph))
        return True

    def _member_type(self, definition: TypeDefinition, name: str, graph: str) -> TypeRef | None:
        if name not in definition.input_fields:
            return None
        merged = definition.input_fields[name].type
        for arguments in self._in_graph(f"{definition.name}.{name}", "join__field", graph):
            return arguments.type_ref("type") or merged
        return merged

    def _listed(
        self, name: str, directive: str, argument: str, graph: str, every: Iterable[str]
    ) -> frozenset[str]:
        """The interfaces or members in a subgraph; without such directives (join v0.1, and for
        unions v0.2) all that it may have, which `complete` narrows to those it has."""
        if not self._of(name, directive):
            return frozenset(every)
        texts = (one.text(argument) for one in self._in_graph(name, directive, graph))
        return frozenset(text for text in texts if text is not None)

    def _field(self, field: Field, parent: str, graph: str) -> SubgraphField:
        coordinate = f"{parent}.{field.name}"
        joined = SubgraphField(field.name, field.type, frozenset(field.arguments))
        for arguments in self._in_graph(coordinate, "join__field", graph):
            try:
                joined.type = arguments.type_ref("type") or joined.type
            except InvalidJoinError as error:
                self._problem(f'"type" of @join__field on "{coordinate}": {error}.', coordinate)
            joined.requires = self._field_set(arguments, "requires", parent, coordinate)
            joined.provides = self._field_set(arguments, "provides", field.type.name, coordinate)
            joined.external = arguments.flag("external")
            joined.override_from = arguments.text("override")
            joined.override_label = arguments.text("overrideLabel")
            joined.overridden = arguments.flag("usedOverridden")
        return joined

    def _read_contexts(self) -> None:
        contexts = {
            name: [text for one in applied if (text := one.text("name")) is not None]
            for name in self.definitions.types
            if (applied := self._of(name, "context"))
        }
        set_contexts(self.graphs.values(), contexts)
        for graph, subgraph in self.graphs.items():
            for joined in subgraph.types.values():
                for field in joined.fields.values():
                    coordinate = f"{joined.name}.{field.name}"
                    for arguments in self._in_graph(coordinate, "join__field", graph):
                        given = arguments.directive.arguments.get("contextArguments")
                        try:
                            field.contexts = tuple(
                                read_context_arguments(given, subgraph, self.definitions)
                            )
                        except InvalidJoinError as error:
                            self._problem(
                                f'"contextArguments" of @join__field on "{coordinate}": {error}.',
                                coordinate,
                                (subgraph.name,),
                            )

    def _mark_required(self) -> None:
        """What a subgraph requires of the same object, its key aside, is external there: it is
        not for this subgraph to resolve. Not every tool writes that of interface objects."""
        for subgraph in self.graphs.values():
            for joined in subgraph.types.values():
                in_keys = {item.name for key in joined.keys for item in key.fields.selections}
                for field in tuple(joined.fields.values()):
                    for item in field.requires.selections if field.requires else ():
                        required = joined.fields.get(item.name)
                        told = self._of(f"{joined.name}.{item.name}", "join__field")
                        if required is None or item.children is not None or told:
                            continue
                        required.external = item.name not in in_keys

    def _field_set(
        self, arguments: JoinArguments, name: str, parent: str, coordinate: str
    ) -> FieldSet | None:
        text = arguments.text(name)
        if text is None:
            return None
        try:
            return read_field_set(text, parent, self.definitions)
        except InvalidFieldSetError as error:
            self._problem(
                f'"{name}: {text}" of @{arguments.directive.name} on "{coordinate}" is not a '
                f"selection on it: {error}. Compose the supergraph anew.",
                coordinate,
                self._names([arguments]),
            )
            return None

    def _names(self, applied: Iterable[JoinArguments]) -> tuple[str, ...]:
        return tuple(self.graphs[one.graph].name for one in applied if one.graph is not None)

    def _problem(self, message: str, coordinate: str, subgraphs: tuple[str, ...] = ()) -> None:
        self.problems.append(Problem("INVALID_JOIN", message, (coordinate,), subgraphs))
