"""Rules about documents: which operation runs, and which are refused before anything is asked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

T = Ref("T")
GRAPH = {
    "a": """type Query { t(id: ID, in: In): T ts: [T!] any: Any n(i: Int! = 1): Int }
        input In { a: Int! b: [String!] = ["x"] c: In e: E = ONE } enum E { ONE TWO }
        union Any = T | U type U { x: Int } type Mutation { m(i: Int): Int }
        type T @key(fields: "id") { id: ID! name: String }""",
    "b": """type T @key(fields: "id") { id: ID! size(unit: String = "mm", f: Float): String }""",
}
DATA: dict[str, list[dict[str, Any]]] = {
    "Query": [{"t": lambda **_: T, "ts": [T], "any": T, "n": lambda i: i}],
    "Mutation": [{"m": lambda i=None: i}],
    "T": [{"id": "1", "name": "N", "size": lambda unit=None, f=None: f"{unit} {f}"}],
    "U": [{"x": 1}],
}

RULES = [
    Rule(
        "the operation is chosen by its name",
        GRAPH,
        DATA,
        (
            Ask("query A { n } query B { t { name } }", {"t": {"name": "N"}}, {}, "B", alone=True),
            Ask("query A { n } mutation B { m(i: 4) }", {"m": 4}, {}, "B", alone=True),
            Ask("query A { n }", {"n": 1}),
            Ask("query A { n }", {"n": 1}, {}, "A", alone=True),
            Ask("query A($x: Int!) { n(i: $x) } query B { n }", {"n": 1}, {}, "B", alone=True),
        ),
    ),
    Rule(
        "a literal reaches the subgraph as it was meant",
        GRAPH,
        DATA,
        (
            Ask('{ t { size(unit: "a \\"b\\" \\\\ \\u00e9 {}") } }'),
            Ask('{ t { size(unit: """\n    two\n      lines\n  """) } }'),
            Ask('{ t { size(unit: "#no comment", f: 1e3) } } # comment'),
            Ask("{ t { size(f: -0.5) a: size(f: 7) b: size(unit: null) } }"),
            Ask("{ t(id: 007) { id } }", None, alone=True, errors=((),)),
            Ask("{ t(id: 7, in: { a: 1, b: null, c: { a: 2 } }) { id } }"),
            Ask("{\r\n\tt,,, { ,name, }\ufeff }", {"t": {"name": "N"}}),
        ),
    ),
    Rule(
        "a variable is coerced before it is sent",
        GRAPH,
        DATA,
        (
            Ask("query ($f: Float) { t { size(f: $f) } }", {"t": {"size": "mm 3.0"}}, {"f": 3}),
            Ask("query ($i: Int! = 5) { n(i: $i) }", {"n": 5}),
            Ask("query ($i: Int! = 5) { n(i: $i) }", {"n": 6}, {"i": 6.0}, alone=True),
            Ask("query ($i: Int = 5) { n(i: $i) }", {"n": 5}),
            Ask("query ($i: Int) { m: n(i: $i) }", {"m": 1}),
            Ask("query ($u: String) { t { size(unit: $u) } }", {"t": {"size": "mm None"}}),
            Ask(
                "query ($u: String) { t { size(unit: $u) } }",
                {"t": {"size": "None None"}},
                {"u": None},
            ),
            Ask("query ($in: In = { a: 3 }) { t(in: $in) { id } }"),
            Ask(
                "query ($e: E = TWO, $b: [String!]) { t(in: { a: 1, e: $e, b: $b }) { id } }",
                variables={"b": "one"},
            ),
            Ask("query ($id: ID) { t(id: $id) { id } }", {"t": {"id": "1"}}, {"id": 5}),
        ),
    ),
    Rule(
        "a null for a variable with a default is a null",
        GRAPH,
        DATA,
        (
            Ask(
                "query ($i: Int = 5) { n(i: $i) }",
                {"n": None},
                {"i": None},
                alone=True,
                errors=(("n",),),
            ),
            Ask("query ($i: Int! = 5) { n(i: $i) }", None, {"i": None}, alone=True, errors=((),)),
        ),
    ),
    Rule(
        "selections of one field are put together",
        GRAPH,
        DATA,
        (
            Ask(
                "{ t { id } t { name } ...F } fragment F on Query { t { size } }",
                {"t": {"id": "1", "name": "N", "size": "mm None"}},
                fetches=2,
            ),
            Ask("{ any { ... on T { id } ... on T { size } ... on U { x } __typename } }"),
            Ask('{ t { size(unit: "m") size(unit: "m") } }', {"t": {"size": "m None"}}),
            Ask(
                "query ($u: String) { t { size(unit: $u) ...F } } "
                "fragment F on T { size(unit: $u) }",
                variables={"u": "k"},
            ),
        ),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()


@pytest.mark.parametrize(
    "query",
    [
        "{ nope }",
        "{ t }",
        "{ n { x } }",
        "{ t { id { x } } }",
        "{ n(x: 1) }",
        '{ n(i: "1") }',
        "{ n(i: null) }",
        "{ n(i: 2147483648) }",
        "{ t(in: {}) { id } }",
        "{ t(in: { a: 1, z: 1 }) { id } }",
        "{ t(in: { a: 1, a: 2 }) { id } }",
        "{ t(in: { a: 1, e: THREE }) { id } }",
        '{ t(in: { a: 1, e: "ONE" }) { id } }',
        "{ n(i: 1, i: 2) }",
        "{ n a: n a: n(i: 2) }",
        "{ t { x: id x: name } }",
        "{ n @nope }",
        "{ n @skip }",
        "{ n @skip(if: 1) }",
        "{ n @skip(if: true) @skip(if: false) }",
        "query @skip(if: true) { n }",
        "query ($x: Int) { n }",
        "{ n(i: $x) }",
        "query ($x: String) { n(i: $x) }",
        "query ($x: Int) { t(in: { a: $x }) { id } }",
        "query ($x: Int, $x: Int) { n(i: $x) }",
        "query ($x: T) { n }",
        "query ($x: Nope) { n(i: $x) }",
        'query ($x: Int = "s") { n(i: $x) }',
        "query ($x: [Int]) { n(i: $x) }",
        "{ ...F }",
        "{ n } fragment F on T { id }",
        "{ t { ...F } } fragment F on T { ...F }",
        "{ t { ...F } } fragment F on T { ...G } fragment G on T { ...F }",
        "{ t { ...F } } fragment F on T { id } fragment F on T { name }",
        "{ t { ...F } } fragment F on U { x }",
        "{ t { ... on U { x } } }",
        "{ t { ... on Nope { x } } }",
        "{ n { ... on Int { x } } }",
        "query A { n } query A { n }",
        "query A { n } { n }",
        "{ any { id } }",
        "mutation { n }",
        "subscription { n }",
        "type X { y: Int } query { n }",
        "{ __schema }",
        "mutation { __schema { queryType { name } } }",
        "{ _entities(representations: []) { __typename } }",
        "{ _service { sdl } }",
        "{ n @deprecated }",
    ],
)
async def test_what_the_specification_forbids_is_refused_before_anything_is_asked(
    query: str,
) -> None:
    rule = Rule("", GRAPH, DATA, ())
    await rule.refused(query, "GRAPHQL_VALIDATION_FAILED")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "{",
        "{ }",
        "{ n ",
        "query { n } }",
        "{ n(i: ) }",
        "{ n: }",
        "nope",
        "{ ... }",
        "query ($x) { n }",
        '{ t(id: "open) { id } }',
        "{ n @ }",
        "fragment on on T { id }",
    ],
)
async def test_what_is_no_graphql_is_refused(query: str) -> None:
    await Rule("", GRAPH, DATA, ()).refused(query, "GRAPHQL_PARSE_FAILED")


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("query A { n } query B { n }", None),
        ("query A { n }", "B"),
        ("{ n }", "A"),
    ],
)
async def test_an_operation_that_cannot_be_chosen_is_refused(query: str, name: str | None) -> None:
    await Rule("", GRAPH, DATA, ()).refused(query, "OPERATION_RESOLUTION_FAILURE", name)


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ("Int", "5"),
        ("Int", 1.5),
        ("Int", True),
        ("Int", 2**31),
        ("Int", [1]),
        ("Int", {}),
        ("Float", "1"),
        ("Float", True),
        ("String", 5),
        ("String", ["x"]),
        ("Boolean", 1),
        ("Boolean", "true"),
        ("ID", 1.5),
        ("ID", True),
        ("ID", {}),
        ("E", "THREE"),
        ("E", 1),
        ("[Int!]", [1, None]),
        ("[Int!]", [[1]]),
        ("[[Int]!]", [None]),
        ("In", []),
        ("In", "x"),
        ("In", {}),
        ("In", {"a": None}),
        ("In", {"a": 1, "z": 2}),
        ("In", {"a": 1, "c": {"a": "x"}}),
        ("In", {"a": 1, "b": [None]}),
        ("In!", None),
    ],
)
async def test_a_variable_of_the_wrong_kind_is_refused(declared: str, value: object) -> None:
    graph = {
        "a": f"type Query {{ f(x: {declared.rstrip('!')}, all: All): Int }} enum E {{ ONE }} "
        "input In { a: Int! b: [String!] c: In } "
        "input All { i: Int f: Float s: String b: Boolean id: ID e: E in: In }"
    }
    rule = Rule("", graph, {"Query": [{}]}, ())
    await rule.refused(
        f"query ($x: {declared}) {{ f(x: $x) }}", "BAD_USER_INPUT", None, {"x": value}
    )
