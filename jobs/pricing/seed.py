"""The price book that a new installation starts with."""

import tomllib
from functools import cache
from importlib.resources import files

from jobs.pricing.book import PriceBook


@cache
def default_price_book() -> PriceBook:
    """Version 1, in EUR: FDM, SLA, SLS and lost-wax casting."""
    return PriceBook.from_dict(tomllib.loads(_text()))


def _text() -> str:
    return files("jobs.pricing").joinpath("price_book.toml").read_text("utf-8")
