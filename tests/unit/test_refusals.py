"""What a refusal says: a sentence, and another one about what to do."""

import ast
from collections.abc import Iterator
from pathlib import Path

import subgraphs

ROOT = Path(subgraphs.__file__).parent


def refusals() -> Iterator[tuple[str, str]]:
    """Every text that a subgraph hands to NotFound, as far as it is spelt out there."""
    for file in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "NotFound":
                text = _spelt_out(node.args[0]) if node.args else ""
                if text:
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", text


def _spelt_out(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_spelt_out(part) or "…" for part in node.values)
    return ""


def test_who_asks_for_what_is_not_there_is_told_what_to_do() -> None:
    found = dict(refusals())
    assert len(found) >= 8
    # The shop's handlers speak to whoever reads dead letters, who has the id beside it.
    spoken = {at: text for at, text in found.items() if "handlers.py" not in at}
    assert {at: text for at, text in spoken.items() if text.count(". ") < 1} == {}
