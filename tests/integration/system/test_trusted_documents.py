"""The consoles work where nothing but trusted documents is executed: they never send a text."""

import re

import httpx
import pytest

from tests.system import PASSWORD, partline, temporary_home

PAGES = {
    "shopper": ("/", "/materials", "/basket", "/orders", "/account", "/editor"),
    "crm": ("/crm", "/crm/customers", "/crm/orders", "/crm/stuck", "/crm/mailbox"),
    "operator": ("/operator", "/operator/earnings"),
}


@pytest.mark.parametrize("options", [(), ("--processes",)], ids=["together", "processes"])
def test_people_use_the_consoles_while_every_text_is_refused(
    options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTLINE_ONLY_TRUSTED_DOCUMENTS", "true")
    with temporary_home() as home, partline(home, *options) as system:
        refused = system.partner().ask("{ materials { code } }")
        assert refused["errors"][0]["extensions"]["code"] == "ONLY_TRUSTED_DOCUMENTS"
        for who, pages in PAGES.items():
            with httpx.Client(
                base_url=system.address, headers={"origin": system.address}, timeout=60
            ) as browser:
                credentials = {"email": f"{who}@partline.example", "password": PASSWORD}
                assert browser.post("/sign-in", data=credentials).status_code == 303
                for page in pages:
                    answer = browser.get(page)
                    assert answer.status_code == 200, (page, answer.text)
        with httpx.Client(
            base_url=system.address, headers={"origin": system.address}, timeout=60
        ) as shopper:
            product = re.search(r'href="(/products/[a-z-]+)"', shopper.get("/").text)
            assert product is not None
            page = shopper.get(product.group(1))
            model = re.search(r'name="modelId" value="([^"]+)"', page.text)
            assert model is not None
            line = {"modelId": model.group(1), "material": "PLA", "finish": "raw", "quantity": "2"}
            assert shopper.post("/basket/lines", data=line).status_code == 303
            assert "PLA" in shopper.get("/basket").text
