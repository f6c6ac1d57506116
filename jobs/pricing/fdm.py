"""Filament: material and time of a part from its layers, feature by feature."""

from jobs.pricing.analysis import FeatureUse
from jobs.pricing.fdm_times import times_of
from jobs.pricing.fdm_volumes import Column, volumes_of
from jobs.pricing.layers import LayerTable
from jobs.pricing.profiles import FdmProfile


def features(table: LayerTable, profile: FdmProfile) -> tuple[FeatureUse, ...]:
    """Volume and time of every kind of line, plus "travel" and "cooling" (slowing down for short
    layers), which take time alone, and "start"."""
    volumes = volumes_of(table, profile)
    times = _joined(times_of(table, volumes, profile))
    volumes = _joined(volumes)
    uses = [
        FeatureUse(code, float(volumes[code].sum()) if code in volumes else 0.0, float(time.sum()))
        for code, time in times.items()
    ]
    uses.append(FeatureUse("start", 0.0, profile.start_s))
    return tuple(use for use in uses if use.volume_mm3 > 0 or use.time_s > 0)


def times_by_layer(table: LayerTable, profile: FdmProfile) -> dict[str, Column]:
    """Seconds of each layer, from the plate up, by the codes that `features` has, without
    "start"."""
    return _joined(times_of(table, volumes_of(table, profile), profile))


def _joined(columns: dict[str, Column]) -> dict[str, Column]:
    """Supports and their dense layers as one."""
    joined = dict(columns)
    joined["support"] = columns["support"] + joined.pop("interface")
    return joined
