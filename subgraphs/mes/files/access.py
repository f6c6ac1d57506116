"""Who may ask what a model costs and measures."""

from shared.identity import STAFF, Identity
from subgraphs.mes.files.known import KnownFile


def may_ask(identity: Identity, file: KnownFile) -> bool:
    """The owner, staff, and everybody for the models of products.

    Of a model that was heard of before owners were told nothing is known: it stays as it was.
    """
    return (
        file.public or file.owner_id is None or identity.owns(file.owner_id) or identity.has(*STAFF)
    )
