"""Rules about errors and nulls: what one costs, and where it is told."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

P, Q, U = Ref("P"), Ref("P", 1), Ref("U")
BROKEN = ValueError("broken")
SHOP = {
    "a": """type Query { ps: [P] strict: [P!]! p: P! u: U }
        type P @key(fields: "id") { id: ID! name: String! }
        type U @key(fields: "id") { id: ID! best: P! all: [P!] }""",
    "b": """type P @key(fields: "id") { id: ID! stock: Int! size: Int tags: [String!] sub: Sub
          subs: [Sub!]! }
        type Sub { x: Int! y: Int }""",
}


def shop(**second: object) -> dict[str, list[dict[str, object]]]:
    """Two products, of which the second is as told."""
    first = {
        "id": "1",
        "name": "N",
        "stock": 1,
        "size": 2,
        "tags": ["t"],
        "sub": Ref("Sub"),
        "subs": [Ref("Sub")],
    }
    return {
        "Query": [{"ps": [P, Q], "strict": [P, Q], "p": Q, "u": U}],
        "P": [first, {**first, "id": "2", **second}],
        "U": [{"id": "u", "best": Q, "all": [P, Q]}],
        "Sub": [{"x": 1, "y": 2}, {"x": None, "y": None}],
    }


RULES = [
    Rule(
        "a null where it may be is no error",
        SHOP,
        shop(size=None, tags=None, sub=None),
        (
            Ask(
                "{ ps { size tags sub { x } } }",
                {
                    "ps": [
                        {"size": 2, "tags": ["t"], "sub": {"x": 1}},
                        {"size": None, "tags": None, "sub": None},
                    ]
                },
            ),
        ),
    ),
    Rule(
        "an error in a nullable field leaves its siblings",
        SHOP,
        shop(size=BROKEN),
        (
            Ask(
                "{ ps { size stock name } }",
                {
                    "ps": [
                        {"size": 2, "stock": 1, "name": "N"},
                        {"size": None, "stock": 1, "name": "N"},
                    ]
                },
                errors=(("ps", 1, "size"),),
            ),
            Ask(
                "{ x: ps { y: size } p { size } }",
                {"x": [{"y": 2}, {"y": None}], "p": {"size": None}},
                errors=(("x", 1, "y"), ("p", "size")),
            ),
            Ask(
                "{ u { all { s: size } best { size } } }",
                errors=(("u", "all", 1, "s"), ("u", "best", "size")),
            ),
        ),
    ),
    Rule(
        "an error in a non-null field takes its parent along",
        SHOP,
        shop(stock=BROKEN),
        (
            Ask(
                "{ ps { name stock } }",
                {"ps": [{"name": "N", "stock": 1}, None]},
                errors=(("ps", 1, "stock"),),
            ),
            Ask("{ ps { id } strict { stock } }", None, errors=(("strict", 1, "stock"),)),
            Ask("{ u { id best { stock } } }", {"u": None}, errors=(("u", "best", "stock"),)),
            Ask(
                "{ u { id all { stock } } }",
                {"u": {"id": "u", "all": None}},
                errors=(("u", "all", 1, "stock"),),
            ),
            Ask("{ ps { id } p { stock } }", None, errors=(("p", "stock"),)),
        ),
    ),
    Rule(
        "an error deep inside an entity is told where the client asked",
        SHOP,
        shop(sub=Ref("Sub", 1), subs=[Ref("Sub"), Ref("Sub", 1)]),
        (
            Ask(
                "{ ps { sub { y a: x } } }",
                {"ps": [{"sub": {"y": 2, "a": 1}}, {"sub": None}]},
                errors=(("ps", 1, "sub", "a"),),
            ),
            Ask(
                "{ ps { id all: subs { x } } }",
                {"ps": [{"id": "1", "all": [{"x": 1}]}, None]},
                errors=(("ps", 1, "all", 1, "x"),),
            ),
        ),
    ),
    Rule(
        "a null among non-null items takes the list along",
        SHOP,
        shop(tags=["a", None]),
        (
            Ask(
                "{ ps { id tags } }",
                {"ps": [{"id": "1", "tags": ["t"]}, {"id": "2", "tags": None}]},
                errors=(("ps", 1, "tags", 1),),
            ),
        ),
    ),
    Rule(
        "a subgraph that is away leaves what the others know",
        SHOP,
        shop(),
        (
            Ask(
                "{ ps { name size } }",
                {"ps": [{"name": "N", "size": None}, {"name": "N", "size": None}]},
                down=("b",),
                errors=(("ps",),),
            ),
            Ask("{ ps { name stock } }", {"ps": [None, None]}, down=("b",), errors=(("ps",),)),
            Ask("{ ps { name } }", {"ps": None}, down=("a",), errors=((),)),
            Ask("{ p { name } }", None, down=("a",), errors=((),)),
            Ask("{ u { id } t: __typename }", {"u": None, "t": "Query"}, down=("a",), errors=((),)),
        ),
    ),
    Rule(
        "each of several subgraphs costs only what it was asked for",
        {
            "a": """type Query { ps: [P] strict: [P!] } type P @key(fields: "id") { id: ID! }""",
            "b": """type P @key(fields: "id") { id: ID! code: ID! x: Int }""",
            "c": """type P @key(fields: "id") { id: ID! y: Int! z: Int }""",
        },
        {"Query": [{"ps": [P], "strict": [P]}], "P": [{"id": "1", "x": 1, "y": 2, "z": 3}]},
        (
            Ask("{ ps { x y z } }", {"ps": [{"x": 1, "y": 2, "z": 3}]}),
            Ask("{ ps { x z } }", {"ps": [{"x": None, "z": 3}]}, down=("b",), errors=(("ps",),)),
            Ask(
                "{ ps { x y } a: ps { x } }",
                {"ps": [None], "a": [{"x": 1}]},
                down=("c",),
                errors=(("ps",),),
            ),
            Ask(
                "{ strict { x y } ps { x } }",
                {"strict": None, "ps": [{"x": 1}]},
                down=("c",),
                errors=(("strict",),),
            ),
            Ask("{ ps { x y z } }", {"ps": [None]}, down=("b", "c"), errors=(("ps",), ("ps",))),
        ),
    ),
    Rule(
        "an error of what is required leaves the field null that requires it",
        {
            "a": """type Query { ps: [P] } type P @key(fields: "id") { id: ID! n: Int m: Int }""",
            "b": """type P @key(fields: "id") { id: ID! n: Int @external free: Int
                r: String @requires(fields: "n") }""",
        },
        {
            "Query": [{"ps": [P, Q]}],
            "P": [{"id": "1", "n": 1, "m": 1, "free": 4}, {"id": "2", "n": BROKEN, "free": 5}],
        },
        (
            Ask(
                "{ ps { id free m } }",
                {"ps": [{"id": "1", "free": 4, "m": 1}, {"id": "2", "free": 5, "m": None}]},
            ),
            Ask(
                "{ ps { n r free } }",
                {
                    "ps": [
                        {"n": 1, "r": '{"n": 1}', "free": 4},
                        {"n": None, "r": '{"n": null}', "free": 5},
                    ]
                },
                alone=True,
                errors=(("ps", 1, "n"),),
            ),
            Ask(
                "{ ps { x: n r } }",
                {"ps": [{"x": 1, "r": None}, {"x": None, "r": None}]},
                down=("b",),
                errors=(("ps",), ("ps", 1, "x"), ("ps", 1)),
            ),
        ),
    ),
    Rule(
        "errors of members of a union are told at each place",
        {
            "a": """type Query { hits: [Hit] } union Hit = P | U
                type P @key(fields: "id") { id: ID! } type U @key(fields: "id") { id: ID! }""",
            "b": """type P @key(fields: "id") { id: ID! x: Int! }
                type U @key(fields: "id") { id: ID! x: Int }""",
        },
        {
            "Query": [{"hits": [U, P, U]}],
            "P": [{"id": "1", "x": BROKEN}],
            "U": [{"id": "u", "x": BROKEN}],
        },
        (
            Ask(
                "{ hits { ... on P { p: x } ... on U { id x } } }",
                {"hits": [{"id": "u", "x": None}, None, {"id": "u", "x": None}]},
                errors=(("hits", 0, "x"), ("hits", 2, "x"), ("hits", 1, "p")),
            ),
        ),
    ),
]


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()
