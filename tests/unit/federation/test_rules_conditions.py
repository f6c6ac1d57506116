"""Rules about `@skip` and `@include` at every level."""

from __future__ import annotations

from itertools import product

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

P, U = Ref("P"), Ref("U")
SHOP = {
    "a": """type Query { ps: [P!] any: [Any] p: P }
        union Any = P | U
        type P @key(fields: "id") { id: ID! name: String price: Int }
        type U @key(fields: "id") { id: ID! name: String }""",
    "b": """type P @key(fields: "id") { id: ID! price: Int @external stock: Int by: U
          worth: String @requires(fields: "price") }
        type U @key(fields: "id") { id: ID! mail: String }""",
}
DATA = {
    "Query": [{"ps": [P, Ref("P", 1)], "any": [U, P], "p": Ref("P", 1)}],
    "P": [
        {"id": "1", "name": "N", "price": 1, "stock": 5, "by": U},
        {"id": "2", "name": "M", "price": 2, "stock": 6, "by": None},
    ],
    "U": [{"id": "u", "name": "Ann", "mail": "m"}],
}


def both(query: str, *names: str) -> tuple[Ask, ...]:
    """The query with all values of these variables."""
    return tuple(
        Ask(query, variables=dict(zip(names, values, strict=True)))
        for values in product((True, False), repeat=len(names))
    )


RULES = [
    Rule(
        "a field that is skipped is neither fetched nor answered",
        SHOP,
        DATA,
        (
            Ask(
                "query ($i: Boolean!) { p { id stock @include(if: $i) } }",
                {"p": {"id": "2"}},
                {"i": False},
            ),
            Ask("{ p { id stock @skip(if: true) } }", {"p": {"id": "2"}}, fetches=1),
            Ask("{ p { id stock @include(if: false) @skip(if: false) } }", {"p": {"id": "2"}}),
            Ask("{ p { stock @skip(if: false) @include(if: true) } }", {"p": {"stock": 6}}),
            *both("query ($i: Boolean!) { p { name @include(if: $i) stock @skip(if: $i) } }", "i"),
        ),
    ),
    Rule(
        "a condition may decide on a root field, all of them, or none",
        SHOP,
        DATA,
        (
            Ask("query ($i: Boolean!) { p @include(if: $i) { name } }", {}, {"i": False}),
            Ask("{ p @skip(if: true) { name } }", {}, fetches=0),
            *both("query ($i: Boolean!) { p @skip(if: $i) { stock } ps { id } }", "i"),
            *both(
                "query ($i: Boolean!, $j: Boolean!) { ... @include(if: $i) { p { id } } "
                "... @skip(if: $j) { ps { stock } } }",
                "i",
                "j",
            ),
        ),
    ),
    Rule(
        "both conditions on one field must hold",
        SHOP,
        DATA,
        both(
            "query ($i: Boolean!, $s: Boolean!) { p { id stock @include(if: $i) @skip(if: $s) "
            "name @skip(if: $s) @include(if: $i) } }",
            "i",
            "s",
        ),
    ),
    Rule(
        "the same field with and without a condition is answered",
        SHOP,
        DATA,
        (
            *both("query ($i: Boolean!) { p { name @include(if: $i) name } }", "i"),
            *both("query ($i: Boolean!) { p { stock stock @include(if: $i) id } }", "i"),
            *both(
                "query ($i: Boolean!, $j: Boolean!) { p { by @include(if: $i) { mail } "
                "by @include(if: $j) { name } } ps { by { id } by @skip(if: $i) { mail } } }",
                "i",
                "j",
            ),
        ),
    ),
    Rule(
        "a variable with a default decides when it is not sent",
        SHOP,
        DATA,
        (
            Ask(
                "query ($i: Boolean! = false) { p { id stock @include(if: $i) } }",
                {"p": {"id": "2"}},
            ),
            Ask(
                "query ($i: Boolean = true) { p { id stock @include(if: $i) } }",
                {"p": {"id": "2", "stock": 6}},
            ),
            Ask(
                "query ($i: Boolean! = false) { p { stock @include(if: $i) name } }",
                variables={"i": True},
            ),
        ),
    ),
    Rule(
        "conditions on fragments count for all that is inside",
        SHOP,
        DATA,
        (
            *both(
                "query ($i: Boolean!) { p { ...F @include(if: $i) id } } "
                "fragment F on P { stock by { mail } name }",
                "i",
            ),
            *both(
                "query ($i: Boolean!) { any { ... on P @skip(if: $i) { stock } "
                "... on U @include(if: $i) { mail name } __typename } }",
                "i",
            ),
            *both(
                "query ($i: Boolean!, $j: Boolean!) { ps { ... on P @include(if: $i) { "
                "... @skip(if: $j) { by { ... @include(if: $j) { mail } id } } } } }",
                "i",
                "j",
            ),
        ),
    ),
    Rule(
        "a requirement is fetched only when what requires it is asked",
        SHOP,
        DATA,
        (
            *both("query ($i: Boolean!) { ps { id worth @include(if: $i) } }", "i"),
            *both("query ($i: Boolean!) { ps { worth @include(if: $i) stock } }", "i"),
            *both("query ($i: Boolean!) { ps { price @skip(if: $i) worth } }", "i"),
            *both("query ($i: Boolean!) { ps { price: name worth @skip(if: $i) } }", "i"),
        ),
    ),
    Rule(
        "__typename may be skipped like any other field",
        SHOP,
        DATA,
        (
            *both("query ($i: Boolean!) { any { __typename @include(if: $i) } }", "i"),
            *both(
                "query ($i: Boolean!) { t: __typename @skip(if: $i) p { "
                "x: __typename @include(if: $i) id } }",
                "i",
            ),
            Ask(
                "query ($i: Boolean!) { any { ... on U @include(if: $i) { mail } } }",
                {"any": [{}, {}]},
                {"i": False},
            ),
        ),
    ),
    Rule(
        "a whole subtree below a list of entities is left out",
        SHOP,
        DATA,
        (
            *both(
                "query ($i: Boolean!) { ps @include(if: $i) { by { name mail } stock } p { "
                "name } }",
                "i",
            ),
            *both("query ($i: Boolean!) { ps { by @skip(if: $i) { name } } }", "i"),
            *both(
                "query ($i: Boolean!) { ps { by { name @skip(if: $i) mail @include(if: $i) } } }",
                "i",
            ),
        ),
    ),
    Rule(
        "conditions on introspection hold as well",
        SHOP,
        DATA,
        (
            *both(
                'query ($i: Boolean!) { p { id } __type(name: "U") @include(if: $i) '
                "{ name @skip(if: $i) kind } }",
                "i",
            ),
            *both(
                "query ($i: Boolean!) { ... @skip(if: $i) { __schema { queryType { name } } } "
                "x: __typename }",
                "i",
            ),
        ),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
