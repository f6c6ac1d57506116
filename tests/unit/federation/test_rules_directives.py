"""Rules about directives that subgraphs define for operations."""

from __future__ import annotations

from tests.unit.federation.rule import Ask, Rule, shown_by
from tests.unit.federation.world import Ref

P = Ref("P")
LOUD = "directive @loud(how: String, by: Int = 1) repeatable on FIELD | INLINE_FRAGMENT\n"

RULES = [
    Rule(
        "a directive that every subgraph defines may be applied",
        {
            "a": LOUD + """type Query { p: P ps: [P] } type P @key(fields: "id") { id: ID! n: Int
                }""",
            "b": LOUD + """type P @key(fields: "id") { id: ID! size: Int @shareable }""",
        },
        {"Query": [{"p": P, "ps": [P]}], "P": [{"id": "1", "n": 1, "size": 2}]},
        (
            Ask('{ p @loud(how: "so") { n @loud size @loud(by: 2) @loud } }',
                {"p": {"n": 1, "size": 2}}, fetches=2),
            Ask("query ($h: String) { ps { size @loud(how: $h) s: size } }", variables={"h": "x"}),
            Ask("query ($i: Boolean!) { p { size @loud @include(if: $i) n @skip(if: $i) } }",
                {"p": {"size": 2}}, {"i": True}),
            Ask("{ p { ... @loud { n } } }", {"p": {"n": 1}}),
        ),
    ),
    Rule(
        "a directive that one subgraph lacks is not part of the graph",
        {
            "a": LOUD + """type Query { p: P } type P @key(fields: "id") { id: ID! n: Int }""",
            "b": """type P @key(fields: "id") { id: ID! size: Int }""",
        },
        {"Query": [{"p": P}], "P": [{"id": "1", "n": 1, "size": 2}]},
        (
            Ask("{ p { n @loud } }", None, alone=True, errors=((),)),
            Ask("{ p { size } }", {"p": {"size": 2}}),
        ),
    ),
]  # fmt: skip


@shown_by(RULES)
async def test_the_rule_holds(rule: Rule) -> None:
    await rule.check()


async def test_the_subgraph_is_told() -> None:
    _, plan, refusals = await RULES[0].asked(RULES[0].asks[0])
    assert "size @loud(by: 2) @loud" in plan
    assert not refusals
