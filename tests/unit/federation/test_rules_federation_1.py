"""Rules about subgraphs of Federation 1 and names that `@link` chooses."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

P, U = Ref("P"), Ref("U")
LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3"'

RULES = [
    Rule(
        "extend type marks the key external",
        {
            "a": """#1
                type Query { ps: [P] }
                type P @key(fields: "id") { id: ID! name: String }""",
            "b": """#1
                extend type P @key(fields: "id") { id: ID! @external stock: Int }""",
        },
        {"Query": [{"ps": [P, None]}], "P": [{"id": "1", "name": "N", "stock": 2}]},
        (
            Ask(
                "{ ps { name stock id } }",
                {"ps": [{"name": "N", "stock": 2, "id": "1"}, None]},
                fetches=2,
            ),
            Ask("{ ps { stock } }", fetches=2),
        ),
    ),
    Rule(
        "an extension requires and provides fields of its owner",
        {
            "a": """#1
                type Query { p: P }
                type P @key(fields: "id") @key(fields: "sku") {
                  id: ID! sku: String weight: Int name: String }""",
            "b": """#1
                extend type P @key(fields: "id") { id: ID! @external weight: Int @external
                  cost: String @requires(fields: "weight") reviews: [R] }
                type R @key(fields: "id") { id: ID! by: U @provides(fields: "name") of: P }
                extend type U @key(fields: "id") { id: ID! @external name: String @external
                  reviews: [R] }""",
            "c": """#1
                extend type Query { me: U }
                type U @key(fields: "id") { id: ID! name: String mail: String }""",
        },
        {
            "Query": [{"p": P, "me": U}],
            "P": [{"id": "1", "sku": "s", "weight": 3, "name": "N", "reviews": [Ref("R")]}],
            "R": [{"id": "r", "by": U, "of": P}],
            "U": [{"id": "u", "name": "Ann", "mail": "m", "reviews": [Ref("R")]}],
        },
        (
            Ask(
                "{ p { cost reviews { by { name } } } }",
                {"p": {"cost": '{"weight": 3}', "reviews": [{"by": {"name": "Ann"}}]}},
                fetches=2,
            ),
            Ask("{ p { reviews { by { mail id } } } }", fetches=3),
            Ask("{ me { name reviews { of { cost sku name } } } }"),
        ),
    ),
    Rule(
        "@extends says the same as extend type",
        {
            "a": """#1
                type Query { p: P } type P @key(fields: "id") { id: ID! }""",
            "b": """#1
                type P @extends @key(fields: "id") { id: ID! @external x: Int }
                type Query @extends { q: P }""",
        },
        {"Query": [{"p": P, "q": P}], "P": [{"id": "1", "x": 1}]},
        (Ask("{ p { x } q { id x } }", {"p": {"x": 1}, "q": {"id": "1", "x": 1}}, fetches=3),),
    ),
    Rule(
        "value types of Federation 1 are shared without saying so",
        {
            "a": """#1
                type Query { p: P } type P @key(fields: "id") { id: ID! a: V }
                type V { x: Int y: E } enum E { A B }""",
            "b": """#1
                extend type P @key(fields: "id") { id: ID! @external b: V }
                type V { x: Int y: E } enum E { A B }""",
        },
        {
            "Query": [{"p": P}],
            "P": [{"id": "1", "a": Ref("V"), "b": Ref("V", 1)}],
            "V": [{"x": 1, "y": "A"}, {"x": 2, "y": None}],
        },
        (Ask("{ p { a { x y } b { y x } } }", fetches=2),),
    ),
    Rule(
        "Federation 1 and 2 stand side by side",
        {
            "a": """type Query { p: P } type P @key(fields: "id") { id: ID! name: String
                @shareable }""",
            "b": """#1
                extend type P @key(fields: "id") { id: ID! @external name: String @external
                  shout: String @requires(fields: "name") }""",
            "c": """type P @key(fields: "id") { id: ID! shout: String @external
                  twice: String @requires(fields: "shout") }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "name": "N"}]},
        (Ask("{ p { twice } }", fetches=3), Ask("{ p { shout name } }", fetches=2)),
    ),
    Rule(
        "an extension enters by one of several keys",
        {
            "a": """#1
                type Query { p: P }
                type P @key(fields: "id") @key(fields: "sku pack") {
                  id: ID! sku: String! pack: String! }""",
            "b": """#1
                extend type P @key(fields: "sku pack") { sku: String! @external
                  pack: String! @external x: Int }""",
            "c": """#1
                extend type P @key(fields: "id") { id: ID! @external y: Int }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "sku": "s", "pack": "p", "x": 1, "y": 2}]},
        (
            Ask("{ p { x y } }", {"p": {"x": 1, "y": 2}}, fetches=3),
            Ask("{ p { y x sku } }"),
        ),
    ),
    Rule(
        "interfaces and unions of Federation 1 join",
        {
            "a": """#1
                type Query { all: [M] hit: H } interface M { id: ID! }
                type P implements M @key(fields: "id") { id: ID! }
                type U implements M @key(fields: "id") { id: ID! } union H = P | U""",
            "b": """#1
                extend type P @key(fields: "id") { id: ID! @external x: Int }
                extend type U @key(fields: "id") { id: ID! @external y: Int }""",
        },
        {
            "Query": [{"all": [U, P], "hit": P}],
            "P": [{"id": "1", "x": 1}],
            "U": [{"id": "2", "y": 2}],
        },
        (Ask("{ all { id ... on P { x } ... on U { y } } hit { ... on P { x } } }"),),
    ),
    Rule(
        "directives may be imported under other names, or not at all",
        {
            "a": LINK
            + """, as: "fed", import: [{ name: "@key", as: "@my_key" }])
                type Query { p: P }
                type P @my_key(fields: "id") { id: ID! v: V @fed__shareable w: Int }
                type V @fed__shareable { x: Int }""",
            "b": LINK
            + """)
                type P @federation__key(fields: "id") { id: ID! v: V @federation__shareable
                  w: Int @federation__external r: String @federation__requires(fields: "w") }
                type V @federation__shareable { x: Int }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "w": 4, "v": Ref("V")}], "V": [{"x": 1}]},
        (
            Ask("{ p { v { x } } }", fetches=1),
            Ask("{ p { r } }", {"p": {"r": '{"w": 4}'}}, alone=True),
        ),
    ),
    Rule(
        "root types may have other names in a subgraph",
        {
            "a": """schema { query: Root mutation: Change } type Root { p: P }
                type Change { rename(to: String!): P } type P @key(fields: "id") { id: ID! q:
                Root }""",
            "b": """type Query { u: Int } type P @key(fields: "id") { id: ID! name: String }
                type Mutation { drop: Boolean }""",
        },
        {
            "Query": [{"p": P, "u": 3}],
            "P": [{"id": "1", "name": "N", "q": Ref("Query")}],
            "Mutation": [{"rename": lambda to: P, "drop": True}],
        },
        (
            Ask("{ p { name q { u __typename } } __typename }"),
            Ask(
                'mutation { rename(to: "x") { name } drop __typename }',
                {"rename": {"name": "N"}, "drop": True, "__typename": "Mutation"},
            ),
        ),
    ),
    Rule(
        "extend type works without a base anywhere for the query type",
        {
            "a": """extend type Query { a: Int p: P } extend type P @key(fields: "id") { id: ID! }
                extend type P { more: Int }""",
            "b": """extend type Query { b: Int } type P @key(fields: "id") { id: ID! }
                extend type P { x: Int }""",
        },
        {"Query": [{"a": 1, "b": 2, "p": P}], "P": [{"id": "1", "more": 3, "x": 4}]},
        (Ask("{ a b p { more x } }", {"a": 1, "b": 2, "p": {"more": 3, "x": 4}}),),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
