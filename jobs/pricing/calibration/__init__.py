"""Fitting a filament profile's few coefficients to what a slicer says of many parts."""

from jobs.pricing.calibration.case import Case
from jobs.pricing.calibration.report import Report, calibrated

__all__ = ["Case", "Report", "calibrated"]
