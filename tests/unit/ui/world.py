"""A small world for the gateway double: a few people, parts, orders and pieces of work."""

from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime.now(UTC)


def at(minutes: float) -> str:
    return (NOW - timedelta(minutes=minutes)).isoformat()


def money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR", "text": f"€ {amount / 100:,.2f}"}


def person(name: str, *roles: str) -> dict[str, Any]:
    email = f"{name.split(maxsplit=1)[0].lower()}@partline.example"
    return {
        "id": f"account-{name.split(maxsplit=1)[0].lower()}",
        "name": name,
        "email": email,
        "roles": list(roles),
        "createdAt": at(90_000),
    }


PEOPLE = {
    "shopper": person("Sam Shopper", "CUSTOMER"),
    "crm": person("Cleo Carr", "CRM"),
    "operator": person("Otis Orr", "OPERATOR"),
    "operator2": person("Olga Ott", "OPERATOR"),
    "manager": person("Mina Moss", "MANAGER"),
    "partner": person("Bracket & Sons", "PARTNER"),
}


def finish(code: str, name: str, description: str) -> dict[str, Any]:
    return {"code": code, "name": name, "description": description}


RAW = finish("raw", "As printed", "Layer lines stay visible.")
BLASTED = finish("blasted", "Bead blasted", "Even and matt.")
DYED = finish("dyed", "Dyed black", "Deep black, matt.")


def material(
    code: str, name: str, technology: str, color: str, *finishes: dict[str, Any]
) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "technology": technology,
        "description": "Tough and light, good for brackets and housings.",
        "color": color,
        "maxBoxMm": [256.0, 256.0, 256.0],
        "minWallMm": 0.8,
        "finishes": list(finishes),
    }


MATERIALS = [
    material("pla", "PLA", "FDM", "#7c93a8", RAW),
    material("petg", "PETG", "FDM", "#2f4858", RAW, BLASTED),
    material("resin", "Tough resin", "SLA", "#c9c3b4", RAW),
    material("pa12", "Nylon PA12", "SLS", "#e4e4e0", BLASTED, DYED),
    material("brass", "Cast brass", "CASTING", "#c69c4b", RAW, BLASTED),
]

LEAD_TIMES = [
    {"code": "standard", "name": "Standard", "days": 7, "factor": 1.0},
    {"code": "express", "name": "Express", "days": 2, "factor": 1.4},
]
REASON = "Most of its walls are thinner than 0.45 mm."

BREAKDOWN = [
    ("material", "Material", "14.2 cm³ of PLA at € 0.09 per cm³", 128),
    ("machine", "Machine time", "1 h 12 min at € 6.00 per hour", 720),
    ("support", "Support", "2.1 cm³ printed and taken off by hand", 95),
    ("setup", "Setup", "Once for each order line", 250),
    ("finish", "Finish", "As printed", 0),
    ("tax", "Tax", "19 % of € 11.93", 227),
]


def breakdown() -> list[dict[str, Any]]:
    return [
        {"code": code, "label": label, "explanation": why, "amount": money(amount)}
        for code, label, why, amount in BREAKDOWN
    ]


TOTAL = sum(amount for *_, amount in BREAKDOWN)


def report(**changes: Any) -> dict[str, Any]:
    return {
        "units": "MM",
        "unitsCertain": True,
        "boxMm": [60.0, 40.0, 45.0],
        "volumeMm3": 14_200.0,
        "areaMm2": 9_800.0,
        "triangles": 1_284,
        "bodies": 1,
        "watertight": True,
        "warnings": [],
        "repair": None,
        **changes,
    }


def model(model_id: str, name: str = "bracket.stl", **changes: Any) -> dict[str, Any]:
    return {
        "id": model_id,
        "fileName": name,
        "size": 64_284,
        "status": "READY",
        "contentHash": "00ff",
        "format": "stl",
        "rejection": None,
        "report": report(),
        "previewUrl": "/storage/preview.png",
        "viewerUrl": "/storage/part.glb",
        "downloadUrl": f"/storage/{name}",
        "mine": True,
        "analysis": None,
        "repairedFrom": None,
        "repairedAs": None,
        "createdAt": at(12),
        **changes,
    }


