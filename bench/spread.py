"""How figures that vary are written."""

import statistics


def spread(values: list[float], digits: int) -> str:
    middle, low, high = statistics.median(values), min(values), max(values)
    return f"{middle:,.{digits}f} [{low:,.{digits}f} – {high:,.{digits}f}]"
