"""The embedded servers, as every test and `partline up` get them."""

import asyncpg
import boto3
import httpx
import pytest
from redis.asyncio import Redis

from shared.settings import SERVICES
from tests.servers import ObjectStore, PostgresServer


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_opens_its_own_database(postgres: PostgresServer, service: str) -> None:
    connection = await asyncpg.connect(postgres.dsn(service))
    try:
        assert await connection.fetchval("SELECT current_database()") == service
        await connection.execute("CREATE TABLE probe (id int)")
        await connection.execute("DROP TABLE probe")
    finally:
        await connection.close()


@pytest.mark.parametrize("role", SERVICES)
async def test_a_role_cannot_open_the_database_of_another_service(
    postgres: PostgresServer, role: str
) -> None:
    others = [name for name in SERVICES if name != role]
    for database in [*others, "postgres", "template1"]:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="CONNECT privilege"):
            await asyncpg.connect(postgres.dsn(database, role))


async def test_a_wrong_password_is_refused(postgres: PostgresServer) -> None:
    dsn = postgres.dsn("shop").replace(postgres.passwords["shop"], "wrong")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(dsn)


async def test_text_sorts_by_code_point_in_utf_8(postgres: PostgresServer) -> None:
    connection = await asyncpg.connect(postgres.dsn("shop"))
    try:
        row = await connection.fetchrow(
            "SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider, datlocale"
            " FROM pg_database WHERE datname = 'shop'"
        )
        assert row is not None
        assert (row["encoding"], row["datlocprovider"], row["datlocale"]) == (
            "UTF8",
            b"b",
            "C.UTF-8",
        )
    finally:
        await connection.close()


async def test_valkey_keeps_what_it_is_given(valkey_url: str) -> None:
    client = Redis.from_url(valkey_url)
    try:
        assert (await client.config_get("maxmemory-policy"))["maxmemory-policy"] == "noeviction"
        assert (await client.config_get("appendonly"))["appendonly"] == "yes"
    finally:
        await client.aclose()


def test_the_object_store_returns_what_it_was_given(s3: ObjectStore) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=s3.endpoint,
        aws_access_key_id=s3.access_key,
        aws_secret_access_key=s3.secret_key,
        region_name=s3.region,
    )
    client.create_bucket(Bucket="probe")
    client.put_object(Bucket="probe", Key="a", Body=b"solid")
    assert client.get_object(Bucket="probe", Key="a")["Body"].read() == b"solid"


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("http://127.0.0.1:8000", "http://127.0.0.1:8000"), ("http://elsewhere.test", None)],
)
async def test_only_pages_of_the_gateway_may_upload(
    s3: ObjectStore, origin: str, allowed: str | None
) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.options(
            f"{s3.endpoint}/probe/a",
            headers={"Origin": origin, "Access-Control-Request-Method": "PUT"},
        )
    assert answer.headers.get("Access-Control-Allow-Origin") == allowed
