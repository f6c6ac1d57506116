"""Machine profiles: data files, one for each way of printing, and their types."""

from jobs.pricing.profiles.errors import Errors
from jobs.pricing.profiles.limits import Limits
from jobs.pricing.profiles.lost_wax import CastingProfile
from jobs.pricing.profiles.milling import CncProfile
from jobs.pricing.profiles.powder import SlsProfile
from jobs.pricing.profiles.profile import (
    FdmProfile,
    Profile,
    fingerprint,
    profile,
    profile_ids,
    read_profile,
)
from jobs.pricing.profiles.resin import SlaProfile

__all__ = [
    "CastingProfile",
    "CncProfile",
    "Errors",
    "FdmProfile",
    "Limits",
    "Profile",
    "SlaProfile",
    "SlsProfile",
    "fingerprint",
    "profile",
    "profile_ids",
    "read_profile",
]
