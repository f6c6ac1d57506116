"""Composing and planning on the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.federation import compose, print_supergraph, read_supergraph
from partline.cli import app
from tests.unit.federation.supergraphs.parts import FEDERATION_2_3

BAD = 'type Query { x: Int } type T @key(fields: "no") { id: ID }'


def run(*arguments: object, given: str | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(one) for one in arguments], input=given)
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    file = tmp_path / "subgraphs.json"
    entries = [{"name": one.name, "url": one.url, "sdl": one.sdl} for one in FEDERATION_2_3]
    file.write_text(json.dumps(entries))
    return file


def test_a_list_composes_into_a_supergraph(listed: Path, tmp_path: Path) -> None:
    status, printed, _ = run("compose", listed)
    assert status == 0
    assert printed == print_supergraph(compose(FEDERATION_2_3))
    assert read_supergraph(printed).subgraphs["makers"].url == "http://makers.example/graphql"
    assert run("compose", listed, "-o", tmp_path / "out.graphql")[1] == ""
    assert (tmp_path / "out.graphql").read_text() == printed


def test_hints_are_told_beside_the_supergraph(listed: Path) -> None:
    _, printed, told = run("compose", listed)
    assert "hint OVERRIDDEN_FIELD_CAN_BE_REMOVED" in told
    assert "hint" not in printed


def test_files_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "a.graphql").write_text("type Query { x: Int }")
    status, printed, _ = run("compose", f"a={tmp_path / 'a.graphql'}")
    assert status == 0
    assert '@join__graph(name: "a", url: "")' in printed


def test_every_problem_is_told_with_its_code_and_the_exit_status_is_1(tmp_path: Path) -> None:
    (tmp_path / "a.graphql").write_text(BAD)
    (tmp_path / "b.graphql").write_text(BAD.replace("T @", "U @"))
    status, printed, told = run(
        "compose", f"a={tmp_path / 'a.graphql'}", f"b={tmp_path / 'b.graphql'}"
    )
    assert (status, printed) == (1, "")
    assert told.count("KEY_INVALID_FIELDS [") == 2
    assert told.endswith("partline: 2 problems, no graph.\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("compose", "none.json"), "cannot be read"),
        (("compose", "a=none.graphql"), "cannot be read"),
        (("compose", "a", "b"), "NAME=FILE"),
        (("plan", "{ x }", "--supergraph", "a", "--subgraphs", "b"), "not both"),
        (("plan", "@none.graphql"), "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_answered_with_a_sentence(
    arguments: tuple[str, ...], told: str
) -> None:
    status, _, said = run(*arguments)
    assert status == 1
    assert told in said


def test_a_plan_is_shown_for_a_list_and_for_a_supergraph(listed: Path, tmp_path: Path) -> None:
    file = tmp_path / "supergraph.graphql"
    file.write_text(print_supergraph(compose(FEDERATION_2_3)))
    query = '{ part(id: "1") { name shipping } }'
    status, shown, _ = run("plan", query, "--subgraphs", listed)
    assert status == 0
    assert shown.startswith("QueryPlan {")
    assert 'Fetch(service: "makers")' in shown
    assert run("plan", query, "--supergraph", file)[1] == shown


def test_an_operation_comes_from_a_file_or_standard_input_and_is_chosen_by_name(
    listed: Path, tmp_path: Path
) -> None:
    file = tmp_path / "operations.graphql"
    text = '{ __typename } query B { maker(id: "1") { country } }'.replace("{ __", "query A { __")
    file.write_text(text)
    chosen = run("plan", f"@{file}", "--subgraphs", listed, "--operation", "B")
    assert chosen[0] == 0
    assert "country" in chosen[1]
    piped = run("plan", "-", "--subgraphs", listed, "--operation", "B", given=text)
    assert piped == chosen


def test_partlines_own_graph_is_planned_when_none_is_given() -> None:
    status, shown, _ = run("plan", "{ me { id } }")
    assert status == 0
    assert 'Fetch(service: "accounts")' in shown


def test_an_operation_that_is_not_valid_is_told_why(listed: Path) -> None:
    status, _, said = run("plan", "{ nothing }", "--subgraphs", listed)
    assert status == 1
    assert "GRAPHQL_VALIDATION_FAILED" in said
    assert "nothing" in said


def test_an_option_without_a_name_is_told() -> None:
    status, _, said = run("gateway", "--subgraph-url", "http://a")
    assert status == 2
    assert "NAME=VALUE" in said
