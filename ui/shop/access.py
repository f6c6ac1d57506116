"""Coming in and going out."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ui import session
from ui.console import console
from ui.flash import Flash, remember
from ui.forms import Form
from ui.frame import frame, front_of
from ui.problems import Problem
from ui.shop import documents

SHORTEST_PASSWORD = 10


async def show_sign_in(request: Request, form: Form | None = None) -> Response:
    return _show(request, "shop/sign_in.html", form)


async def show_register(request: Request, form: Form | None = None) -> Response:
    return _show(request, "shop/register.html", form)


async def sign_in(request: Request) -> Response:
    form = await Form.read(request)
    form.require({"email": "your email address", "password": "your password"})
    if not form.is_good:
        return await show_sign_in(request, form)
    variables = {"email": form.text("email"), "password": form.values["password"]}
    try:
        data = await console(request).gateway.command(request, documents.SIGN_IN, variables)
    except Problem as problem:
        if problem.status >= 500:
            raise
        form.refuse(problem, ("email", "password"))
        return await show_sign_in(request, form)
    return _enter(request, form, data["signIn"])


async def register(request: Request) -> Response:
    form = await Form.read(request)
    form.require({"name": "your name", "email": "your email address", "password": "a password"})
    if "password" not in form.errors and len(form.values["password"]) < SHORTEST_PASSWORD:
        form.errors["password"] = f"Use at least {SHORTEST_PASSWORD} characters."
    if not form.is_good:
        return await show_register(request, form)
    variables = {
        "email": form.text("email"),
        "name": form.text("name"),
        "password": form.values["password"],
    }
    try:
        data = await console(request).gateway.command(request, documents.REGISTER, variables)
    except Problem as problem:
        if problem.status >= 500:
            raise
        form.refuse(problem, ("name", "email", "password"))
        return await show_register(request, form)
    return _enter(request, form, data["register"])


async def sign_out(request: Request) -> Response:
    await console(request).gateway.command(request, documents.SIGN_OUT)
    response = RedirectResponse("/", 303)
    session.end(response)
    remember(response, Flash("You are signed out.", "note"))
    return response


def _show(request: Request, template: str, form: Form | None) -> Response:
    held = form or Form({"next": request.query_params.get("next", "/")})
    return console(request).pages.render(
        request,
        template,
        frame("shop", ""),
        {"form": held, "next": session.safe_return(held.text("next"))},
        status=200 if held.is_good else 422,
    )


def _enter(request: Request, form: Form, granted: Mapping[str, Any]) -> Response:
    account = granted["account"]
    wanted = session.safe_return(form.text("next"))
    response = RedirectResponse(front_of(account["roles"]) if wanted == "/" else wanted, 303)
    session.begin(response, granted, secure=console(request).secure_cookies)
    remember(response, Flash(f"Welcome, {account['name']}."))
    return response
