import asyncio
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from shared.identity import Identity
from shared.messaging.tables import outbox
from subgraphs.accounts.identity.repository import MOST_VISITORS, remember_visitor
from subgraphs.accounts.session.tables import SessionRow
from tests.integration.accounts.service import Accounts, somebody

REGISTER = """mutation($email: String!, $password: String! = "analytical engine") {
  register(email: $email, name: "Ada", password: $password) { token expiresAt account { id roles } }
}"""
SIGN_IN = """mutation($email: String!, $password: String! = "analytical engine") {
  signIn(email: $email, password: $password) { token account { id email } }
}"""
SESSION = """query($token: String!) {
  sessionIdentity(token: $token) { subject also roles scopes partner name email }
}"""
GATEWAY = somebody("gateway")


def an_email() -> str:
    return f"{uuid4().hex}@example.com"


async def granted(accounts: Accounts, token: str) -> dict[str, Any] | None:
    grant: dict[str, Any] | None = (await accounts.data(GATEWAY, SESSION, token=token))[
        "sessionIdentity"
    ]
    return grant


def as_identity(grant: dict[str, Any]) -> Identity:
    return somebody(*grant["roles"], subject=grant["subject"], scopes=tuple(grant["scopes"]))


async def test_a_visitor_who_registers_keeps_the_id_that_owns_its_drafts(
    accounts: Accounts,
) -> None:
    visitor = somebody("visitor")
    opened = (await accounts.data(visitor, REGISTER, email=an_email()))["register"]
    assert opened["account"] == {"id": str(visitor.subject), "roles": ["CUSTOMER"]}


async def test_a_second_account_from_the_same_browser_gets_an_id_of_its_own(
    accounts: Accounts,
) -> None:
    visitor = somebody("visitor")
    await accounts.data(visitor, REGISTER, email=an_email())
    second = (await accounts.data(visitor, REGISTER, email=an_email()))["register"]
    assert second["account"]["id"] != str(visitor.subject)


async def test_registering_tells_the_other_services_in_the_same_transaction(
    accounts: Accounts,
) -> None:
    visitor, email = somebody("visitor"), an_email()
    await accounts.data(visitor, REGISTER, email=email)
    async with accounts.runtime.database.reading() as session:
        event = (
            await session.execute(sa.select(outbox).where(outbox.c.aggregate_id == visitor.subject))
        ).one()
    assert event.type == "AccountRegistered"
    assert event.payload["email"] == email
    assert event.payload["roles"] == ["customer"]


async def test_a_taken_email_address_is_refused_in_any_spelling_and_tells_nobody(
    accounts: Accounts,
) -> None:
    email, second = an_email(), somebody("visitor")
    await accounts.data(somebody("visitor"), REGISTER, email=email)
    assert await accounts.code(second, REGISTER, email=email.upper()) == "EMAIL_TAKEN"
    async with accounts.runtime.database.reading() as session:
        told = await session.scalar(
            sa.select(sa.func.count()).where(outbox.c.aggregate_id == second.subject)
        )
    assert told == 0


async def test_two_who_register_one_address_at_once_make_one_account(accounts: Accounts) -> None:
    email = an_email()
    answers = await asyncio.gather(
        *(accounts.ask(somebody("visitor"), REGISTER, email=email) for _ in range(4))
    )
    assert sum("errors" not in answer for answer in answers) == 1


async def test_a_session_names_its_account_and_the_visitor_it_was(accounts: Accounts) -> None:
    email, visitor = an_email(), somebody("visitor")
    account = (await accounts.data(somebody("visitor"), REGISTER, email=email))["register"]
    opened = (await accounts.data(visitor, SIGN_IN, email=f" {email.upper()} "))["signIn"]
    grant = await granted(accounts, opened["token"])
    assert grant is not None
    assert grant["subject"] == account["account"]["id"]
    assert grant["also"] == [str(visitor.subject)]
    assert grant["roles"] == ["customer"]
    assert grant["email"] == email


async def test_every_session_names_all_the_visitors_its_account_ever_was(
    accounts: Accounts,
) -> None:
    email, home, office = an_email(), somebody("visitor"), somebody("visitor")
    account = (await accounts.data(somebody("visitor"), REGISTER, email=email))["register"]
    await accounts.data(home, SIGN_IN, email=email)
    async with accounts.runtime.database.transaction() as session:
        await session.execute(
            sa.delete(SessionRow).where(SessionRow.account_id == UUID(account["account"]["id"]))
        )
    for _ in range(2):
        opened = (await accounts.data(office, SIGN_IN, email=email))["signIn"]
    grant = await granted(accounts, opened["token"])
    assert grant is not None
    assert grant["also"] == [str(office.subject), str(home.subject)]


async def test_the_visitor_that_became_the_account_is_not_named_twice(accounts: Accounts) -> None:
    opened = (await accounts.data(somebody("visitor"), REGISTER, email=an_email()))["register"]
    grant = await granted(accounts, opened["token"])
    assert grant is not None
    assert grant["also"] == []


