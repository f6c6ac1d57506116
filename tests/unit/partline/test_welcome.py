"""What a person reads when everything is ready."""

from pathlib import Path

from partline.supervisor.record import RunRecord
from partline.welcome import welcome
from shared.settings import Settings
from subgraphs.accounts.demo.seed import DEMO_ACCOUNTS

LOGS = Path("/somewhere/logs")
RECORD = RunRecord(pid=1, address="http://127.0.0.1:8010", mode="together", ready_seconds=7.25)


def test_it_names_accounts_that_exist_with_their_password_and_key() -> None:
    text = welcome(RECORD, 412_000_000, LOGS)
    named = {account.email for account in DEMO_ACCOUNTS} - {"operator2@partline.example"}
    assert named == {word for word in text.split() if word.endswith("@partline.example")}
    settings = Settings()
    assert settings.demo_password.get_secret_value() in text
    assert settings.demo_api_key.get_secret_value() in text


def test_it_tells_address_time_and_memory() -> None:
    text = welcome(RECORD, 412_000_000, LOGS)
    assert "Partline is ready at http://127.0.0.1:8010  (7.2 s, 412 MB)" in text


def test_it_says_where_the_logs_are_and_what_stops_it_from_here() -> None:
    assert "/somewhere/logs" in welcome(RECORD, 412_000_000, LOGS)
    assert "Ctrl-C" in welcome(RECORD, 412_000_000, LOGS)
    assert "Ctrl-C" not in welcome(RECORD, 412_000_000, LOGS, detached=True)
