"""The graph that is asked: four subgraphs, their data, the operation and its right answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLResolveInfo, GraphQLSchema, build_schema, execute_sync, parse

from gateway.federation import Subgraph, Supergraph, compose

_LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", '
    'import: ["@key", "@external", "@requires", "@provides", "@shareable"])\n'
)
SDL: Mapping[str, str] = {
    "accounts": """
        type Query { me: User user(id: ID!): User users: [User] }
        type User @key(fields: "id") {
          id: ID! name: String username: String @shareable birthday: Int
        }
    """,
    "inventory": """
        type Product @key(fields: "upc") {
          upc: String! weight: Int @external price: Int @external
          inStock: Boolean shippingEstimate: Int @requires(fields: "price weight")
          keeper: User
        }
        type User @key(fields: "id") { id: ID! }
    """,
    "products": """
        type Query { topProducts(first: Int = 9): [Product] }
        type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }
    """,
    "reviews": """
        type Review @key(fields: "id") {
          id: ID! body: String product: Product author: User @provides(fields: "username")
        }
        type User @key(fields: "id") { id: ID! username: String @external reviews: [Review] }
        type Product @key(fields: "upc") { upc: String! reviews: [Review] }
    """,
}
MONOLITH = """
    type Query { users: [User] topProducts(first: Int = 9): [Product] }
    type User { id: ID! name: String username: String birthday: Int reviews: [Review] }
    type Product {
      upc: String! name: String price: Int weight: Int inStock: Boolean shippingEstimate: Int
      keeper: User reviews: [Review]
    }
    type Review { id: ID! body: String product: Product author: User }
"""
OPERATION = """
fragment User on User { id username name }
fragment Product on Product { upc name price weight }
query Deep {
  users { ...User birthday }
  topProducts {
    ...Product
    reviews {
      id
      body
      author {
        ...User
        reviews {
          id
          body
          product { ...Product inStock shippingEstimate keeper { id reviews { id } } }
        }
      }
    }
  }
}
"""

JsonObject = dict[str, Any]
USERS: Mapping[str, JsonObject] = {
    str(number): {
        "__typename": "User",
        "id": str(number),
        "name": f"{given} {family}",
        "username": f"{given.lower()}{number}",
        "birthday": 19700101 + number,
    }
    for number, (given, family) in enumerate(
        [
            ("Uri", "Goldshtein"),
            ("Dotan", "Simha"),
            ("Kamil", "Kisiela"),
            ("Arda", "Tanrikulu"),
            ("Gil", "Gardosh"),
            ("Laurin", "Quast"),
        ],
        1,
    )
}
PRODUCTS: Mapping[str, JsonObject] = {
    str(number): {
        "__typename": "Product",
        "upc": str(number),
        "name": name,
        "price": 100 * number + 99,
        "weight": 90 * number + 10,
        "inStock": number % 4 != 0,
        "keeper": str(number % len(USERS) + 1),
    }
    for number, name in enumerate(
        ["Table", "Couch", "Glass", "Chair", "TV", "Lamp", "Grill", "Fridge", "Sofa"], 1
    )
}
_OPINIONS = [
    "Love it! It has been standing in the hall since.",
    "Too expensive for what it is.",
    "Could be better, the finish is rough at the back.",
    "Prefer something else, but it does the job.",
    "Sturdy, and quick to assemble.",
]
REVIEWS: Mapping[str, JsonObject] = {
    str(number): {
        "__typename": "Review",
        "id": str(number),
        "body": _OPINIONS[number % len(_OPINIONS)],
        "author": str(number % len(USERS) + 1),
        "product": str(number % len(PRODUCTS) + 1),
    }
    for number in range(1, 42)
}


def supergraph(addresses: Mapping[str, str]) -> Supergraph:
    """The four subgraphs, composed."""
    return compose(Subgraph(name, _LINK + sdl, addresses[name]) for name, sdl in SDL.items())


def answer_of(schema: GraphQLSchema, query: str, variables: Mapping[str, Any]) -> JsonObject:
    """What a server with all of the data says under this schema."""
    result = execute_sync(
        schema,
        parse(query),
        root_value={"__typename": "Query"},
        variable_values=dict(variables),
        field_resolver=_resolve,
        type_resolver=lambda value, *_: value["__typename"],
    )
    return result.formatted


@dataclass(frozen=True)
class Expected:
    """What every gateway has to answer, computed by one server without any federation."""

    answer: JsonObject

    @classmethod
    def computed(cls) -> "Expected":
        return cls(answer_of(build_schema(MONOLITH), OPERATION, {}))


def _resolve(item: JsonObject, info: GraphQLResolveInfo, **arguments: Any) -> Any:
    name = info.field_name
    match item["__typename"], name:
        case "Query", "users":
            return list(USERS.values())
        case "Query", "topProducts":
            return list(PRODUCTS.values())[: arguments["first"]]
        case "Query", "_entities":
            return [_entity(one) for one in arguments["representations"]]
        case "User", "reviews":
            return [one for one in REVIEWS.values() if one["author"] == item["id"]]
        case "Product", "reviews":
            return [one for one in REVIEWS.values() if one["product"] == item["upc"]]
        case "Product", "shippingEstimate":
            known = item.get("representation", item)
            return 0 if known["price"] > 500 else known["weight"] // 2
        case "Product", "keeper":
            return USERS[item["keeper"]]
        case "Review", "author":
            return USERS[item["author"]]
        case "Review", "product":
            return PRODUCTS[item["product"]]
    return item[name]


def _entity(representation: JsonObject) -> JsonObject:
    # What a field requires comes from the gateway alone: a gateway that does not send it fails.
    match representation["__typename"]:
        case "User":
            return USERS[representation["id"]]
        case "Review":
            return REVIEWS[representation["id"]]
    return {**PRODUCTS[representation["upc"]], "representation": representation}
