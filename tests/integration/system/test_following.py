"""A partner follows an order as docs/partners.md shows it, in both shapes of the system."""

import re
from pathlib import Path

import pytest

from jobs.models.samples import write_sample
from tests.integration.system.test_graph import ADDRESS, SUBMIT
from tests.shell import run_lines
from tests.system import PARTNER_KEY, System
from tests.uploads import upload

ROOT = Path(__file__).parents[3]
FOLLOW = re.compile(r"<!-- follow:begin -->\n```bash\n(.*?)```\n<!-- follow:end -->", re.DOTALL)


@pytest.mark.parametrize("shape", ["system", "separate"])
def test_the_lines_that_wait_for_a_price_work_as_they_stand(
    shape: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    running: System = request.getfixturevalue(shape)
    found = FOLLOW.search((ROOT / "docs/partners.md").read_text())
    assert found is not None
    write_sample("bracket", tmp_path / "bracket.stl")
    partner = running.partner()
    model = upload(partner, tmp_path / "bracket.stl")
    line = {"modelId": model["id"], "material": "PETG", "finish": "raw", "quantity": 3}
    submission = {"idempotencyKey": model["id"], "lines": [line], "address": ADDRESS}
    order = partner.data(SUBMIT, {"input": submission})["submitOrder"]["id"]
    printed = run_lines(
        found.group(1),
        {"PARTLINE": running.address, "KEY": PARTNER_KEY, "ORDER": order},
        seconds=120,
    )
    events = [line for line in printed.splitlines() if line.startswith("data: ")]
    assert '"PRICED"' in events[-1], printed
    assert '"text"' in events[-1]
    assert "errors" not in printed
