"""Rules about value types: shared fields whose types differ, nest, and come in parts."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

T, V, U = Ref("T"), Ref("V"), Ref("U")

RULES = [
    Rule(
        "a field that is non-null in one subgraph only may be null for clients",
        {
            "a": """type Query { ts: [T] @shareable }
                type T @key(fields: "id") { id: ID! v: V @shareable }
                type V @shareable { x: String! }""",
            "b": """type Query { vs: [V!]! } type V @shareable { x: String }
                type T @key(fields: "id") { id: ID! w: W! } type W @shareable { x: String }""",
            "c": """type Query { ws: [W!]! } type W @shareable { x: String! }""",
        },
        {
            "Query": [{"ts": [T], "ws": [Ref("W")], "vs": [Ref("V", 1)]}],
            "T": [{"id": "1", "v": V, "w": Ref("W", 1)}],
            "V": [{"x": "vx"}, {"x": None}],
            "W": [{"x": "wx"}, {"x": None}],
        },
        (
            Ask(
                "{ ts { v { x } w { x } } ws { x } vs { x } }",
                {
                    "ts": [{"v": {"x": "vx"}, "w": {"x": None}}],
                    "ws": [{"x": "wx"}],
                    "vs": [{"x": None}],
                },
            ),
        ),
    ),
    Rule(
        "lists whose items are non-null in one subgraph only may hold nulls for clients",
        {
            "a": """type Query { a: Box } type Box @key(fields: "id") { id: ID!
                tags: [String!]! @shareable grid: [[Int!]]! @shareable }""",
            "b": """type Query { b: Box } type Box @key(fields: "id") { id: ID!
                tags: [String] @shareable grid: [[Int]] @shareable }""",
        },
        {
            "Query": [{"a": Ref("Box"), "b": Ref("Box", 1)}],
            "Box": [
                {"id": "1", "tags": ["x"], "grid": [[1], None]},
                {"id": "2", "tags": [None, "y", ""], "grid": [[1, None], []]},
            ],
        },
        (
            Ask(
                "{ a { tags grid } b { tags grid } }",
                {
                    "a": {"tags": ["x"], "grid": [[1], None]},
                    "b": {"tags": [None, "y", ""], "grid": [[1, None], []]},
                },
            ),
        ),
    ),
    Rule(
        "a field of one name has other types on types that share nothing",
        {
            "a": """type Query { t: T } type T @key(fields: "id") { id: ID! v: V! }
                type V { n: Int! }""",
            "b": """type Query { u: U } type U @key(fields: "id") { id: ID! v: [W!]! }
                type W { n: String }""",
            "c": """type Query { any: [Any] } union Any = T | U
                type T @key(fields: "id") { id: ID! } type U @key(fields: "id") { id: ID! }""",
        },
        {
            "Query": [{"t": T, "u": U, "any": [U, T]}],
            "T": [{"id": "1", "v": V}],
            "U": [{"id": "2", "v": [Ref("W")]}],
            "V": [{"n": 1}],
            "W": [{"n": "one"}],
        },
        (
            Ask(
                "{ any { ... on T { v { n } } ... on U { w: v { m: n } } } }",
                {"any": [{"w": [{"m": "one"}]}, {"v": {"n": 1}}]},
            ),
            Ask("{ t { v { n } } u { v { n } } }"),
        ),
    ),
    Rule(
        "a member of an interface has its field non-null, another may lack it",
        {
            "a": """type Query { items: [Item!]! } interface Item { id: ID! }
                type T implements Item @key(fields: "id") { id: ID! v: V! }
                type U implements Item @key(fields: "id") { id: ID! v: V }
                type V @shareable { x: String! y: String }""",
            "b": """type T @key(fields: "id") { id: ID! z: [V!]! }
                type U @key(fields: "id") { id: ID! z: [V] }
                type V @shareable { x: String! y: String! }""",
        },
        {
            "Query": [{"items": [T, U]}],
            "T": [{"id": "1", "v": V, "z": [V]}],
            "U": [{"id": "2", "v": None, "z": [None, V]}],
            "V": [{"x": "X", "y": "Y"}],
        },
        (
            Ask("{ items { ... on T { a: v { x } } ... on U { b: v { x } } } }", fetches=1),
            Ask("{ items { ... on T { a: z { x } } ... on U { b: z { x } } } }", fetches=2),
            Ask("{ items { ... on T { v { y } z { x } } ... on U { id } } }"),
        ),
    ),
    Rule(
        "a shared value is asked where all of it is, even when parts are elsewhere",
        {
            "a": """type Query { v: V @shareable } type V @shareable { x: Int y: Int }""",
            "b": """type Query { v: V @shareable } type V @shareable { y: Int z: Int }""",
            "c": """type Query { v: V @shareable } type V @shareable { x: Int y: Int z: Int }""",
        },
        {"Query": [{"v": V}], "V": [{"x": 1, "y": 2, "z": 3}]},
        (
            Ask("{ v { x y z } }", {"v": {"x": 1, "y": 2, "z": 3}}, fetches=1),
            Ask("{ v { z } a: v { x } }", fetches=1),
        ),
    ),
    Rule(
        "many subgraphs have the same field with other parts below it",
        {
            "a": """type Query { me: Me @shareable } type Me @shareable { n: Int box: Box }
                type Box @shareable { a: Int in: In } type In @shareable { p: Int }""",
            "b": """type Query { me: Me @shareable } type Me @shareable { box: Box m: Int }
                type Box @shareable { b: Int in: In } type In @shareable { q: Int }""",
            "c": """type Query { me: Me @shareable } type Me @shareable { box: Box }
                type Box @shareable { c: Int in: In } type In @shareable { p: Int r: Int }""",
        },
        {
            "Query": [{"me": Ref("Me")}],
            "Me": [{"n": 1, "m": 2, "box": Ref("Box")}],
            "Box": [{"a": 3, "b": 4, "c": 5, "in": Ref("In")}],
            "In": [{"p": 6, "q": 7, "r": 8}],
        },
        (
            Ask("{ me { n m box { a b c in { p q r } } } }", fetches=3),
            Ask("{ me { box { in { p r } } } }", fetches=1),
            Ask("{ me { box { b in { q } } m } }", fetches=1),
        ),
    ),
    Rule(
        "lists keep their order, their repetitions and their nulls",
        {
            "a": """type Query { ts: [T] none: [T!] empty: [T!]! }
                type T @key(fields: "id") { id: ID! }""",
            "b": """type T @key(fields: "id") { id: ID! x: [String] sub: [T] }""",
        },
        {
            "Query": [{"ts": [Ref("T", 1), None, T, Ref("T", 1), None], "none": None, "empty": []}],
            "T": [
                {"id": "1", "x": [], "sub": [None]},
                {"id": "2", "x": ["b", None, "a"], "sub": [T, T, Ref("T", 1)]},
            ],
        },
        (
            Ask(
                "{ ts { x } none { x } empty { x } }",
                {
                    "ts": [{"x": ["b", None, "a"]}, None, {"x": []}, {"x": ["b", None, "a"]}, None],
                    "none": None,
                    "empty": [],
                },
            ),
            Ask("{ ts { sub { id sub { id } } } }"),
            Ask("{ empty { x sub { x } } }", {"empty": []}),
        ),
    ),
    Rule(
        "a root field of several subgraphs is asked once",
        {
            "a": """type Query { n: Int @shareable s: String @shareable }""",
            "b": """type Query { n: Int @shareable b: Int }""",
        },
        {"Query": [{"n": 1, "s": "x", "b": 2}]},
        (
            Ask("{ n s b }", {"n": 1, "s": "x", "b": 2}, fetches=2),
            Ask("{ n b }", fetches=1),
            Ask("{ n }", fetches=1),
            Ask("{ s n x: n }", fetches=1),
        ),
    ),
    Rule(
        "graphs without any entity are put together at the root",
        {
            "a": """type Query { a: T } type T @shareable { id: ID! x: Int }""",
            "b": """type Query { b: T } type T @shareable { id: ID! x: Int }""",
        },
        {"Query": [{"a": T, "b": Ref("T", 1)}], "T": [{"id": "1", "x": 1}, {"id": "2", "x": None}]},
        (
            Ask(
                "{ b { x id } a { id x } }", {"b": {"x": None, "id": "2"}, "a": {"id": "1", "x": 1}}
            ),
        ),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
