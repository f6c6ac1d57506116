"""How the stand-alone gateway behaves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.edge.graphql.answering import AnsweringSettings
from gateway.edge.transport.http import HttpLimits
from gateway.edge.transport.patience import Patience
from gateway.federation import Limits

if TYPE_CHECKING:
    from gateway.edge.graphql.bearer import BearerTokens


@dataclass(frozen=True, slots=True)
class StandaloneSettings:
    """Times in seconds.

    `forwarded_headers` of a client's request go to the subgraphs, no others. `origins` are those
    whose pages may ask (`*` for all). `trusted_documents` are known by their id; with
    `only_trusted_documents` nothing else is executed. `addresses` replace those of the subgraphs
    by name, `subscription_addresses` those for subscriptions. `tokens` say what the bearer of one
    may see; without them everybody is a stranger to `@authenticated` and its like. Files are
    looked at every second, subgraphs asked for their schema every `poll_seconds`; 0: only until
    they have told it.
    """

    forwarded_headers: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    answering: AnsweringSettings = field(default_factory=AnsweringSettings)
    limits: Limits = field(default_factory=Limits)
    patience: Patience = field(default_factory=Patience)
    http: HttpLimits = field(
        default_factory=lambda: HttpLimits(connections=1024, connections_to_one=256)
    )
    addresses: Mapping[str, str] = field(default_factory=dict)
    subscription_addresses: Mapping[str, str] = field(default_factory=dict)
    trusted_documents: Mapping[str, str] = field(default_factory=dict)
    only_trusted_documents: bool = False
    persisted_query_bytes: int = 16 * 1024 * 1024
    tokens: "BearerTokens | None" = None
    override_labels: frozenset[str] = frozenset()
    explorer: bool = True
    mask_errors: bool = True
    show_plans: bool = False
    poll_seconds: float = 10.0
