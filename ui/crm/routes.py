"""The CRM console's addresses."""

from starlette.routing import Route

from ui.crm import customers, mailbox, orders, reviews
from ui.crm.delivery import letters, overview
from ui.crm.offers import offers
from ui.crm.pricebook import book, draft, entry

_LETTERS = "/crm/delivery/{service}"
_LETTER = _LETTERS + "/{consumer}/{event}"

ROUTES = [
    Route("/crm", reviews.show_reviews),
    Route("/crm/reviews/{review}", reviews.show_review),
    Route("/crm/reviews/{review}/approve", reviews.approve, methods=["POST"]),
    Route("/crm/reviews/{review}/reject", reviews.ask_reject),
    Route("/crm/reviews/{review}/reject", reviews.reject, methods=["POST"]),
    Route("/crm/offers", offers.show_offers),
    Route("/crm/offers/{order}", offers.show_offer),
    Route("/crm/offers/{order}", offers.make, methods=["POST"]),
    Route("/crm/offers/{order}/decline", offers.ask_decline),
    Route("/crm/offers/{order}/decline", offers.decline, methods=["POST"]),
    Route("/crm/customers", customers.show_customers),
    Route("/crm/customers/{customer}", customers.show_customer),
    Route("/crm/customers/{customer}/notes", customers.add_note, methods=["POST"]),
    Route("/crm/orders", orders.show_orders),
    Route("/crm/orders/{order}", orders.show_journey),
    Route("/crm/orders/{order}/pricing/{job}/retry", orders.retry_pricing, methods=["POST"]),
    Route("/crm/stuck", orders.show_stuck),
    Route("/crm/mailbox", mailbox.show_mailbox),
    Route("/crm/mailbox/{notification}/resend", mailbox.resend, methods=["POST"]),
    Route("/crm/pricebook", book.show_book),
    Route("/crm/pricebook/begin", book.begin, methods=["POST"]),
    Route("/crm/pricebook/draft", draft.show_draft),
    Route("/crm/pricebook/preview", draft.show_preview),
    Route("/crm/pricebook/publish", draft.publish, methods=["POST"]),
    Route("/crm/pricebook/carry-over", draft.carry_over, methods=["POST"]),
    Route("/crm/pricebook/discard", draft.ask_discard),
    Route("/crm/pricebook/discard", draft.discard, methods=["POST"]),
    Route("/crm/pricebook/add/{section}", entry.show_entry),
    Route("/crm/pricebook/add/{section}", entry.keep, methods=["POST"]),
    Route("/crm/pricebook/edit/{section}/{code}", entry.show_entry),
    Route("/crm/pricebook/edit/{section}/{code}", entry.keep, methods=["POST"]),
    Route("/crm/pricebook/remove/{section}/{code}", entry.remove, methods=["POST"]),
    Route("/crm/delivery", overview.show_delivery),
    Route("/crm/delivery/count", overview.show_count),
    Route(_LETTERS, letters.show_letters),
    Route(_LETTER, letters.show_letter),
    *(Route(f"{of}/{act}", letters.ask) for of in (_LETTERS, _LETTER) for act in letters.ACTS),
    *(
        Route(f"{of}/{act}", done, methods=["POST"])
        for of in (_LETTERS, _LETTER)
        for act, done in letters.ACTS.items()
    ),
]
