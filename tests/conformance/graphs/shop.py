"""A shop: products are an interface that other subgraphs know as an object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.unit.federation.rule import Ask, Rule
from tests.unit.federation.world import JsonObject, Ref

BOOK, GADGET, ANN, BOB = Ref("Book"), Ref("Gadget"), Ref("User"), Ref("User", 1)

_SUBGRAPHS = {
    "catalog": """
        type Query {
          product(upc: ID!): Product topProducts(first: Int = 2): [Product!]! @shareable }
        interface Product @key(fields: "upc") {
          upc: ID! title: String! weight: Float size: Dimensions category: Category! }
        type Book implements Product @key(fields: "upc") {
          upc: ID! title: String! weight: Float size: Dimensions category: Category!
          isbn: String! authors: [Person!]! }
        type Gadget implements Product @key(fields: "upc") {
          upc: ID! title: String! weight: Float size: Dimensions category: Category!
          volts: Int inStock: Boolean }
        type Dimensions @shareable { width: Float height: Float unit: Unit! }
        enum Unit { MM INCH }
        type Category @key(fields: "slug region { code }") @key(fields: "id") {
          id: ID! slug: String! region: Region! name: String parent: Category }
        type Region @shareable { code: String! }
        type Person @key(fields: "id", resolvable: false) { id: ID! }""",
    "pricing": """
        type Query { topProducts(first: Int = 2): [Product!]! @shareable }
        interface Product @key(fields: "upc") { upc: ID! price(currency: Currency = EUR): Money! }
        type Book implements Product @key(fields: "upc") {
          upc: ID! price(currency: Currency = EUR): Money! }
        type Gadget implements Product @key(fields: "upc") {
          upc: ID! price(currency: Currency = EUR): Money!
          inStock: Boolean @override(from: "catalog") }
        type Money @shareable { amount: Int! currency: Currency! }
        enum Currency { EUR USD GBP @inaccessible }""",
    "inventory": """
        type Product @key(fields: "upc") @interfaceObject {
          upc: ID! weight: Float @external size: Dimensions @external
          stock(warehouse: ID): Int! places: [Warehouse!]!
          shipping: String @requires(fields: "weight size { width height unit }") }
        type Dimensions @shareable { width: Float height: Float unit: Unit! }
        enum Unit { MM INCH }
        type Warehouse @key(fields: "code") {
          code: ID! city: String! secret: String @inaccessible }""",
    "reviews": """
        type Query { review(id: ID!): Review }
        type Mutation { addReview(input: ReviewInput!): Review! }
        type Product @key(fields: "upc") @interfaceObject {
          upc: ID! reviews(first: Int = 10, order: ReviewOrder = NEWEST): [Review!]! rating: Float }
        type Review @key(fields: "id") {
          id: ID! body: String author: User @provides(fields: "username") product: Product! }
        type User @key(fields: "id") { id: ID! username: String! @external reviews: [Review!]! }
        input ReviewInput { upc: ID! body: String stars: Int = 5 trusted: Boolean }
        enum ReviewOrder { NEWEST OLDEST BEST }""",
    "accounts": """
        type Query { me: User userByEmail(email: String!): User }
        type Mutation { rename(id: ID!, username: String!): User }
        type User @key(fields: "id") @key(fields: "email") {
          id: ID! email: String! username: String! @shareable role: Role! address: Address }
        type Address @shareable { city: String country: String! }
        enum Role { BUYER STAFF }
        type Person @key(fields: "id") { id: ID! name: String! account: User }""",
    "orders": """
        type Mutation { placeOrder(input: OrderInput!): OrderResult! }
        type User @key(fields: "email") { email: String! orders(status: OrderStatus): [Order!]! }
        type Order @key(fields: "number shop { id }") {
          number: Int! shop: Shop! lines: [Line!]! status: OrderStatus! buyer: User! }
        type Shop @key(fields: "id") { id: ID! sign: String @shareable }
        type Line { product: Product! count: Int! }
        type Product @key(fields: "upc") @interfaceObject { upc: ID! }
        union OrderResult = Order | Rejection
        type Rejection { reason: String! product: Product }
        input OrderInput { upcs: [ID!]! status: OrderStatus = OPEN }
        enum OrderStatus { OPEN PAID SENT }""",
    "search": """
        type Query { search(text: String!, limit: Int): [Hit!]! }
        union Hit = Book | Gadget | User | Category | Shop
        type Book @key(fields: "upc", resolvable: false) { upc: ID! }
        type Gadget @key(fields: "upc", resolvable: false) { upc: ID! }
        type User @key(fields: "id", resolvable: false) { id: ID! }
        type Category @key(fields: "slug region { code }", resolvable: false) {
          slug: String! region: Region! }
        type Region @shareable { code: String! }
        type Shop @key(fields: "id", resolvable: false) { id: ID! sign: String @shareable }
        type Order @key(fields: "number shop { id }") { number: Int! shop: Shop! hits: Int! }""",
}


def _placed(**given: Any) -> Ref:
    return Ref("Order") if "b1" in given["input"]["upcs"] else Ref("Rejection")


def _money(cents: int) -> Callable[..., JsonObject]:
    return lambda currency: {"__typename": "Money", "amount": cents, "currency": currency or "USD"}


_DATA: dict[str, list[JsonObject]] = {
    "Query": [
        {
            "product": lambda **given: {"b1": BOOK, "g1": GADGET}.get(given["upc"]),
            "topProducts": lambda first: [GADGET, BOOK, Ref("Gadget", 1)][:first],
            "review": lambda **given: {"r2": Ref("Review", 1)}.get(given["id"]),
            "me": ANN,
            "userByEmail": lambda email: BOB if email.startswith("bob") else None,
            "search": lambda text, limit=None: [
                *(BOOK, ANN, Ref("Category"), GADGET, Ref("Shop"), Ref("Category", 1))
            ][:limit],
        }
    ],
    "Mutation": [
        {
            "addReview": Ref("Review", 2),
            "rename": lambda **given: BOB if given["id"] == "2" else None,
            "placeOrder": _placed,
        }
    ],
    "Book": [
        {
            "upc": "b1",
            "title": "Bridges",
            "weight": 0.5,
            "size": Ref("Dimensions"),
            "category": Ref("Category"),
            "isbn": "978",
            "authors": [Ref("Person"), Ref("Person", 1)],
            "price": _money(1999),
            "stock": lambda warehouse=None: 3 if warehouse else 7,
            "places": [Ref("Warehouse"), Ref("Warehouse", 1)],
            "reviews": lambda first, order: [Ref("Review"), Ref("Review", 1)][:first],
            "rating": 4.5,
        }
    ],
    "Gadget": [
        {
            "upc": f"g{number}",
            "title": f"Gadget {number}",
            "weight": None,
            "size": None,
            "category": Ref("Category", 1),
            "volts": 230,
            "inStock": number == 1,
            "price": _money(500 * number),
            "stock": lambda warehouse=None: 0,
            "places": [],
            "reviews": lambda first, order: [Ref("Review", 2)] if order == "BEST" else [],
            "rating": None,
        }
        for number in (1, 2)
    ],
    "Dimensions": [{"width": 10.5, "height": 20.0, "unit": "MM"}],
    "Category": [
        {"id": "c1", "slug": "books", "region": Ref("Region"), "name": "Books", "parent": None},
        {
            "id": "c2",
            "slug": "tools",
            "region": Ref("Region", 1),
            "name": None,
            "parent": Ref("Category"),
        },
    ],
    "Region": [{"code": "EU"}, {"code": "US"}],
    "Person": [
        {"id": "p1", "name": "Eiffel", "account": None},
        {"id": "p2", "name": "Ann", "account": ANN},
    ],
    "Warehouse": [{"code": "w1", "city": "Kiel"}, {"code": "w2", "city": "Ulm"}],
    "Review": [
        {"id": "r1", "body": "Fine", "author": ANN, "product": BOOK},
        {"id": "r2", "body": None, "author": None, "product": BOOK},
        {"id": "r3", "body": "Loud", "author": BOB, "product": GADGET},
    ],
    "User": [
        {
            "id": "1",
            "email": "ann@example.com",
            "username": "ann",
            "role": "STAFF",
            "address": Ref("Address"),
            "reviews": [Ref("Review")],
            "orders": lambda status=None: [Ref("Order"), Ref("Order", 1)][: 1 if status else 2],
        },
        {
            "id": "2",
            "email": "bob@example.com",
            "username": "bob",
            "role": "BUYER",
            "address": None,
            "reviews": [Ref("Review", 2)],
            "orders": [],
        },
    ],
    "Address": [{"city": None, "country": "DE"}],
    "Order": [
        {
            "number": 7,
            "shop": Ref("Shop"),
            "lines": [Ref("Line"), Ref("Line", 1)],
            "status": "PAID",
            "buyer": ANN,
            "hits": 12,
        },
        {
            "number": 8,
            "shop": Ref("Shop"),
            "lines": [],
            "status": "OPEN",
            "buyer": ANN,
            "hits": 0,
        },
    ],
    "Shop": [{"id": "s", "sign": "Corner"}],
    "Line": [{"product": BOOK, "count": 2}, {"product": GADGET, "count": 1}],
    "Rejection": [{"reason": "gone", "product": GADGET}],
}

GRAPH = Rule(
    "a shop",
    _SUBGRAPHS,
    _DATA,
    (
        Ask("{ topProducts { upc title price { amount currency } stock rating } }"),
        Ask(
            "{ topProducts(first: 3) { __typename shipping ... on Gadget { inStock volts } "
            "... on Book { isbn authors { name account { role } } } } }"
        ),
        Ask(
            '{ product(upc: "b1") { shipping places { city } reviews(first: 1) '
            "{ author { username } product { title } } } }"
        ),
        Ask('{ product(upc: "b1") { shipping size { unit } weight } }'),
        Ask('{ product(upc: "none") { shipping stock } }', {"product": None}),
        Ask(
            "query ($c: Currency, $w: ID) { a: topProducts(first: 1) { price(currency: $c) "
            "{ amount c: currency } stock(warehouse: $w) } b: topProducts(first: 1) { eur: price "
            "{ currency } usd: price(currency: USD) { currency } } }",
            variables={"c": "USD", "w": "w1"},
        ),
        Ask(
            "{ me { orders(status: PAID) { number status hits shop { sign } lines { count "
            "product { title stock price { amount } ... on Book { isbn } } } } } }"
        ),
        Ask("{ me { reviews { product { reviews(order: BEST) { author { role username } } } } } }"),
        Ask('{ userByEmail(email: "bob@x") { username orders { number } reviews { body } } }'),
        Ask(
            '{ search(text: "b") { __typename ... on Book { title rating } ... on User { username '
            "orders { hits } } ... on Category { name parent { name id } } ... on Shop { sign } "
            "... on Gadget { price { amount } shipping } } }"
        ),
        Ask(
            '{ search(text: "b", limit: 4) { ... on Product { upc title rating stock } '
            "... on Category { id } } }"
        ),
        Ask("{ topProducts { category { name parent { region { code } slug } } } }"),
        Ask(
            'mutation { addReview(input: {upc: "g1"}) { id body product { title rating '
            "__typename } author { username address { country } } } }"
        ),
        Ask(
            "mutation ($o: OrderInput!) { placeOrder(input: $o) { __typename ... on Order { number "
            "hits buyer { username } lines { product { title } } } ... on Rejection { reason "
            'product { title inventory: stock } } } rename(id: "2", username: "b") { username '
            "orders { number } } }",
            variables={"o": {"upcs": ["b1"]}},
        ),
        Ask(
            "mutation { a: placeOrder(input: {upcs: []}) { ... on Rejection { product { rating } } "
            '} b: rename(id: "3", username: "x") { id } c: placeOrder(input: {upcs: ["b1"], '
            "status: PAID}) { ... on Order { status } } }"
        ),
        Ask(
            '{ review(id: "r2") { author { username role } product { upc ... on Book { isbn } } } }'
        ),
        Ask(
            '{ __type(name: "Currency") { enumValues { name } } }',
            {"__type": {"enumValues": [{"name": "EUR"}, {"name": "USD"}]}},
        ),
        Ask(
            '{ __type(name: "Warehouse") { fields { name } } }',
            {"__type": {"fields": [{"name": "code"}, {"name": "city"}]}},
        ),
    ),
)
