"""The schema of accounts."""

import strawberry

from shared.graphql.schema import build_schema
from subgraphs.accounts.account.schema import AccountMutation, AccountQuery
from subgraphs.accounts.api_key.schema import ApiKeyMutation, ApiKeyQuery
from subgraphs.accounts.identity.schema import IdentityQuery
from subgraphs.accounts.session.schema import SessionMutation


@strawberry.type
class Query(AccountQuery, ApiKeyQuery, IdentityQuery):
    """What accounts can tell."""


@strawberry.type
class Mutation(AccountMutation, SessionMutation, ApiKeyMutation):
    """What accounts can do."""


schema = build_schema(query=Query, mutation=Mutation)
