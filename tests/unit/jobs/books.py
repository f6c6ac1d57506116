"""Price books and parts that nobody thought of, for tests of what holds for all."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from jobs.pricing import Agreement, Analysis, PriceBook, default_price_book, profile, rough_analysis
from jobs.pricing.agreement import OwnLeadTime, OwnRate

BOOK = default_price_book()
PARTNER = str(UUID(int=7))

minor = st.integers(0, 50_000)
rate = st.decimals(0, 50_000, places=4).map(float)
percent = st.decimals(0, 100, places=2).map(float)
factor = st.decimals("0.1", 5, places=3).map(float)


def _changed(entries: tuple[Any, ...], **values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.tuples(
        *(
            st.fixed_dictionaries(values).map(lambda change, one=entry: replace(one, **change))
            for entry in entries
        )
    )


@st.composite
def books(draw: st.DrawFn) -> PriceBook:
    """Books with other rates, every one of which is valid."""
    percents = sorted(draw(st.lists(percent, min_size=4, max_size=4)))
    agreement = Agreement(
        PARTNER,
        "Bracket & Sons",
        percent=draw(percent),
        material_rates=(OwnRate("PLA", draw(rate)),),
        machine_rates=(OwnRate("sls-300", draw(rate)),),
        lead_times=(OwnLeadTime("express", draw(st.integers(1, 9)), draw(factor)),),
        country=draw(st.sampled_from(["", "DE", "FR"])),
        valid_until=draw(st.none() | st.dates()),
    )
    return replace(
        BOOK,
        tax_percent=draw(percent),
        floor_minor=draw(minor),
        packaging_minor=draw(minor),
        packaging_per_litre_minor=draw(rate),
        materials=draw(
            _changed(
                BOOK.materials,
                price_per_kg_minor=rate,
                waste=st.decimals(0, 1, places=3).map(float),
                setup_minor=minor,
                programming_minor=minor,
                labour_per_part_minor=minor,
                labour_per_body_minor=minor,
                support_removal_per_cm2_minor=rate,
            )
        ),
        finishes=draw(
            _changed(BOOK.finishes, per_part_minor=minor, per_cm2_minor=rate, setup_minor=minor)
        ),
        machines=draw(_changed(BOOK.machines, rate_per_hour_minor=rate, setup_minor=minor)),
        quantity_breaks=tuple(
            replace(one, percent=percents[number])
            for number, one in enumerate(BOOK.quantity_breaks)
        ),
        lead_times=draw(_changed(BOOK.lead_times, factor=factor)),
        agreements=(agreement,),
    )


@st.composite
def parts(draw: st.DrawFn, material: str = "PLA") -> Analysis:
    """Analysed parts that fit every machine for a material."""
    chosen = BOOK.material(material)
    assert chosen is not None
    box = tuple(draw(st.floats(0.5, 55)) for _ in range(3))
    x, y, z = box
    volume = x * y * z * draw(st.floats(0.01, 1))
    return replace(
        rough_analysis(profile(chosen.profile), (x, y, z), volume),
        rough=False,
        bodies=draw(st.integers(1, 40)),
        support_contact_mm2=draw(st.floats(0, 5_000)),
    )
