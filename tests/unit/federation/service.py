"""A subgraph as an outside service would be: it answers what its SDL says, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    execute_sync,
    extend_schema,
    parse,
    validate,
)

from gateway.federation import FetchRequest
from tests.unit.federation.service_schema import ServiceSdl
from tests.unit.federation.world import JsonObject, Ref, World, digest, picked


class Service:
    """Answers from a world. A value under `field@name` is what only the subgraph `name` says.

    Whatever a gateway must not ask (external fields where nothing provides them, unusable or
    overfull representations, fields without what they require) is noted in `refusals`.
    """

    def __init__(self, name: str, sdl: str, world: World) -> None:
        self.name = name
        self.world = world
        self.refusals: list[str] = []
        self.requests: list[JsonObject] = []
        self.sdl = ServiceSdl.read(sdl)
        self.schema = self._with_entities(self.sdl.schema())

    def _with_entities(self, schema: GraphQLSchema) -> GraphQLSchema:
        names = sorted(
            name for name in self.sdl.keys if isinstance(schema.get_type(name), GraphQLObjectType)
        )
        if not names or schema.query_type is None:
            return schema
        return extend_schema(
            schema,
            parse(
                f"scalar _Any union _Entity = {' | '.join(names)} extend type "
                f"{schema.query_type.name} {{ _entities(representations: [_Any!]!): [_Entity]! }}"
            ),
            assume_valid=True,
            assume_valid_sdl=True,
        )

    async def fetch(self, request: FetchRequest) -> JsonObject:
        """The answer to a request of an engine."""
        return self.answer(json.loads(request.body))

    def answer(self, request: Mapping[str, Any]) -> JsonObject:
        """The response to a GraphQL request over HTTP."""
        self.requests.append(dict(request))
        document = parse(request["query"])
        errors = validate(self.schema, document)
        if errors:
            self._refuse(f"{request['query']}: {errors}")
            return {"errors": [error.formatted for error in errors]}
        result = execute_sync(
            self.schema,
            document,
            root_value={"__typename": "Root"},
            variable_values=request.get("variables") or {},
            operation_name=request.get("operationName"),
            field_resolver=self._resolve,
            type_resolver=lambda value, *_: value.get("__as") or value["__typename"],
        )
        decoded: JsonObject = json.loads(json.dumps(result.formatted))
        return decoded

    def _refuse(self, reason: str) -> None:
        self.refusals.append(f"{self.name}: {reason}")

    def _resolve(self, item: JsonObject, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        parent, name = info.parent_type.name, info.field_name
        if name == "_entities":
            return [self._entity(one) for one in arguments["representations"]]
        if item["__typename"] == "Root":
            item = self.world.get(Ref(self.sdl.root_names.get(parent, parent)))
        provided = list(_fields(item.get("__provided", ()), parent, name, self.schema))
        if self._is_missing(item, parent, name) and not provided:
            self._refuse(f"{parent}.{name} is external")
        requirement = self.sdl.required.get((parent, name))
        if requirement is not None:
            return self._required(requirement, item, parent, name)
        own = f"{name}@{self.name}"
        value = self.world.read(item, own if own in item else name, arguments)
        inner = [one for node in provided if (one := node.selection_set) is not None]
        if (parent, name) in self.sdl.provided:
            inner.append(self.sdl.provided[parent, name])
        return _providing(value, [one for node in inner for one in node.selections])

    def _is_missing(self, item: JsonObject, parent: str, name: str) -> bool:
        if (parent, name) not in self.sdl.external:
            return False
        return name not in item.get("__representation", ())

    def _required(
        self, requirement: SelectionSetNode, item: JsonObject, parent: str, name: str
    ) -> str | None:
        try:
            return digest(picked(requirement, item["__representation"], _strict))
        except (KeyError, TypeError) as error:
            self._refuse(f"{parent}.{name} lacks {error} in {item.get('__representation')}")
            return None

    def _entity(self, representation: JsonObject) -> JsonObject | None:
        name = representation["__typename"]
        keys = self.sdl.keys.get(name, [])
        usable = [key for key in keys if _has(key, representation)]
        if not usable:
            self._refuse(f"no key of {name} in {representation}")
            return None
        extra = set(representation) - self.sdl.representable(name)
        if extra:
            self._refuse(f"{representation} has {extra}")
        for item in self.world.all_of(self._types_of(name)):
            for key in usable:
                if picked(key, item, self.world.read) == picked(key, representation, _strict):
                    view = {**item, "__representation": representation}
                    if name in self.sdl.interface_objects:
                        view["__as"] = name
                    return view
        return None

    def _types_of(self, name: str) -> set[str]:
        if name in self.sdl.interface_objects:
            return set(self.world.types)
        found: Any = self.schema.get_type(name)
        if isinstance(found, GraphQLObjectType):
            return {name}
        return {item.name for item in self.schema.get_possible_types(found)}


def _fields(
    nodes: tuple[SelectionNode, ...], parent: str, name: str, schema: GraphQLSchema
) -> Iterator[FieldNode]:
    """The provided selections of a field."""
    for node in nodes:
        if isinstance(node, FieldNode):
            if node.name.value == name:
                yield node
        elif isinstance(node, InlineFragmentNode):
            condition = node.type_condition.name.value if node.type_condition else parent
            found: Any = schema.get_type(condition)
            inside = condition == parent or (
                not isinstance(found, GraphQLObjectType)
                and parent in {one.name for one in schema.get_possible_types(found)}
            )
            if inside:
                yield from _fields(node.selection_set.selections, parent, name, schema)


def _providing(value: Any, nodes: list[SelectionNode]) -> Any:
    if isinstance(value, list):
        return [_providing(one, nodes) for one in value]
    return {**value, "__provided": tuple(nodes)} if isinstance(value, dict) and nodes else value


def _strict(item: JsonObject, name: str, _: Any = None) -> Any:
    return item[name]


def _has(key: SelectionSetNode, representation: JsonObject) -> bool:
    try:
        picked(key, representation, _strict)
    except (KeyError, TypeError):
        return False
    return True
