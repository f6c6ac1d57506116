"""Rules about interfaces whose implementations are spread over subgraphs."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

BOOK, FILM, GAME = Ref("Book"), Ref("Film"), Ref("Game")

RULES = [
    Rule(
        "fields of implementations may live in other subgraphs than the interface",
        {
            "feed": """type Query { feed: [Item!]! }
                interface Item { id: ID! }
                type Book implements Item @key(fields: "id") { id: ID! }
                type Film implements Item @key(fields: "id") { id: ID! }""",
            "books": """type Book @key(fields: "id") { id: ID! pages: Int title: String }""",
            "films": """type Film @key(fields: "id") { id: ID! minutes: Int title: String }""",
        },
        {
            "Query": [{"feed": [BOOK, FILM, Ref("Book", 1)]}],
            "Book": [
                {"id": "1", "pages": 5, "title": "One"},
                {"id": "2", "pages": None, "title": "Two"},
            ],
            "Film": [{"id": "3", "minutes": 90, "title": "Three"}],
        },
        (
            Ask(
                "{ feed { __typename id ... on Book { pages } ... on Film { minutes } } }",
                {
                    "feed": [
                        {"__typename": "Book", "id": "1", "pages": 5},
                        {"__typename": "Film", "id": "3", "minutes": 90},
                        {"__typename": "Book", "id": "2", "pages": None},
                    ]
                },
                fetches=3,
            ),
            Ask("{ feed { ... on Book { title } ... on Film { title } } }", fetches=3),
            Ask("{ feed { ... on Book { title } } }", fetches=2),
            Ask("{ feed { id } }", fetches=1),
            Ask("{ feed { ... on Item { id ... on Item { ... on Film { id title } } } } }"),
            Ask(
                """{ feed { ...Book ...Item } }
                fragment Book on Book { n: title }
                fragment Item on Film { n: title m: minutes }"""
            ),
        ),
    ),
    Rule(
        "an interface field that one implementation only has elsewhere is asked there",
        {
            "a": """type Query { items: [Item] }
                interface Item { id: ID! name: String }
                type Book implements Item @key(fields: "id") { id: ID! name: String @shareable }
                type Film implements Item @key(fields: "id") { id: ID! name: String @external }""",
            "b": """type Film @key(fields: "id") { id: ID! name: String }""",
        },
        {
            "Query": [{"items": [FILM, None, BOOK]}],
            "Book": [{"id": "1", "name": "one"}],
            "Film": [{"id": "2", "name": "two"}],
        },
        (
            Ask(
                "{ items { name } }",
                {"items": [{"name": "two"}, None, {"name": "one"}]},
                fetches=2,
            ),
            Ask("{ items { name id __typename } }"),
            Ask("{ items { ... on Film { name } } }"),
        ),
    ),
    Rule(
        "an implementation that a subgraph does not know makes no request to it",
        {
            "a": """type Query { mine: Item }
                interface Item { id: ID! }
                type Book implements Item @key(fields: "id") { id: ID! a: Int }""",
            "b": """type Query { yours: Item }
                interface Item { id: ID! }
                type Book implements Item @key(fields: "id") { id: ID! b: Int }
                type Film implements Item @key(fields: "id") { id: ID! b: Int }""",
        },
        {
            "Query": [{"mine": BOOK, "yours": FILM}],
            "Book": [{"id": "1", "a": 1, "b": 2}],
            "Film": [{"id": "2", "b": 3}],
        },
        (
            Ask(
                "{ mine { id ... on Film { b } } yours { id ... on Film { b } } }",
                {"mine": {"id": "1"}, "yours": {"id": "2", "b": 3}},
                fetches=2,
            ),
            Ask("{ mine { ... on Film { id b } } }", {"mine": {}}),
            Ask("{ mine { ... on Film { b } ... on Book { a b } } }", {"mine": {"a": 1, "b": 2}}),
            Ask("{ yours { ... on Book { a b } } }", {"yours": {}}),
        ),
    ),
    Rule(
        "an interface that implements another is an abstract type at both levels",
        {
            "a": """type Query { node: Node named: [Named] }
                interface Node { id: ID! }
                interface Named implements Node { id: ID! name: String }
                type Book implements Node & Named @key(fields: "id") { id: ID! name: String }
                type Film implements Node @key(fields: "id") { id: ID! }""",
            "b": """interface Node { id: ID! }
                type Film implements Node @key(fields: "id") { id: ID! name: String }""",
        },
        {
            "Query": [{"node": FILM, "named": [BOOK]}],
            "Book": [{"id": "1", "name": "one"}],
            "Film": [{"id": "2", "name": "two"}],
        },
        (
            Ask("{ node { id ... on Named { name } } }", {"node": {"id": "2"}}),
            Ask("{ node { ... on Film { name } ... on Named { id } } }"),
            Ask("{ named { ... on Node { id ... on Named { name __typename } } } }", fetches=1),
        ),
    ),
    Rule(
        "an interface of one subgraph is implemented by a type of which the other knows nothing",
        {
            "a": """type Query { book: Book }
                type Book @key(fields: "id") { id: ID! title: String }""",
            "b": """interface Priced { price: Int }
                type Book implements Priced @key(fields: "id") { id: ID! price: Int }""",
        },
        {"Query": [{"book": BOOK}], "Book": [{"id": "1", "title": "t", "price": 7}]},
        (
            Ask("{ book { ... on Priced { price } title } }", {"book": {"price": 7, "title": "t"}}),
            Ask("{ book { ...P } } fragment P on Priced { p: price __typename }"),
        ),
    ),
    Rule(
        "a field that returns an interface here returns one implementation there",
        {
            "a": """type Query { one: Holder @shareable }
                type Holder @key(fields: "id") { id: ID! item: Item @shareable }
                interface Item { id: ID! }
                type Book implements Item @shareable { id: ID! }
                type Film implements Item @shareable { id: ID! }""",
            "b": """type Query { two: Holder }
                type Holder @key(fields: "id") { id: ID! item: Book @shareable }
                interface Item { id: ID! }
                type Book implements Item @shareable { id: ID! }""",
        },
        {
            "Query": [{"one": Ref("Holder"), "two": Ref("Holder")}],
            "Holder": [{"id": "h", "item": BOOK}],
            "Book": [{"id": "1"}],
            "Film": [{"id": "2"}],
        },
        (
            Ask(
                "{ one { item { __typename id } } two { item { __typename id } } }",
                {
                    "one": {"item": {"__typename": "Book", "id": "1"}},
                    "two": {"item": {"__typename": "Book", "id": "1"}},
                },
                fetches=2,
            ),
            Ask("{ two { item { ... on Book { id } ... on Film { id } } } }"),
        ),
    ),
    Rule(
        "the same response name may mean fields of different types on different objects",
        {
            "a": """type Query { items: [Item] }
                interface Item { id: ID! }
                type Book implements Item @key(fields: "id") { id: ID! size: Int! }
                type Film implements Item @key(fields: "id") { id: ID! size: Int }
                type Game implements Item @key(fields: "id") { id: ID! tags: [String] }""",
            "b": """type Book @key(fields: "id") { id: ID! maker: Person }
                type Film @key(fields: "id") { id: ID! makers: [Person!] }
                type Person @key(fields: "id") { id: ID! name: String }""",
        },
        {
            "Query": [{"items": [BOOK, FILM, GAME]}],
            "Book": [{"id": "1", "size": 3, "maker": Ref("Person")}],
            "Film": [{"id": "2", "size": None, "makers": [Ref("Person")]}],
            "Game": [{"id": "3", "tags": ["x", None]}],
            "Person": [{"id": "p", "name": "Ann"}],
        },
        (
            Ask("{ items { ... on Film { x: size } ... on Game { y: tags } id } }"),
            Ask("{ items { ... on Book { s: size t: id } ... on Film { t: id u: size } } }"),
            Ask(
                "{ items { ... on Book { m: maker { name } } ... on Film { ms: makers { id } } } }"
            ),
        ),
    ),
    Rule(
        "entities behind an interface are fetched in lists within lists",
        {
            "a": """type Query { shelves: [[Item!]!]! }
                interface Item { id: ID! }
                type Book implements Item @key(fields: "id") { id: ID! }
                type Film implements Item @key(fields: "id") { id: ID! }""",
            "b": """type Book @key(fields: "id") { id: ID! next: Item x: String }
                interface Item { id: ID! x: String }
                type Film implements Item @key(fields: "id") { id: ID! x: String }
                type Game implements Item @shareable { id: ID! x: String }""",
        },
        {
            "Query": [{"shelves": [[BOOK, FILM], [], [BOOK]]}],
            "Book": [{"id": "1", "x": "b", "next": FILM}],
            "Film": [{"id": "2", "x": "f"}],
            "Game": [],
        },
        (
            Ask("{ shelves { ... on Book { next { id x } } ... on Film { x } } }", fetches=2),
            Ask("{ shelves { id __typename ... on Book { next { ... on Film { x } } } } }"),
        ),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
