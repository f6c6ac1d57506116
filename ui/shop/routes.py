"""The shop's addresses."""

from starlette.routing import Route

from ui.shop import access, account, basket, orders, products, webhooks

ROUTES = [
    Route("/", products.show_home),
    Route("/products/{slug}", products.show_product),
    Route("/materials", products.show_materials),
    Route("/basket", basket.show_basket),
    Route("/basket/lines", basket.add_line, methods=["POST"]),
    Route("/basket/lines/{line}", basket.change_line, methods=["POST"]),
    Route("/basket/lines/{line}/remove", basket.remove_line, methods=["POST"]),
    Route("/basket/place", basket.place_order, methods=["POST"]),
    Route("/orders", orders.show_orders),
    Route("/orders/{order}", orders.show_order),
    Route("/orders/{order}/cancel", orders.ask_cancel),
    Route("/orders/{order}/cancel", orders.cancel_order, methods=["POST"]),
    Route("/orders/{order}/place", orders.place_order, methods=["POST"]),
    Route("/sign-in", access.show_sign_in),
    Route("/sign-in", access.sign_in, methods=["POST"]),
    Route("/register", access.show_register),
    Route("/register", access.register, methods=["POST"]),
    Route("/sign-out", access.sign_out, methods=["POST"]),
    Route("/account", account.show_account),
    Route("/account/keys", account.create_key, methods=["POST"]),
    Route("/account/keys/{key}/revoke", account.revoke_key, methods=["POST"]),
    Route("/account/webhooks", webhooks.show_webhooks),
    Route("/account/webhooks", webhooks.create_webhook, methods=["POST"]),
    Route("/account/webhooks/{webhook}", webhooks.show_webhook),
    Route("/account/webhooks/{webhook}/delete", webhooks.ask_delete),
    Route("/account/webhooks/{webhook}/delete", webhooks.delete_webhook, methods=["POST"]),
    Route("/account/webhooks/{webhook}/secret", webhooks.rotate_secret, methods=["POST"]),
    Route(
        "/account/webhooks/{webhook}/deliveries/{delivery}/resend",
        webhooks.send_again,
        methods=["POST"],
    ),
    Route("/account/webhooks/{webhook}/{change}", webhooks.change_webhook, methods=["POST"]),
]
