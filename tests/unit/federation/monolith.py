"""The API of a supergraph as one server over the same world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graphql import (
    FieldDefinitionNode,
    GraphQLResolveInfo,
    ListTypeNode,
    NonNullTypeNode,
    TypeNode,
    Visitor,
    build_ast_schema,
    build_schema,
    execute_sync,
    get_named_type,
    is_abstract_type,
    parse,
    print_schema,
    validate,
    visit,
)

from gateway.federation import Supergraph
from tests.unit.federation.world import JsonObject, Ref, World


class Monolith:
    """The API schema in one server.

    With `lenient` every output may be null, so that no error hides another.
    """

    def __init__(self, supergraph: Supergraph, world: World) -> None:
        self.world = world
        text = print_schema(supergraph.api_schema)
        self.schema = build_schema(text)
        # Printing leaves @defer out.
        self.schema.directives = supergraph.api_schema.directives
        self.lenient = build_ast_schema(visit(parse(text), _NullableOutputs()))

    def execute(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        lenient: bool = False,
        root: JsonObject | None = None,
    ) -> JsonObject:
        document = parse(query)
        errors = validate(self.schema, document)
        assert not errors, errors
        result = execute_sync(
            self.lenient if lenient else self.schema,
            document,
            root_value=root or {"__typename": "Root"},
            variable_values=dict(variables or {}),
            field_resolver=self._resolve,
            type_resolver=lambda value, *_: value["__typename"],
        )
        assert all(error.path for error in result.errors or ()), result.errors
        return result.formatted

    def _resolve(self, item: JsonObject, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        parent = info.parent_type.name
        if item["__typename"] == "Root":
            item = self.world.get(Ref(parent))
        value = self.world.read(item, info.field_name, arguments)
        return self._visible(value) if is_abstract_type(get_named_type(info.return_type)) else value

    def _visible(self, value: Any) -> Any:
        """The value, with null for objects of types that clients must not see."""
        if isinstance(value, list):
            return [self._visible(item) for item in value]
        hidden = isinstance(value, dict) and value.get("__typename", "Query") not in (
            self.schema.type_map
        )
        return None if hidden else value


class _NullableOutputs(Visitor):
    def leave_field_definition(self, node: FieldDefinitionNode, *_: Any) -> Any:
        return replace(node, type=_nullable(node.type))


def _nullable(node: TypeNode) -> Any:
    if isinstance(node, NonNullTypeNode):
        return _nullable(node.type)
    return replace(node, type=_nullable(node.type)) if isinstance(node, ListTypeNode) else node
