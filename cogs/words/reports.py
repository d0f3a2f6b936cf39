"""Where credits went, in words: the headings of a report's picture, its alt text, the message beside it."""

from collections.abc import Mapping, Sequence
from datetime import date

from cogs.text import credits, plain, shortened, usd
from engine import Bar, Prices, Report, Share, Sheet

_MOST_OF_ALT_TEXT = 1024
_MOST_OF_A_NAME = 100  # as many as Discord allows
_MOST_BARS = 5  # as many as a phone shows without scrolling
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

NO_PICTURE = "The picture could not be drawn this time; the table has every figure."
LEFT_FOR_GOOD = "members who left"
GONE = "a member who left"
GONE_CHANNEL = "a channel that is gone"


def title(days: int) -> str:
    return f"The server's last {days} days"


def own_title(days: int) -> str:
    return f"Your last {days} days"


def biggest(shares: Sequence[Share]) -> tuple[Share, ...]:
    """Those that are shown by name: all, or where they are too many the first ones, and the others together."""
    return tuple(shares if len(shares) <= _MOST_BARS else shares[: _MOST_BARS - 1])


def sheet(report: Report, title: str, zone: str, names: Mapping[int, str], channels: Mapping[int, str]) -> Sheet:
    """What the picture shows; `names` and `channels` are those of the biggest shares, or none at all."""
    return Sheet(
        title=title,
        subtitle=f"{_span(report)} · {zone}",
        figures=tuple((label.capitalize(), value) for label, value in _figures(report)),
        days=tuple(Bar(_day(figures.day), figures.credits, figures.clips) for figures in report.days),
        members=_bars(report.members, names),
        channels=_bars(report.channels, channels),
    )


def message(report: Report, title: str, prices: Prices) -> str:
    """The figures that matter most, above the picture."""
    worth = f"about {usd(prices.usd(report.credits))} at list price"
    clips = "1 clip" if report.clips == 1 else f"{report.clips:,} clips"
    rest = f"{clips}, {report.failed:,} failed, {report.cancelled:,} cancelled, {credits(report.refunded)} returned"
    return f"**{title}**, {_span(report)}: {credits(report.credits)} ({worth}), {rest}."


def alt_text(sheet: Sheet) -> str:
    """The picture for people who cannot see it: the totals, the busiest day, the biggest shares."""
    figures = ", ".join(f"{label.lower()} {value}" for label, value in sheet.figures)
    sentences = [f"{sheet.title}, {sheet.subtitle}: {figures}."]
    busiest = max(sheet.days, key=lambda bar: bar.credits, default=None)
    if busiest and busiest.credits:
        sentences.append(f"Bars by day; most on {busiest.label}, {credits(busiest.credits)}.")
    for heading, bars in (("By member", sheet.members), ("By channel", sheet.channels)):
        if bars:
            listed = ", ".join(f"{bar.label} {credits(bar.credits)}" for bar in bars)
            sentences.append(f"{heading}: {listed}.")
    return shortened(" ".join(sentences), _MOST_OF_ALT_TEXT)


def _figures(report: Report) -> tuple[tuple[str, str], ...]:
    return (
        ("credits", f"{report.credits:,}"),
        ("clips", f"{report.clips:,}"),
        ("failed", f"{report.failed:,}"),
        ("cancelled", f"{report.cancelled:,}"),
        ("credits returned", f"{report.refunded:,}"),
    )


def _bars(shares: Sequence[Share], names: Mapping[int, str]) -> tuple[Bar, ...]:
    if not names:
        return ()
    shown = biggest(shares)
    bars = [Bar(plain(names[share.id], _MOST_OF_A_NAME), share.credits, share.clips) for share in shown]
    if others := shares[len(shown) :]:
        together = (sum(share.credits for share in others), sum(share.clips for share in others))
        bars.append(Bar(f"{len(others):,} others", *together))
    return tuple(bars)


def _span(report: Report) -> str:
    first, last = report.days[0].day, report.days[-1].day
    return f"{_day(first)} – {_day(last)} {last.year}"


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"
