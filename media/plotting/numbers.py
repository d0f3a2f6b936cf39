"""Numbers as short as their place asks for."""

_UNITS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K"))


def written(value: int, most_digits: int = 6) -> str:
    """1,234 in full; 1.23M where it has more digits than there is room for."""
    if len(str(abs(value))) <= most_digits:
        return f"{value:,}"
    if abs(value) >= 10**15:
        return f"{value:.1e}".replace("e+", "e")
    size, unit = next((size, unit) for size, unit in _UNITS if abs(value) >= size)
    return _three_digits(value / size) + unit


def _three_digits(amount: float) -> str:
    places = max(0, 3 - len(str(int(abs(amount)))))
    text = f"{amount:,.{places}f}"
    return text.rstrip("0").rstrip(".") if places else text


def steps(most: int) -> list[int]:
    """One or two round numbers up to `most`, to draw lines at."""
    size = 10 ** max(0, len(str(most)) - 2)
    step = next(size * factor for factor in (1, 2, 5, 10, 20, 50, 100) if most < 3 * size * factor)
    return list(range(step, most + 1, step))
