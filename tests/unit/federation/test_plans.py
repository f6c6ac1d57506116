"""Plans as a person reads them, kept in files: a change of planning shows in review.

Run with UPDATE_PLANS=1 to write the files anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.federation import Engine, FetchRequest, Subgraph, compose
from tests.unit.federation.servers import HEAD
from tests.unit.federation.test_execution_abstract_types import library
from tests.unit.federation.test_execution_entities import shop

_FOLDER = Path(__file__).parent / "plans"
_BODIES = {
    "reviews": {
        "accounts": """type Query { me: User users: [User] }
            type User @key(fields: "id") { id: ID! name: String username: String @shareable }
            type Mutation { rename(name: String!): User signOut: Boolean }""",
        "products": """type Query { topProducts: [Product] }
            type Product @key(fields: "upc") @key(fields: "sku") {
                upc: ID! sku: ID! name: String price: Int weight: Int }
            type Mutation { restock(upc: ID!): Product }""",
        "inventory": """type Product @key(fields: "upc") {
                upc: ID! price: Int @external weight: Int @external inStock: Boolean
                shipping: Int @requires(fields: "price weight") }""",
        "warehouse": 'type Product @key(fields: "sku") { sku: ID! shelf: String }',
        "reviews": """type Review @key(fields: "id") {
                id: ID! body: String author: User @provides(fields: "username") product: Product }
            type User @key(fields: "id") {
                id: ID! username: String @external reviews: [Review] }
            type Product @key(fields: "upc") { upc: ID! reviews: [Review] }""",
    },
    "traced": {
        "a": """directive @trace(as: String) on FIELD | QUERY
            type Query { p: P } type P @key(fields: "id") { id: ID! a: Int }""",
        "b": """directive @trace(as: String) on FIELD | QUERY
            type P @key(fields: "id") { id: ID! b: Int }""",
    },
    "nodes": {
        "a": """type Query { node: Node } interface Node { id: ID! down: Node }
            type A implements Node @key(fields: "id") { id: ID! down: Node }
            type B implements Node @key(fields: "id") { id: ID! down: Node }""",
        "b": """interface Node { id: ID! up: Node }
            type A implements Node @key(fields: "id") { id: ID! up: Node }
            type B implements Node @key(fields: "id") { id: ID! up: Node }""",
    },
}
_WORLDS = {"shop": lambda: shop().engine, "library": lambda: library().engine}

QUERIES: dict[str, tuple[str, str]] = {
    "deep_reviews": (
        "reviews",
        "{ users { name reviews { author { name reviews { product { name inStock shipping } } } } "
        "} topProducts { name inStock shipping reviews { author { name } product { name } } } }",
    ),
    "a_key_through_another_subgraph": ("reviews", "{ me { reviews { product { shelf } } } }"),
    "mutations_in_order": (
        "reviews",
        'mutation { rename(name: "x") { id } signOut restock(upc: 1) { inStock } '
        'again: rename(name: "y") { reviews { id } } }',
    ),
    "conditions_that_exclude_each_other": (
        "reviews",
        "query ($x: Boolean!) { me @include(if: $x) { name @skip(if: $x) "
        "reviews @include(if: $x) { id } } topProducts @skip(if: $x) { inStock } }",
    ),
    "types_alone": (
        "reviews",
        "{ __typename me { __typename reviews { product { __typename } } } }",
    ),
    "deferred": (
        "reviews",
        'query ($x: Boolean!) { me { name ... @defer(label: "reviews") { reviews { body '
        '... @defer(if: $x, label: "names") { author { name } } } } } }',
    ),
    "deferred_with_what_comes_first": (
        "reviews",
        "{ topProducts { name ... @defer { price } inStock ... @defer { shipping shelf } } }",
    ),
    "directives_of_the_subgraphs": (
        "traced",
        'query Traced($as: String) @trace(as: "all") { p { a @trace(as: $as) b @trace } }',
    ),
    "interfaces_within_interfaces": ("nodes", "{ node { up { down { up { id } } } } }"),
    "one_subgraph": ("shop", "{ products { id name price } }"),
    "through_keys": (
        "shop",
        "{ top { name reviews { body author { name favourite { name } } } } }",
    ),
    "requirements": ("shop", '{ top { price(currency: "EUR") shipping } }'),
    "conditions": (
        "shop",
        "query ($x: Boolean!) { top { name reviews @include(if: $x) { body } "
        "shipping @skip(if: $x) } }",
    ),
    "aliases_beside_keys": ("shop", "{ products { upc: name reviews { body } } }"),
    "batched_entities": ("shop", "{ top { reviews { body } } products { reviews { body } } }"),
    "abstract_types": (
        "library",
        "{ media { title ... on Book { author { born } stock } ... on Movie { stock } } }",
    ),
    "interface_object": ("library", "{ media { rating } }"),
    "behind_an_interface_object": ("library", "{ reviewed { rating __typename title } }"),
}


async def _no_fetch(name: str, request: FetchRequest) -> bytes:
    raise AssertionError(f"{name} is not asked")


def _engine(world: str) -> Engine:
    if world in _WORLDS:
        return _WORLDS[world]()
    bodies = _BODIES[world].items()
    return Engine(compose([Subgraph(name, HEAD + body) for name, body in bodies]), _no_fetch)


@pytest.mark.parametrize("name", QUERIES)
def test_the_plan_is_as_it_was(name: str) -> None:
    world, query = QUERIES[name]
    shown = f"{query}\n\n{_engine(world).plan(query, incremental=True)}\n"
    file = _FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_PLANS"):
        file.write_text(shown)
    assert file.read_text() == shown
