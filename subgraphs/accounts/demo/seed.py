"""One account for each role, to try everything with; only where `settings.demo` says so."""

from dataclasses import dataclass

from shared.ids import demo_id
from shared.service import Runtime
from subgraphs.accounts.account.password import hash_password
from subgraphs.accounts.account.registration import registration
from subgraphs.accounts.account.repository import account_by_email
from subgraphs.accounts.account.service import open_account
from subgraphs.accounts.api_key.service import store_key


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody to sign in as."""

    email: str
    name: str
    role: str


DEMO_ACCOUNTS = (
    DemoAccount("shopper@partline.example", "Sam Shopper", "customer"),
    DemoAccount("crm@partline.example", "Cleo Carr", "crm"),
    DemoAccount("operator@partline.example", "Otis Orr", "operator"),
    DemoAccount("operator2@partline.example", "Olga Ott", "operator"),
    DemoAccount("manager@partline.example", "Mina Moss", "manager"),
    DemoAccount("partner@partline.example", "Bracket & Sons", "partner"),
)


async def seed(runtime: Runtime) -> None:
    """Make the demo accounts that are missing; another run changes nothing."""
    if not runtime.settings.demo:
        return
    for account in DEMO_ACCOUNTS:
        await _make(runtime, account)


async def _make(runtime: Runtime, demo: DemoAccount) -> None:
    settings, database = runtime.settings, runtime.database
    async with database.reading() as session:
        if await account_by_email(session, demo.email) is not None:
            return
    wanted = registration(
        demo.email, demo.name, settings.demo_password.get_secret_value(), [demo.role]
    )
    password_hash = await hash_password(wanted.password)
    async with database.transaction() as session:
        row = await open_account(
            session, wanted, password_hash, account_id=demo_id("account", demo.email)
        )
        if demo.role == "partner":
            key = settings.demo_api_key.get_secret_value()
            await store_key(session, key, account_id=row.id, name="Demo")
