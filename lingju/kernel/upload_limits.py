"""How much one form may carry: more than that is refused before any of it reaches the disk.

What one file may weigh is said beside its field (`kernel.media`, `kernel.uploads`); this limit only keeps
a stranger from filling the disk. It is far above every file that is taken, so that a photo of 40 MB is
read to its end and gets its own sentence: browsers show no answer to a form they could not finish sending.
"""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MB = 1024 * 1024


class LimitedUploads(FileUploadHandler):
    """Look at a form's size and hand its files on to the handlers behind."""

    most = 200 * MB

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  Django's own name
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Raise RequestDataTooBig for a form that carries too much."""
        if content_length > self.most:
            raise RequestDataTooBig(f"a form of {content_length} bytes")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand each piece on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers behind."""
