"""Who asks for a price, as the price book knows customers."""

from datetime import UTC, datetime

from jobs.pricing.agreement import Customer
from shared.identity import Identity


def customer_asking(identity: Identity) -> Customer:
    """The caller today: their partner, else their own account."""
    account = str(identity.partner or identity.subject)
    return Customer(account, day=datetime.now(UTC).date())
