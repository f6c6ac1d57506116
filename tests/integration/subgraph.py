"""A subgraph asked as the gateway asks it, with its outbox to look into."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import boto3
import sqlalchemy as sa
from pydantic import SecretStr

from shared.graphql import GraphQLEndpoint
from shared.identity import Identity, TokenSigner, TokenVerifier, new_key_pair
from shared.messaging.envelope import Envelope
from shared.messaging.event import Event
from shared.messaging.inbox import Inbox
from shared.messaging.outbox_rows import envelope_of
from shared.messaging.tables import outbox
from shared.service import QueueUnavailable, Service
from shared.settings import Settings
from tests.envelopes import sent
from tests.integration.asking import Asking
from tests.servers import ObjectStore


@dataclass
class Calls:
    """A queue that keeps its calls for the test to run, or cannot be reached."""

    made: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    reachable: bool = True

    async def enqueue(
        self, pool: str, task: str, *arguments: str, call_id: str | None = None
    ) -> None:
        if not self.reachable:
            raise QueueUnavailable("the queue is away")
        self.made.append((pool, task, arguments))

    async def waiting(self, pool: str, call_ids: Collection[str]) -> frozenset[str]:
        """None: a test that sweeps has taken the calls or lost them."""
        return frozenset()

    async def forget(self, pool: str, call_ids: Collection[str]) -> None:
        """There is nothing that a killed worker could have kept."""


class Subgraph(Asking):
    """One service and whoever asks it."""

    def __init__(self, service: Service) -> None:
        private, public = new_key_pair()
        verifier = TokenVerifier(public)
        endpoint = GraphQLEndpoint(service.name, service.schema, verifier, service.runtime)
        super().__init__(endpoint, TokenSigner(private))
        self.service = service
        self.database = service.runtime.database
        self._versions: dict[UUID, int] = {}

    async def published(self, aggregate_id: UUID | None = None) -> list[Event]:
        """What is in the outbox, oldest first; of one aggregate if it is named."""
        query = sa.select(outbox).order_by(outbox.c.seq)
        if aggregate_id is not None:
            query = query.where(outbox.c.aggregate_id == aggregate_id)
        async with self.database.reading() as session:
            rows = (await session.execute(query)).all()
        return [envelope_of(self.service.name, row).event() for row in rows]

    def envelope(self, producer: str, aggregate_id: UUID, event: Event) -> Envelope:
        """`event` as the next one of its aggregate, as the bus would bring it."""
        self._versions[aggregate_id] = self._versions.get(aggregate_id, 0) + 1
        return sent(producer, event, aggregate_id, self._versions[aggregate_id])

    async def receive(self, envelope: Envelope) -> None:
        """Let every consumer of the service that listens to its producer have the envelope."""
        for consumer in self.service.consumers:
            if envelope.producer in consumer.producers:
                await Inbox(self.database, consumer).receive(envelope)


def somebody(*roles: str, subject: UUID | None = None) -> Identity:
    """A caller with these roles."""
    return Identity(subject=subject or uuid4(), roles=frozenset(roles))


def create_bucket(store: ObjectStore, bucket: str) -> None:
    """A new bucket."""
    client = boto3.client(
        "s3",
        endpoint_url=store.endpoint,
        region_name=store.region,
        aws_access_key_id=store.access_key,
        aws_secret_access_key=store.secret_key,
    )
    client.create_bucket(Bucket=bucket)


def storage_settings(store: ObjectStore, bucket: str, **more: Any) -> Settings:
    """Settings for this bucket."""
    return Settings(
        s3_endpoint=store.endpoint,
        s3_region=store.region,
        s3_bucket=bucket,
        s3_access_key=store.access_key,
        s3_secret_key=SecretStr(store.secret_key),
        **more,
    )
