"""Estimates for files without a server: what `partline price` prints."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs.pricing.analysis import Analysis
from jobs.pricing.book import PriceBook
from jobs.pricing.price import Price, price
from jobs.pricing.refusal import PriceRefused
from jobs.pricing.seed import default_price_book
from jobs.rejection import ModelRejected
from jobs.sandbox import Limits, run

Result = dict[str, Any]


@dataclass(frozen=True)
class Options:
    """`profile` is overruled by the material's where a material is given. `unit_mm`: mm in one
    file unit, None for what the file says, else mm."""

    profile: str = "fdm-020"
    supports: bool = True
    material: str | None = None
    finish: str = "raw"
    quantity: int = 1
    unit_mm: float | None = None
    at_once: int | None = None

    def analysed_with(self, book: PriceBook) -> str:
        material = book.material(self.material) if self.material else None
        return material.profile if material else self.profile


@dataclass(frozen=True)
class Estimate:
    """One file: an analysis and, where a material was asked for, a price; or a refusal with its
    stable code."""

    file: Path
    analysis: Analysis | None = None
    price: Price | None = None
    cpu_s: float = 0.0
    error: ModelRejected | PriceRefused | None = None

    def to_json(self) -> Result:
        """The object that `--json` prints: `file` and `error`, or the estimate's fields."""
        result: Result = {"file": str(self.file)}
        if self.analysis is not None:
            result |= {
                "print_time_s": self.analysis.print_time_s,
                "print_time_interval_s": list(self.analysis.print_time_interval_s),
                "material_mm3": self.analysis.material_mm3,
                "material_interval_mm3": list(self.analysis.material_interval_mm3),
                "support_mm3": self.analysis.support_mm3,
                "closed": self.analysis.closed,
                "review": list(self.analysis.review),
                "cpu_s": self.cpu_s,
            }
        if self.price is not None:
            priced = self.price.to_dict()
            result |= {
                "price": {
                    name: priced[name]
                    for name in (
                        "currency", "quantity", "unit_minor", "net_minor", "tax_minor",
                        "total_minor", "low_minor", "high_minor",
                    )
                },
                "breakdown": priced["lines"],
            }  # fmt: skip
        if self.error is not None:
            result["error"] = {"code": self.error.code, "message": self.error.sentence}
        return result


async def estimates(
    files: Sequence[Path],
    options: Options = Options(),
    book: PriceBook | None = None,
) -> AsyncIterator[Estimate]:
    """An Estimate for each file, as each is ready, several at once, each in its own sandboxed
    process. A file that cannot be used is an Estimate with `error`; the others are still done."""
    prices = book or default_price_book()
    slots = asyncio.Semaphore(options.at_once or os.cpu_count() or 1)

    async def one(file: Path) -> Estimate:
        async with slots:
            return await estimate(file, options, prices)

    for done in asyncio.as_completed([one(file) for file in files]):
        yield await done


async def estimate(file: Path, options: Options, book: PriceBook) -> Estimate:
    profile = options.analysed_with(book)
    try:
        answer = await run(
            "jobs.pricing.entry.analyse",
            _payload(file, profile, options),
            limits=Limits(wall_s=120, cpu_s=120),
        )
    except ModelRejected as error:
        return Estimate(file, error=error)
    analysis = Analysis.from_dict(answer["analyses"][profile])
    done = Estimate(file, analysis, cpu_s=answer["cpu_s"])
    if options.material is None:
        return done
    try:
        quoted = price(analysis, options.material, options.finish, options.quantity, book)
    except PriceRefused as error:
        return Estimate(file, analysis, cpu_s=done.cpu_s, error=error)
    return Estimate(file, analysis, quoted, done.cpu_s)


def _payload(file: Path, profile: str, options: Options) -> Result:
    return {
        "path": str(file.absolute()),
        "profiles": [profile],
        "scale_to_mm": options.unit_mm,
        "supports": options.supports,
    }
