"""Machine profiles: data files, one for each way of printing, and their types."""

from jobs.pricing.profiles.profile import (
    CastingProfile,
    FdmProfile,
    Profile,
    SlaProfile,
    SlsProfile,
    profile,
    profile_ids,
)

__all__ = [
    "CastingProfile",
    "FdmProfile",
    "Profile",
    "SlaProfile",
    "SlsProfile",
    "profile",
    "profile_ids",
]
