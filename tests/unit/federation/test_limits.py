"""Absurd operations and variables are refused with a clear word, in bounded effort."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
from graphql import parse

from gateway.federation import Engine, FetchRequest, Limits, compose
from gateway.federation.operations.size import ENORMOUS, Size, sizes_of
from tests.unit.federation.federated import subgraph

SDL = (
    "type Query { n(x: Int, l: [[Int]], i: In, s: String, j: JSON): Int node: Node } "
    "type Node { next: Node nodes: [Node] value(x: Int): Int fields: [Node] } "
    "input In { in: In list: [In] x: Int } scalar JSON"
)


def engine(**limits: Any) -> Engine:
    async def fetch(_: str, request: FetchRequest) -> Any:
        return {"data": {"n": 1, "node": None}}

    return Engine(compose([subgraph("a", SDL)]), fetch, limits=Limits(**limits))


async def refused(query: str, values: Any = None, **limits: Any) -> tuple[str, str]:
    answer: Any = await engine(**limits).execute(query, values)
    if "data" in answer:
        return "", ""
    error = answer["errors"][0]
    return error["extensions"]["code"], error["message"]


def size(query: str) -> Size:
    [found] = sizes_of(parse(query))
    return found


def repeated(text: str, times: int, between: str = " ") -> str:
    return between.join(text.replace("#", str(number)) for number in range(times))


@pytest.mark.parametrize(
    ("query", "limits", "found"),
    [
        ("{ n }" + " " * 100, {"characters": 100}, "105 characters; at most 100"),
        ("{ node { next { value } } }", {"depth": 2}, "3 levels; at most 2"),
        ("{ node { ... { ...F } } } fragment F on Node { value }", {"depth": 1}, "2 levels"),
        ("{ a: n b: n c: n }", {"aliases": 2}, "3 aliases; at most 2"),
        ("{ n node { value } }", {"fields": 2}, "3 fields; at most 2"),
        ("{ ...F ...F } fragment F on Query { n }", {"fields": 1}, "2 fields"),
        ("{ n ...F } fragment F on Query { n }", {"root_fields": 1}, "2 root fields"),
        ("{ n @a @b @c }", {"directives": 2}, "3 directives at one place; at most 2"),
        ("{ ... @a @b @c { n } }", {"directives": 2}, "3 directives"),
        ("query ($a: Int, $b: Int) { n }", {"variables": 1}, "2 variables; at most 1"),
        ("{ n(l: [[1]]) }", {"nesting": 1}, "2 levels in a value; at most 1"),
        ("{ n(i: {in: {list: [{x: 1}]}}) }", {"nesting": 3}, "4 levels in a value"),
        ("query A { n } query B { n }", {"definitions": 1}, "2 operations and fragments"),
        (
            '{ __schema { types { name } } a: __type(name: "A") { name } }',
            {"introspection_fields": 1},
            "2 fields __schema or __type; at most 1",
        ),
        (
            "{ __schema { types { fields { type { fields { name } } } } } }",
            {"introspection_depth": 2},
            "3 lists within each other in its introspection; at most 2",
        ),
        (
            "{ __schema { types { ...F } } } "
            "fragment F on __Type { fields { type { interfaces { name } } } }",
            {"introspection_depth": 2},
            "3 lists within each other",
        ),
    ],
)
async def test_each_limit_tells_what_was_found_and_what_is_allowed(
    query: str, limits: dict[str, Any], found: str
) -> None:
    code, message = await refused(query, **limits)
    assert code == "OPERATION_TOO_LARGE"
    assert f"The operation has {found}" in message
    assert message.endswith(".")
    assert len(message.split(". ")) > 1, "it says what to do"


@pytest.mark.parametrize(
    ("query", "limits"),
    [
        ("{ node { next { value } } }", {"depth": 3, "fields": 3}),
        ("{ a: n b: n }", {"aliases": 2, "root_fields": 2}),
        ("query ($a: Boolean!) { n @skip(if: $a) @include(if: $a) }", {"directives": 2}),
        ("{ node { fields { fields { fields { value } } } } }", {"introspection_depth": 0}),
        (
            "{ __schema { types { fields { name type { ofType { name } } } } } }",
            {"introspection_depth": 2, "introspection_fields": 1},
        ),
    ],
)
async def test_what_is_just_within_the_limits_is_answered(
    query: str, limits: dict[str, Any]
) -> None:
    assert await refused(query, {"a": True}, **limits) == ("", "")


async def test_introspection_can_be_switched_off_but_typename_stays() -> None:
    for query in (
        "{ __schema { types { name } } }",
        '{ ... { t: __type(name: "A") { name } } }',
        "{ ...F } fragment F on Query { __schema { description } }",
    ):
        code, message = await refused(query, introspection=False)
        assert code == "INTROSPECTION_DISABLED"
        assert "Take out __schema and __type" in message
    assert await refused("{ __typename n }", introspection=False) == ("", "")


BOMBS = {
    "the same field": "{ " + "n " * 9_000 + "}",
    "aliases": "{ " + repeated("a#: n", 15_000) + " }",
    "the same object": "{ " + "node { value } " * 4_000 + "}",
    "conflicting arguments": "{ node { " + repeated("value(x: #)", 1_000) + " } }",
    "fragments that double": "{ ...F0 } "
    + repeated("fragment F# on Query { ...G# ...G# }", 60)
    + repeated("fragment G# on Query { ...F# n }", 60),
    "a long chain of fragments": "{ ...F0 } "
    + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(900))
    + " fragment F900 on Query { n }",
    "doubling": "{ ...F0 } "
    + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(500))
    + " fragment F500 on Query { n }",
    "fragments in a circle": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "spreads of spreads": "{ node { "
    + repeated("...F#", 60)
    + " } } "
    + " ".join(f"fragment F{n} on Node {{ next {{ {repeated('...G#', 60)} }} }}" for n in range(60))
    + repeated("fragment G# on Node { a#: value }", 60),
    "deep selections": "{ node " + "{ next " * 5_000 + "{ value }" + "}" * 5_001,
    "deep inline fragments": "{ " + "... { " * 3_000 + "n" + " }" * 3_001,
    "deep lists": "{ n(l: " + "[" * 10_000 + "]" * 10_000 + ") }",
    "deep objects": "{ n(i: " + "{in: " * 5_000 + "{}" + "}" * 5_000 + ") }",
    "deep types": "query ($x: " + "[" * 9_000 + "Int" + "]" * 9_000 + ") { n }",
    "many variables": "query (" + repeated("$v#: Int", 4_000) + ") { n }",
    "many operations": repeated("query Q# { n }", 3_000),
    "many directives": "{ n " + "@skip(if: false) " * 3_000 + "}",
    "open brackets": "{" * 100_000,
    "comments": "#\n" * 50_000 + "{ n }",
    "a long name": "{ " + "n" * 150_000 + " }",
    "many unknown fields": "{ " + repeated("unknown#", 5_000) + " }",
    "introspection of introspection": "{ __schema { "
    + "types { fields { type { " * 12
    + "name"
    + " } } }" * 12
    + " } }",
    "repeated introspection": "{ "
    + repeated("a#: __schema { types { fields { name } } }", 400)
    + " }",
}


@pytest.mark.parametrize("bomb", BOMBS)
async def test_absurd_documents_are_refused(bomb: str) -> None:
    code, message = await refused(BOMBS[bomb])
    assert code in {"OPERATION_TOO_LARGE", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"}
    assert len(message) <= 1_001


@pytest.mark.parametrize("bomb", BOMBS)
async def test_absurd_documents_take_bounded_memory(bomb: str) -> None:
    one = engine()
    await one.execute("{ n }")
    tracemalloc.start()
    try:
        await one.execute(BOMBS[bomb])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100 * 1024 * 1024


async def test_fields_under_one_key_are_compared_up_to_a_bounded_number() -> None:
    few = "{ node { " + "value(x: 1) " * 50 + "} }"
    many = "{ node { " + "value(x: 1) " * 500 + "} }"
    assert await refused(few) == ("", "")
    assert await refused(many) == (
        "OPERATION_TOO_LARGE",
        "The operation is too complex to be checked. Select less at once.",
    )


def test_fragments_are_measured_without_being_expanded() -> None:
    assert size(BOMBS["doubling"]).fields == ENORMOUS
    assert size(BOMBS["a long chain of fragments"]).fields == 1
    assert size(BOMBS["fragments in a circle"]) == Size()


def test_what_fragments_hold_counts_where_they_are_spread() -> None:
    found = size(
        "{ node { ...F } ...Q } fragment F on Node { a: value(x: 1) next { ...G } } "
        "fragment G on Node { value } fragment Q on Query { n n }"
    )
    assert (found.depth, found.fields, found.aliases, found.root_fields) == (3, 6, 1, 3)


def test_an_unknown_fragment_counts_as_empty() -> None:
    assert size("{ n ...Unknown }").fields == 1


def deep(levels: int, key: str = "in") -> Any:
    value: Any = {}
    for _ in range(levels):
        value = {key: value} if key else [value]
    return value


@pytest.mark.parametrize(
    ("declared", "value"),
    [("In", deep(3_000)), ("JSON", deep(3_000, "")), ("[[Int]]", deep(3_000, ""))],
)
async def test_values_of_variables_that_are_nested_too_deeply_are_refused(
    declared: str, value: Any
) -> None:
    argument = {"In": "i", "JSON": "j", "[[Int]]": "l"}[declared]
    query = f"query ($v: {declared}) {{ n({argument}: $v) }}"
    code, message = await refused(query, {"v": value})
    assert code == "VARIABLES_TOO_LARGE"
    assert message == (
        'The variable "$v" has more than 50 levels, which is the most that is allowed. '
        "Send a flatter value."
    )


async def test_values_of_variables_may_be_as_deep_as_the_limit() -> None:
    query = "query ($v: In) { n(i: $v) }"
    assert await refused(query, {"v": deep(49)}) == ("", "")
    assert (await refused(query, {"v": deep(50)}))[0] == "VARIABLES_TOO_LARGE"
    assert await refused(query, {"v": deep(60)}, nesting=100) == ("", "")


async def test_variables_that_are_not_declared_are_ignored_in_any_number() -> None:
    assert await refused("{ n }", {f"v{number}": number for number in range(10_000)}) == ("", "")


async def test_long_names_and_values_are_not_sent_back() -> None:
    code, message = await refused("query ($v: In) { n(i: $v) }", {"v": {"y" * 100_000: 1}})
    assert code == "BAD_USER_INPUT"
    assert len(message) <= 1_001


@pytest.mark.parametrize(
    "text",
    [
        "\N{ZERO WIDTH NO-BREAK SPACE}{ n }",
        '{ n(s: "\N{PILE OF POO}\\u{1F4A9}") }',
        '{ n(s: """\n  \N{RIGHT-TO-LEFT OVERRIDE}\n""") }',
    ],
)
async def test_any_unicode_may_stand_in_texts(text: str) -> None:
    assert await refused(text) == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        "{ \N{LATIN SMALL LETTER N WITH TILDE} }",
        "{ n\x00 }",
        '{ n(s: "\ud800") }',
        '{ n(s: "\\ud800") }',
        "\N{FULLWIDTH LEFT CURLY BRACKET} n }",
        "",
        " \n",
        "#",
    ],
)
async def test_other_unicode_is_refused_as_syntax(text: str) -> None:
    assert (await refused(text))[0] == "GRAPHQL_PARSE_FAILED"


@pytest.mark.parametrize("number", ["9" * 5_000, "-" + "9" * 5_000, "1e999999", "9" * 50_000])
async def test_absurd_numbers_are_told_or_passed_on_but_break_nothing(number: str) -> None:
    assert (await refused(f"{{ n(x: {number}) }}"))[0] == "GRAPHQL_VALIDATION_FAILED"
    for query in (
        f"query ($v: JSON = {number}) {{ n(j: $v) }}",
        f"query ($v: JSON) {{ n(j: [$v, {number}]) }}",
    ):
        assert (await refused(query))[0] in {"", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"}
