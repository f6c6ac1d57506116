"""What has to be done once before the services can run: databases, tables, bucket, data."""

from urllib.parse import urlsplit

import boto3
import structlog
from botocore.exceptions import ClientError

from db.durability import UnsafeDatabase
from db.engine import Database
from db.migrate import upgrade
from partline.provisioning import provision
from partline.wiring.errors import UnsafeDatabaseError
from partline.wiring.resources import opened
from partline.wiring.services import create_service
from shared.settings import SERVICES, Settings

_log = structlog.get_logger(__name__)


async def refuse_unsafe_databases(settings: Settings) -> None:
    """Raise UnsafeDatabaseError if a PostgreSQL with an address may forget what it confirmed.

    Raises DatabaseUnavailable.
    """
    for service, url in settings.database_urls.items():
        database = Database(url.get_secret_value(), name=service, durable=True)
        try:
            await database.check()
        except UnsafeDatabase as error:
            raise UnsafeDatabaseError(str(error)) from error
        finally:
            await database.close()


async def provide_databases(settings: Settings, administrator_url: str) -> None:
    """Create the role and the database of each service that has an address."""
    passwords = {
        service: urlsplit(url.get_secret_value()).password or ""
        for service, url in settings.database_urls.items()
    }
    await provision(administrator_url, passwords)


def migrate_databases(settings: Settings) -> None:
    """Bring every database that has an address to the newest version of its tables."""
    for service, url in settings.database_urls.items():
        upgrade(service, url.get_secret_value())


def provide_bucket(settings: Settings) -> None:
    """Create the bucket of the models unless it is there."""
    client = boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint,
        region_name=settings.s3_region,
        aws_access_key_id=settings.s3_access_key,
        aws_secret_access_key=settings.s3_secret_key.get_secret_value(),
    )
    try:
        client.head_bucket(Bucket=settings.s3_bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
            raise
        client.create_bucket(Bucket=settings.s3_bucket)


async def seed(settings: Settings) -> None:
    """Let every service put in what it cannot be without and, with `demo`, demo data."""
    async with opened(settings) as resources:
        for name in SERVICES:
            service = create_service(name, resources)
            if service.seed is not None:
                await service.seed()
                _log.info("seeded", service=name)
