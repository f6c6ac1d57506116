"""What the log would get of a statement that failed."""

import pytest
import sqlalchemy as sa

from tests.integration.accounts.service import Accounts


async def test_an_error_of_the_database_does_not_tell_the_values(accounts: Accounts) -> None:
    with pytest.raises(sa.exc.DBAPIError) as failed:
        async with accounts.runtime.database.reading() as session:
            await session.execute(
                sa.text("select * from nowhere where password_hash = :value"),
                {"value": "$argon2id$secret"},
            )
    assert "nowhere" in str(failed.value)
    assert "$argon2id$secret" not in str(failed.value)
