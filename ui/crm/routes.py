"""The CRM console's addresses."""

from starlette.routing import Route

from ui.crm import customers, mailbox, orders, reviews
from ui.crm.delivery import letters, overview

_LETTERS = "/crm/delivery/{service}"
_LETTER = _LETTERS + "/{consumer}/{event}"

ROUTES = [
    Route("/crm", reviews.show_reviews),
    Route("/crm/reviews/{review}", reviews.show_review),
    Route("/crm/reviews/{review}/approve", reviews.approve, methods=["POST"]),
    Route("/crm/reviews/{review}/reject", reviews.ask_reject),
    Route("/crm/reviews/{review}/reject", reviews.reject, methods=["POST"]),
    Route("/crm/customers", customers.show_customers),
    Route("/crm/customers/{customer}", customers.show_customer),
    Route("/crm/customers/{customer}/notes", customers.add_note, methods=["POST"]),
    Route("/crm/orders", orders.show_orders),
    Route("/crm/orders/{order}", orders.show_journey),
    Route("/crm/stuck", orders.show_stuck),
    Route("/crm/mailbox", mailbox.show_mailbox),
    Route("/crm/mailbox/{notification}/resend", mailbox.resend, methods=["POST"]),
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
