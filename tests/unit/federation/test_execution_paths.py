"""Paths through supergraphs that need more than one look."""

from __future__ import annotations

from tests.unit.federation.federated import Federated
from tests.unit.federation.world import Ref


async def test_a_requirement_may_reach_into_fragments() -> None:
    world = Federated(
        {
            "Query": [{"u": [Ref("U", 0), Ref("U", 1)]}],
            "U": [{"id": "1", "pet": Ref("Cat", 0)}, {"id": "2", "pet": Ref("Dog", 0)}],
            "Cat": [{"name": "c", "lives": "9"}],
            "Dog": [{"name": "d", "barks": "b"}],
        },
        a="""type Query { u: [U] }
            type U @key(fields: "id") { id: ID! pet: Pet }
            interface Pet { name: String }
            type Cat implements Pet @shareable { name: String lives: String }
            type Dog implements Pet @shareable {name: String barks: String}""",
        b="""type U @key(fields: "id") { id: ID! pet: Pet @external
              desc: String
                @requires(fields: "pet { name ... on Cat { lives } ... on Dog { barks } }") }
            interface Pet { name: String }
            type Cat implements Pet @shareable { name: String lives: String }
            type Dog implements Pet @shareable {name: String barks: String}""",
    )
    await world.check("{ u { desc pet { n: name ... on Cat { name: lives } } } }")


async def test_a_requirement_may_cross_to_an_entity_of_a_third_subgraph() -> None:
    world = Federated(
        {
            "Query": [{"u": [Ref("U", 0)]}],
            "U": [{"id": "1", "boss": Ref("B", 0)}],
            "B": [{"id": "b", "age": "5", "city": "x"}],
        },
        a="""type Query { u: [U] }
            type U @key(fields: "id") { id: ID! boss: B }
            type B @key(fields: "id") { id: ID! }""",
        c="""type B @key(fields: "id") { id: ID! age: String city: String}""",
        b="""type U @key(fields: "id") { id: ID! boss: B @external
              d: String @requires(fields: "boss { age }") }
            type B @key(fields: "id") { id: ID! age: String @external }""",
    )
    await world.check("{ u { d boss { city } } }")


async def test_provided_fields_of_a_union() -> None:
    world = Federated(
        {
            "Query": [{"m": [Ref("Book"), Ref("Song")]}],
            "Book": [{"id": "1", "title": "t", "pages": "3"}],
            "Song": [{"id": "2", "title": "s"}],
        },
        a="""type Query { m: [M] @provides(fields: "... on Book { title } ... on Song { title }") }
            union M = Book | Song type Book @key(fields: "id") { id: ID! title: String @external}
            type Song @key(fields: "id") { id: ID! title: String @external }""",
        b="""type Book @key(fields: "id") { id: ID! title: String pages: String}
            type Song @key(fields: "id") { id: ID! title: String }""",
    )
    await world.check("{ m { ... on Book { title } ... on Song { title } } }")
    assert world.fetch_count("{ m { ... on Book { title } ... on Song { title } } }") == 1
    await world.check("{ m { ... on Book { title pages } ... on Song { title } } }")


async def test_provided_fields_of_an_interface() -> None:
    world = Federated(
        {
            "Query": [{"m": [Ref("Book"), Ref("Song")]}],
            "Book": [{"id": "1", "title": "t", "pages": "3"}],
            "Song": [{"id": "2", "title": "s"}],
        },
        a="""type Query { m: [M] @provides(fields: "title") }
            interface M { id: ID! title: String }
            type Book implements M @key(fields: "id") { id: ID! title: String @external}
            type Song implements M @key(fields: "id") { id: ID! title: String @external }""",
        b="""type Book @key(fields: "id") { id: ID! title: String pages: String}
            type Song @key(fields: "id") { id: ID! title: String }""",
    )
    await world.check("{ m { title } }")
    assert world.fetch_count("{ m { title } }") == 1


async def test_interface_objects_of_several_subgraphs_nest() -> None:
    world = Federated(
        {
            "Query": [{"n": [Ref("A"), Ref("B")], "n2": [Ref("A")]}],
            "A": [{"id": "1", "x": "x", "rel": [Ref("B")], "cnt": "3"}],
            "B": [{"id": "2", "x": "y", "rel": [Ref("A"), Ref("B")], "cnt": "4"}],
        },
        a="""type Query { n: [N] }
            interface N @key(fields: "id") { id: ID! x: String }
            type A implements N @key(fields: "id") { id: ID! x: String }
            type B implements N @key(fields: "id") {id: ID! x: String}""",
        b="""type Query { n2: [N] }
            type N @key(fields: "id") @interfaceObject { id: ID! rel: [N!] }""",
        c="""type N @key(fields: "id") @interfaceObject { id: ID! cnt: String }""",
    )
    await world.check(
        "{ n { rel { rel { id cnt } x } } n2 { cnt rel { cnt __typename ... on B { x } "
        "rel { ... on A { cnt } } } } }"
    )


