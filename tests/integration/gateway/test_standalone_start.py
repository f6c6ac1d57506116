"""What `partline gateway` says when it cannot start, and what it needs to."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.integration.gateway.process import ROOT, refused
from tests.patience import soon


async def test_every_problem_of_composing_is_told_at_the_start(tmp_path: Path) -> None:
    entries: list[dict[str, object]] = [
        {"name": "a", "url": "http://a", "sdl": 'type Query { x: Int } type T @key(fields: "no") '
         "{ id: ID }"},
        {"name": "b", "url": "http://b", "sdl": 'type Query { y: Int } type U @key(fields: "no") '
         "{ id: ID }"},
    ]  # fmt: skip
    file = tmp_path / "subgraphs.json"
    file.write_text(json.dumps(entries))
    status, said = await refused("--subgraphs", file)
    assert status == 1
    assert said.count("KEY_INVALID_FIELDS [") == 2
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("option", "content", "told"),
    [
        ("--subgraphs", "[", "is not JSON"),
        ("--subgraphs", "[]", "has to be JSON"),
        ("--subgraphs", '[{"url": "http://a"}]', 'Subgraph number 1: it needs a "name"'),
        ("--subgraphs", '[{"name": "a"}]', 'Subgraph a: it needs a "url"'),
        ("--subgraphs", '[{"name": "a", "url": "http://u", "sdll": ""}]', '"sdll" means nothing'),
        ("--subgraphs", '[{"name": "a", "url": "http://u", "sdl_file": "none"}]', "cannot be read"),
        (
            "--subgraphs",
            '[{"name": "a", "url": "http://u"}, {"name": "a", "url": "http://u"}]',
            "Two subgraphs",
        ),
        ("--supergraph", "type Query { x: Int }", "NOT_A_SUPERGRAPH"),
        ("--supergraph", "type", "INVALID_GRAPHQL"),
    ],
)
async def test_a_file_that_cannot_be_used_is_told_at_the_start(
    tmp_path: Path, option: str, content: str, told: str
) -> None:
    file = tmp_path / "file"
    file.write_text(content)
    status, said = await refused(option, file)
    assert status == 1
    assert told in said
    assert "Traceback" not in said


async def test_without_a_graph_it_says_what_to_give(tmp_path: Path) -> None:
    assert (await refused())[1].endswith("Give --supergraph FILE or --subgraphs FILE.json.\n")
    status, said = await refused("--supergraph", tmp_path / "none")
    assert status == 1
    assert "cannot be read" in said


async def test_options_that_cannot_be_meant_together_are_told(tmp_path: Path) -> None:
    both = await refused("--supergraph", tmp_path / "a", "--subgraphs", tmp_path / "b")
    assert both == (1, "partline: Give --supergraph FILE or --subgraphs FILE.json, not both.\n")
    status, said = await refused("--supergraph", tmp_path / "a", "--only-trusted")
    assert status == 1
    assert "--trusted-documents" in said


async def test_it_imports_nothing_of_partlines_servers() -> None:
    heavy = (
        "strawberry",
        "sqlalchemy",
        "redis",
        "asyncpg",
        "pydantic",
        "numpy",
        "boto3",
        "arq",
        "jwt",
    )
    code = (
        "import sys, gateway.standalone.server; "
        f"print(*[name for name in {heavy!r} if name in sys.modules])"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await soon("the list of modules", process.communicate())
    assert process.returncode == 0
    assert said.decode().split() == []
