"""Estimates for files without a server: what `partline price` prints."""

import asyncio
import os
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jobs.pricing.analysis import Analysis
from jobs.pricing.book import PriceBook
from jobs.pricing.heights import TimeByHeight
from jobs.pricing.price import Price, price
from jobs.pricing.refusal import PriceRefused
from jobs.pricing.seed import default_price_book
from jobs.rejection import ModelRejected
from jobs.sandbox import Limits, run

Result = dict[str, Any]
DEFAULT_PROFILE = "fdm-020"


@dataclass(frozen=True)
class Options:
    """`profile`: what the estimate is of; None is the material's profile, or without a material
    DEFAULT_PROFILE. A price is always of the material's own profile. `unit_mm`: mm in one file
    unit, None for what the file says, else mm. `finish`: None is the material's first."""

    profile: str | None = None
    supports: bool = True
    material: str | None = None
    finish: str | None = None
    quantity: int = 1
    unit_mm: float | None = None
    by_height: bool = False
    at_once: int | None = None

    def priced_with(self, book: PriceBook) -> str | None:
        """The profile of the material; None without one that is known."""
        material = book.material(self.material) if self.material else None
        return material.profile if material else None

    def finished_with(self, book: PriceBook) -> str:
        """The finish that the price is for; empty when there is no such material."""
        material = book.material(self.material) if self.material else None
        return self.finish or (material.finishes[0] if material else "")

    def estimated_with(self, book: PriceBook) -> str:
        return self.profile or self.priced_with(book) or DEFAULT_PROFILE


@dataclass(frozen=True)
class Estimate:
    """One file: an analysis and, where a material was asked for, a price; or a refusal with its
    stable code. `file` is what the caller named it, to the letter. `cpu_s` is the computing time
    of the process that this file had for itself, from its start to its answer; loading the
    libraries, once for any number of files, is in nobody's. `by_height` is there where the options
    ask for it and the profile prints lines."""

    file: str
    analysis: Analysis | None = None
    price: Price | None = None
    cpu_s: float = 0.0
    by_height: TimeByHeight | None = None
    error: ModelRejected | PriceRefused | None = None

    def to_json(self) -> Result:
        """The object that `--json` prints: `file` and `error`, or the estimate's fields, of which
        those that nothing is known about are None."""
        result: Result = {"file": self.file}
        if self.analysis is not None:
            result |= {
                **_amounts(self.analysis),
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


def _amounts(analysis: Analysis) -> Result:
    """Time and material; a milled part has neither before a person has looked at it."""
    amounts: Result = {
        "print_time_s": analysis.print_time_s,
        "print_time_interval_s": list(analysis.print_time_interval_s),
        "material_mm3": analysis.material_mm3,
        "material_interval_mm3": list(analysis.material_interval_mm3),
        "support_mm3": analysis.support_mm3,
    }
    return dict.fromkeys(amounts) if analysis.technology == "cnc" else amounts


async def estimates(
    files: Sequence[str],
    options: Options = Options(),
    book: PriceBook | None = None,
) -> AsyncGenerator[Estimate]:
    """An Estimate for each file, as each is ready, several at once, each in its own sandboxed
    process. A file that cannot be used is an Estimate with `error`; the others are still done."""
    prices = book or default_price_book()
    slots = asyncio.Semaphore(options.at_once or os.cpu_count() or 1)

    async def one(file: str) -> Estimate:
        async with slots:
            return await estimate(file, options, prices)

    for done in asyncio.as_completed([one(file) for file in files]):
        yield await done


async def estimate(file: str, options: Options, book: PriceBook) -> Estimate:
    profile, of_material = options.estimated_with(book), options.priced_with(book)
    profiles = list(dict.fromkeys([profile, of_material or profile]))
    try:
        with _encodable(file) as path:
            answer = await run(
                "jobs.pricing.entry.analyse",
                {
                    "path": path,
                    "profiles": profiles,
                    "scale_to_mm": options.unit_mm,
                    "supports": options.supports,
                    "by_height": options.by_height,
                },
                limits=Limits(wall_s=120, cpu_s=120),
                reads=[Path(path)],
            )
    except ModelRejected as error:
        return Estimate(file, error=error)
    found = {code: Analysis.from_dict(answer["analyses"][code]) for code in profiles}
    chart = answer["by_height"]
    done = Estimate(
        file,
        found[profile],
        cpu_s=answer["cpu_s"],
        by_height=TimeByHeight.from_dict(chart) if chart else None,
    )
    if options.material is None:
        return done
    basis = found[of_material or profile]
    try:
        quoted = price(basis, options.material, options.finished_with(book), options.quantity, book)
    except PriceRefused as error:
        return replace(done, error=error)
    return replace(done, price=quoted)


@contextmanager
def _encodable(file: str) -> Iterator[str]:
    """The file's absolute path, or for a name whose bytes are no text, that of a link to it,
    since the sandbox is asked in JSON."""
    path = str(Path(file).absolute())
    try:
        path.encode()
    except UnicodeEncodeError:
        with TemporaryDirectory(prefix="partline-") as folder:
            link = Path(folder) / "model"
            link.symlink_to(path)
            yield str(link)
    else:
        yield path
