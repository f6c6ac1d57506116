"""Signing, so that a partner can tell our calls from anybody else's: Standard Webhooks 1.0.

Source: standard-webhooks.com, "Specification", symmetric signatures.
"""

import base64
import hmac
import secrets
from collections.abc import Sequence

_PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> bytes:
    """The bytes that sign; `shown` is how a partner gets to see them."""
    return secrets.token_bytes(_BYTES)


def shown(secret: bytes) -> str:
    return _PREFIX + base64.b64encode(secret).decode()


def headers(message_id: str, timestamp: int, body: bytes, keys: Sequence[bytes]) -> dict[str, str]:
    """`timestamp` in seconds since 1970; one signature for each of `keys`."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    signatures = (
        f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}" for key in keys
    )
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