def line(line_id: str, of: dict[str, Any], *, priced: bool = True) -> dict[str, Any]:
    return {
        "id": line_id,
        "model": of,
        "fileName": of["fileName"],
        "material": MATERIALS[0],
        "finish": RAW,
        "quantity": 2,
        "scale": 1.0,
        "units": "MM",
        "rotation": [0.0, 0.0, 0.0],
        "leadTime": "standard",
        "unitPrice": money(TOTAL // 2) if priced else None,
        "total": money(TOTAL) if priced else None,
    }


ADDRESS = {
    "name": "Sam Shopper",
    "street": "Werkstraße 12",
    "city": "Bremen",
    "postalCode": "28195",
    "country": "Germany",
}


def order(order_id: str, state: str, lines: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    priced = state not in ("DRAFT", "PRICING")
    return {
        "id": order_id,
        "reference": "P-" + order_id[-4:].upper().rjust(4, "0"),
        "state": state,
        "revision": 1,
        "channel": "SHOP",
        "customer": CUSTOMER,
        "partnerReference": None,
        "lines": lines,
        "total": money(TOTAL * len(lines) + 227) if priced else None,
        "autoPlaceUpTo": None,
        "shippingAddress": ADDRESS if priced else None,
        "problem": None,
        "history": [
            {"at": at(50), "from": None, "to": "DRAFT", "event": "created", "note": None},
            {"at": at(49), "from": "DRAFT", "to": "PRICED", "event": "priced", "note": None},
            {"at": at(40), "from": "PRICED", "to": "PLACED", "event": "placed", "note": None},
        ],
        "createdAt": at(50),
        "updatedAt": at(3),
        "placedAt": at(40) if priced else None,
        "priceExpiresAt": at(-14 * 24 * 60) if priced else None,
        "allowed": ["EDIT", "PLACE", "CANCEL"] if state == "PRICED" else ["CANCEL"],
        "price": {
            "revision": 1,
            "total": money(TOTAL * len(lines) + 227),
            "tax": money(227),
            "validUntil": at(-14 * 24 * 60),
            "priceBook": 3,
            "lines": [
                {
                    "lineId": entry["id"],
                    "unit": money(TOTAL // 2),
                    "total": money(TOTAL),
                    "breakdown": breakdown(),
                    "printSeconds": 4_320.0,
                    "materialMm3": 14_200.0,
                    "review": [],
                }
                for entry in lines
            ],
        }
        if priced
        else None,
        "pricing": pricing_job() if state == "PRICING" else None,
        "journey": [
            step(50, "shop", "OrderPricingRequested", "The price was asked for", None),
            step(49.9, "mes", "OrderPriceCalculated", "Priced at € 14.20", 4.2),
            step(40, "shop", "OrderCreated", "Placed by Sam Shopper", 594.0),
            step(31, "crm", "OrderConfirmed", "Approved", 540.0),
        ],
        "review": None,
        "work": None,
        "offer": None,
        "notifications": [notification("n1", "SENT"), notification("n2", "PENDING")],
        **changes,
    }


def asked_order(order_id: str, *models: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An order that waits for a person to price its first line; the others are computed."""
    lines = [line(f"l{number}", of, priced=False) for number, of in enumerate(models, 1)]
    problem = {"code": "ASK_A_PERSON", "message": "A person makes the price of this order."}
    made = order(order_id, "NEEDS_ATTENTION", lines, total=None, price=None, problem=problem)
    made["offer"] = {
        "orderId": order_id,
        "revision": 1,
        "state": "WAITING",
        "askedAt": at(30),
        "decidedAt": None,
        "decidedBy": None,
        "reason": None,
        "lines": [
            {
                "lineId": entry["id"],
                "model": entry["model"],
                "material": "ALU-6082" if number == 0 else "pla",
                "finish": "milled",
                "quantity": entry["quantity"],
                "scale": 1.0,
                "units": "MM",
                "leadTime": "standard",
                "why": "Milling is priced by a person." if number == 0 else None,
                "net": None if number == 0 else money(1_240),
                "before": None,
            }
            for number, entry in enumerate(lines)
        ],
        "order": made,
    }
    return {**made, **changes}


def pricing_job() -> dict[str, Any]:
    return {
        "id": "job",
        "lane": "REGULAR",
        "stage": "QUEUED",
        "placeInLine": 3,
        "expectedSeconds": 8.0,
        "attempts": 1,
        "problem": None,
        "createdAt": at(0.1),
    }


def step(
    minutes: float, service: str, event: str, summary: str, since: float | None
) -> dict[str, Any]:
    return {
        "at": at(minutes),
        "service": service,
        "event": event,
        "summary": summary,
        "secondsSincePrevious": since,
        "actor": "Cleo Carr" if service == "crm" else None,
    }


def notification(key: str, state: str) -> dict[str, Any]:
    return {
        "id": key,
        "kind": "confirmed",
        "recipient": "sam@partline.example",
        "subject": "Your order P-0001 is confirmed",
        "body": "It is being made.",
        "state": state,
        "createdAt": at(30),
        "sentAt": at(30) if state == "SENT" else None,
        "attempts": 1,
        "lastError": "The mail server is not there." if state == "FAILED" else None,
    }


CUSTOMER: dict[str, Any] = {
    "id": PEOPLE["shopper"]["id"],
    "name": "Sam Shopper",
    "email": "sam@partline.example",
    "kind": "PERSON",
    "since": at(90_000),
    "orderCount": 4,
    "notes": [{"at": at(600), "author": "Cleo Carr", "text": "Prefers a call before 10."}],
}


def webhook_delivery(key: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": key,
        "messageId": f"msg_{key}",
        "event": "order.priced",
        "orderId": "o001",
        "body": '{"type":"order.priced"}',
        "state": "SENT",
        "attempts": 1,
        "lastStatus": 204,
        "lastError": None,
        "createdAt": at(4),
        "dueAt": None,
        "sentAt": at(4),
        "cursor": "17",
    } | changes


def webhook(key: str, **changes: Any) -> dict[str, Any]:
    failed = {"state": "FAILED", "lastStatus": 500, "lastError": "The address answered 500."}
    return {
        "id": key,
        "url": f"https://bracket.example/{key}",
        "description": "Order system",
        "events": ["PRICED", "SHIPPED"],
        "createdAt": at(9_000),
        "disabledAt": None,
        "disabledReason": None,
        "deliveries": [webhook_delivery("d1"), webhook_delivery("d2", **failed)],
    } | changes


def work(key: str, state: str, *allowed: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": key,
        "order": {"id": key, "state": "CONFIRMED"},
        "reference": "P-" + key[-4:].upper().rjust(4, "0"),
        "state": state,
        "version": 1,
        "claimedBy": None,
        "claimedById": None,
        "mine": False,
        "pay": money(640),
        "lines": [
            {
                "lineId": "l1",
                "model": model("m1"),
                "fileName": "bracket.stl",
                "material": MATERIALS[0],
                "finish": RAW,
                "quantity": 2,
                "scale": 1.0,
                "units": "MM",
                "rotation": [90.0, 0.0, 0.0],
            }
        ],
        "address": ADDRESS if allowed and "CLAIM" not in allowed else None,
        "problem": None,
        "carrier": None,
        "trackingNumber": None,
        "createdAt": at(5),
        "updatedAt": at(2),
        "allowed": list(allowed),
        **changes,
    }


def connection(nodes: list[dict[str, Any]], end: str | None = None) -> dict[str, Any]:
    return {
        "nodes": nodes,
        "pageInfo": {"endCursor": end, "hasNextPage": end is not None},
        "totalCount": len(nodes),
    }
