"""Rules about unions whose members are spread over subgraphs."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

BOOK, FILM, GAME = Ref("Book"), Ref("Film"), Ref("Game")
THREE = {
    "Book": [{"id": "1", "title": "one", "pages": 10}],
    "Film": [{"id": "2", "title": "two", "minutes": 20}],
    "Game": [{"id": "3", "title": "three", "players": 4}],
}

RULES = [
    Rule(
        "members are fetched where their fields are",
        {
            "search": """type Query { search: [Hit] best: Hit! }
                union Hit = Book | Film | Game
                type Book @key(fields: "id") { id: ID! }
                type Film @key(fields: "id") { id: ID! title: String }
                type Game @shareable { id: ID! title: String players: Int }""",
            "library": """type Book @key(fields: "id") { id: ID! title: String pages: Int }
                type Film @key(fields: "id") { id: ID! minutes: Int }""",
        },
        {"Query": [{"search": [BOOK, FILM, None, GAME, BOOK], "best": FILM}], **THREE},
        (
            Ask(
                """{ search { __typename ... on Book { title pages } ... on Film { title minutes }
                ... on Game { title players } } }""",
                {
                    "search": [
                        {"__typename": "Book", "title": "one", "pages": 10},
                        {"__typename": "Film", "title": "two", "minutes": 20},
                        None,
                        {"__typename": "Game", "title": "three", "players": 4},
                        {"__typename": "Book", "title": "one", "pages": 10},
                    ]
                },
                fetches=2,
            ),
            Ask("{ best { __typename } }", {"best": {"__typename": "Film"}}, fetches=1),
            Ask("{ best { ... on Hit { ... on Film { minutes } } } search { __typename } }"),
            Ask("{ best { ... on Book { pages } } }", {"best": {}}),
        ),
    ),
    Rule(
        "a union that another subgraph has with more members keeps to what is returned",
        {
            "a": """type Query { small: Hit } union Hit = Book
                type Book @key(fields: "id") { id: ID! title: String @shareable }""",
            "b": """type Query { large: [Hit] } union Hit = Book | Film | Game
                type Book @key(fields: "id") { id: ID! pages: Int }
                type Film @key(fields: "id") { id: ID! title: String }
                type Game @shareable { id: ID! title: String }""",
        },
        {"Query": [{"small": BOOK, "large": [GAME, FILM, BOOK]}], **THREE},
        (
            Ask("{ small { ... on Film { title } ... on Book { title pages } } }", fetches=2),
            Ask("{ small { __typename ... on Game { title } } }", fetches=1),
            Ask(
                """{ large { ...F } small { ...F } } fragment F on Hit { __typename
                ... on Game { title } ... on Book { title pages } ... on Film { id title } }"""
            ),
        ),
    ),
    Rule(
        "a shared field of a union answers with the members that all its subgraphs have",
        {
            "a": """type Query { hit: Hit @shareable } union Hit = Book | Film
                type Book @key(fields: "id") { id: ID! title: String }
                type Film @key(fields: "id") { id: ID! title: String }""",
            "b": """type Query { hit: Hit @shareable } union Hit = Book | Game
                type Book @key(fields: "id") { id: ID! pages: Int }
                type Game @shareable { players: Int }""",
        },
        {"Query": [{"hit": BOOK}], **THREE},
        (
            Ask("{ hit { ... on Book { title pages } } }", {"hit": {"title": "one", "pages": 10}}),
            Ask("{ hit { __typename ... on Book { pages } } }", fetches=1),
            Ask("{ hit { ... on Film { title } ... on Game { players } __typename } }"),
        ),
    ),
    Rule(
        "a union is a field of an entity that has to be fetched",
        {
            "a": """type Query { user: User } type User @key(fields: "id") { id: ID! }""",
            "b": """type User @key(fields: "id") { id: ID! likes: [Hit!]! }
                union Hit = Book | Film
                type Book @key(fields: "id") { id: ID! } type Film @key(fields: "id") { id: ID!
                }""",
            "c": """type Book @key(fields: "id") { id: ID! title: String }
                type Film @key(fields: "id") { id: ID! title: String! }""",
        },
        {"Query": [{"user": Ref("User")}], "User": [{"id": "u", "likes": [FILM, BOOK]}], **THREE},
        (
            Ask("{ user { likes { ... on Book { t: title } ... on Film { u: title } } } }"),
            Ask("{ user { id likes { __typename } } }", fetches=2),
            Ask("{ user { likes { ... on Book { title } } likes { ... on Film { id } } } }"),
        ),
    ),
    Rule(
        "members nest unions of their own",
        {
            "a": """type Query { hit: Hit } union Hit = Book | Box
                type Box @key(fields: "id") { id: ID! inside: [Hit] }
                type Book @key(fields: "id") { id: ID! }""",
            "b": """type Book @key(fields: "id") { id: ID! title: String }
                type Box @key(fields: "id") { id: ID! label: String }""",
        },
        {
            "Query": [{"hit": Ref("Box")}],
            "Box": [
                {"id": "x", "label": "l", "inside": [BOOK, Ref("Box", 1)]},
                {"id": "y", "label": "m", "inside": None},
            ],
            **THREE,
        },
        (
            Ask(
                """{ hit { ... on Box { label inside { ... on Book { title }
                ... on Box { label inside { __typename } } } } } }""",
                {
                    "hit": {
                        "label": "l",
                        "inside": [{"title": "one"}, {"label": "m", "inside": None}],
                    }
                },
                fetches=2,
            ),
        ),
    ),
    Rule(
        "fragments on an interface pick the members of a union that implement it",
        {
            "a": """type Query { hits: [Hit] } union Hit = Book | Film | Game
                interface Titled { title: String }
                type Book implements Titled @key(fields: "id") { id: ID! title: String }
                type Film implements Titled @key(fields: "id") { id: ID! title: String @external }
                type Game { players: Int }""",
            "b": """type Film @key(fields: "id") { id: ID! title: String }""",
        },
        {"Query": [{"hits": [GAME, FILM, BOOK]}], **THREE},
        (
            Ask(
                "{ hits { ... on Titled { title } ... on Game { players } } }",
                {"hits": [{"players": 4}, {"title": "two"}, {"title": "one"}]},
            ),
            Ask("{ hits { ... on Titled { __typename ... on Film { id } } } }", fetches=1),
        ),
    ),
    Rule(
        "one field of two subgraphs returns members that only the other can complete",
        {
            "a": """type Query { viewer: Viewer @shareable }
                type Viewer @shareable { a: A media: M } union M = Book | Film
                type A @shareable { x: Int }
                type Book @shareable { title: String } type Film @key(fields: "id") { id: ID! }""",
            "b": """type Query { viewer: Viewer @shareable }
                type Viewer @shareable { b: Int media: M } union M = Book | Film
                type Book @shareable { title: String }
                type Film @key(fields: "id") { id: ID! title: String }""",
        },
        {
            "Query": [{"viewer": Ref("Viewer")}],
            "Viewer": [{"a": Ref("A"), "b": 2, "media": FILM}],
            "A": [{"x": 1}],
            **THREE,
        },
        (
            Ask("{ viewer { media { ... on Film { title } ... on Book { title } } } }", fetches=1),
            Ask(
                "{ viewer { a { x } b media { __typename ... on Film { id title } } } }", fetches=2
            ),
        ),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
