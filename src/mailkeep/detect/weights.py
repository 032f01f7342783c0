"""The table that turns detectors' opinions into log-odds: hand weights in the detectors, fitted ones here."""

import hashlib
import math
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import msgspec

from mailkeep.detect.scene import Detector, Family
from mailkeep.kit.trouble import OperatorError

TABLES: dict[str, frozenset[str] | None] = {
    "weights": None,
    "families": frozenset(family.value for family in Family),
    "calibration": frozenset({"prior", "a", "b"}),
    "labels": frozenset({"malicious", "suspicious"}),
}
"""Tables a weight file may hold, with the keys each allows; None where keys are detector ids."""


class WeightsError(OperatorError):
    """The weight table is wrong; the message lists every fault with the remedy."""


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """How a sum of log-odds becomes a probability and a label."""

    families: Mapping[str, float] = {}
    """Family → the most its detectors may add together, in log-odds; for TRUST the most they may take away."""
    prior: float = -4.0
    """Log-odds of an attack before anything is seen."""
    a: float = 1.0
    """Slope of Platt's scaling."""
    b: float = 0.0
    """Offset of Platt's scaling."""
    malicious: float = 0.9
    """Probability from which a mail is called malicious."""
    suspicious: float = 0.5
    """Probability from which a mail is called suspicious."""


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """One whole table: per-detector log-odds and the calibration they were fitted with."""

    detectors: Mapping[str, float] = {}
    """Detector id → log-odds at full strength; a detector that is not named keeps the weight in its own file."""
    calibration: Calibration = Calibration()
    digest: str = ""
    """First 12 hex digits of the table's SHA-256: names the table in a verdict's `Versions`."""

    def of(self, detector: Detector) -> float:
        """The log-odds of this detector at full strength."""
        return self.detectors.get(detector.id, detector.weight)


def read_weights(text: str, source: str) -> Weights:
    """The table in this TOML text.

    Takes: `source`, the name used in messages ("weights.toml").
    Raises: WeightsError with every fault at once.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WeightsError(f"{source}: not valid TOML: {error}. Mend that line.") from error
    faults = [f"{source}: {fault}" for fault in _faults(table)]
    if faults:
        raise WeightsError("\n".join(faults))
    calibration = Calibration(
        families=_numbers(table, "families"), **_numbers(table, "calibration"), **_numbers(table, "labels")
    )
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Weights(detectors=_numbers(table, "weights"), calibration=calibration, digest=digest)


def _numbers(table: Mapping[str, Any], name: str) -> dict[str, float]:
    return {key: float(value) for key, value in table.get(name, {}).items()}


def _faults(table: Mapping[str, Any]) -> list[str]:
    found = [
        f"[{name}] is not a table of weights. Use one of {', '.join(TABLES)}." for name in table if name not in TABLES
    ]
    for name, allowed in TABLES.items():
        part = table.get(name, {})
        if not isinstance(part, dict):
            found.append(f"{name} must be a table: write [{name}] on a line of its own.")
            continue
        for key, value in part.items():
            if allowed is not None and key not in allowed:
                found.append(f"[{name}] {key} is not known. Use one of {', '.join(sorted(allowed))}.")
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                found.append(f"[{name}] {key} = {value!r} is not a finite number.")
    return found or _disorder(table)


def _disorder(table: Mapping[str, Any]) -> list[str]:
    """Numbers that are numbers, yet make no sense together."""
    found = [
        f"[families] {name} = {cap} must not be below 0: a cap is how far a family may move a sum."
        for name, cap in table.get("families", {}).items()
        if cap < 0
    ]
    if table.get("calibration", {}).get("a", 1.0) <= 0:
        found.append("[calibration] a must be above 0, or more evidence would mean less danger.")
    labels = {"malicious": 0.9, "suspicious": 0.5, **table.get("labels", {})}
    if not 0 < labels["suspicious"] <= labels["malicious"] < 1:
        found.append("[labels] must keep 0 < suspicious <= malicious < 1.")
    return found


SHIPPED = read_weights(files("mailkeep.detect").joinpath("weights.toml").read_text("utf-8"), "detect/weights.toml")
"""The table that came with this version."""
