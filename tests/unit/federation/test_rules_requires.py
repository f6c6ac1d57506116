"""Rules about `@requires`: what it may name, and what it waits for."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

P = Ref("P")

RULES = [
    Rule(
        "requirements chain over several subgraphs",
        {
            "a": """type Query { p: P } type P @key(fields: "id") { id: ID! price: Int }""",
            "b": """type P @key(fields: "id") { id: ID! price: Int @external
                tax: String @requires(fields: "price") }""",
            "c": """type P @key(fields: "id") { id: ID! tax: String @external price: Int @external
                total: String @requires(fields: "tax price") }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "price": 3}]},
        (
            Ask(
                "{ p { total } }",
                {"p": {"total": '{"price": 3, "tax": "{\\"price\\": 3}"}'}},
                fetches=3,
            ),
            Ask("{ p { tax } }", {"p": {"tax": '{"price": 3}'}}, fetches=2),
            Ask("{ p { price tax total id } }", fetches=3),
        ),
    ),
    Rule(
        "two subgraphs require each other's fields without a circle",
        {
            "a": """type Query { p: P } type P @key(fields: "id") { id: ID! a: Int
                b: Int @external c: String @requires(fields: "b") }""",
            "b": """type P @key(fields: "id") { id: ID! b: Int a: Int @external
                c: String @external d: String @requires(fields: "a c") }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "a": 1, "b": 2}]},
        (
            Ask("{ p { d } }", {"p": {"d": '{"a": 1, "c": "{\\"b\\": 2}"}'}}, fetches=4),
            Ask("{ p { a b c d } }"),
            Ask("{ p { c } }", fetches=3),
        ),
    ),
    Rule(
        "a requirement reaches into objects, lists and other entities",
        {
            "a": """type Query { p: P }
                type P @key(fields: "id") { id: ID! boxes: [Box!] maker: M }
                type Box @shareable { size: Size } type Size @shareable { w: Int h: Int }
                type M @key(fields: "id") { id: ID! }""",
            "b": """type M @key(fields: "id") { id: ID! country: String }""",
            "c": """type P @key(fields: "id") { id: ID! boxes: [Box!] @external
                maker: M @external
                cost: String @requires(fields: "boxes { size { w } } maker { country }") }
                type Box @shareable { size: Size } type Size @shareable { w: Int }
                type M @key(fields: "id") { id: ID! country: String @external }""",
        },
        {
            "Query": [{"p": P}],
            "P": [{"id": "1", "boxes": [Ref("Box"), Ref("Box", 1)], "maker": Ref("M")}],
            "Box": [{"size": Ref("Size")}, {"size": None}],
            "Size": [{"w": 1, "h": 2}],
            "M": [{"id": "m", "country": "NL"}],
        },
        (
            Ask(
                "{ p { cost } }",
                {
                    "p": {
                        "cost": '{"boxes": [{"size": {"w": 1}}, {"size": null}], '
                        '"maker": {"country": "NL"}}'
                    }
                },
            ),
            Ask("{ p { boxes { size { h } } cost maker { id } } }"),
            Ask("{ p { boxes { size { w: h } s: size { h: w } } cost } }"),
        ),
    ),
    Rule(
        "two fields require the same field with different arguments",
        {
            "a": """type Query { p: P }
                type P @key(fields: "id") { id: ID! price(in: String = "EUR"): Int }""",
            "b": """type P @key(fields: "id") { id: ID! price(in: String = "EUR"): Int @external
                x: String @requires(fields: "price(in: \\"USD\\")") y: Int }""",
            "c": """type P @key(fields: "id") { id: ID! price(in: String = "EUR"): Int @external
                z: String @requires(fields: "price(in: \\"GBP\\")") }""",
        },
        {
            "Query": [{"p": P}],
            "P": [{"id": "1", "y": 8, "price": lambda **k: len(str(k)) + ord(k["in"][0])}],
        },
        (
            Ask("{ p { x z price } }"),
            Ask('{ p { price(in: "GBP") z } }'),
            Ask('query ($c: String) { p { price(in: $c) a: price(in: "USD") x y z } }'),
        ),
    ),
    Rule(
        "a requirement on an interface is put together for each type",
        {
            "a": """type Query { p: P }
                type P @key(fields: "id") { id: ID! owner: Owner }
                interface Owner { id: ID! }
                type User implements Owner @key(fields: "id") { id: ID! name: String @shareable }
                type Firm implements Owner @key(fields: "id") { id: ID! tax: String @shareable }""",
            "b": """type P @key(fields: "id") { id: ID! owner: Owner @external
                label: String @requires(fields:
                  "owner { id ... on User { name } ... on Firm { tax } }") }
                interface Owner { id: ID! }
                type User implements Owner @key(fields: "id") { id: ID! name: String @external }
                type Firm implements Owner @key(fields: "id") { id: ID! tax: String @external }""",
        },
        {
            "Query": [{"p": P}],
            "P": [{"id": "1", "owner": Ref("Firm")}],
            "User": [{"id": "u", "name": "Ann"}],
            "Firm": [{"id": "f", "tax": "NL1"}],
        },
        (
            Ask("{ p { label } }", {"p": {"label": '{"owner": {"id": "f", "tax": "NL1"}}'}}),
            Ask("{ p { owner { ... on Firm { id: tax } } label } }"),
        ),
    ),
    Rule(
        "a requirement that is null is given as null",
        {
            "a": """type Query { ps: [P] } type P @key(fields: "id") { id: ID! n: Int o: O }
                type O @shareable { x: Int }""",
            "b": """type P @key(fields: "id") { id: ID! n: Int @external o: O @external
                r: String @requires(fields: "n o { x }") } type O @shareable { x: Int }""",
        },
        {
            "Query": [{"ps": [P, Ref("P", 1)]}],
            "P": [{"id": "1", "n": None, "o": None}, {"id": "2", "n": 4, "o": Ref("O")}],
            "O": [{"x": None}],
        },
        (
            Ask(
                "{ ps { r } }",
                {"ps": [{"r": '{"n": null, "o": null}'}, {"r": '{"n": 4, "o": {"x": null}}'}]},
                fetches=2,
            ),
        ),
    ),
    Rule(
        "fields that require nothing are asked at once with what is required",
        {
            "a": """type Query { p: P } type P @key(fields: "id") { id: ID! }""",
            "b": """type P @key(fields: "id") { id: ID! n: Int m: Int }""",
            "c": """type P @key(fields: "id") { id: ID! n: Int @external free: Int
                bound: String @requires(fields: "n") }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "n": 2, "m": 3, "free": 4}]},
        (
            Ask("{ p { bound free m } }", {"p": {"bound": '{"n": 2}', "free": 4, "m": 3}}),
            Ask("{ p { bound } }", fetches=3),
            Ask("{ p { free } }", fetches=2),
        ),
    ),
    Rule(
        "what is required may be asked by the client under the same and other names",
        {
            "a": """type Query { p: P } type P @key(fields: "id") { id: ID! n(k: Int): Int m: Int
                }""",
            "b": """type P @key(fields: "id") { id: ID! n(k: Int): Int @external m: Int @external
                r: String @requires(fields: "n(k: 1) m") }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "m": 5, "n": lambda k=None: (k or 0) * 10}]},
        (
            Ask(
                "{ p { m: id n: m r id: n(k: 4) } }",
                {"p": {"m": "1", "n": 5, "r": '{"m": 5, "n": 10}', "id": 40}},
            ),
            Ask("query ($k: Int) { p { n(k: $k) r } }", variables={"k": 1}),
            Ask("query ($k: Int = 1) { p { r n(k: $k) } }", fetches=2),
        ),
    ),
    Rule(
        "a key of the parent's own is no substitute for a requirement of its child",
        {
            "a": """type Query { orders: [Order] }
                type Order @key(fields: "id") { id: ID! line: Line }
                type Line @key(fields: "id") { id: ID! }""",
            "b": """type Order @key(fields: "id") { id: ID! currency: String }
                type Line @key(fields: "id") { id: ID! weight: Int }""",
            "c": """type Line @key(fields: "id") { id: ID! weight: Int @external
                freight: String @requires(fields: "weight") }""",
        },
        {
            "Query": [{"orders": [Ref("Order"), Ref("Order", 1)]}],
            "Order": [
                {"id": "1", "currency": "EUR", "line": Ref("Line")},
                {"id": "2", "currency": None, "line": None},
            ],
            "Line": [{"id": "l", "weight": 3}],
        },
        (
            Ask("{ orders { currency line { freight } } }", fetches=3),
            Ask("{ orders { line { weight freight id } } }", fetches=3),
        ),
    ),
    Rule(
        "several entities share a request although each requires something else",
        {
            "a": """type Query { p: P q: Q }
                type P @key(fields: "id") { id: ID! n: Int } type Q @key(fields: "id") { id: ID!
                m: Int }""",
            "b": """type P @key(fields: "id") { id: ID! n: Int @external
                  r: String @requires(fields: "n") }
                type Q @key(fields: "id") { id: ID! m: Int @external
                  r: String @requires(fields: "m") }""",
        },
        {
            "Query": [{"p": P, "q": Ref("Q")}],
            "P": [{"id": "1", "n": 2}],
            "Q": [{"id": "1", "m": 3}],
        },
        (Ask("{ p { r } q { r } }", {"p": {"r": '{"n": 2}'}, "q": {"r": '{"m": 3}'}}, fetches=2),),
    ),
    Rule(
        "a requirement that is provided on the way costs nothing",
        {
            "a": """type Query { p: P @provides(fields: "n") }
                type P @key(fields: "id") { id: ID! n: Int @external }""",
            "b": """type P @key(fields: "id") { id: ID! n: Int @shareable }""",
            "c": """type P @key(fields: "id") { id: ID! n: Int @external
                r: String @requires(fields: "n") }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "n": 2}]},
        (Ask("{ p { r } }", {"p": {"r": '{"n": 2}'}}, fetches=2),),
    ),
    Rule(
        "a shared field may be taken from any of its subgraphs for a requirement",
        {
            "a": """type Query { p: P } type P @key(fields: "id") { id: ID! }""",
            "b": """type P @key(fields: "id") { id: ID! n: Int @shareable x: Int }""",
            "c": """type P @key(fields: "id") { id: ID! n: Int @shareable y: Int }""",
            "d": """type P @key(fields: "id") { id: ID! n: Int @external
                r: String @requires(fields: "n") }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "n": 2, "x": 3, "y": 4}]},
        (
            Ask("{ p { y r } }", {"p": {"y": 4, "r": '{"n": 2}'}}, fetches=3),
            Ask("{ p { x r } }", {"p": {"x": 3, "r": '{"n": 2}'}}, fetches=3),
        ),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
