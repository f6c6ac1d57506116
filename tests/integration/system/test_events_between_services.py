"""What services tell each other is not for the public address."""

import json

import httpx
import pytest
from pydantic import SecretStr

from shared.messaging.journal_key import ServiceKey
from shared.messaging.journal_wire import AFTER_PATH, BODIES_PATH, KEY_HEADER
from tests.system import System


@pytest.mark.parametrize("path", [AFTER_PATH, BODIES_PATH])
def test_events_cannot_be_read_through_the_gateway_even_with_the_key(
    system: System, path: str
) -> None:
    secrets = json.loads((system.home / "secrets.json").read_text())
    token = ServiceKey(SecretStr(secrets["service key"])).token("crm", "shop")
    question = {"cursor": None, "limit": 1}
    answer = httpx.post(system.address + path, json=question, headers={KEY_HEADER: token})
    assert answer.status_code == 404
    assert "listed" not in answer.text
