"""Rules about values in answers: scalars of all kinds, names, orders, texts."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

T = Ref("T")
DEEP = {"a": [1, 2.5, {"b": None, "é": "✓"}], "": True, "__typename": "Nothing"}

RULES = [
    Rule(
        "custom scalars pass as they come",
        {
            "a": """scalar JSON scalar Long scalar Date type Query { t: T j: JSON l: [JSON] n:
                JSON! }
                type T @key(fields: "id") { id: ID! }""",
            "b": """scalar JSON scalar Long scalar Date type T @key(fields: "id") { id: ID!
                j: JSON big: Long when: Date list: JSON zero: JSON false: JSON empty: JSON }""",
        },
        {
            "Query": [{"t": T, "j": [1, [2]], "l": [None, {}, [], "x", False], "n": 0}],
            "T": [
                {
                    "id": "1",
                    "j": DEEP,
                    "big": 2**63,
                    "when": "2024-02-30",
                    "list": [[], {}],
                    "zero": 0,
                    "false": False,
                    "empty": "",
                }
            ],
        },
        (
            Ask(
                "{ t { j big when list zero false empty } }",
                {
                    "t": {
                        "j": DEEP,
                        "big": 2**63,
                        "when": "2024-02-30",
                        "list": [[], {}],
                        "zero": 0,
                        "false": False,
                        "empty": "",
                    }
                },
                alone=True,
            ),
            Ask("{ j l n }", {"j": [1, [2]], "l": [None, {}, [], "x", False], "n": 0}),
            Ask("{ t { a: j j: big big: j } }", alone=True),
        ),
    ),
    Rule(
        "numbers keep their kind",
        {
            "a": """type Query { i: Int f: Float whole: Float tiny: Float huge: Float id: ID
                ids: [ID!] zero: Float }""",
        },
        {
            "Query": [
                {
                    "i": -2147483648,
                    "f": 1.5,
                    "whole": 3.0,
                    "tiny": 1e-10,
                    "huge": 1e300,
                    "id": 12,
                    "ids": [1, "2", "a-b"],
                    "zero": 0.0,
                }
            ]
        },
        (
            Ask(
                "{ i f whole tiny huge id ids zero }",
                {
                    "i": -2147483648,
                    "f": 1.5,
                    "whole": 3.0,
                    "tiny": 1e-10,
                    "huge": 1e300,
                    "id": "12",
                    "ids": ["1", "2", "a-b"],
                    "zero": 0.0,
                },
            ),
        ),
    ),
    Rule(
        "texts are texts, whatever is in them",
        {
            "a": """type Query { ts: [T] } type T @key(fields: "id") { id: ID! }""",
            "b": """type T @key(fields: "id") { id: ID! x: String }""",
        },
        {
            "Query": [{"ts": [Ref("T", n) for n in range(4)]}],
            "T": [
                {"id": 'q"uote', "x": "\\ back \u2028 line"},
                {"id": "émoji 🎉", "x": "\x7f\t\n"},
                {"id": "", "x": ""},
                {"id": "null", "x": "$var {x} # no"},
            ],
        },
        (
            Ask(
                "{ ts { id x } }",
                {
                    "ts": [
                        {"id": 'q"uote', "x": "\\ back \u2028 line"},
                        {"id": "émoji 🎉", "x": "\x7f\t\n"},
                        {"id": "", "x": ""},
                        {"id": "null", "x": "$var {x} # no"},
                    ]
                },
            ),
        ),
    ),
    Rule(
        "fields are answered in the order of the question",
        {
            "a": """type Query { t: T a: Int } type T @key(fields: "id") { id: ID! a: Int c: Int
                }""",
            "b": """type Query { b: Int } type T @key(fields: "id") { id: ID! b: Int d: T }""",
        },
        {"Query": [{"t": T, "a": 1, "b": 2}], "T": [{"id": "1", "a": 1, "b": 2, "c": 3, "d": T}]},
        (
            Ask(
                "{ b t { d { b a } c b a id } a }",
                {"b": 2, "t": {"d": {"b": 2, "a": 1}, "c": 3, "b": 2, "a": 1, "id": "1"}, "a": 1},
            ),
            Ask(
                "{ t { ...F c } b ...G } fragment F on T { b d { id } } fragment G on Query { a b }"
            ),
            Ask(
                "{ t { a d { a } b d { b } a } t { c } }",
                {"t": {"a": 1, "d": {"a": 1, "b": 2}, "b": 2, "c": 3}},
            ),
            Ask("{ t { ... { b } a ... on T { c b } } }"),
        ),
    ),
    Rule(
        "names of clients may be those of keys, types and fields elsewhere",
        {
            "a": """type Query { t: T } type T @key(fields: "id") { id: ID! name: String }""",
            "b": """type T @key(fields: "id") { id: ID! size: Int name: String @external
                r: String @requires(fields: "name") sub: S } type S @shareable { id: ID! x: Int
                }""",
        },
        {
            "Query": [{"t": T}],
            "T": [{"id": "1", "name": "N", "size": 2, "sub": Ref("S")}],
            "S": [{"id": "s", "x": 3}],
        },
        (
            Ask("{ t { id: name size } }", {"t": {"id": "N", "size": 2}}),
            Ask("{ t { id: size name: id } }", {"t": {"id": 2, "name": "1"}}),
            Ask(
                "{ t { name: size r size: name id: r } }",
                {"t": {"name": 2, "r": '{"name": "N"}', "size": "N", "id": '{"name": "N"}'}},
            ),
            Ask(
                "{ t { sub: id id: sub { id: x x: id } } }",
                {"t": {"sub": "1", "id": {"id": 3, "x": "s"}}},
            ),
            Ask("{ Query: t { T: id _entities: size representations: name _id_0: size } }"),
            Ask("{ t { id: sub { x } a: size } }", {"t": {"id": {"x": 3}, "a": 2}}),
            Ask("{ a: t { size } b: t { size id: name } t { size } }"),
        ),
    ),
    Rule(
        "fragments may be named as types, fields and each other's parts",
        {
            "a": """type Query { t: T } type T @key(fields: "id") { id: ID! t: T }""",
            "b": """type T @key(fields: "id") { id: ID! x: Int }""",
        },
        {"Query": [{"t": T}], "T": [{"id": "1", "x": 2, "t": T}]},
        (
            Ask(
                "query T { t { ...T } } fragment T on T { ...t x } fragment t on T { t { id x } }",
                {"t": {"t": {"id": "1", "x": 2}, "x": 2}},
            ),
            Ask(
                "query id { ...id } fragment id on Query { t { ...Query } } "
                "fragment Query on T { x ...x } fragment x on T { id }"
            ),
            Ask("{ t { ...F t { ...F t { ...F } } } } fragment F on T { x }"),
        ),
    ),
    Rule(
        "an enum's values pass through keys, arguments and lists",
        {
            "a": """type Query { t(k: K = SMALL): T } enum K { SMALL LARGE }
                type T @key(fields: "k") { k: K! }""",
            "b": """enum K { SMALL LARGE }
                type T @key(fields: "k") { k: K! all(not: [K!]): [K] is(k: K): Boolean }""",
        },
        {
            "Query": [{"t": lambda k: T}],
            "T": [
                {
                    "k": "SMALL",
                    "all": lambda **_: ["LARGE", None],
                    "is": lambda k=None: k == "LARGE",
                }
            ],
        },
        (
            Ask(
                "query ($k: K, $l: [K!]) { t(k: $k) { all(not: $l) is(k: LARGE) } }",
                {"t": {"all": ["LARGE", None], "is": True}},
                {"k": "LARGE", "l": ["SMALL"]},
            ),
            Ask("query ($k: K! = LARGE) { t { k is(k: $k) } }", {"t": {"k": "SMALL", "is": True}}),
        ),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