async def test_an_account_is_never_another_account(accounts: Accounts) -> None:
    """One browser, two people: the second owns nothing of what the first makes from now on."""
    email, before, after = an_email(), somebody("visitor"), somebody("visitor")
    await accounts.data(somebody("visitor"), REGISTER, email=email)
    await accounts.data(before, SIGN_IN, email=email)
    await accounts.data(before, REGISTER, email=an_email())
    await accounts.data(after, REGISTER, email=an_email())
    opened = (await accounts.data(after, SIGN_IN, email=email))["signIn"]
    grant = await granted(accounts, opened["token"])
    assert grant is not None
    assert grant["also"] == []

    twice = (await accounts.data(after, REGISTER, email=an_email()))["register"]
    grant = await granted(accounts, twice["token"])
    assert grant is not None
    assert grant["also"] == []


async def test_of_very_many_visitors_the_newest_are_named(accounts: Accounts) -> None:
    email, newest = an_email(), somebody("visitor")
    account = (await accounts.data(somebody("visitor"), REGISTER, email=email))["register"]
    async with accounts.runtime.database.transaction() as session:
        for _ in range(MOST_VISITORS):
            await remember_visitor(session, UUID(account["account"]["id"]), uuid4())
    opened = (await accounts.data(newest, SIGN_IN, email=email))["signIn"]
    grant = await granted(accounts, opened["token"])
    assert grant is not None
    assert len(grant["also"]) == MOST_VISITORS
    assert grant["also"][0] == str(newest.subject)


async def test_a_session_is_stored_as_a_hash_alone(accounts: Accounts) -> None:
    opened = (await accounts.data(somebody("visitor"), REGISTER, email=an_email()))["register"]
    async with accounts.runtime.database.reading() as session:
        hashes = (await session.scalars(sa.select(SessionRow.token_hash))).all()
    assert opened["token"].encode() not in hashes


async def test_signing_out_ends_this_session_and_no_other(accounts: Accounts) -> None:
    email = an_email()
    first = (await accounts.data(somebody("visitor"), REGISTER, email=email))["register"]["token"]
    second = (await accounts.data(somebody("visitor"), SIGN_IN, email=email))["signIn"]["token"]
    grant = await granted(accounts, first)
    assert grant is not None
    signed_out = await accounts.data(as_identity(grant), "mutation { signOut }")
    assert signed_out == {"signOut": True}
    assert await granted(accounts, first) is None
    assert await granted(accounts, second) is not None


async def test_who_is_not_signed_in_has_nothing_to_sign_out_of(accounts: Accounts) -> None:
    assert await accounts.data(somebody("visitor"), "mutation { signOut }") == {"signOut": False}


async def test_an_expired_session_stands_for_nobody(accounts: Accounts) -> None:
    visitor = somebody("visitor")
    opened = (await accounts.data(visitor, REGISTER, email=an_email()))["register"]
    async with accounts.runtime.database.transaction() as session:
        await session.execute(
            sa.update(SessionRow)
            .where(SessionRow.account_id == visitor.subject)
            .values(expires_at=sa.func.now())
        )
    assert await granted(accounts, opened["token"]) is None


async def test_a_wrong_password_and_an_unknown_address_answer_alike(accounts: Accounts) -> None:
    email = an_email()
    await accounts.data(somebody("visitor"), REGISTER, email=email)
    wrong = await accounts.ask(somebody("visitor"), SIGN_IN, email=email, password="not the one")
    unknown = await accounts.ask(somebody("visitor"), SIGN_IN, email=an_email())
    assert wrong["errors"] == unknown["errors"]
    assert wrong["errors"][0]["extensions"]["code"] == "WRONG_PASSWORD"


async def test_guessing_is_slowed_down_also_for_the_right_password(accounts: Accounts) -> None:
    email = an_email()
    await accounts.data(somebody("visitor"), REGISTER, email=email)
    codes = [
        await accounts.code(somebody("visitor"), SIGN_IN, email=email, password="not the one")
        for _ in range(5)
    ]
    assert codes == ["WRONG_PASSWORD"] * 5
    answer = await accounts.ask(somebody("visitor"), SIGN_IN, email=email)
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "TOO_MANY_ATTEMPTS"
    assert error["extensions"]["retryAfter"] >= 1


async def test_guesses_sent_at_once_are_counted_one_by_one(accounts: Accounts) -> None:
    email = an_email()
    codes = await asyncio.gather(
        *(accounts.code(somebody("visitor"), SIGN_IN, email=email) for _ in range(12))
    )
    assert codes.count("WRONG_PASSWORD") == 5


async def test_a_success_forgets_the_failures_before_it(accounts: Accounts) -> None:
    email = an_email()
    await accounts.data(somebody("visitor"), REGISTER, email=email)
    for _ in range(3):
        for _ in range(4):
            code = await accounts.code(
                somebody("visitor"), SIGN_IN, email=email, password="not the one"
            )
            assert code == "WRONG_PASSWORD"
        await accounts.data(somebody("visitor"), SIGN_IN, email=email)


async def test_a_visitor_that_registered_is_told_to_the_gateway(accounts: Accounts) -> None:
    question = "query($id: ID!) { visitorIsAccount(visitor: $id) }"
    visitor = somebody("visitor")
    before = await accounts.data(GATEWAY, question, id=str(visitor.subject))
    await accounts.data(visitor, REGISTER, email=an_email())
    after = await accounts.data(GATEWAY, question, id=str(visitor.subject))
    assert (before["visitorIsAccount"], after["visitorIsAccount"]) == (False, True)
