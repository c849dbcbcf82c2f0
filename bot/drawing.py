"""Draws the picture of a birthday card, in shapes and digits only, so that it needs no font."""

import math

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 800, 500
RED, GOLD, PAPER = "#b3261e", "#f2c14e", "#fff8ec"


def card(years: int) -> Image.Image:
    """The card for so many years; 0: without a figure."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((20, 20, WIDTH - 20, HEIGHT - 20), 28, outline=RED, width=6)
    for x in (90, WIDTH - 90):
        for y in (90, HEIGHT - 90):
            _flower(draw, x, y, 34)
    _flower(draw, WIDTH // 2, 215, 150)
    if years > 0:
        font = ImageFont.load_default(110)
        draw.text((WIDTH // 2, 215), str(years), font=font, fill=RED, anchor="mm")
    for step in range(9):
        x = 240 + step * 40
        draw.ellipse((x - 7, 423, x + 7, 437), fill=RED if step % 2 else GOLD)
    return image


def _flower(draw: ImageDraw.ImageDraw, x: int, y: int, size: int) -> None:
    """Eight petals around a middle."""
    for petal in range(8):
        angle = petal * math.pi / 4
        px, py = x + math.cos(angle) * size * 0.62, y + math.sin(angle) * size * 0.62
        half = size * 0.38
        draw.ellipse((px - half, py - half, px + half, py + half), fill=RED)
    draw.ellipse((x - size * 0.62, y - size * 0.62, x + size * 0.62, y + size * 0.62), fill=GOLD)
