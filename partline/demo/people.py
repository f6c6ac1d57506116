"""Who takes part: a new shopper, the demo staff, and the demo partner's program."""

import secrets
from dataclasses import dataclass

import httpx

from partline.demo.caller import Caller
from partline.demo.outcome import Ended, Refused
from partline.demo.patience import Patience

_REGISTER = """mutation($email: String!, $name: String!, $password: String!) {
  register(email: $email, name: $name, password: $password) { token } }"""
_SIGN_IN = """mutation($email: String!, $password: String!) {
  signIn(email: $email, password: $password) { token } }"""


@dataclass(frozen=True, slots=True)
class People:
    shopper: Caller
    crm: Caller
    operator: Caller
    partner: Caller


async def gather(
    http: httpx.AsyncClient, patience: Patience, *, password: str, api_key: str
) -> People:
    """Register a shopper of this run alone, so that nobody's basket is touched, and sign the demo
    staff in. Raises Ended when the demo accounts are not there."""
    return People(
        shopper=await _register(http, patience),
        crm=await _sign_in(http, patience, "crm@partline.example", password),
        operator=await _sign_in(http, patience, "operator@partline.example", password),
        partner=Caller.with_key(http, api_key),
    )


async def _register(http: httpx.AsyncClient, patience: Patience) -> Caller:
    email = f"demo-{secrets.token_hex(5)}@partline.example"
    password = secrets.token_urlsafe(16)

    async def register() -> Caller:
        visitor = Caller(http)
        try:
            data = await visitor.ask(_REGISTER, email=email, name="Dana Demo", password=password)
            token = data["register"]["token"]
        except Refused:  # an answer got lost and the account is there already
            data = await visitor.ask(_SIGN_IN, email=email, password=password)
            token = data["signIn"]["token"]
        return Caller.signed_in(http, token)

    return await patience.until("a new account", register)


async def _sign_in(
    http: httpx.AsyncClient, patience: Patience, email: str, password: str
) -> Caller:
    async def sign_in() -> Caller:
        try:
            data = await Caller(http).ask(_SIGN_IN, email=email, password=password)
        except Refused as refusal:
            raise Ended(
                f"{email} cannot sign in: {refusal} The demo needs the demo accounts, which"
                " `partline up` puts in."
            ) from refusal
        return Caller.signed_in(http, data["signIn"]["token"])

    return await patience.until(f"{email} to sign in", sign_in)
