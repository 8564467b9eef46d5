"""The two drawings of the report, as SVG. Pure."""
# ruff: noqa: E501  (markup is kept in whole lines)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

Point = tuple[str, float, float, float]
"""Name, value, low, high."""

LEFT, RIGHT, ROW = 190, 880, 30


def scale(points: Sequence[Point]) -> str:
    """Values with their intervals on one line from −1 to 1; the first is the run itself."""

    def x(value: float) -> float:
        return LEFT + (value + 1) / 2 * (RIGHT - LEFT)

    height = ROW * len(points) + 34
    marks = "".join(
        f'<line class="{"zero" if tick == 0 else "axis"}" x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="6"'
        f' y2="{height - 24}"/><text x="{x(tick):.1f}" y="{height - 6}" text-anchor="middle">{_signed(tick, 1)}</text>'
        for tick in (-1.0, -0.5, 0.0, 0.5, 1.0)
    )
    rows = []
    for number, (name, value, low, high) in enumerate(points):
        y = 22 + number * ROW
        tone = "var(--accent)" if number == 0 else "var(--soft)"
        own = ' class="own"' if number == 0 else ""
        rows.append(
            f'<text{own} x="{LEFT - 16}" y="{y + 4}" text-anchor="end">{escape(name)}</text>'
            f'<line x1="{x(low):.1f}" x2="{x(high):.1f}" y1="{y}" y2="{y}" stroke="{tone}" stroke-width="2.5"'
            f' stroke-linecap="round" opacity=".55"/><circle cx="{x(value):.1f}" cy="{y}" r="5.5" fill="{tone}"/>'
            f'<text{own} x="{RIGHT + 14}" y="{y + 4}">{_signed(value, 2)}</text>'
        )
    said = "; ".join(f"{name} {value:+.2f}" for name, value, _, _ in points)
    return (
        f'<svg class="scale" viewBox="0 0 940 {height}" role="img" aria-label="{escape(said)}">'
        f"{marks}{''.join(rows)}</svg>"
    )


def _signed(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}".replace("-", "−") if round(value, digits) else "0"


def curve(points: Sequence[Mapping[str, float]]) -> str:
    """Selective risk over coverage."""
    if not points:
        return "<p>No confidence to draw.</p>"

    def at(coverage: float, risk: float) -> tuple[float, float]:
        return 46 + coverage * 380, 190 - risk * 170

    grid = "".join(
        f'<line class="axis" x1="46" x2="426" y1="{at(0, risk)[1]:.1f}" y2="{at(0, risk)[1]:.1f}"/>'
        f'<text x="40" y="{at(0, risk)[1] + 4:.1f}" text-anchor="end">{risk:.0%}</text>'
        for risk in (0.0, 0.25, 0.5, 0.75, 1.0)
    )
    feet = "".join(
        f'<text x="{at(share, 0)[0]:.1f}" y="208" text-anchor="middle">{share:.0%}</text>'
        for share in (0.0, 0.5, 1.0)
    )
    places = [at(point["coverage"], point["risk"]) for point in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="var(--accent)"><title>{point["coverage"]:.0%} answered, '
        f"{point['risk']:.0%} wrong, from confidence {point['confidence']:.2f}</title></circle>"
        for (x, y), point in zip(places, points, strict=True)
    )
    return (
        '<svg class="scale" viewBox="0 0 452 216" role="img" aria-label="Risk against coverage">'
        f'{grid}{feet}<polyline points="{line}" fill="none" stroke="var(--accent)" stroke-width="2"/>{dots}</svg>'
    )
