"""Interfaces and unions: types that only some subgraphs know, interface objects."""

from __future__ import annotations

from tests.unit.federation.federated import Federated
from tests.unit.federation.world import Ref


def library() -> Federated:
    return Federated(
        {
            "Query": [
                {
                    "media": [Ref("Book", 0), Ref("Movie", 0), Ref("Book", 1)],
                    "search": [Ref("Movie", 0), Ref("Person", 0), Ref("Book", 0)],
                    "reviewed": [Ref("Book", 1), Ref("Movie", 0)],
                    "shelf": [Ref("Book", 0), Ref("Movie", 0)],
                }
            ],
            "Book": [
                {
                    "id": "b1",
                    "title": "One",
                    "pages": 10,
                    "author": Ref("Person", 0),
                    "rating": 5,
                    "stock": 1,
                    "related": [Ref("Movie", 0), Ref("Book", 1)],
                },
                {
                    "id": "b2",
                    "title": "Two",
                    "pages": 20,
                    "author": Ref("Person", 1),
                    "rating": 4,
                    "stock": 2,
                    "related": [],
                },
            ],
            "Movie": [
                {
                    "id": "m1",
                    "title": "Film",
                    "minutes": 90,
                    "director": Ref("Person", 1),
                    "rating": 3,
                    "stock": 0,
                    "related": [Ref("Book", 0)],
                }
            ],
            "Person": [
                {"id": "x", "name": "Ann", "born": 1970},
                {"id": "y", "name": "Bob", "born": 1980},
            ],
        },
        media="""
            type Query { media: [Media!]! search: [Hit!]! }
            interface Media @key(fields: "id") { id: ID! title: String! related: [Media!]! }
            type Book implements Media @key(fields: "id") {
              id: ID! title: String! pages: Int! author: Person! related: [Media!]!
            }
            type Movie implements Media @key(fields: "id") {
              id: ID! title: String! minutes: Int director: Person related: [Media!]!
            }
            union Hit = Book | Movie | Person
            type Person @key(fields: "id") { id: ID! name: String! }
        """,
        ratings="""
            type Query { reviewed: [Media!]! }
            type Media @key(fields: "id") @interfaceObject {
              id: ID! rating: Int! title: String! @external
              verdict: String @requires(fields: "title")
            }
        """,
        people="""
            type Person @key(fields: "id") { id: ID! born: Int! }
        """,
        stock="""
            type Query { shelf: [Thing!]! }
            union Thing = Book | Movie
            type Book @key(fields: "id") { id: ID! stock: Int }
            type Movie @key(fields: "id") { id: ID! stock: Int }
        """,
    )


async def test_the_real_type_is_always_told() -> None:
    await library().check(
        "{ media { __typename id } search { __typename } reviewed { __typename } }"
    )


async def test_fields_of_the_interface_need_no_fragments() -> None:
    world = library()
    await world.check("{ media { id title related { title } } }")
    assert world.fetch_count("{ media { id title related { title } } }") == 1


async def test_fragments_reach_into_other_subgraphs() -> None:
    await library().check(
        "{ media { ... on Book { author { name born } } ... on Movie { director { born } } } }"
    )


async def test_union_members_are_fetched_where_they_are_known() -> None:
    await library().check(
        "{ search { ... on Book { pages stock } ... on Movie { stock m: minutes } "
        "... on Person { born } } shelf { ... on Book { title stock } ... on Movie { director "
        "{ name born } } } }"
    )


async def test_an_interface_object_adds_fields_to_all_implementations() -> None:
    await library().check("{ media { title rating } search { ... on Book { rating } } }")


async def test_an_interface_object_alone_answers_for_its_own_fields() -> None:
    world = library()
    await world.check("{ reviewed { id rating } }")
    assert world.fetch_count("{ reviewed { id rating } }") == 1


async def test_the_real_type_behind_an_interface_object_is_fetched() -> None:
    await library().check(
        "{ reviewed { rating __typename title ... on Book { pages author { born } } } }"
    )
    await library().check("{ reviewed { title } }")
    await library().check("{ reviewed { ... on Movie { minutes rating stock } } }")


async def test_an_interface_object_may_require_a_field_of_the_interface() -> None:
    await library().check("{ media { verdict } reviewed { verdict } }")
    await library().check(
        "{ shelf { ... on Book { verdict } } reviewed { id ... on Book { verdict } } }"
    )


async def test_the_same_name_may_stand_for_different_fields_of_different_types() -> None:
    await library().check(
        "{ media { ... on Book { person: author { name } } ... on Movie { person2: director "
        "{ name born } } ... on Book { x: id } ... on Movie { x: id } } }"
    )


async def test_fields_of_the_same_name_with_other_nullability_do_not_clash() -> None:
    await library().check(
        "{ shelf { ... on Book { a: stock } ... on Movie { a: minutes } } }",
    )


async def test_interfaces_nest() -> None:
    await library().check(
        "{ media { related { __typename rating related { title ... on Book { stock } } } } }"
    )


async def test_types_with_different_needs_do_not_share_an_interface_object() -> None:
    await library().check("{ media { ... on Book { verdict } ... on Movie { rating } } }")


async def test_a_type_that_is_skipped_is_not_represented() -> None:
    world = library()
    query = """query ($books: Boolean!, $movies: Boolean!) { media {
      ... on Book @include(if: $books) { stock } ... on Movie @include(if: $movies) { stock } } }"""
    await world.check(query, {"books": False, "movies": True})
    (request,) = world.servers["stock"].requests
    assert request.variables["representations"] == [{"__typename": "Movie", "id": "m1"}]


async def test_a_field_of_an_interface_is_asked_where_each_type_has_it() -> None:
    world = Federated(
        {
            "Query": [{"n": [Ref("A"), Ref("B")]}],
            "A": [{"id": "1", "x": "a"}],
            "B": [{"id": "2", "x": "b"}],
        },
        a="""type Query { n: [N] } interface N { id: ID! x: String }
             type A implements N @key(fields: "id") { id: ID! x: String }
             type B implements N @key(fields: "id") { id: ID! x: String }""",
        b="""type A @key(fields: "id") { id: ID! x: String @override(from: "a") }""",
    )
    await world.check("{ n { x } }")
    first, second = world.engine.plan("{ n { x } }").fetches
    assert "... on B { x }" in first.query
    assert "... on A { x }" in second.query


async def test_one_field_may_be_asked_in_parts_with_and_without_conditions() -> None:
    query = """query ($x: Boolean!) { reviewed { id } reviewed @skip(if: $x) { other: id rating }
      reviewed { ... on Book { pages } } }"""
    for x in (True, False):
        await library().check(query, {"x": x})
