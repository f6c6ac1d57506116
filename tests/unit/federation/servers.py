"""Executable subgraphs over one world."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    SelectionSetNode,
    build_ast_schema,
    execute_sync,
    extend_schema,
    parse,
    validate,
)

from gateway.federation import FetchRequest
from tests.unit.federation.representations import allowed_paths, has_all, paths, provided_below
from tests.unit.federation.subgraph_sdl import (
    canonical,
    directive_texts,
    fields_of,
    root_names,
    selection_set,
)
from tests.unit.federation.world import JsonObject, Ref, World, digest, picked

HEAD = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", '
    '"@external", "@requires", "@provides", "@shareable", "@override", "@inaccessible", "@tag", '
    '"@interfaceObject", "@extends"])\n'
)
Coordinate = tuple[str, str]


class SubgraphServer:
    """A subgraph that resolves only what its SDL says it resolves.

    It refuses external fields where they are not provided, fields that another subgraph has
    taken over (`lost`), keys that it does not know, and representations that lack what a field
    requires or hold more than that, so that a wrong plan never gives a right answer by luck.
    What it refuses is also kept in `violations`, since the gateway turns it into an error.
    """

    def __init__(
        self, name: str, sdl: str, world: World, lost: frozenset[Coordinate] = frozenset()
    ) -> None:
        self.name = name
        self.world = world
        self.lost = lost
        self.requests: list[FetchRequest] = []
        self.violations: list[str] = []
        self.document = canonical(sdl)
        self.roots = root_names(self.document)
        self.keys: dict[str, list[SelectionSetNode]] = {}
        self.external: set[Coordinate] = set()
        self.required: dict[Coordinate, SelectionSetNode] = {}
        self.provided: dict[Coordinate, SelectionSetNode] = {}
        self.interface_objects: set[str] = set()
        self._learn()
        self.schema = self._build()

    def _learn(self) -> None:
        for definition in self.document.definitions:
            name = getattr(getattr(definition, "name", None), "value", "")
            for directive in getattr(definition, "directives", None) or ():
                arguments: dict[str, Any] = {
                    item.name.value: item.value for item in directive.arguments or ()
                }
                if directive.name.value == "key":
                    resolvable = arguments.get("resolvable")
                    if resolvable is None or resolvable.value:
                        key = selection_set(arguments["fields"].value)
                        self.keys.setdefault(name, []).append(key)
                if directive.name.value == "interfaceObject":
                    self.interface_objects.add(name)
        for item in fields_of(self.document):
            coordinate = (item.type, item.name)
            for name, known in (("requires", self.required), ("provides", self.provided)):
                text = item.argument(name, "fields")
                if text is not None:
                    known[coordinate] = selection_set(text)
            in_keys = " ".join(directive_texts(item.definition, "key", "fields"))
            external = item.has("external") or item.type_has("external")
            if external and item.name not in in_keys.replace("{", " ").split():
                self.external.add(coordinate)

    def _build(self) -> GraphQLSchema:
        schema = build_ast_schema(self.document, assume_valid=True, assume_valid_sdl=True)
        extensions = ""
        query = schema.query_type.name if schema.query_type else ""
        if not query:
            extensions += "type Query { _empty: Boolean } "
            query = "Query"
        entities = sorted(
            name for name in self.keys if isinstance(schema.get_type(name), GraphQLObjectType)
        )
        if entities:
            extensions += (
                f"scalar _Any union _Entity = {' | '.join(entities)} "
                f"extend type {query} {{ _entities(representations: [_Any!]!): [_Entity]! }}"
            )
        if not schema.query_type:
            extensions += "extend schema { query: Query }"
        if not extensions:
            return schema
        return extend_schema(schema, parse(extensions), assume_valid=True, assume_valid_sdl=True)

    async def __call__(self, request: FetchRequest) -> JsonObject:
        return self.answer(request, {"__typename": "Root"})

    def answer(self, request: FetchRequest, root: JsonObject) -> JsonObject:
        """The response to a request, or to one event (the root) of a subscription."""
        self.requests.append(request)
        decoded = json.loads(request.body)
        self._hold(decoded["query"] == request.query, "the body has another query")
        self._hold(decoded["variables"] == request.variables, "the body has other variables")
        document = parse(request.query)
        errors = validate(self.schema, document)
        self._hold(not errors, f"{request.query}: {errors}")
        result = execute_sync(
            self.schema,
            document,
            root_value=root,
            variable_values=decoded["variables"],
            field_resolver=self._resolve,
            type_resolver=self._type_of,
        )
        return json.loads(json.dumps(result.formatted))

    def _hold(self, condition: bool, reason: str) -> None:
        if not condition:
            self.violations.append(f"{self.name}: {reason}")
            raise AssertionError(reason)

    def _type_of(self, value: JsonObject, *_: Any) -> str:
        return value.get("__as") or value["__typename"]

    def _resolve(self, item: JsonObject, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        parent, name = info.parent_type.name, info.field_name
        coordinate = (self.roots.get(parent, parent), name)
        if name == "_entities":
            return [self._entity(one, info) for one in arguments["representations"]]
        if item["__typename"] == "Root":
            item = self.world.get(Ref(coordinate[0]))
        provided = item.get("__provided")
        is_provided = provided is not None and (name,) in paths(provided)
        self._hold(coordinate not in self.lost, f"{coordinate} is resolved elsewhere")
        self._hold(is_provided or coordinate not in self.external, f"{coordinate} is external")
        requirement = self.required.get((parent, name))
        if requirement is not None and not is_provided:
            self._hold("__representation" in item, f"{coordinate} lacks what it requires")
            return digest(picked(requirement, item["__representation"], self._strict))
        below = [
            one
            for one in (
                self.provided.get((parent, name)),
                provided_below(provided, name) if provided is not None else None,
            )
            if one is not None
        ]
        value = self.world.read(item, name, arguments)
        return self._with_provided(value, below) if below else value

    def _with_provided(self, value: Any, provided: list[SelectionSetNode]) -> Any:
        if isinstance(value, list):
            return [self._with_provided(item, provided) for item in value]
        if not isinstance(value, dict) or "__typename" not in value:
            return value
        selections = [
            one
            for node in provided
            for selection in node.selections
            for one in self._applicable(selection, value["__typename"])
        ]
        return {**value, "__provided": SelectionSetNode(selections=tuple(selections))}

    def _applicable(self, selection: Any, type_name: str) -> Iterator[Any]:
        condition = getattr(selection, "type_condition", None)
        if condition is None:
            yield selection
        elif type_name in self._types_of(condition.name.value):
            for inner in selection.selection_set.selections:
                yield from self._applicable(inner, type_name)

    def _strict(self, item: JsonObject, name: str, _: Any = None) -> Any:
        self._hold(name in item, f"the representation {item} lacks {name}")
        return item[name]

    def _entity(self, representation: JsonObject, info: GraphQLResolveInfo) -> JsonObject | None:
        name = representation["__typename"]
        self._hold(name in self.keys, f"{name} has no key")
        usable = [key for key in self.keys[name] if has_all(key, representation)]
        self._hold(bool(usable), f"no key is in {representation}")
        allowed = {path for key in self.keys[name] for path in paths(key)}
        allowed |= allowed_paths(info, name, self.required)
        held = set(_paths_in(representation))
        self._hold(held <= allowed, f"{representation} holds more than {sorted(allowed)}")
        for item in self.world.all_of(self._types_of(name)):
            for key in usable:
                if picked(key, item, self.world.read) == picked(key, representation, _given):
                    if self.name in item.get("__absent", ()):
                        return None
                    view = {**item, "__representation": representation}
                    if name in self.interface_objects:
                        view["__as"] = name
                    return view
        return None

    def _types_of(self, name: str) -> set[str]:
        if name in self.interface_objects:
            return set(self.world.types)
        found: Any = self.schema.get_type(name)
        if found is None or isinstance(found, GraphQLObjectType):
            return {name}
        return {item.name for item in self.schema.get_possible_types(found)}


def _given(item: JsonObject, name: str, _: Any = None) -> Any:
    return item[name]


def _paths_in(value: Any, prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, list):
        for item in value:
            yield from _paths_in(item, prefix)
    elif isinstance(value, dict) and (prefix == () or "__scalar" not in value):
        for name, inner in value.items():
            if name != "__typename":
                yield (*prefix, name)
                yield from _paths_in(inner, (*prefix, name))
