"""The same command sent twice has one effect and one answer."""

from shared.idempotency.claim import Claim, claim

__all__ = ["Claim", "claim"]
