"""The price of parts that a person made: an amount, a reason, and the tax that the book says."""

from jobs.pricing.agreement import Customer
from jobs.pricing.book import PriceBook
from jobs.pricing.line import Line
from jobs.pricing.price import Price
from jobs.pricing.rounding import share
from jobs.pricing.terms import tax_on


def offer(
    net_minor: int, quantity: int, reason: str, book: PriceBook, customer: Customer | None = None
) -> Price:
    """The price of `quantity` parts at `net_minor` before tax, in minor units of the book.

    One line of the breakdown says that a person made it and why; nothing is known of machine, time
    and material. Raises ValueError for an amount that is not positive.
    """
    if net_minor <= 0:
        raise ValueError(f"an offer of {net_minor} minor units; give a positive amount")
    made = Line("offer", "Price made by a person", reason, share(net_minor, quantity), net_minor)
    taxes = tax_on(net_minor, book.tax_for(customer), book.currency)
    tax = sum(line.amount_minor for line in taxes)
    total = net_minor + tax
    return Price(
        currency=book.currency,
        quantity=quantity,
        unit_minor=share(total, quantity),
        net_minor=net_minor,
        tax_minor=tax,
        total_minor=total,
        low_minor=total,
        high_minor=total,
        lines=(made, *taxes),
        print_time_s=0.0,
        material_mm3=0.0,
        machine="",
        book_version=book.version,
    )
