"""The settings of the public door."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.edge.graphql.answering import AnsweringSettings
from gateway.edge.open_streams import StreamLimits
from gateway.edge.rate_limits.policy import RatePolicy
from gateway.edge.transport.patience import Patiences
from gateway.federation import Limits

# Our largest page is estimated at some 450.
PUBLIC_LIMITS = Limits(cost=10_000)


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    """How the public door behaves; times in seconds.

    `signing_private_key` is the gateway's Ed25519 key in hexadecimal. `trusted_origins` are
    further addresses at which browsers see our pages. `limits` bound what an operation may ask,
    `answering` what its request may take. `trusted_documents` are known by their id (`sha256:…`).
    """

    signing_private_key: str
    secure_cookies: bool = False
    trusted_origins: frozenset[str] = frozenset()
    answering: AnsweringSettings = field(default_factory=AnsweringSettings)
    limits: Limits = PUBLIC_LIMITS
    trusted_documents: Mapping[str, str] = field(default_factory=dict)
    only_trusted_documents: bool = False
    persisted_query_bytes: int = 16 * 1024 * 1024
    streams: StreamLimits = field(default_factory=StreamLimits)
    patiences: Patiences = field(default_factory=Patiences)
    sdl_poll_seconds: float = 5.0
    rates: RatePolicy = field(default_factory=RatePolicy)
