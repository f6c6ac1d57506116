"""Rules about `@override`, `@inaccessible` and `@shareable`: who answers, and what is seen."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

P, U, V = Ref("P"), Ref("U"), Ref("V")

RULES = [
    Rule(
        "an overridden field is never asked where it was",
        {
            "old": """type Query { p: P feed: [P] } type P @key(fields: "id") {
                id: ID! name: String made: String }""",
            "new": """type Query { feed: [P] @override(from: "old") } type P @key(fields: "id") {
                id: ID! made: String @override(from: "old") }""",
        },
        {
            "Query": [{"p": P, "feed": [P], "feed@old": ["wrong"]}],
            "P": [{"id": "1", "name": "N", "made": "new", "made@old": "old"}],
        },
        (
            Ask("{ p { name made } }", {"p": {"name": "N", "made": "new"}}, fetches=2),
            Ask("{ feed { made id } }", {"feed": [{"made": "new", "id": "1"}]}, fetches=1),
            Ask("{ feed { name made } }", fetches=2),
        ),
    ),
    Rule(
        "an override from a subgraph that is not there changes nothing",
        {
            "a": """type Query { p: P } type P @key(fields: "id") { id: ID!
                x: Int @override(from: "gone") }""",
            "b": """type P @key(fields: "id") { id: ID! y: Int @override(from: "a") }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "x": 1, "y": 2}]},
        (Ask("{ p { x y } }", {"p": {"x": 1, "y": 2}}, fetches=2),),
    ),
    Rule(
        "a shared field is overridden in one of its subgraphs only",
        {
            "a": """type Query { p: P } type P @key(fields: "id") { id: ID! x: Int @shareable }""",
            "b": """type P @key(fields: "id") { id: ID! x: Int @shareable @override(from: "a") }""",
            "c": """type Query { q: P } type P @key(fields: "id") { id: ID! x: Int @shareable z:
                Int }""",
        },
        {"Query": [{"p": P, "q": P}], "P": [{"id": "1", "x": 1, "x@a": 9, "z": 3}]},
        (
            Ask("{ p { x } }", {"p": {"x": 1}}, fetches=2),
            Ask("{ p { x z } }", {"p": {"x": 1, "z": 3}}, fetches=2),
            Ask("{ q { x } }", fetches=1),
        ),
    ),
    Rule(
        "an overriding field has requirements, and others require an overridden one",
        {
            "a": """type Query { p: P } type P @key(fields: "id") { id: ID! n: Int cost: String
                }""",
            "b": """type P @key(fields: "id") { id: ID! n: Int @external
                cost: String @override(from: "a") @requires(fields: "n") }""",
            "c": """type P @key(fields: "id") { id: ID! cost: String @external
                bill: String @requires(fields: "cost") }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "n": 1, "cost@a": "wrong"}]},
        (
            Ask("{ p { cost } }", {"p": {"cost": '{"n": 1}'}}, fetches=2),
            Ask("{ p { bill n } }", fetches=3),
        ),
    ),
    Rule(
        "an overridden field that returns an entity or a value moves with what is below",
        {
            "a": """type Query { p: P } type P @key(fields: "id") { id: ID! v: V by: U }
                type V @shareable { x: Int } type U @key(fields: "id") { id: ID! }""",
            "b": """type P @key(fields: "id") { id: ID! v: V @override(from: "a")
                  by: U @override(from: "a") } type V @shareable { x: Int }
                type U @key(fields: "id") { id: ID! name: String }""",
        },
        {
            "Query": [{"p": P}],
            "P": [{"id": "1", "v": V, "v@a": None, "by": U, "by@a": None}],
            "V": [{"x": 1}],
            "U": [{"id": "u", "name": "Ann"}],
        },
        (
            Ask(
                "{ p { v { x } by { name } } }",
                {"p": {"v": {"x": 1}, "by": {"name": "Ann"}}},
                fetches=2,
            ),
        ),
    ),
    Rule(
        "inaccessible fields and arguments serve inside only",
        {
            "a": """type Query { p(n: Int = 4, raw: Int = 7 @inaccessible): P }
                type P @key(fields: "code") { code: ID! @inaccessible name: String }""",
            "b": """type P @key(fields: "code") { code: ID! size: Int
                  price: Int @inaccessible }""",
            "c": """type P @key(fields: "code") { code: ID! price: Int @external
                tax: String @requires(fields: "price") }""",
        },
        {
            "Query": [{"p": lambda n=None, raw=7: P if (n, raw) == (4, 7) else None}],
            "P": [{"code": "1", "name": "N", "size": 3, "price": 4}],
        },
        (
            Ask(
                "{ p { tax size name } }",
                {"p": {"tax": '{"price": 4}', "size": 3, "name": "N"}},
                fetches=3,
            ),
            Ask("{ p(n: 4) { code: size price: name } }", {"p": {"code": 3, "price": "N"}}),
            Ask("{ p { price } }", None, alone=True, errors=((),)),
            Ask("{ p(raw: 7) { name } }", None, alone=True, errors=((),)),
        ),
    ),
    Rule(
        "inaccessible enum values are neither told nor taken",
        {
            "a": """type Query { all: [E] one: E strict: [E!] f(e: E): String }
                enum E { A B HIDDEN @inaccessible }""",
        },
        {
            "Query": [
                {
                    "all": ["A", "HIDDEN", "B"],
                    "one": "HIDDEN",
                    "strict": ["A", "HIDDEN"],
                    "f": lambda e=None: str(e),
                }
            ]
        },
        (
            Ask(
                "{ all f(e: B) }",
                {"all": ["A", None, "B"], "f": "B"},
                alone=True,
                errors=(("all", 1),),
            ),
            Ask("{ one }", {"one": None}, alone=True, errors=(("one",),)),
            Ask("{ strict }", {"strict": None}, alone=True, errors=(("strict", 1),)),
            Ask("{ f(e: HIDDEN) }", None, alone=True, errors=((),)),
            Ask("query ($e: E) { f(e: $e) }", None, {"e": "HIDDEN"}, alone=True, errors=((),)),
            Ask(
                '{ __type(name: "E") { enumValues { name } } }',
                {"__type": {"enumValues": [{"name": "A"}, {"name": "B"}]}},
            ),
        ),
    ),
    Rule(
        "values of inaccessible types among an abstract type's are null",
        {
            "a": """type Query { hits: [Hit] nodes: [Node] } union Hit = P | S
                interface Node { id: ID! } type P implements Node { id: ID! }
                type S implements Node @inaccessible { id: ID! }""",
        },
        {
            "Query": [{"hits": [P, Ref("S")], "nodes": [Ref("S"), P]}],
            "P": [{"id": "1"}],
            "S": [{"id": "2"}],
        },
        (
            Ask(
                "{ hits { __typename ... on P { id } } }",
                {"hits": [{"__typename": "P", "id": "1"}, None]},
                alone=True,
            ),
            Ask("{ nodes { id } }", {"nodes": [None, {"id": "1"}]}, alone=True),
            Ask("{ nodes { ... on S { id } } }", None, alone=True, errors=((),)),
        ),
    ),
    Rule(
        "an inaccessible interface hides while its implementations stay",
        {
            "a": """type Query { p: P } interface N @inaccessible { id: ID! }
                type P implements N @key(fields: "id") { id: ID! }""",
            "b": """type P @key(fields: "id") { id: ID! x: Int }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "x": 1}]},
        (
            Ask("{ p { x } }", {"p": {"x": 1}}),
            Ask(
                '{ __type(name: "P") { interfaces { name } } n: __type(name: "N") { name } }',
                {"__type": {"interfaces": []}, "n": None},
            ),
        ),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
