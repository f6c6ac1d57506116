"""`@context` and `@fromContext`: arguments that get their values from further up."""

from __future__ import annotations

from typing import Any

from gateway.federation import Engine, FetchRequest, Subgraph, compose
from tests.unit.federation.servers import HEAD

_HEAD = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", '
    'import: ["@key", "@context", "@fromContext", "@shareable"])\n'
)


class Asked:
    """An engine whose subgraphs answer root fields from `data`, and entities with what they got:
    every field of an entity is a text of the entity's id and the contexts, but `item`."""

    def __init__(self, data: dict[str, Any], **bodies: str) -> None:
        heads = {name: _HEAD if "@fromContext" in body else HEAD for name, body in bodies.items()}
        subgraphs = [Subgraph(name, heads[name] + body) for name, body in bodies.items()]
        self.engine = Engine(compose(subgraphs), self._fetch)
        self.data = data
        self.requests: list[FetchRequest] = []

    async def _fetch(self, subgraph: str, request: FetchRequest) -> dict[str, Any]:
        self.requests.append(request)
        variables = request.variables
        if "representations" not in variables:
            return {"data": self.data}
        contexts = [value for name, value in variables.items() if name.startswith("_context")]
        items: Any = variables["representations"]
        names = [name for name in ("price", "name", "deep") if f" {name}" in request.query]
        return {
            "data": {
                "_entities": [
                    dict.fromkeys(names, f"{item['id']} {contexts}")
                    | (
                        {"item": {"id": f"item of {item['id']}"}}
                        if " item" in request.query
                        else {}
                    )
                    for item in items
                ]
            }
        }

    async def answer(self, query: str) -> Any:
        answer = await self.engine.execute(query)
        assert "errors" not in answer, answer
        return answer["data"]


_SHOP = """
type Query { users: [User] }
type User @key(fields: "id") @context(name: "user") {
  id: ID! locale: String prefs: Prefs lines: [Line!]! }
type Prefs { currency: String }
type Line @key(fields: "id") { id: ID!
  price(
    currency: String @fromContext(field: "$user { prefs { currency } }")
    locale: String @fromContext(field: "$user { locale }")
  ): String }
"""


def _user(locale: str | None, currency: str | None, *lines: str) -> dict[str, Any]:
    prefs = None if currency is None else {"currency": currency}
    return {"locale": locale, "prefs": prefs, "lines": [{"id": line} for line in lines]}


async def test_an_argument_gets_the_value_of_the_object_above() -> None:
    users = [_user("de", "EUR", "1"), _user("en", None, "2"), _user(None, "USD", "3")]
    shop = Asked({"users": users}, shop=_SHOP)
    answer = await shop.answer("{ users { lines { price } } }")
    assert [user["lines"][0]["price"] for user in answer["users"]] == [
        "1 ['EUR', 'de']",
        "2 [None, 'en']",
        "3 ['USD', None]",
    ]


async def test_equal_entities_below_different_objects_keep_their_own_values() -> None:
    users = [_user("de", "EUR", "1", "2"), _user("en", "USD", "1", "2")]
    other = 'type Line @key(fields: "id") { id: ID! name: String }'
    shop = Asked({"users": users}, shop=_SHOP, other=other)
    answer = await shop.answer("{ users { lines { name price } } }")
    assert [[line["price"] for line in user["lines"]] for user in answer["users"]] == [
        ["1 ['EUR', 'de']", "2 ['EUR', 'de']"],
        ["1 ['USD', 'en']", "2 ['USD', 'en']"],
    ]


async def test_values_stay_apart_below_entities_that_are_equal_themselves() -> None:
    body = """
    type Query { users: [User] }
    type User @key(fields: "id") @context(name: "user") { id: ID! locale: String lines: [Line!]! }
    type Line @key(fields: "id") { id: ID! }
    type Item @key(fields: "id") { id: ID!
      price(locale: String @fromContext(field: "$user { locale }")): String }
    """
    other = """
    type Line @key(fields: "id") { id: ID! item: Item }
    type Item @key(fields: "id", resolvable: false) { id: ID! }
    """
    users = [{"locale": one, "lines": [{"id": "1"}]} for one in ("de", "en")]
    shop = Asked({"users": users}, shop=body, other=other)
    answer = await shop.answer("{ users { lines { item { price } } } }")
    assert [user["lines"][0]["item"]["price"] for user in answer["users"]] == [
        "item of 1 ['de']",
        "item of 1 ['en']",
    ]


async def test_objects_with_the_same_values_are_asked_for_together() -> None:
    users = [_user("de", "EUR", "1"), _user("de", "EUR", "2"), _user("en", "EUR", "1")]
    shop = Asked({"users": users}, shop=_SHOP)
    await shop.answer("{ users { lines { price } } }")
    asked = [len(list(one.representations["representations"])) for one in shop.requests[1:]]
    assert sorted(asked) == [1, 2]


async def test_the_value_is_fetched_where_the_client_did_not_ask_for_it_and_not_shown() -> None:
    shop = Asked({"users": [_user("de", "EUR", "1")]}, shop=_SHOP)
    assert await shop.answer("{ users { lines { price } } }") == {
        "users": [{"lines": [{"price": "1 ['EUR', 'de']"}]}]
    }
    assert "locale" in shop.requests[0].query


async def test_the_nearest_object_that_sets_the_context_counts() -> None:
    body = """
    type Query { a: A }
    type A @context(name: "c") { mark: String b: B }
    type B @context(name: "c") { mark: String u: U }
    type U @key(fields: "id") { id: ID!
      deep(mark: String @fromContext(field: "$c { mark }")): String }
    """
    asked = Asked({"a": {"mark": "far", "b": {"mark": "near", "u": {"id": "1"}}}}, a=body)
    assert await asked.answer("{ a { b { u { deep } } } }") == {
        "a": {"b": {"u": {"deep": "1 ['near']"}}}
    }


async def test_each_member_of_a_union_may_set_the_context_its_own_way() -> None:
    body = """
    type Query { things: [Thing] } union Thing = A | B
    type A @context(name: "c") { x: String u: U }
    type B @context(name: "c") { y: String u: U }
    type U @key(fields: "id") { id: ID!
      deep(mark: String @fromContext(field: "$c ... on A { x } ... on B { y }")): String }
    """
    things = [
        {"__typename": "A", "x": "ax", "u": {"id": "1"}},
        {"__typename": "B", "y": "by", "u": {"id": "1"}},
    ]
    asked = Asked({"things": things}, a=body)
    answer = await asked.answer("{ things { ... on A { u { deep } } ... on B { u { deep } } } }")
    assert answer == {"things": [{"u": {"deep": "1 ['ax']"}}, {"u": {"deep": "1 ['by']"}}]}


async def test_a_client_neither_sees_nor_sets_such_arguments() -> None:
    shop = Asked({"users": []}, shop=_SHOP)
    answer = await shop.engine.execute('{ users { lines { price(locale: "x") } } }')
    assert "Unknown argument 'locale'" in str(answer["errors"])
