"""The signed tokens that subgraphs are asked with."""

import hashlib
from uuid import NAMESPACE_URL, uuid5

from gateway.edge.authentication.remembered import Remembered
from shared.identity import TOKEN_SECONDS, Identity, TokenSigner

GATEWAY = Identity(subject=uuid5(NAMESPACE_URL, "partline:gateway"), roles=frozenset({"gateway"}))


class Tokens:
    """The signed tokens that go to subgraphs, one for an identity as long as it lasts."""

    def __init__(self, signer: TokenSigner, *, most: int = 10_000) -> None:
        self._signer = signer
        self._tokens = Remembered[str](most=most, fresh=TOKEN_SECONDS / 2)

    def token_for(self, identity: Identity) -> str:
        """A token that is good for at least half a minute more."""
        key = hashlib.sha256(repr(identity).encode()).hexdigest()
        kept = self._tokens.fresh(key)
        if kept is not None:
            return kept[0]
        token = self._signer.sign(identity)
        self._tokens.remember(key, token)
        return token
