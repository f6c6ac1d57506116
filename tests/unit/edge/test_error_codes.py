"""Partners are told of every code that the door answers with."""

import re
from pathlib import Path

import gateway.edge.graphql
import gateway.federation

ROOT = Path(gateway.edge.graphql.__file__).parents[3]
PLACES = (
    "gateway/edge/graphql",
    "gateway/edge/admission.py",
    "gateway/edge/open_streams.py",
    "gateway/federation/execution",
    "gateway/federation/operations",
)
CODE = re.compile(r'"([A-Z]+(?:_[A-Z]+)+)"')
# Codes of subgraphs that the gateway only knows how to read.
OF_OTHERS = {"DOWNSTREAM_SERVICE_ERROR", "INTERNAL_SERVER_ERROR"}


def codes() -> set[str]:
    files = [
        file
        for place in PLACES
        for file in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))
    ]
    return {code for file in files for code in CODE.findall(file.read_text())} - OF_OTHERS


def test_every_code_is_explained_to_partners() -> None:
    explained = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs/partners.md").read_text()))
    assert codes() - explained == set()
    assert {"TOO_MANY_REQUESTS", "OPERATION_TOO_LARGE", "STREAM_TOO_SLOW"} <= codes()
