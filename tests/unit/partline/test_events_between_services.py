"""What a service needs, to ask the others for events that it missed."""

import pytest
from pydantic import SecretStr

from partline.wiring.errors import MissingSettingError, WrongSettingError
from partline.wiring.journals import journals_of
from partline.wiring.settings import load_settings
from partline.wiring.subgraph import single_subgraph
from shared.messaging.journal_http import HttpJournal
from shared.messaging.journal_key import ServiceKey
from shared.messaging.journal_sql import SqlJournal
from shared.settings import SERVICES, Settings
from subgraphs.crm.main import create
from tests.runtimes import unconnected

KEY = ServiceKey(SecretStr("k" * 32))
URLS = {name: f"http://{name}:8000/" for name in SERVICES}


async def test_a_service_without_the_key_does_not_start() -> None:
    with pytest.raises(MissingSettingError, match="PARTLINE_SERVICE_KEY"):
        async with single_subgraph("crm", Settings(subgraph_urls=URLS)):
            raise AssertionError("it started")


async def test_a_service_that_does_not_know_where_a_producer_is_does_not_start() -> None:
    service = create(unconnected("crm"))
    known = Settings(subgraph_urls={name: URLS[name] for name in SERVICES if name != "shop"})
    with pytest.raises(MissingSettingError, match=r"PARTLINE_SUBGRAPH_URLS .* the address of shop"):
        async with journals_of(service, known, KEY):
            raise AssertionError("it started")


async def test_a_service_reads_its_own_events_in_its_database_and_those_of_others_there() -> None:
    service = create(unconnected("crm"))
    async with journals_of(service, Settings(subgraph_urls=URLS), KEY) as journals:
        assert isinstance(journals["crm"], SqlJournal)
        assert isinstance(journals["shop"], HttpJournal)
        for consumer in service.consumers:
            assert set(consumer.producers) <= set(journals)


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("PARTLINE_SERVICE_KEY", "short", "at least 32"),
        ("PARTLINE_EVENT_RETENTION_DAYS", "29", "greater than or equal to 30"),
    ],
)
def test_a_setting_that_would_not_be_safe_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, variable: str, value: str, reason: str
) -> None:
    monkeypatch.setenv("PARTLINE_HOME", str(tmp_path))
    monkeypatch.setenv(variable, value)
    with pytest.raises(WrongSettingError, match=f"{variable}: .*{reason}") as refused:
        load_settings()
    assert value == "29" or value not in str(refused.value)
