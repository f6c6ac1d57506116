"""Executable subgraphs and a monolith over one world."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    build_ast_schema,
    build_schema,
    execute_sync,
    extend_schema,
    parse,
    print_ast,
    print_schema,
    validate,
)

from gateway.federation import FetchRequest, Supergraph
from tests.unit.federation.world import JsonObject, Ref, World, digest, directive_text, picked
from tests.unit.federation.world import selection_set as read_selection_set

_FEDERATION_DIRECTIVES = """
directive @key(fields: String!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @external(reason: String) on OBJECT | FIELD_DEFINITION
directive @requires(fields: String!) on FIELD_DEFINITION
directive @provides(fields: String!) on FIELD_DEFINITION
directive @shareable repeatable on OBJECT | FIELD_DEFINITION
directive @override(from: String!, label: String) on FIELD_DEFINITION
directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ENUM | ENUM_VALUE | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION
directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ENUM | ENUM_VALUE | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION
directive @interfaceObject on OBJECT
directive @extends on OBJECT | INTERFACE
"""  # noqa: E501
HEAD = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", '
    '"@external", "@requires", "@provides", "@shareable", "@override", "@inaccessible", "@tag", '
    '"@interfaceObject", "@extends"])\n'
)


class Monolith:
    """The API schema in one server."""

    def __init__(self, supergraph: Supergraph, world: World) -> None:
        self.world = world
        self.schema = build_schema(print_schema(supergraph.api_schema))

    def execute(self, query: str, variables: Mapping[str, Any] | None = None) -> JsonObject:
        document = parse(query)
        errors = validate(self.schema, document)
        assert not errors, errors
        result = execute_sync(
            self.schema,
            document,
            root_value={"__typename": "Root"},
            variable_values=dict(variables or {}),
            field_resolver=self._resolve,
            type_resolver=lambda value, *_: value["__typename"],
        )
        return result.formatted

    def _resolve(self, item: JsonObject, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        parent = info.parent_type.name
        if item["__typename"] == "Root":
            item = self.world.get(Ref(parent))
        return self.world.read(item, info.field_name, arguments)


class SubgraphServer:
    """A subgraph that resolves only what its SDL says it resolves.

    It refuses external fields, keys that it does not know, and representations that lack what
    a field requires, so that a wrong plan never gives a right answer by luck.
    """

    def __init__(self, name: str, sdl: str, world: World) -> None:
        self.name = name
        self.world = world
        self.requests: list[FetchRequest] = []
        body = sdl.removeprefix(HEAD)
        document = parse(body)
        self.keys: dict[str, list[Any]] = {}
        self.external: set[tuple[str, str]] = set()
        self.required: dict[tuple[str, str], Any] = {}
        self.interface_objects: set[str] = set()
        for definition in document.definitions:
            self._learn(definition)
        provided = set(
            re.findall(r"\w+", " ".join(re.findall(r'@provides\(fields:\s*"([^"]*)"', sdl)))
        )
        self.external = {item for item in self.external if item[1] not in provided}
        self.schema = self._build(body)

    def _learn(self, definition: Any) -> None:
        name = getattr(getattr(definition, "name", None), "value", "")
        for directive in getattr(definition, "directives", None) or ():
            arguments = {item.name.value: item.value for item in directive.arguments or ()}
            if directive.name.value == "key":
                resolvable: Any = arguments.get("resolvable")
                if resolvable is None or resolvable.value:
                    fields: Any = arguments["fields"]
                    self.keys.setdefault(name, []).append(read_selection_set(fields.value))
            if directive.name.value == "interfaceObject":
                self.interface_objects.add(name)
        if isinstance(definition, ObjectTypeDefinitionNode | ObjectTypeExtensionNode):
            in_keys = " ".join(
                directive_text(definition, "key") or "" for _ in (definition.directives or ())
            )
            for item in definition.fields or ():
                text = directive_text(item, "requires")
                if text is not None:
                    self.required[name, item.name.value] = read_selection_set(text)
                if any(one.name.value == "external" for one in item.directives or ()) and (
                    item.name.value not in re.findall(r"\w+", in_keys)
                ):
                    self.external.add((name, item.name.value))

    def _build(self, body: str) -> GraphQLSchema:
        text = _FEDERATION_DIRECTIVES + body
        if "type Query" not in body:
            text += "\ntype Query { _empty: Boolean }"
        text = re.sub(r"extend type (?!Query)", "type ", text)
        text = re.sub(r"extend type Query", "type Query", text)
        schema = build_ast_schema(parse(text), assume_valid=True, assume_valid_sdl=True)
        entities = sorted(
            name for name in self.keys if isinstance(schema.get_type(name), GraphQLObjectType)
        )
        if not entities:
            return schema
        return extend_schema(
            schema,
            parse(
                f"scalar _Any union _Entity = {' | '.join(entities)} "
                "extend type Query { _entities(representations: [_Any!]!): [_Entity]! }"
            ),
            assume_valid=True,
            assume_valid_sdl=True,
        )

    async def __call__(self, request: FetchRequest) -> JsonObject:
        self.requests.append(request)
        decoded = json.loads(request.body)
        assert decoded["query"] == request.query
        assert decoded["variables"] == request.variables
        document = parse(request.query)
        errors = validate(self.schema, document)
        assert not errors, f"{self.name} refuses {print_ast(document)}: {errors}"
        result = execute_sync(
            self.schema,
            document,
            root_value={"__typename": "Root"},
            variable_values=decoded["variables"],
            field_resolver=self._resolve,
            type_resolver=self._type_of,
        )
        return json.loads(json.dumps(result.formatted))

    def _type_of(self, value: JsonObject, *_: Any) -> str:
        return value.get("__as") or value["__typename"]

    def _resolve(self, item: JsonObject, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        parent, name = info.parent_type.name, info.field_name
        if name == "_entities":
            return [self._entity(one) for one in arguments["representations"]]
        if item["__typename"] == "Root":
            item = self.world.get(Ref(parent))
        requirement = self.required.get((parent, name))
        if requirement is not None:
            return digest(picked(requirement, item["__representation"], _strict))
        if (parent, name) in self.external:
            raise AssertionError(f"{self.name} does not resolve {parent}.{name}")
        return self.world.read(item, name, arguments)

    def _entity(self, representation: JsonObject) -> JsonObject | None:
        name = representation["__typename"]
        names = self._types_of(name)
        usable = [key for key in self.keys[name] if _has(key, representation)]
        assert usable, f"{self.name} has no key for {representation}"
        for item in self.world.all_of(names):
            for key in usable:
                if picked(key, item, self.world.read) == picked(key, representation, _strict):
                    view = {**item, "__representation": representation}
                    if name in self.interface_objects:
                        view["__as"] = name
                    return view
        return None

    def _types_of(self, name: str) -> set[str]:
        if name in self.interface_objects:
            return set(self.world.types)
        found = self.schema.get_type(name)
        if isinstance(found, GraphQLObjectType):
            return {name}
        abstract: Any = found
        return {item.name for item in self.schema.get_possible_types(abstract)}


def _strict(item: JsonObject, name: str, _: Any = None) -> Any:
    return item[name]


def _has(key: Any, representation: JsonObject) -> bool:
    try:
        picked(key, representation, _strict)
    except (KeyError, TypeError):
        return False
    return True
