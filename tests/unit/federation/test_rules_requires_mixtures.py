"""Rules about `@requires` together with abstract types, overrides, arguments and interfaces."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

P, A, B = Ref("P"), Ref("A"), Ref("B")

RULES = [
    Rule(
        "a requirement on a union is put together for each member",
        {
            "a": """type Query { ps: [P] } type P @key(fields: "id") { id: ID! any: Any }
                union Any = A | B type A @key(fields: "id") { id: ID! }
                type B @shareable { n: Int }""",
            "b": """type A @key(fields: "id") { id: ID! x: Int @shareable }""",
            "c": """type P @key(fields: "id") { id: ID! any: Any @external
                  r: String @requires(fields: "any { ... on A { x } ... on B { n } }") }
                union Any = A | B type A @key(fields: "id") { id: ID! x: Int @external }
                type B @shareable { n: Int }""",
        },
        {
            "Query": [{"ps": [P, Ref("P", 1), Ref("P", 2)]}],
            "P": [{"id": "1", "any": A}, {"id": "2", "any": B}, {"id": "3", "any": None}],
            "A": [{"id": "a", "x": 1}],
            "B": [{"n": 2}],
        },
        (
            Ask(
                "{ ps { r } }",
                {
                    "ps": [
                        {"r": '{"any": {"x": 1}}'},
                        {"r": '{"any": {"n": 2}}'},
                        {"r": '{"any": null}'},
                    ]
                },
                fetches=3,
            ),
            Ask("{ ps { r any { ... on A { id: x } ... on B { x: n } __typename } } }"),
        ),
    ),
    Rule(
        "an interface's field is required alike of every type",
        {
            "a": """type Query { ps: [P] } type P @key(fields: "id") { id: ID! i: [I] }
                interface I { name: String } type A implements I @shareable { name: String }
                type B implements I @shareable { name: String n: Int }""",
            "b": """type P @key(fields: "id") { id: ID! i: [I] @external
                  r: String @requires(fields: "i { name }") }
                interface I { name: String } type A implements I @shareable { name: String }
                type B implements I @shareable { name: String n: Int }""",
        },
        {
            "Query": [{"ps": [P]}],
            "P": [{"id": "1", "i": [A, None, B]}],
            "A": [{"name": "a"}],
            "B": [{"name": "b", "n": 2}],
        },
        (
            Ask(
                "{ ps { r } }",
                {"ps": [{"r": '{"i": [{"name": "a"}, null, {"name": "b"}]}'}]},
                fetches=2,
            ),
            Ask("{ ps { i { ... on B { n name: n } } r } }"),
            Ask("{ ps { i { ... on B { name n } __typename } r } }"),
        ),
    ),
    Rule(
        "what implements an interface may have requirements, seen through the interface",
        {
            "a": """type Query { i: [I] } interface I { id: ID! cost: String }
                type A implements I @key(fields: "id") { id: ID! n: Int @external
                  cost: String @requires(fields: "n") }
                type B implements I @key(fields: "id") { id: ID! cost: String }""",
            "b": """type A @key(fields: "id") { id: ID! n: Int }""",
        },
        {"Query": [{"i": [B, A, B]}], "A": [{"id": "1", "n": 1}], "B": [{"id": "2", "cost": "c"}]},
        (
            Ask(
                "{ i { cost } }",
                {"i": [{"cost": "c"}, {"cost": '{"n": 1}'}, {"cost": "c"}]},
                fetches=3,
            ),
            Ask("{ i { id cost __typename ... on A { n } } }"),
        ),
    ),
    Rule(
        "a requirement's arguments may be lists, objects and enums",
        {
            "a": """type Query { p: P } enum E { X Y } input In { l: [Int] e: E s: String }
                type P @key(fields: "id") { id: ID! v(in: In, l: [E!], b: Boolean): String }""",
            "b": """enum E { X Y } input In { l: [Int] e: E s: String }
                type P @key(fields: "id") { id: ID!
                  v(in: In, l: [E!], b: Boolean): String @external
                  r: String @requires(fields:
                    "v(in: { l: [1, 2], e: Y, s: \\"q\\" }, l: [X, Y], b: true)") }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "v": lambda **k: str(sorted(k.items()))}]},
        (Ask("{ p { r v(b: false) } }", fetches=2), Ask("{ p { v(l: X) r } }")),
    ),
    Rule(
        "a required entity is completed from a third subgraph",
        {
            "a": """type Query { p: P } type P @key(fields: "id") { id: ID! a: A }
                type A @key(fields: "id") { id: ID! }""",
            "b": """type A @key(fields: "id") { id: ID! code: String b: B }
                type B @key(fields: "id") { id: ID! }""",
            "c": """type B @key(fields: "id") { id: ID! deep: Int }""",
            "d": """type P @key(fields: "id") { id: ID! a: A @external
                  r: String @requires(fields: "a { code b { deep } }") }
                type A @key(fields: "id") { id: ID! code: String @external b: B @external }
                type B @key(fields: "id") { id: ID! deep: Int @external }""",
        },
        {
            "Query": [{"p": P}],
            "P": [{"id": "1", "a": A}],
            "A": [{"id": "a", "code": "c", "b": B}],
            "B": [{"id": "b", "deep": 5}],
        },
        (
            Ask("{ p { r } }", {"p": {"r": '{"a": {"b": {"deep": 5}, "code": "c"}}'}}, fetches=4),
            Ask("{ p { r a { code b { deep id } } } }", fetches=4),
        ),
    ),
    Rule(
        "an entity in a list requires something of itself through its key alone",
        {
            "a": """type Query { ps: [P] } type P @key(fields: "id") { id: ID! kids: [P] }""",
            "b": """type P @key(fields: "id") { id: ID! n: Int }""",
            "c": """type P @key(fields: "id") { id: ID! n: Int @external kids: [P] @external
                  r: String @requires(fields: "n") s: String @requires(fields: "kids { n }") }""",
        },
        {
            "Query": [{"ps": [P]}],
            "P": [
                {"id": "1", "n": 1, "kids": [Ref("P", 1), Ref("P", 2)]},
                {"id": "2", "n": 2, "kids": []},
                {"id": "3", "n": 3, "kids": None},
            ],
        },
        (
            Ask("{ ps { r s kids { r s } } }"),
            Ask("{ ps { s } }", {"ps": [{"s": '{"kids": [{"n": 2}, {"n": 3}]}'}]}),
            Ask("{ ps { n kids { n kids { r } } } }"),
        ),
    ),
    Rule(
        "a circle of requirements through other fields can be resolved",
        {
            "a": """type Query { p: P } type P @key(fields: "id") { id: ID! a1: Int
                b1: String @external a2: String @requires(fields: "b1") }""",
            "b": """type P @key(fields: "id") { id: ID! a1: Int @external
                b1: String @requires(fields: "a1") a2: String @external
                b2: String @requires(fields: "a2") }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "a1": 1}]},
        (
            Ask("{ p { b2 } }", fetches=4),
            Ask("{ p { b1 a2 } }", fetches=3),
            Ask("{ p { b2 b1 a1 a2 } }", fetches=4),
        ),
    ),
    Rule(
        "an overridden field is required of where it has moved",
        {
            "a": """type Query { p: P } type P @key(fields: "id") { id: ID! n: Int }""",
            "b": """type P @key(fields: "id") { id: ID! n: Int @override(from: "a") }""",
            "c": """type P @key(fields: "id") { id: ID! n: Int @external
                r: String @requires(fields: "n") }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "n": 1, "n@a": 9}]},
        (Ask("{ p { r } }", {"p": {"r": '{"n": 1}'}}, fetches=3),),
    ),
    Rule(
        "an interface object's field requires what implementations have elsewhere",
        {
            "a": """type Query { i: [I] } interface I @key(fields: "id") { id: ID! n: Int }
                type A implements I @key(fields: "id") { id: ID! n: Int @external }
                type B implements I @key(fields: "id") { id: ID! n: Int }""",
            "b": """type A @key(fields: "id") { id: ID! n: Int }""",
            "c": """type Query { j: I } type I @key(fields: "id") @interfaceObject { id: ID!
                n: Int @external r: String @requires(fields: "n") }""",
        },
        {"Query": [{"i": [A, B], "j": A}], "A": [{"id": "1", "n": 1}], "B": [{"id": "2", "n": 2}]},
        (
            Ask("{ i { r } }", {"i": [{"r": '{"n": 1}'}, {"r": '{"n": 2}'}]}),
            Ask("{ j { r } }", {"j": {"r": '{"n": 1}'}}),
            Ask("{ j { r n __typename } i { ... on A { r } } }"),
        ),
    ),
    Rule(
        "a requirement through an interface object needs no real type",
        {
            "a": """type Query { p: P } type P @key(fields: "id") { id: ID! i: I }
                interface I @key(fields: "id") { id: ID! }
                type A implements I @key(fields: "id") { id: ID! }""",
            "b": """type I @key(fields: "id") @interfaceObject { id: ID! rank: Int }
                type P @key(fields: "id") { id: ID! j: I }""",
            "c": """type I @interfaceObject @key(fields: "id") { id: ID! rank: Int @external }
                type P @key(fields: "id") { id: ID! i: I @external j: I @external
                  r: String @requires(fields: "j { id }")
                  s: String @requires(fields: "i { rank }") }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "i": A, "j": A}], "A": [{"id": "a", "rank": 4}]},
        (
            Ask("{ p { r } }", {"p": {"r": '{"j": {"id": "a"}}'}}, fetches=3),
            Ask("{ p { s } }", {"p": {"s": '{"i": {"rank": 4}}'}}, fetches=3),
            Ask("{ p { r s j { rank __typename } i { id } } }"),
        ),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
