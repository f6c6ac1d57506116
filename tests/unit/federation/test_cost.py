"""What an operation is estimated to cost, by `@cost` and `@listSize`, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.federation import Engine, FetchRequest, Limits, OperationError, Subgraph, compose

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
    'import: ["@key", "@cost", "@listSize", "@authenticated"])\n'
)
BOOKS = """
    type Query {
        book(id: ID): Book
        bestsellers: [Book] @listSize(assumedSize: 5)
        newest(after: ID, limit: Int!): [Book] @listSize(slicingArguments: ["limit"])
        all: [Book]
    }
    type Mutation { add(title: String): Book }
    type Book { title: String author: Author publisher: Publisher tags: [String] }
    type Author { name: String }
    type Publisher { name: String address: Address }
    type Address @cost(weight: 5) { zipCode: Int! }
"""
BOOK = "{ title author { name } publisher { name address { zipCode } } }"


def engine(sdl: str, **limits: Any) -> Engine:
    async def fetch(_: str, request: FetchRequest) -> Any:
        return {"data": {}}

    return Engine(compose([Subgraph("a", LINK + sdl)]), fetch, limits=Limits(**limits))


async def cost(sdl: str, query: str, variables: Any = None, **limits: Any) -> int:
    return await engine(sdl, **limits).cost(query, variables)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"{{ book {BOOK} }}", 8),
        ("{ book { title } }", 1),
        (f"{{ bestsellers {BOOK} }}", 40),
        (f"{{ newest(limit: 3) {BOOK} }}", 24),
        (f"{{ newest(limit: 7) {BOOK} }}", 56),
        (f"{{ all {BOOK} }}", 80),
        ("{ all { tags } }", 10),
        (f"{{ a: book {BOOK} b: book {BOOK} }}", 16),
        ("mutation { add { title } }", 11),
        ("{ __typename __schema { types { name } } }", 0),
        ("{ ...F ...F } fragment F on Query { all { author { name } } }", 20),
    ],
)
async def test_the_examples_of_the_documentation_cost_what_it_says(
    query: str, expected: int
) -> None:
    assert await cost(BOOKS, query) == expected


async def test_lists_of_unknown_length_have_the_length_that_is_set() -> None:
    assert await cost(BOOKS, "{ all { author { name } } }", list_size=100) == 200


async def test_slicing_arguments_may_be_variables_with_defaults_in_either_place() -> None:
    sdl = (
        "type Query { x(first: Int = 4, last: Int): [T] "
        '@listSize(slicingArguments: ["first", "last"], requireOneSlicingArgument: false) } '
        "type T { y: Int }"
    )
    query = "query ($n: Int) { x(first: $n) { y } }"
    assert await cost(sdl, query, {"n": 25}) == 25
    assert await cost(sdl, query) == 4
    assert await cost(sdl, query, {"n": None}) == 10
    assert await cost(sdl, "query ($n: Int = 9) { x(first: $n) { y } }") == 9
    assert await cost(sdl, "{ x { y } }") == 4
    assert await cost(sdl, "{ x(last: 30) { y } }") == 30
    assert await cost(sdl, "{ x(first: 50, last: 30) { y } }") == 50
    assert await cost(sdl, "{ x(first: null) { y } }") == 10
    assert await cost(sdl, "{ x(first: -5) { y } }") == 0
    assert await cost(sdl, query, {"n": -5}) == 0


async def test_the_assumed_size_counts_where_no_argument_says_more() -> None:
    sdl = (
        "type Query { x(first: Int): [T] @listSize(assumedSize: 3, "
        'slicingArguments: ["first"], requireOneSlicingArgument: false) } type T { y: Int }'
    )
    assert await cost(sdl, "{ x { y } }") == 3
    assert await cost(sdl, "{ x(first: 20) { y } }") == 20


async def test_sized_fields_take_the_length_of_the_field_that_holds_them() -> None:
    sdl = (
        "type Query { films(first: Int): Connection "
        '@listSize(slicingArguments: ["first"], sizedFields: ["edges", "nodes"]) } '
        "type Connection { edges: [Edge] nodes: [Film] info: Info others: [Film] } "
        "type Edge { node: Film } type Film { x: Int } type Info { x: Int }"
    )
    query = "query ($n: Int) { films(first: $n) { edges { node { x } } info { x } } }"
    assert await cost(sdl, query, {"n": 3}) == 1 + 3 * 2 + 1
    assert await cost(sdl, "{ films(first: 3) { nodes { x } others { x } } }") == 1 + 3 + 10


async def test_weights_of_fields_arguments_and_leaves() -> None:
    sdl = (
        "type Query { f(a: Int @cost(weight: 3), b: In, c: [In!]): Int @cost(weight: 2) "
        "s: S e: E d(a: Int @cost(weight: -5)): T } "
        "scalar S @cost(weight: 7) enum E @cost(weight: 4) { A } type T { x: Int } "
        "input In { p: Int @cost(weight: 10) q: In }"
    )
    assert await cost(sdl, "{ f s e }") == 13
    assert await cost(sdl, "{ f(a: 1) }") == 5
    assert await cost(sdl, "{ f(b: {p: 1}) }") == 2 + 1 + 10
    assert await cost(sdl, "{ f(b: {p: 1, q: {p: 1}}) }") == 2 + 1 + 10 + 1 + 10
    assert await cost(sdl, "{ f(c: [{p: 1}, {p: 2}, {}]) }") == 2 + 1 + 20
    variable = "query ($b: In, $c: [In!]) { f(b: $b, c: $c) }"
    assert await cost(sdl, variable, {"b": {"p": 1, "q": {"p": None}}}) == 2 + 1 + 10 + 1
    assert await cost(sdl, variable, {"c": [{"p": 1}] * 50}) == 2 + 1 + 500
    assert await cost(sdl, variable) == 2
    inner = "query ($p: Int, $q: In) { f(b: {p: $p, q: $q}) }"
    assert await cost(sdl, inner, {"p": 1, "q": {"p": 1}}) == 2 + 1 + 10 + 1 + 10
    assert await cost(sdl, "{ f(a: null, b: null) }") == 2


async def test_a_negative_weight_lowers_a_field_to_nothing_and_not_below() -> None:
    sdl = "type Query { d(a: Int @cost(weight: -5)): T f: Int @cost(weight: 3) } type T { x: Int }"
    assert await cost(sdl, "{ d(a: 1) { x } f }") == 3
    assert await cost(sdl, "query ($a: Int) { d(a: $a) { x } f }", {"a": 1}) == 3
    assert await cost(sdl, "query ($a: Int) { d(a: $a) { x } f }") == 4


async def test_of_types_that_a_value_may_have_the_dearest_counts() -> None:
    sdl = (
        "type Query { n: N u: U } interface N { x: P } union U = A | B "
        "type A implements N @cost(weight: 3) { x: P a: P } "
        "type B implements N { x: P b: P c: P } type P { y: Int }"
    )
    assert await cost(sdl, "{ n { x { y } } }") == 3 + 1
    query = "{ u { ... on A { a { y } } ... on B { b { y } c { y } } } }"
    assert await cost(sdl, query) == 3 + 2
    assert await cost(sdl, "{ n { x { y } ... on A { a { y } } } }") == 3 + 1 + 1


async def test_what_is_skipped_costs_nothing() -> None:
    query = (
        "query ($all: Boolean!, $n: Int!) "
        "{ all @include(if: $all) { author { name } } newest(limit: $n) { title } }"
    )
    assert await cost(BOOKS, query, {"all": True, "n": 1}) == 21
    assert await cost(BOOKS, query, {"all": False, "n": 1}) == 1


async def refused(one: Engine, query: str, variables: Any = None) -> tuple[str, str] | None:
    answer: Any = await one.execute(query, variables)
    if "data" in answer:
        return None
    [error] = answer["errors"]
    return error["extensions"]["code"], error["message"]


async def test_an_operation_over_the_limit_is_refused_with_its_figures_and_advice() -> None:
    one = engine(BOOKS, cost=50)
    assert await refused(one, f"{{ bestsellers {BOOK} }}") is None
    answer = await refused(one, f"{{ book {{ title }} all {BOOK} }}")
    assert answer == (
        "COST_ESTIMATED_TOO_EXPENSIVE",
        "The operation is estimated to cost 81; at most 50 is allowed. "
        'Its most expensive field is "all" with 80. Ask for shorter lists and for less in each '
        "of their items, or split the operation.",
    )


async def test_variables_decide_for_each_request_whether_it_is_too_expensive() -> None:
    one = engine(BOOKS, cost=50)
    query = "query ($n: Int!) { newest(limit: $n) { title } }"
    assert await refused(one, query, {"n": 50}) is None
    code, message = await refused(one, query, {"n": 2**31 - 1}) or ("", "")
    assert code == "COST_ESTIMATED_TOO_EXPENSIVE"
    assert "2147483647" in message
    assert (await one.answer(query, {"n": 7})).cost == 7


async def test_without_a_limit_nothing_is_refused() -> None:
    one = engine(BOOKS)
    query = "query ($n: Int!) { newest(limit: $n) { title } }"
    assert await refused(one, query, {"n": 2**31 - 1}) is None
    assert (await one.answer(query, {"n": 7})).cost is None


async def test_enormous_costs_are_told_in_words() -> None:
    sdl = "type Query { t: [T] } type T { t: [T] x: Int }"
    query = "{ " + "t { " * 30 + "x" + " }" * 31
    _, message = await refused(engine(sdl, cost=1_000), query) or ("", "")
    assert "estimated to cost very much" in message


async def test_exactly_one_slicing_argument_is_wanted_where_costs_are_limited() -> None:
    sdl = (
        "type Query { x(first: Int, last: Int): [T] "
        '@listSize(slicingArguments: ["first", "last"]) } type T { y: Int }'
    )
    one = engine(sdl, cost=1_000)
    both = "query ($first: Int, $last: Int) { x(first: $first, last: $last) { y } }"
    assert await refused(one, "{ x(first: 1) { y } }") is None
    assert await refused(one, both, {"last": 2}) is None
    for query, variables, given in (
        ("{ x { y } }", None, "none"),
        ("{ x(first: 1, last: 1) { y } }", None, "2"),
        (both, None, "none"),
        (both, {"first": 1, "last": 1}, "2"),
    ):
        code, message = await refused(one, query, variables) or ("", "")
        assert code == "SLICING_ARGUMENT_REQUIRED"
        assert f"first, last, which says how many items are wanted; {given} of them" in message
    skipped = "query ($with: Boolean!) { x @include(if: $with) { y } }"
    assert await refused(one, skipped, {"with": True}) is not None
    assert await refused(one, skipped, {"with": False}) is None
    assert await refused(engine(sdl), "{ x { y } }") is None


async def test_what_the_caller_may_not_see_costs_nothing() -> None:
    sdl = "type Query { x: [T] @authenticated y: Int } type T { y: Int }"
    assert await cost(sdl, "{ x { y } y }") == 0


async def test_the_cost_of_what_cannot_be_run_is_no_number() -> None:
    with pytest.raises(OperationError):
        await cost(BOOKS, "{ nope }")
