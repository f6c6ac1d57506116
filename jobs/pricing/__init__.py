"""From a mesh to a price, as pure computation.

    analysis = analyse(mesh, profile("fdm-020"), scale_to_mm=1.0)     # geometry, in the sandbox
    quoted = price(analysis, "PLA", "raw", 10, default_price_book())  # microseconds, anywhere

The geometry is analysed once for each (content, profile, scale, rotation); a price is a pure
function of (analysis, material, finish, quantity, price book). `rough_analysis` stands in for the
analysis until it is there. Import `analyse` from `jobs.pricing.analyse`: this package itself does
not load numpy, so that services which only price stay small.
"""

from jobs.pricing.agreement import Agreement, Customer
from jobs.pricing.analysis import ANALYSIS_VERSION, Analysis, FeatureUse, Orientation
from jobs.pricing.book import Finish, Machine, Material, PriceBook, QuantityBreak
from jobs.pricing.breakdown import Line
from jobs.pricing.lead_time import LeadTime
from jobs.pricing.price import Price, price
from jobs.pricing.profiles import profile, profile_ids
from jobs.pricing.refusal import PriceRefused
from jobs.pricing.rough import rough_analysis
from jobs.pricing.seed import default_price_book
from jobs.pricing.tax import TaxRate

__all__ = [
    "ANALYSIS_VERSION",
    "Agreement",
    "Analysis",
    "Customer",
    "FeatureUse",
    "Finish",
    "LeadTime",
    "Line",
    "Machine",
    "Material",
    "Orientation",
    "Price",
    "PriceBook",
    "PriceRefused",
    "QuantityBreak",
    "TaxRate",
    "default_price_book",
    "price",
    "profile",
    "profile_ids",
    "rough_analysis",
]
