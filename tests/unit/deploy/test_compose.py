"""compose.yaml: valid by the specification, and the same processes as `partline up --processes`."""

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from typer.testing import CliRunner

from partline.cli import app
from partline.launch import DATABASES_VARIABLE
from partline.topology import SETUP, Mode, parts
from shared.settings import SERVICES, Settings

ROOT = Path(__file__).parents[3]
OURS = {part.name: part for part in (SETUP, *parts(Mode.PROCESSES))}
MODULES = {"objects": "partline.embedded.objects", "mailbox": "partline.embedded.mailbox"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded = yaml.safe_load((ROOT / "compose.yaml").read_text())
    assert isinstance(loaded, dict)
    return loaded


def test_it_follows_the_compose_specification(compose: dict[str, Any]) -> None:
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    errors = list(Draft7Validator(json.loads(schema.read_text())).iter_errors(compose))
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


def test_every_process_is_a_container_and_the_other_way_round(compose: dict[str, Any]) -> None:
    servers = {"postgres", "valkey", "rabbitmq", *MODULES}
    assert set(compose["services"]) == set(OURS) | servers


@pytest.mark.parametrize("name", OURS)
def test_a_container_runs_the_command_of_its_process(compose: dict[str, Any], name: str) -> None:
    assert tuple(compose["services"][name]["command"]) == OURS[name].arguments
    assert "entrypoint" not in compose["services"][name]


@pytest.mark.parametrize("name", OURS)
def test_the_command_line_knows_each_command(compose: dict[str, Any], name: str) -> None:
    result = CliRunner().invoke(app, [*compose["services"][name]["command"], "--help"])
    assert result.exit_code == 0, result.output
    unknown = CliRunner().invoke(app, [compose["services"][name]["command"][0], "--unknown"])
    assert unknown.exit_code == 2


@pytest.mark.parametrize("name", MODULES)
def test_the_servers_of_our_own_run_as_the_supervisor_runs_them(
    compose: dict[str, Any], name: str
) -> None:
    assert compose["services"][name]["entrypoint"] == ["python", "-m", MODULES[name]]


@pytest.mark.parametrize("name", OURS)
def test_every_setting_is_one_that_a_process_reads(compose: dict[str, Any], name: str) -> None:
    known = {f"PARTLINE_{field.upper()}" for field in Settings.model_fields}
    known.add("PARTLINE_ADMINISTRATOR_URL")
    assert set(compose["services"][name]["environment"]) <= known


@pytest.mark.parametrize("name", OURS)
def test_a_process_gets_the_databases_that_are_its_own(compose: dict[str, Any], name: str) -> None:
    given = compose["services"][name]["environment"].get(DATABASES_VARIABLE, "{}")
    urls = json.loads(re.sub(r"\$\{(\w+)[^}]*\}", r"\1", given))
    assert set(urls) == set(OURS[name].databases)
    for service, url in urls.items():
        password = f"DATABASE_PASSWORD_{service.upper()}"
        assert url == f"postgresql://{service}:{password}@postgres/{service}"


def test_the_bus_is_rabbitmq_and_keeps_its_data(compose: dict[str, Any]) -> None:
    broker = compose["services"]["rabbitmq"]
    assert broker["volumes"] == ["rabbitmq:/var/lib/rabbitmq"]
    assert broker["hostname"] == "rabbitmq", "its data are filed under its host's name"
    user = broker["environment"]["RABBITMQ_DEFAULT_USER"]
    password = broker["environment"]["RABBITMQ_DEFAULT_PASS"]
    for name in OURS:
        environment = compose["services"][name]["environment"]
        assert environment["PARTLINE_BUS_URL"] == f"amqp://{user}:{password}@rabbitmq:5672/"
        assert environment["PARTLINE_REDIS_URL"].endswith("@valkey:6379/0")


def test_only_the_gateway_can_sign(compose: dict[str, Any]) -> None:
    holders = [
        name
        for name, service in compose["services"].items()
        if "PARTLINE_SIGNING_PRIVATE_KEY" in service.get("environment", {})
    ]
    assert holders == [name for name, part in OURS.items() if part.signs] == ["gateway"]


def test_the_services_alone_know_the_secret_between_them(compose: dict[str, Any]) -> None:
    holders = {
        name
        for name, service in compose["services"].items()
        if "PARTLINE_SERVICE_KEY" in service.get("environment", {})
    }
    assert holders == set(SERVICES)
    for name in SERVICES:
        urls = json.loads(compose["services"][name]["environment"]["PARTLINE_SUBGRAPH_URLS"])
        assert urls == {service: f"http://{service}:8000" for service in SERVICES}


def test_only_the_gateway_and_the_uploads_are_reachable_from_outside(
    compose: dict[str, Any],
) -> None:
    published = {name for name, service in compose["services"].items() if "ports" in service}
    assert published == {"gateway", "objects"}


def test_every_variable_is_one_that_the_secrets_command_prints(compose: dict[str, Any]) -> None:
    printed = set(re.findall(r"^(\w+)=", CliRunner().invoke(app, ["secrets"]).output, re.MULTILINE))
    used = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text()))
    assert used - {"PORT", "OBJECTS_PORT"} == printed
