"""Schemas as libraries tell them by `_service`: with and without what Federation itself adds."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.conformance.hosting import Stage, staged
from tests.unit.federation.world import JsonObject

PRODUCTS = """
type Query { product: Product }
type Product @key(fields: "upc") { upc: String! name: String }
"""
_LINK = 'url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"]'
_DEFINITIONS = """
scalar _Any
scalar _FieldSet
type _Service { sdl: String! }
union _Entity = Stock
directive @key(fields: _FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @requires(fields: _FieldSet!) on FIELD_DEFINITION
directive @provides(fields: _FieldSet!) on FIELD_DEFINITION
directive @external on OBJECT | FIELD_DEFINITION
directive @extends on OBJECT | INTERFACE
directive @shareable repeatable on OBJECT | FIELD_DEFINITION
directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT
directive @link(url: String!, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
"""  # noqa: E501
_ENTITY = """
type Stock @key(fields: "id") { id: ID! }
extend type Product @key(fields: "upc") { upc: String! @external left: Int! stock: Stock }
"""
_OWNED = """
type Stock @key(fields: "id") { id: ID! }
type Product @key(fields: "upc") { upc: String! left: Int! stock: Stock }
"""
_ROOTS = """
type Query {
  stocks: [Stock!]!
  _service: _Service!
  _entities(representations: [_Any!]!): [_Entity]!
}
"""

TOLD = {
    "federation 1, bare": "type Query { stocks: [Stock!]! }" + _ENTITY,
    "federation 1, extending the query": "extend type Query { stocks: [Stock!]! }" + _ENTITY,
    "federation 1, with its definitions": _DEFINITIONS + _ROOTS + _ENTITY,
    "federation 1, with @extends": "type Query @extends { stocks: [Stock!]! }"
    + _ENTITY.replace("extend type Product", "type Product @extends"),
    "federation 1, with comments and descriptions": '"""All\nof it"""\n# what is asked\n'
    'type Query {\n  "The stocks"\n  stocks: [Stock!]! # all\n}\n' + _ENTITY,
    "a schema without extend": f"schema @link({_LINK}) {{ query: Query }} "
    "type Query { stocks: [Stock!]! }" + _OWNED,
    "a schema and a link to link": 'schema @link(url: "https://specs.apollo.dev/link/v1.0") '
    f"@link({_LINK}) {{ query: Query }} type Query {{ stocks: [Stock!]! }}" + _OWNED,
    "a schema with another name for the query": f"schema @link({_LINK}) {{ query: RootQuery }} "
    "type RootQuery { stocks: [Stock!]! }" + _OWNED,
    "an extended schema": f"extend schema @link({_LINK}) "
    "type Query { stocks: [Stock!]! }" + _OWNED,
    "a schema and its extension": f"schema {{ query: Query }} extend schema @link({_LINK}) "
    "type Query { stocks: [Stock!]! }" + _OWNED,
    "federation 2, with all definitions": f"schema @link({_LINK}) {{ query: Query }}"
    + _DEFINITIONS
    + _ROOTS
    + _OWNED,
    "federation 2, definitions with long names": f"extend schema @link({_LINK})"
    + """
    directive @link(url: String!, as: String, import: [link__Import], for: link__Purpose)
      repeatable on SCHEMA
    directive @key(fields: federation__FieldSet!, resolvable: Boolean = true)
      repeatable on OBJECT | INTERFACE
    directive @federation__requires(fields: federation__FieldSet!) on FIELD_DEFINITION
    directive @federation__external(reason: String) on OBJECT | FIELD_DEFINITION
    directive @shareable repeatable on FIELD_DEFINITION | OBJECT
    scalar link__Import
    scalar federation__FieldSet
    scalar _Any
    enum link__Purpose { "Security" SECURITY "Execution" EXECUTION }
    """
    + _ROOTS
    + "union _Entity = Stock | Product type _Service { sdl: String }"
    + _OWNED,
    "federation 2, long names only": 'extend schema @link(url: "https://specs.apollo.dev/'
    'federation/v2.0") type Query { stocks: [Stock!]! }'
    + _OWNED.replace("@key", "@federation__key"),
    "federation 2, types that are extended": f"extend schema @link({_LINK}) "
    "extend type Query { stocks: [Stock!]! }"
    + _OWNED.replace("type Product", "extend type Product"),
    "a future version and other links": 'extend schema @link(url: "https://specs.apollo.dev/'
    'federation/v2.99", import: ["@key"]) @link(url: "https://example.com/other/v1.0") '
    "type Query { stocks: [Stock!]! }" + _OWNED,
    "windows' ends of lines": (
        f"extend schema @link({_LINK})\ntype Query {{ stocks: [Stock!]! }}" + _OWNED
    ).replace("\n", "\r\n"),
    "a byte order mark": f"\ufeffextend schema @link({_LINK}) "
    "type Query { stocks: [Stock!]! }" + _OWNED,
    "directives of others": f"extend schema @link({_LINK}) directive @cacheControl(maxAge: Int, "
    "scope: Scope) on OBJECT | FIELD_DEFINITION enum Scope { PUBLIC PRIVATE } "
    "type Query { stocks: [Stock!]! @cacheControl(maxAge: 60) }" + _OWNED,
    "federation 2, its scalar imported": 'extend schema @link(url: "https://specs.apollo.dev/'
    'federation/v2.6", import: ["@key", "FieldSet"]) scalar FieldSet directive @key(fields: '
    "FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE "
    "type Query { stocks: [Stock!]! }" + _OWNED,
    "printed with the standard directives": f"extend schema @link({_LINK}) "
    "directive @skip(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT "
    "directive @include(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT "
    'directive @deprecated(reason: String = "No longer supported") on FIELD_DEFINITION | '
    "ENUM_VALUE | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION "
    "directive @specifiedBy(url: String!) on SCALAR directive @oneOf on INPUT_OBJECT "
    "scalar String scalar Int scalar Boolean scalar ID scalar Float "
    "type Query { stocks: [Stock!]! }" + _OWNED,
    "a query of federation alone": f"extend schema @link({_LINK}) type Query {{ _service: "
    "_Service! _entities(representations: [_Any!]!): [_Entity]! stocks: [Stock!]! } "
    "scalar _Any type _Service { sdl: String } union _Entity = Product | Stock" + _OWNED,
}
"""What the subgraph "stock" tells; PRODUCTS is told by another."""


@pytest_asyncio.fixture(scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(tmp_path_factory.mktemp("doors")) as stage:
        yield stage


def products(_: JsonObject) -> JsonObject:
    return {"data": {"product": {"__typename": "Product", "upc": "1", "name": "Gear"}}}


def stock(request: JsonObject) -> JsonObject:
    if "stocks" in request["query"]:
        return {"data": {"stocks": [{"__typename": "Stock", "id": "s"}]}}
    assert request["variables"] == {"representations": [{"__typename": "Product", "upc": "1"}]}
    return {"data": {"_entities": [{"__typename": "Product", "left": 3, "stock": {"id": "s"}}]}}


@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD.keys())
async def test_a_schema_is_understood_as_it_is_told(stage: Stage, told: str) -> None:
    stage.subgraphs.add("products", PRODUCTS, products)
    stage.subgraphs.add("stock", told, stock)
    urls = {name: f"{stage.subgraphs_at}/{name}" for name in ("products", "stock")}
    await stage.open_subgraphs("told", urls)
    query = "{ product { name left stock { id } } stocks { id } }"
    assert await stage.ask("told", {"query": query}) == {
        "data": {
            "product": {"name": "Gear", "left": 3, "stock": {"id": "s"}},
            "stocks": [{"id": "s"}],
        }
    }
    names = await stage.ask("told", {"query": "{ __schema { types { name } } }"})
    shown = {one["name"] for one in names["data"]["__schema"]["types"]}
    assert not {name for name in shown if name.startswith(("_A", "_S", "_E", "_F", "link", "fed"))}
    assert "FieldSet" not in shown
