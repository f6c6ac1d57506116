"""The shop window: ready-made products and the materials they come in."""

from starlette.requests import Request
from starlette.responses import Response

from ui.configuration import configuration
from ui.console import console
from ui.frame import frame
from ui.quoting import explain, quote, with_address
from ui.shop import documents


async def show_home(request: Request) -> Response:
    answer = await console(request).gateway.query(request, documents.HOME)
    return console(request).pages.render(
        request,
        "shop/home.html",
        frame("shop", "home", answer.data, answer.problems),
        {"products": answer.data["products"] or []},
    )


async def show_product(request: Request) -> Response:
    """The product with its price for the choices in the query."""
    slug = request.path_params["slug"]
    answer = await console(request).gateway.query(request, documents.PRODUCT, {"slug": slug})
    product, materials = answer.subject("product", "product"), answer.data["materials"]
    chosen = found = None
    if materials and product["model"]["id"]:
        chosen = configuration(
            request.query_params,
            materials,
            answer.data["leadTimes"],
            material=product["defaultMaterial"]["code"],
            finish=product["defaultFinish"]["code"],
            units="MM",
        )
        found = await quote(request, product["model"]["id"], chosen)
    context = {
        "product": product,
        "model": product["model"],
        "materials": materials or [],
        "lead_times": answer.data["leadTimes"] or [],
        "chosen": chosen,
        "quote": found,
        "explained": explain(found) if found else None,
        "address": f"/products/{slug}",
    }
    around = frame("shop", "home", answer.data, answer.problems)
    response = console(request).pages.render(request, "shop/product.html", around, context)
    return with_address(request, response, f"/products/{slug}", chosen)


async def show_materials(request: Request) -> Response:
    answer = await console(request).gateway.query(request, documents.MATERIALS_PAGE)
    materials = answer.data["materials"] or []
    return console(request).pages.render(
        request,
        "shop/materials.html",
        frame("shop", "materials", answer.data, answer.problems),
        {
            "technologies": {
                name: [m for m in materials if m["technology"] == name]
                for name in dict.fromkeys(m["technology"] for m in materials)
            }
        },
    )
