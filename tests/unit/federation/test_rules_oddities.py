"""Rules about what is odd but allowed, in Federation 1 above all."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

P, U, A, B = Ref("P"), Ref("U"), Ref("A"), Ref("B")

RULES = [
    Rule(
        "an external field that nothing uses is forgotten in Federation 1",
        {
            "a": """#1
                type Query { p: P } type P @key(fields: "id") { id: ID! name: String }""",
            "b": """#1
                extend type P @key(fields: "id") { id: ID! @external name: String @external
                  size: Int }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "name": "N", "size": 2}]},
        (Ask("{ p { name size } }", {"p": {"name": "N", "size": 2}}, fetches=2),),
    ),
    Rule(
        "a type of Federation 1 without extend may have external fields",
        {
            "a": """#1
                type Query { p: P } type P @key(fields: "id") { id: ID! name: String }""",
            "b": """#1
                type P @key(fields: "id") { id: ID! @external
                  name: String @external shout: String @requires(fields: "name") }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "name": "N"}]},
        (
            Ask("{ p { shout } }", {"p": {"shout": '{"name": "N"}'}}, fetches=2),
            Ask("{ p { id shout name } }", fetches=2),
        ),
    ),
    Rule(
        "a provided field that is not external is simply there in Federation 1",
        {
            "a": """#1
                type Query { r: R } type R { by: U @provides(fields: "name") }
                type U @key(fields: "id") { id: ID! name: String }""",
            "b": """#1
                extend type U @key(fields: "id") { id: ID! @external mail: String }""",
        },
        {
            "Query": [{"r": Ref("R")}],
            "R": [{"by": U}],
            "U": [{"id": "u", "name": "Ann", "mail": "m"}],
        },
        (Ask("{ r { by { name mail } } }", {"r": {"by": {"name": "Ann", "mail": "m"}}}),),
    ),
    Rule(
        "two owners of one entity in Federation 1 share its key",
        {
            "a": """#1
                type Query { p: P } type P @key(fields: "id") { id: ID! a: Int }""",
            "b": """#1
                type Query { q: P } type P @key(fields: "id") { id: ID! b: Int }""",
        },
        {"Query": [{"p": P, "q": P}], "P": [{"id": "1", "a": 1, "b": 2}]},
        (Ask("{ p { a b } q { b a id } }", fetches=4),),
    ),
    Rule(
        "a key of Federation 1 may be nested and of an extension",
        {
            "a": """#1
                type Query { p: P } type P @key(fields: "id org { id }") { id: ID! org: Org }
                type Org { id: ID! name: String }""",
            "b": """#1
                extend type P @key(fields: "id org { id }") { id: ID! @external
                  org: Org @external size: Int }
                extend type Org { id: ID! @external }""",
        },
        {
            "Query": [{"p": P}],
            "P": [{"id": "1", "org": Ref("Org"), "size": 2}],
            "Org": [{"id": "o", "name": "O"}],
        },
        (Ask("{ p { size org { name } } }", {"p": {"size": 2, "org": {"name": "O"}}}, fetches=2),),
    ),
    Rule(
        "a field is a union here and one of its members there",
        {
            "a": """type Query { me: Me @shareable }
                type Me @shareable { media: Media song: Media } union Media = A | B
                type A @key(fields: "id") { id: ID! x: Int } type B @shareable { n: Int }""",
            "b": """type Query { me: Me @shareable } type Me @shareable { media: Media song: A }
                union Media = A type A @key(fields: "id") { id: ID! y: Int }""",
        },
        {
            "Query": [{"me": Ref("Me")}],
            "Me": [{"media": A, "song": A}],
            "A": [{"id": "1", "x": 1, "y": 2}],
            "B": [{"n": 3}],
        },
        (
            Ask(
                "{ me { song { __typename ... on A { x } } } }",
                {"me": {"song": {"__typename": "A", "x": 1}}},
                fetches=1,
            ),
            Ask("{ me { song { ... on A { y } ... on B { n } } } }", {"me": {"song": {"y": 2}}}),
            Ask("{ me { song { ... on A { x y } } media { __typename ... on A { y } } } }"),
        ),
    ),
    Rule(
        "an overridden field of a type is seen through its interface",
        {
            "a": """type Query { feed: [Post] one: Post } interface Post { id: ID! made: String }
                type Img implements Post @key(fields: "id") { id: ID! made: String }
                type Txt implements Post @key(fields: "id") { id: ID! made: String body: String
                }""",
            "b": """type Query { more: [Post] } interface Post { id: ID! made: String }
                type Img implements Post @key(fields: "id") { id: ID!
                  made: String @override(from: "a") }
                type Txt implements Post @key(fields: "id") { id: ID!
                  made: String @override(from: "a") }""",
        },
        {
            "Query": [{"feed": [Ref("Img"), Ref("Txt")], "one": Ref("Txt"), "more": [Ref("Img")]}],
            "Img": [{"id": "i", "made": "m1", "made@a": "old"}],
            "Txt": [{"id": "t", "made": "m2", "made@a": "old", "body": "B"}],
        },
        (
            Ask(
                "{ feed { id made } }",
                {"feed": [{"id": "i", "made": "m1"}, {"id": "t", "made": "m2"}]},
                fetches=2,
            ),
            Ask("{ one { made ... on Txt { body } } more { made id } }"),
            Ask("{ more { made } }", fetches=1),
        ),
    ),
    Rule(
        "the same interface refers to itself more narrowly in each subgraph",
        {
            "a": """type Query { ps: [Product] } interface Product { same: Product }
                type Book implements Product @key(fields: "id") { id: ID!
                  same: Product @provides(fields: "... on Book { price }") }
                extend interface Product { price: Int }
                extend type Book { price: Int @external }""",
            "b": """type Book @key(fields: "id") { id: ID! price: Int @shareable }""",
        },
        {
            "Query": [{"ps": [Ref("Book"), Ref("Book", 1)]}],
            "Book": [
                {"id": "1", "price": 1, "same": Ref("Book", 1)},
                {"id": "2", "price": 1, "same": None},
            ],
        },
        (
            Ask("{ ps { same { ... on Book { id } } } }", fetches=1),
            Ask("{ ps { price same { price same { price } } } }"),
            Ask("{ ps { ... on Book { id same { ... on Book { price id } } } } }", fetches=1),
        ),
    ),
    Rule(
        "kinds of accounts differ in what may be null",
        {
            "a": """type Query { users: [User!]! accounts: [Account!]! }
                union Account = User | Admin
                type User @key(fields: "id") { id: ID! name: String same: [Account!]! }
                type Admin @shareable { id: ID name: String }""",
            "b": """type Query { more: [Account!] @shareable } union Account = User | Admin
                type User @key(fields: "id") { id: ID! photo: String }
                type Admin @shareable { id: ID name: String! }""",
        },
        {
            "Query": [
                {
                    "users": [Ref("User")],
                    "accounts": [Ref("Admin"), Ref("User")],
                    "more": [Ref("User"), Ref("Admin")],
                }
            ],
            "User": [{"id": "u", "name": "Ann", "photo": "p", "same": [Ref("User"), Ref("Admin")]}],
            "Admin": [{"id": None, "name": "Bob"}],
        },
        (
            Ask("{ users { id name same { ... on User { id photo } ... on Admin { name } } } }"),
            Ask("{ accounts { ... on User { uid: id name } ... on Admin { id name } } }"),
            Ask("{ more { ... on User { name photo } ... on Admin { name } } }"),
        ),
    ),
    Rule(
        "an entity without a field of its own is only a stepping stone",
        {
            "a": """type Query { p: P } type P @key(fields: "id") { id: ID! }""",
            "b": """type P @key(fields: "id") @key(fields: "code") { id: ID! code: ID! }""",
            "c": """type P @key(fields: "code") { code: ID! u: U }
                type U @key(fields: "id", resolvable: false) { id: ID! }""",
            "d": """type U @key(fields: "id") { id: ID! name: String p: P }
                type P @key(fields: "id", resolvable: false) { id: ID! }""",
        },
        {
            "Query": [{"p": P}],
            "P": [{"id": "1", "code": "c", "u": U}],
            "U": [{"id": "u", "name": "Ann", "p": P}],
        },
        (
            Ask(
                "{ p { u { name p { u { id } } } } }",
                {"p": {"u": {"name": "Ann", "p": {"u": {"id": "u"}}}}},
            ),
            Ask("{ p { u { id } } }", fetches=3),
        ),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
