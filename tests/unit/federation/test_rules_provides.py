"""Rules about `@provides` and `@external`: what is there only on a path."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

P, U = Ref("P"), Ref("U")

RULES = [
    Rule(
        "a provided field is taken on its path and fetched elsewhere",
        {
            "a": """type Query { best: P @provides(fields: "name") all: [P] }
                type P @key(fields: "id") { id: ID! name: String @external }""",
            "b": """type P @key(fields: "id") { id: ID! name: String @shareable size: Int }""",
        },
        {"Query": [{"best": P, "all": [P]}], "P": [{"id": "1", "name": "N", "size": 3}]},
        (
            Ask("{ best { name } }", {"best": {"name": "N"}}, fetches=1),
            Ask("{ all { name } }", {"all": [{"name": "N"}]}, fetches=2),
            Ask("{ best { name size } all { id } }", fetches=2),
            Ask("{ best { ... on P { n: name } } }", fetches=1),
        ),
    ),
    Rule(
        "provided fields nest in objects, lists and entities",
        {
            "a": """type Query { rs: [R!] } type R @key(fields: "id") { id: ID!
                  by: U @provides(fields: "name home { city } friends { name }") }
                type U @key(fields: "id") { id: ID! name: String @external
                  home: H @external friends: [U] @external }
                type H @shareable { city: String }""",
            "b": """type U @key(fields: "id") { id: ID! name: String @shareable
                  home: H @shareable friends: [U] @shareable }
                type H @shareable { city: String zip: String }""",
        },
        {
            "Query": [{"rs": [Ref("R")]}],
            "R": [{"id": "r", "by": U}],
            "U": [
                {"id": "1", "name": "Ann", "home": Ref("H"), "friends": [Ref("U", 1), None]},
                {"id": "2", "name": "Bob", "home": None, "friends": []},
            ],
            "H": [{"city": "Delft", "zip": "2611"}],
        },
        (
            Ask("{ rs { by { name home { city } friends { name id } } } }", fetches=1),
            Ask("{ rs { by { home { zip } } } }", fetches=2),
            Ask("{ rs { by { friends { home { city } } } } }", fetches=2),
            Ask("{ rs { by { friends { name friends { name } } } } }", fetches=2),
        ),
    ),
    Rule(
        "fields are provided on members of a union",
        {
            "a": """type Query { hits: [Hit] @provides(fields: "... on P { name }") }
                union Hit = P | U
                type P @key(fields: "id") { id: ID! name: String @external }
                type U @key(fields: "id") { id: ID! }""",
            "b": """type P @key(fields: "id") { id: ID! name: String @shareable }
                type U @key(fields: "id") { id: ID! name: String @shareable }""",
        },
        {
            "Query": [{"hits": [P, U]}],
            "P": [{"id": "1", "name": "N"}],
            "U": [{"id": "2", "name": "M"}],
        },
        (
            Ask("{ hits { ... on P { name } } }", {"hits": [{"name": "N"}, {}]}, fetches=1),
            Ask(
                "{ hits { ... on U { name } ... on P { name } } }",
                {"hits": [{"name": "N"}, {"name": "M"}]},
                fetches=2,
            ),
        ),
    ),
    Rule(
        "fields are provided on implementations of an interface",
        {
            "a": """type Query { media: Media @shareable }
                interface Media { id: ID! animals: [Animal] }
                interface Animal { id: ID! }
                type Book implements Media @key(fields: "id") {
                  id: ID! animals: [Animal] @shareable }
                type Dog implements Animal @key(fields: "id") { id: ID! }
                type Cat implements Animal @key(fields: "id") { id: ID! }""",
            "b": """type Query { media: Media @shareable
                  @provides(fields: "animals { id ... on Dog { name } }") }
                interface Media { id: ID! animals: [Animal] }
                interface Animal { id: ID! name: String }
                type Book implements Media @key(fields: "id") {
                  id: ID! @shareable animals: [Animal] @external }
                type Dog implements Animal { id: ID! @external name: String @external }
                type Cat implements Animal { id: ID! @external name: String @external }""",
            "c": """interface Animal { id: ID! name: String age: Int }
                type Dog implements Animal @key(fields: "id") {
                  id: ID! name: String @shareable age: Int }
                type Cat implements Animal @key(fields: "id") {
                  id: ID! name: String @shareable age: Int }""",
        },
        {
            "Query": [{"media": Ref("Book")}],
            "Book": [{"id": "m", "animals": [Ref("Dog"), Ref("Cat")]}],
            "Dog": [{"id": "d", "name": "Rex", "age": 3}],
            "Cat": [{"id": "c", "name": "Tom", "age": 4}],
        },
        (
            Ask("{ media { id animals { id } } }", fetches=1),
            Ask("{ media { animals { ... on Dog { name } } } }", fetches=1),
            Ask("{ media { animals { id name } } }"),
            Ask("{ media { animals { name ... on Cat { age } } } }"),
        ),
    ),
    Rule(
        "an external field that nothing provides is never asked where it is declared",
        {
            "a": """type Query { p: P } type P @key(fields: "id") { id: ID!
                  name: String @external size: Int @external
                  r: String @requires(fields: "size") q: P @provides(fields: "name") }""",
            "b": """type P @key(fields: "id") { id: ID! name: String @shareable size: Int }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "name": "N", "size": 3, "q": P}]},
        (
            Ask("{ p { name } }", {"p": {"name": "N"}}, fetches=2),
            Ask("{ p { q { name } } }", fetches=1),
            Ask("{ p { q { name size q { name } } } }"),
            Ask("{ p { r size q { r } } }"),
        ),
    ),
    Rule(
        "a type may be external as a whole",
        {
            "a": """type Query { p: P @provides(fields: "box { w }") q: P }
                type P @key(fields: "id") { id: ID! box: Box @external }
                type Box @external { w: Int }""",
            "b": """type P @key(fields: "id") { id: ID! box: Box @shareable }
                type Box @shareable { w: Int h: Int }""",
        },
        {
            "Query": [{"p": P, "q": P}],
            "P": [{"id": "1", "box": Ref("Box")}],
            "Box": [{"w": 1, "h": 2}],
        },
        (
            Ask("{ p { box { w } } }", fetches=1),
            Ask("{ q { box { w } } p { box { h w } } }", fetches=2),
        ),
    ),
    Rule(
        "a provided key of another entity leads further",
        {
            "a": """type Query { p: P @provides(fields: "maker { id }") }
                type P @key(fields: "id") { id: ID! maker: U @external }
                type U @key(fields: "id") { id: ID! }""",
            "b": """type P @key(fields: "id") { id: ID! maker: U @shareable }
                type U @key(fields: "id") { id: ID! }""",
            "c": """type U @key(fields: "id") { id: ID! name: String }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "maker": U}], "U": [{"id": "2", "name": "Ann"}]},
        (Ask("{ p { maker { name } } }", {"p": {"maker": {"name": "Ann"}}}, fetches=2),),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
