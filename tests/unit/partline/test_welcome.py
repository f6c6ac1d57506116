"""What a person reads when everything is ready."""

from partline.supervisor.record import RunRecord
from partline.welcome import welcome
from shared.settings import Settings
from subgraphs.accounts.demo.seed import DEMO_ACCOUNTS

RECORD = RunRecord(pid=1, address="http://127.0.0.1:8010", mode="together", ready_seconds=7.25)


def test_it_names_accounts_that_exist_with_their_password_and_key() -> None:
    text = welcome(RECORD, 412_000_000)
    named = {account.email for account in DEMO_ACCOUNTS} - {"operator2@partline.example"}
    assert named == {word for word in text.split() if word.endswith("@partline.example")}
    settings = Settings()
    assert settings.demo_password.get_secret_value() in text
    assert settings.demo_api_key.get_secret_value() in text


def test_it_tells_address_time_and_memory() -> None:
    text = welcome(RECORD, 412_000_000)
    assert "Partline is ready at http://127.0.0.1:8010  (7.2 s, 412 MB)" in text
