"""The schema of accounts."""

import strawberry

from shared.graphql import delivery
from shared.graphql.delivery import DeliveryDone, ServiceDelivery
from shared.graphql.schema import build_schema
from subgraphs.accounts.account.schema import AccountMutation, AccountQuery
from subgraphs.accounts.api_key.schema import ApiKeyMutation, ApiKeyQuery
from subgraphs.accounts.identity.schema import IdentityQuery
from subgraphs.accounts.session.schema import SessionMutation


@strawberry.type
class Query(AccountQuery, ApiKeyQuery, IdentityQuery):
    """What accounts can tell."""

    accounts_delivery: ServiceDelivery | None = strawberry.field(
        resolver=delivery.service_delivery, description=delivery.ABOUT
    )


@strawberry.type
class Mutation(AccountMutation, SessionMutation, ApiKeyMutation):
    """What accounts can do."""

    accounts_redrive: DeliveryDone = strawberry.mutation(
        resolver=delivery.redrive, description=delivery.REDRIVE
    )
    accounts_discard: DeliveryDone = strawberry.mutation(
        resolver=delivery.discard, description=delivery.DISCARD
    )


schema = build_schema(query=Query, mutation=Mutation)
