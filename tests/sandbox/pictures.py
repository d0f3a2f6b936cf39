"""Pictures made for the tests: photo-like, with enough in them to tell one part from another."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw


def photo(width: int = 640, height: int = 480) -> Image.Image:
    sky = Image.linear_gradient("L").resize((width, height))
    light = Image.radial_gradient("L").resize((width, height))
    image = Image.merge("RGB", (sky, light, sky.transpose(Image.Transpose.FLIP_TOP_BOTTOM)))
    draw = ImageDraw.Draw(image)
    draw.ellipse((width * 0.62, height * 0.1, width * 0.82, height * 0.36), fill=(250, 220, 120))
    draw.polygon([(0, height), (width * 0.35, height * 0.45), (width * 0.7, height)], fill=(40, 70, 60))
    draw.polygon([(width * 0.4, height), (width * 0.75, height * 0.55), (width, height)], fill=(70, 50, 90))
    return image


def jpeg(width: int = 640, height: int = 480) -> bytes:
    return encoded(photo(width, height), "JPEG")


def encoded(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, quality=92)
    return out.getvalue()
