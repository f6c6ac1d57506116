"""The settings of the public door."""

from dataclasses import dataclass, field

from gateway.edge.rate_limits.policy import RatePolicy


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    """How the public door behaves; sizes in bytes, times in seconds.

    `signing_private_key` is the gateway's Ed25519 key in hexadecimal. `trusted_origins` are
    further addresses at which browsers see our pages.
    """

    signing_private_key: str
    secure_cookies: bool = False
    trusted_origins: frozenset[str] = frozenset()
    largest_body: int = 1024 * 1024
    sdl_poll_seconds: float = 5.0
    rates: RatePolicy = field(default_factory=RatePolicy)