async def test_entities_in_lists_of_lists() -> None:
    world = Federated(
        {
            "Query": [{"m": [[Ref("A"), None], [Ref("A", 1)], None]}],
            "A": [{"id": "1", "x": "x"}, {"id": "2", "x": "y"}],
        },
        a="""type Query { m: [[A]] }
            type A @key(fields: "id") { id: ID! }""",
        b="""type A @key(fields: "id") { id: ID! x: String! }""",
    )
    await world.check("{ m { x } }")


async def test_a_shared_root_field_is_asked_where_the_rest_is() -> None:
    world = Federated(
        {"Query": [{"a": Ref("A")}], "A": [{"id": "1", "x": "x", "y": "y", "z": "z"}]},
        a="""type Query { a: A @shareable }
            type A @key(fields: "id") { id: ID! x: String }""",
        b="""type Query { a: A @shareable }
            type A @key(fields: "id") { id: ID! y: String z: String}""",
    )

    await world.check("{ a { x y } }")
    assert world.fetch_count("{ a { y z } }") == 1
    assert world.fetch_count("{ a { x y z} }") == 2


async def test_an_extension_may_mark_its_key_external() -> None:
    world = Federated(
        {"Query": [{"a": Ref("A")}], "A": [{"id": "1", "code": "c", "x": "x", "y": "y"}]},
        a="""type Query { a: A }
            type A @key(fields: "id") { id: ID! code: ID! x: String }""",
        b="""extend type A @key(fields: "code") { code: ID! @external y: String}""",
    )
    await world.check("{ a { x y } }")


async def test_entities_under_different_types_are_told_apart() -> None:
    world = Federated(
        {
            "Query": [{"m": [Ref("Book"), Ref("Song"), Ref("Book", 1)]}],
            "Book": [{"id": "1", "by": Ref("P")}, {"id": "3", "by": None}],
            "Song": [{"id": "2", "by": Ref("P", 1)}],
            "P": [
                {"id": "p", "name": "n", "age": "5", "book": Ref("Book")},
                {"id": "q", "name": "m", "age": "6", "book": Ref("Book", 1)},
            ],
        },
        a="""type Query { m: [M] }
            union M = Book | Song type Book @key(fields: "id") { id: ID! by: P }
            type Song @key(fields: "id") { id: ID! by: P }
            type P @key(fields: "id") {id: ID!}""",
        b="""type P @key(fields: "id") { id: ID! name: String age: String book: Book}
            type Book @key(fields: "id",resolvable:false) {id: ID!}""",
    )
    q = "{ m { ... on Book { by { name book { by { age } } } } ... on Song { by { age name } } } }"
    await world.check(q)


async def test_arguments_of_all_kinds_reach_the_subgraphs() -> None:
    world = Federated(
        {
            "Query": [{"a": lambda e=None, i=None: Ref("A")}],
            "A": [{"id": "1", "x": lambda e=None: str(e)}],
        },
        a="""type Query { a(e: E = RED, i: In): A }
            enum E { RED BLUE }
            input In { e: E = BLUE l: [In!] }
            type A @key(fields: "id") { id: ID! }""",
        b="""enum E { RED BLUE }
            type A @key(fields: "id") { id: ID! x(e: E! = BLUE): String }""",
    )
    await world.check(
        "query($e: E! = RED, $l: [In!]) { a(e: BLUE, i: {l: $l}) { x y: x(e: $e) } }",
        {"l": [{"e": "RED"}]},
    )


async def test_the_external_key_of_an_extended_entity_is_known() -> None:
    world = Federated(
        {"Query": [{"t": Ref("T")}], "T": [{"id": "1", "x": "x", "y": "y"}]},
        a="""type Query { t: T }
            extend type T @key(fields: "id") { id: ID! @external x: String }""",
        b="""type T @key(fields: "id") { id: ID! y: String }""",
    )
    await world.check("{ t { id x y } }")


async def test_an_external_key_is_only_taken_in_where_there_is_another() -> None:
    world = Federated(
        {
            "Query": [{"t": Ref("T"), "u": Ref("T")}],
            "T": [{"id": "1", "code": "c", "x": "x", "y": "y", "z": "z"}],
        },
        a="""type Query { t: T }
            type T @key(fields: "id") { id: ID! }""",
        b="""type T @key(fields: "id") @key(fields: "code") {
              id: ID! code: ID! @external x: String }""",
        c="""type Query { u: T }
            type T @key(fields: "code") { code: ID! y: String }""",
        d="""type T @key(fields: "id") @key(fields: "code") { id: ID! code: ID! z: String }""",
    )
    await world.check("{ t { x y z } u { x y z } }")
    assert [one.subgraph for one in world.engine.plan("{ t { x y } }").fetches] == list("abdc")
