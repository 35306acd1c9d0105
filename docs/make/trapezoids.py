"""Draws docs/img/trapesium.svg: one polygon as a signed sum of trapezoids, and the overlap of two. Run by hand."""

from __future__ import annotations

from pathlib import Path

P = [(40, 150), (160, 40), (220, 120), (120, 190)]
Q = [(100, 60), (250, 90), (230, 180), (140, 170)]
BASE = 215
UP, DOWN = "#1b7f79", "#c2562b"


def points(ring: list[tuple[float, float]], dx: float = 0) -> str:
    return " ".join(f"{x + dx:g},{y:g}" for x, y in ring)


def text(x: float, y: float, words: str, size: int = 13, anchor: str = "middle") -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" fill="currentColor">{words}</text>'


def trapezoid(a: tuple[float, float], b: tuple[float, float], dx: float) -> str:
    color = UP if b[0] > a[0] else DOWN
    ring = [a, b, (b[0], BASE), (a[0], BASE)]
    return (
        f'<polygon points="{points(ring, dx)}" fill="{color}" fill-opacity=".16" stroke="{color}" '
        f'stroke-opacity=".5" stroke-dasharray="3 3"/>'
    )


def base(dx: float) -> str:
    return f'<line x1="{dx + 20}" y1="{BASE}" x2="{dx + 270}" y2="{BASE}" stroke="currentColor" stroke-width="1"/>'


def outline(ring: list[tuple[float, float]], dx: float, color: str) -> str:
    return (
        f'<polygon points="{points(ring, dx)}" fill="none" stroke="{color}" stroke-width="2" stroke-linejoin="round"/>'
    )


def first(dx: float) -> list[str]:
    edges = list(zip(P, P[1:] + P[:1], strict=True))
    return [
        *(trapezoid(a, b, dx) for a, b in edges),
        outline(P, dx, "currentColor"),
        base(dx),
        text(dx + 130, 245, "P = Σ ± trapesium sisinya"),
        text(dx + 92, 88, "+", 20),
        text(dx + 186, 172, "−", 20),
    ]


def second(dx: float) -> list[str]:
    # upper edges of P and Q over one x-interval: what both trapezoids share lies under the lower of the two lines
    x0, x1 = 100.0, 160.0
    f = lambda x: 150 - (x - 40) * 110 / 120  # noqa: E731 - the edge of P from (40,150) to (160,40)
    g = lambda x: 60 + (x - 100) * 30 / 150  # noqa: E731 - the edge of Q from (100,60) to (250,90)
    cross = (150 + 40 * 110 / 120 - 60 + 100 * 30 / 150) / (30 / 150 + 110 / 120)
    lower = [(x0, f(x0)), (cross, f(cross)), (x1, g(x1)), (x1, BASE), (x0, BASE)]
    return [
        f'<polygon points="{points(lower, dx)}" fill="{UP}" fill-opacity=".28" stroke="none"/>',
        outline(P, dx, UP),
        outline(Q, dx, DOWN),
        base(dx),
        *(
            f'<line x1="{dx + x}" y1="30" x2="{dx + x}" y2="{BASE}" stroke="currentColor" stroke-dasharray="2 4"/>'
            for x in (x0, x1)
        ),
        text(dx + 44, 128, "P", 15),
        text(dx + 258, 108, "Q", 15),
        text(dx + 130, 205, "∫ min(f, g)", 12),
        text(dx + 140, 245, "yang dimiliki bersama oleh dua trapesium"),
    ]


def main() -> None:
    """Write the figure."""
    parts = [*first(0), *second(300)]
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 590 260" font-family="sans-serif">{"".join(parts)}</svg>\n'
    Path(__file__).resolve().parents[1].joinpath("img", "trapesium.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
