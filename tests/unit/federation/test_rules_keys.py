"""Rules about `@key`: which one is used, chains of them, and what they are made of."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

P, T = Ref("P"), Ref("T")

RULES = [
    Rule(
        "keys of several subgraphs are chained",
        {
            "a": """type Query { ts: [T] } type T @key(fields: "id") { id: ID! a: String }""",
            "b": """type T @key(fields: "id") @key(fields: "id pid") { id: ID! pid: ID b: String
                }""",
            "c": """type T @key(fields: "id pid") @key(fields: "id pid zone { id }") {
                id: ID! pid: ID zone: Zone c: String }
                type Zone @shareable { id: ID! }""",
            "d": """type T @key(fields: "id pid zone { id }") {
                id: ID! pid: ID zone: Zone d: String }
                type Zone @shareable { id: ID! name: String }""",
        },
        {
            "Query": [{"ts": [T, Ref("T", 1)]}],
            "T": [
                {
                    "id": "1",
                    "pid": "p",
                    "zone": Ref("Zone"),
                    "a": "A",
                    "b": "B",
                    "c": "C",
                    "d": "D",
                },
                {
                    "id": "2",
                    "pid": "q",
                    "zone": Ref("Zone", 1),
                    "a": "E",
                    "b": "F",
                    "c": "G",
                    "d": "H",
                },
            ],
            "Zone": [{"id": "z", "name": "zed"}, {"id": "y", "name": "why"}],
        },
        (
            Ask("{ ts { d } }", {"ts": [{"d": "D"}, {"d": "H"}]}, fetches=4),
            Ask("{ ts { a b c d zone { name id } } }", fetches=4),
            Ask("{ ts { c } }", fetches=3),
            Ask("{ ts { pid b } }", fetches=2),
        ),
    ),
    Rule(
        "a null in one key leaves the way over another key",
        {
            "a": """type Query { ts: [T] }
                type T @key(fields: "id") { id: ID! }""",
            "b": """type T @key(fields: "id") @key(fields: "upc") { id: ID! upc: ID }""",
            "c": """type T @key(fields: "upc") { upc: ID c: String }""",
        },
        {
            "Query": [{"ts": [T, Ref("T", 1)]}],
            "T": [{"id": "1", "upc": None, "c": "C"}, {"id": "2", "upc": "u", "c": "D"}],
        },
        (
            Ask(
                "{ ts { id c } }",
                {"ts": [{"id": "1", "c": None}, {"id": "2", "c": "D"}]},
                alone=True,
            ),
        ),
    ),
    Rule(
        "a null in one part of a key is sent with the others",
        {
            "a": """type Query { ts: [T] } type T @key(fields: "id pid") { id: ID! pid: ID }""",
            "b": """type T @key(fields: "id pid") { id: ID! pid: ID x: String }""",
        },
        {
            "Query": [{"ts": [T, Ref("T", 1)]}],
            "T": [{"id": "1", "pid": None, "x": "X"}, {"id": "2", "pid": "p", "x": "Y"}],
        },
        (Ask("{ ts { x } }", {"ts": [{"x": "X"}, {"x": "Y"}]}),),
    ),
    Rule(
        "a key of lists goes into the representation as it is",
        {
            "a": """type Query { list: [L!]! }
                type L @key(fields: "products { id pid }") { products: [P!]! }
                type P @shareable { id: ID! pid: ID }""",
            "b": """type L @key(fields: "products { id pid }") { products: [P!]! first: P }
                type P @shareable { id: ID! pid: ID }""",
            "c": """type L @key(fields: "products { id }") { products: [P!]! total: Int }
                type P @key(fields: "id") { id: ID! price: Int }""",
        },
        {
            "Query": [{"list": [Ref("L"), Ref("L", 1)]}],
            "L": [
                {"products": [Ref("P"), Ref("P", 1)], "first": Ref("P"), "total": 9},
                {"products": [], "first": None, "total": 0},
            ],
            "P": [{"id": "1", "pid": "x", "price": 4}, {"id": "2", "pid": None, "price": 5}],
        },
        (
            Ask(
                "{ list { first { id } total } }",
                {"list": [{"first": {"id": "1"}, "total": 9}, {"first": None, "total": 0}]},
            ),
            Ask("{ list { products { id pid price } first { price pid } } }"),
        ),
    ),
    Rule(
        "a key may hold the key of another entity",
        {
            "a": """type Query { seats: [Seat] }
                type Seat @key(fields: "row { id } number") { row: Row! number: Int! }
                type Row @key(fields: "id") { id: ID! label: String }""",
            "b": """type Seat @key(fields: "row { id } number") { row: Row! number: Int! price:
                Int }
                type Row @key(fields: "id") { id: ID! level: Int }""",
        },
        {
            "Query": [{"seats": [Ref("Seat"), Ref("Seat", 1)]}],
            "Seat": [
                {"row": Ref("Row"), "number": 1, "price": 10},
                {"row": Ref("Row"), "number": 2, "price": 20},
            ],
            "Row": [{"id": "r", "label": "R", "level": 3}],
        },
        (
            Ask("{ seats { price } }", {"seats": [{"price": 10}, {"price": 20}]}, fetches=2),
            Ask("{ seats { row { label level } price number } }", fetches=2),
            Ask("{ seats { row { id: label x: id } n: price } }"),
        ),
    ),
    Rule(
        "a parent is entered elsewhere when its value cannot be",
        {
            "a": """type P @key(fields: "id pid") { id: ID! pid: ID! category: Cat @shareable }
                type Cat @shareable { title: String }""",
            "b": """type Query { ps: [P] } type P @key(fields: "id") { id: ID! }""",
            "c": """type P @key(fields: "id") @key(fields: "id pid") { id: ID! pid: ID!
                category: Cat @shareable }
                type Cat { details: Details } type Details { n: Int }""",
        },
        {
            "Query": [{"ps": [P, Ref("P", 1)]}],
            "P": [
                {"id": "1", "pid": "a", "category": Ref("Cat")},
                {"id": "2", "pid": "b", "category": None},
            ],
            "Cat": [{"title": "C", "details": Ref("Details")}],
            "Details": [{"n": 5}],
        },
        (
            Ask("{ ps { category { details { n } } } }", fetches=2),
            Ask(
                "{ ps { category { title details { n } } } }",
                {"ps": [{"category": {"title": "C", "details": {"n": 5}}}, {"category": None}]},
                fetches=3,
            ),
        ),
    ),
    Rule(
        "a value type leads from one entity to the next",
        {
            "a": """type Query { cart: Cart }
                type Cart { lines: [Line!]! } type Line { product: Product! count: Int! }
                type Product @key(fields: "id") { id: ID! }""",
            "b": """type Product @key(fields: "id") { id: ID! box: Box }
                type Box { size: Size owner: User } type Size { w: Int }
                type User @key(fields: "id") { id: ID! }""",
            "c": """type User @key(fields: "id") { id: ID! name: String! }""",
        },
        {
            "Query": [{"cart": Ref("Cart")}],
            "Cart": [{"lines": [Ref("Line"), Ref("Line", 1), Ref("Line")]}],
            "Line": [
                {"product": Ref("Product"), "count": 1},
                {"product": Ref("Product", 1), "count": 2},
            ],
            "Product": [{"id": "1", "box": Ref("Box")}, {"id": "2", "box": None}],
            "Box": [{"size": Ref("Size"), "owner": Ref("User")}],
            "Size": [{"w": 3}],
            "User": [{"id": "u", "name": "Ann"}],
        },
        (
            Ask(
                "{ cart { lines { count product { box { size { w } owner { name } } } } } }",
                fetches=3,
            ),
        ),
    ),
    Rule(
        "a key that is not resolvable cannot be entered, but names the entity",
        {
            "a": """type Query { t: T o: O }
                type T @key(fields: "id", resolvable: false) { id: ID! }
                type O { t: T }""",
            "b": """type T @key(fields: "id") { id: ID! b: String friend: T }""",
        },
        {
            "Query": [{"t": T, "o": Ref("O")}],
            "O": [{"t": T}],
            "T": [{"id": "1", "b": "B", "friend": T}],
        },
        (
            Ask("{ t { b } o { t { b friend { id b } } } }", fetches=2),
            Ask("{ t { __typename id } }", fetches=1),
        ),
    ),
    Rule(
        "circular references between entities are followed as deep as they are asked",
        {
            "a": """type Query { user: User } type User @key(fields: "id") { id: ID! posts: [Post] }
                type Post @key(fields: "id") { id: ID! }""",
            "b": """type Post @key(fields: "id") { id: ID! author: User text: String }
                type User @key(fields: "id") { id: ID! name: String }""",
        },
        {
            "Query": [{"user": Ref("User")}],
            "User": [
                {"id": "u", "name": "Ann", "posts": [Ref("Post"), Ref("Post", 1)]},
                {"id": "v", "name": "Bob", "posts": []},
            ],
            "Post": [
                {"id": "p", "text": "P", "author": Ref("User")},
                {"id": "q", "text": "Q", "author": Ref("User", 1)},
            ],
        },
        (
            Ask("{ user { posts { author { posts { author { name posts { text } } } } } } }"),
            Ask("{ user { name posts { text author { id } } } }", fetches=2),
        ),
    ),
    Rule(
        "a field with arguments may stand beside its key under many names",
        {
            "a": """type Query { t: T } type T @key(fields: "id") { id: ID! }""",
            "b": """type T @key(fields: "id") { id: ID! x(n: Int = 2, s: String): String }""",
        },
        {"Query": [{"t": T}], "T": [{"id": "1", "x": lambda n=None, s=None: f"{n} {s}"}]},
        (
            Ask(
                '{ t { x y: x(n: 3) z: x(s: "q\\"") w: x(n: null) } }',
                {"t": {"x": "2 None", "y": "3 None", "z": '2 q"', "w": "None None"}},
            ),
            Ask('query ($n: Int, $s: String = "d") { t { x(n: $n, s: $s) } }', {"t": {"x": "2 d"}}),
            Ask(
                'query ($n: Int, $s: String = "d") { t { x(n: $n, s: $s) } }',
                {"t": {"x": "None None"}},
                {"n": None, "s": None},
            ),
            Ask(
                'query ($s: String = "d") { t { id: x(s: $s) x: id } }',
                {"t": {"id": "2 e", "x": "1"}},
                {"s": "e"},
            ),
        ),
    ),
    Rule(
        "keys with numbers, booleans and enums keep the kind of their values",
        {
            "a": """type Query { ts: [T] } enum E { A B }
                type T @key(fields: "n f b e") { n: Int! f: Float! b: Boolean! e: E! }""",
            "b": """enum E { A B }
                type T @key(fields: "n f b e") { n: Int! f: Float! b: Boolean! e: E! x: String }""",
        },
        {
            "Query": [{"ts": [T, Ref("T", 1)]}],
            "T": [
                {"n": 0, "f": 1.5, "b": False, "e": "A", "x": "X"},
                {"n": 7, "f": 2.0, "b": True, "e": "B", "x": "Y"},
            ],
        },
        (Ask("{ ts { x } }", {"ts": [{"x": "X"}, {"x": "Y"}]}, fetches=2),),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
