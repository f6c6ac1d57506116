"""The library's README: its example runs, and the tests that it names exist."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import gateway.federation
from tests.unit.federation.rule import Rule
from tests.unit.federation.service import Service

README = Path(gateway.federation.__file__).with_name("README.md").read_text()
HERE = Path(__file__).parent


def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    services: dict[str, Service] = {}

    async def post(url: str, body: bytes) -> dict[str, Any]:
        return services[url.removeprefix("http://").split(".")[0]].answer(json.loads(body))

    names: dict[str, Any] = {"post": post}
    shop, mes = re.findall(r"^(?:SHOP|MES) = '(.*)'$", code, flags=re.MULTILINE)
    order = {"id": "1", "total": 5, "hours": 2.5}
    rule = Rule("", {"shop": shop, "mes": mes}, {"Order": [order]}, ())
    world = rule.world()
    world.types["Query"] = [{"order": lambda **_: next(world.all_of({"Order"}))}]
    services |= {name: Service(name, rule.sdl(name), world) for name in rule.subgraphs}
    exec(compile(code, "README.md", "exec"), names)
    printed = capsys.readouterr().out
    assert 'Fetch(service: "mes")' in printed
    assert "{'data': {'order': {'total': 5, 'hours': 2.5}}}" in printed


def test_every_test_that_it_names_exists() -> None:
    names = set(re.findall(r"`(test_\w+\.py)`", README))
    assert len(names) > 20
    assert [name for name in names if not (HERE / name).exists()] == []


def test_it_names_every_topic_of_rules() -> None:
    assert [one.name for one in HERE.glob("test_rules_*.py") if one.name not in README] == []
