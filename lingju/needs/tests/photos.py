"""Photos for tests, drawn here: nobody is on them."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from lingju.kernel import media
from lingju.kernel.media import Photo


def photo_bytes(colour: str = "green", size: tuple[int, int] = (60, 40)) -> bytes:
    """Return a small JPEG of one colour."""
    held = io.BytesIO()
    Image.new("RGB", size, colour).save(held, "JPEG")
    return held.getvalue()


def a_photo(colour: str = "green") -> Photo:
    """Return a photo as the intake hands it on."""
    return media.read_photo(SimpleUploadedFile("photo.jpg", photo_bytes(colour), "image/jpeg"))
