"""Pictures of pages, as scanners and telephones make them."""

import io
from random import Random

import pypdfium2
from PIL import Image, ImageChops, ImageFilter

DPI = (150, 200, 300)
_SKEW = 1.8


def picture(content: bytes, rng: Random, dpi: int) -> tuple[str, bytes]:
    """Return the first page of a PDF as a picture, and its media type: a little askew, grey, with
    noise, sometimes dim to one side or the wrong way up."""
    with pypdfium2.PdfDocument(content) as document:
        image = document[0].render(scale=dpi / 72).to_pil().convert("L")
    image = image.rotate(rng.uniform(-_SKEW, _SKEW), Image.Resampling.BICUBIC, fillcolor=255)
    if rng.random() < 0.4:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 0.6)))
    if rng.random() < 0.3:
        image = ImageChops.multiply(image, _shade(image.size))
    image = _grained(image, rng)
    if rng.random() < 0.2:
        image = image.rotate(rng.choice([90, 180, 270]), expand=True)
    return _file(image, rng, dpi)


def _shade(size: tuple[int, int]) -> Image.Image:
    return Image.linear_gradient("L").point(lambda one: 170 + one // 3).resize(size)


def _grained(image: Image.Image, rng: Random) -> Image.Image:
    width, height = image.size
    grain = Image.frombytes(
        "L", (width // 2, height // 2), rng.randbytes((width // 2) * (height // 2))
    )
    weak = grain.point(lambda one: 128 + (one - 128) // rng.choice([8])).resize(image.size)
    return ImageChops.add(image, weak, 1, -128)


def _file(image: Image.Image, rng: Random, dpi: int) -> tuple[str, bytes]:
    file, kind = io.BytesIO(), rng.choice(["jpeg", "jpeg", "png", "tiff", "pdf"])
    if kind == "jpeg":
        image.save(file, "JPEG", quality=rng.choice([45, 60, 80]), dpi=(dpi, dpi))
    elif kind == "pdf":
        image.save(file, "PDF", resolution=dpi, quality=75)
        return "application/pdf", file.getvalue()
    elif kind == "tiff":
        image.point(lambda one: 255 if one > 150 else 0).convert("1").save(
            file, "TIFF", compression="group4", dpi=(dpi, dpi)
        )
    else:
        image.save(file, "PNG", dpi=(dpi, dpi))
    return f"image/{kind}", file.getvalue()
