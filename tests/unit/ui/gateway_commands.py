"""What the gateway double changes: the mutations, over the same small world."""

from typing import Any

from graphql import GraphQLError

from tests.unit.ui import world


def refusal(code: str, message: str, **details: Any) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code, **details})


class Commands:
    """Needs the world that :class:`GatewayDouble` holds."""

    person: dict[str, Any] | None
    quote_status: str
    quote_review: list[str]
    quote_problem: dict[str, str]
    basket: dict[str, Any] | None
    models: dict[str, dict[str, Any]]
    orders: dict[str, dict[str, Any]]
    reviews: dict[str, dict[str, Any]]
    work: dict[str, dict[str, Any]]
    keys: list[dict[str, Any]]
    webhooks: list[dict[str, Any]]

    def get_signIn(self, email: str, password: str) -> Any:  # noqa: N802
        key = email.split("@", maxsplit=1)[0]
        if password != "partline-demo":
            raise refusal("INVALID", "That email and password do not go together. Try again.")
        return {"token": key, "expiresAt": world.at(-600), "account": world.PEOPLE[key]}

    def get_register(self, email: str, name: str, password: str) -> Any:
        if email.startswith("sam@"):
            raise refusal("CONFLICT", "There is an account with this email.", field="email")
        return {
            "token": "shopper",
            "expiresAt": world.at(-600),
            "account": world.PEOPLE["shopper"],
        }

    def get_signOut(self) -> bool:  # noqa: N802
        return True

    def get_createApiKey(  # noqa: N802
        self,
        name: str,
        idempotencyKey: str | None = None,  # noqa: N803
    ) -> Any:
        return {"key": "plk_secret_once", "apiKey": {**self.keys[0], "name": name}}

    def get_revokeApiKey(self, id: str) -> Any:  # noqa: A002, N802
        return self.keys[0]

    def get_createWebhook(  # noqa: N802
        self,
        url: str,
        description: str,
        events: list[str],
        idempotencyKey: str | None = None,  # noqa: N803
    ) -> Any:
        if not url.startswith("https://"):
            raise refusal("WEBHOOK_ADDRESS", "Give an address that begins with https://.")
        made = {**self.webhooks[0], "url": url, "description": description, "events": events}
        return {"secret": "whsec_once", "webhook": made}

    def get_rotateWebhookSecret(  # noqa: N802
        self,
        id: str,  # noqa: A002
        idempotencyKey: str | None = None,  # noqa: N803
    ) -> Any:
        return {"secret": "whsec_another", "webhook": self._webhook(id)}

    def get_testWebhook(self, id: str) -> Any:  # noqa: A002, N802
        return self._webhook(id)

    def get_enableWebhook(self, id: str) -> Any:  # noqa: A002, N802
        return self._webhook(id)

    def get_disableWebhook(self, id: str) -> Any:  # noqa: A002, N802
        return self._webhook(id)

    def get_deleteWebhook(self, id: str) -> Any:  # noqa: A002, N802
        self.webhooks = [one for one in self.webhooks if one["id"] != id]
        return True

    def get_resendWebhookDelivery(self, id: str) -> Any:  # noqa: A002, N802
        return {**world.webhook_delivery(id), "state": "PENDING"}

    def _webhook(self, webhook_id: str) -> Any:
        return next(one for one in self.webhooks if one["id"] == webhook_id)

    def get_createUpload(  # noqa: N802
        self,
        fileName: str,  # noqa: N803
        size: int,
        contentType: str,  # noqa: N803
        idempotencyKey: str | None = None,  # noqa: N803
    ) -> Any:
        return {
            "model": self.models["fresh"],
            "url": "http://storage.test/fresh",
            "method": "PUT",
            "headers": [{"name": "Content-Type", "value": contentType}],
            "expiresAt": world.at(-60),
        }

    def get_completeUpload(self, modelId: str) -> Any:  # noqa: N802, N803
        return self.models[modelId]

    def get_repairModel(  # noqa: N802
        self,
        modelId: str,  # noqa: N803
        idempotencyKey: str | None = None,  # noqa: N803
    ) -> Any:
        original = self.models[modelId]
        made = world.model("mended", "vase (repaired).stl", repairedFrom=original)
        self.models["mended"] = original["repairedAs"] = made
        return made

    def get_deleteModel(self, modelId: str) -> bool:  # noqa: N802, N803
        return self.models.pop(modelId, None) is not None

    def get_requestQuote(self, input: dict[str, Any]) -> Any:  # noqa: A002, N802
        ready = self.quote_status == "READY"
        quantity = input["quantity"]
        return {
            "status": self.quote_status,
            "rough": not ready,
            "unit": world.money(world.TOTAL) if ready else None,
            "total": world.money(world.TOTAL * quantity) if ready else world.money(1_500),
            "low": world.money(world.TOTAL * quantity - 80) if ready else world.money(1_100),
            "high": world.money(world.TOTAL * quantity + 80) if ready else world.money(1_900),
            "breakdown": world.breakdown() if ready else [],
            "printSeconds": 4_320.0 if ready else None,
            "materialMm3": None,
            "job": None if ready else world.pricing_job(),
            "review": self.quote_review,
            "problem": self.quote_problem if self.quote_status == "UNAVAILABLE" else None,
        }

    def get_addToBasket(  # noqa: N802
        self,
        line: dict[str, Any],
        idempotencyKey: str | None = None,  # noqa: N803
    ) -> Any:
        return self.basket

    def get_changeLine(self, **_: Any) -> Any:  # noqa: N802
        return self.basket

    def get_removeLine(self, orderId: str, lineId: str) -> Any:  # noqa: N802, N803
        assert self.basket is not None
        self.basket["lines"] = [entry for entry in self.basket["lines"] if entry["id"] != lineId]
        return self.basket

    def get_placeOrder(self, orderId: str, address: Any, acceptedTotal: int) -> Any:  # noqa: N802, N803
        return self.orders["o001"]

    def get_cancelOrder(self, orderId: str, reason: str | None) -> Any:  # noqa: N802, N803
        return self.orders[orderId]

    def get_approveReview(self, id: str, note: str | None) -> Any:  # noqa: A002, N802
        self.reviews[id]["state"] = "APPROVED"
        return self.reviews[id]

    def get_rejectReview(self, id: str, reason: str) -> Any:  # noqa: A002, N802
        self.reviews[id]["state"] = "REJECTED"
        return self.reviews[id]

    def get_makeOffer(  # noqa: N802
        self,
        orderId: str,  # noqa: N803
        revision: int,
        amounts: list[dict[str, Any]],
        reason: str,
        idempotencyKey: str | None = None,  # noqa: N803
    ) -> Any:
        offer = self.orders[orderId]["offer"]
        if revision != offer["revision"]:
            raise refusal("OFFER_VOID", "The customer has changed the order since.")
        wrong = {one["lineId"]: "It is too much." for one in amounts if one["net"] > 1_000_000}
        if wrong:
            raise refusal("AMOUNTS", "Give an amount for each line.", problems=wrong)
        offer.update(state="MADE", reason=reason, decidedBy="Cleo Carr", decidedAt=world.at(0))
        return offer

    def get_declineOffer(  # noqa: N802
        self,
        orderId: str,  # noqa: N803
        revision: int,
        reason: str,
        idempotencyKey: str | None = None,  # noqa: N803
    ) -> Any:
        offer = self.orders[orderId]["offer"]
        offer.update(state="DECLINED", reason=reason, decidedBy="Cleo Carr", decidedAt=world.at(0))
        return offer

    def get_addCustomerNote(  # noqa: N802
        self,
        customerId: str,  # noqa: N803
        text: str,
        idempotencyKey: str | None = None,  # noqa: N803
    ) -> Any:
        return world.CUSTOMER

    def get_resendNotification(self, id: str) -> Any:  # noqa: A002, N802
        return world.notification(id, "PENDING")

    def get_retryPricing(self, jobId: str) -> Any:  # noqa: N802, N803
        if jobId == "ended":
            raise refusal("JOB_ENDED", "This pricing job has ended: nothing is left to compute.")
        return {**world.pricing_job(), "id": jobId}

    def get_claimWork(self, id: str) -> Any:  # noqa: A002, N802
        work = self.work[id]
        if work["claimedBy"]:
            raise refusal(
                "ALREADY_CLAIMED",
                f"{work['claimedBy']} was faster. Take another one.",
                claimedBy=work["claimedBy"],
            )
        assert self.person is not None
        work.update(
            state="CLAIMED",
            claimedBy=self.person["name"],
            mine=True,
            allowed=["START", "RELEASE"],
            address=world.ADDRESS,
        )
        return work

    def _step(self, id: str, state: str, *allowed: str) -> Any:  # noqa: A002
        self.work[id].update(state=state, allowed=list(allowed))
        return self.work[id]

    def get_releaseWork(self, id: str) -> Any:  # noqa: A002, N802
        self.work[id].update(claimedBy=None, mine=False)
        return self._step(id, "AVAILABLE", "CLAIM")

    def get_startProduction(self, id: str) -> Any:  # noqa: A002, N802
        return self._step(id, "IN_PRODUCTION", "FINISH", "REPORT_PROBLEM")

    def get_reportProblem(self, id: str, kind: str, reason: str) -> Any:  # noqa: A002, N802
        self.work[id]["problem"] = reason
        return self._step(id, "PROBLEM", "RESUME")

    def get_resumeWork(self, id: str) -> Any:  # noqa: A002, N802
        return self._step(id, "IN_PRODUCTION", "FINISH", "REPORT_PROBLEM")

    def get_finishProduction(self, id: str) -> Any:  # noqa: A002, N802
        return self._step(id, "MANUFACTURED", "SHIP")

    def get_shipWork(self, id: str, carrier: str, trackingNumber: str) -> Any:  # noqa: A002, N802, N803
        self.work[id].update(carrier=carrier, trackingNumber=trackingNumber)
        return self._step(id, "SHIPPED", "DELIVER")

    def get_markDelivered(self, id: str) -> Any:  # noqa: A002, N802
        return self._step(id, "DELIVERED")
