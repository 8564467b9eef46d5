"""Text of scanned pages through Tesseract, where it is installed."""

from __future__ import annotations

import io
import shutil
import subprocess
import time
from typing import Any

from rag.ingest.pdflines import PdfLine

_DOTS_PER_INCH = 200
_SECONDS_A_FILE = 30.0
_SECONDS_A_PAGE = 20.0


class Recogniser:
    """Reads pages until its time for the file is spent."""

    def __init__(self) -> None:
        self._program = shutil.which("tesseract")
        self._left = _SECONDS_A_FILE
        self.pages = 0
        """How many pages it has read."""

    def lines(self, page: Any) -> list[PdfLine]:
        """Lines of a rendered page; none without Tesseract, without time, or when it fails."""
        if self._program is None or self._left <= 0:
            return []
        started = time.monotonic()
        width, height = page.get_size()
        scale = min(_DOTS_PER_INCH / 72, 4000 / max(width, height, 1))
        picture = io.BytesIO()
        page.render(scale=scale, grayscale=True).to_pil().save(picture, "PNG")
        try:
            done = subprocess.run(
                [self._program, "stdin", "stdout", "--psm", "3"],
                input=picture.getvalue(),
                capture_output=True,
                timeout=min(_SECONDS_A_PAGE, self._left),
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return []
        finally:
            self._left -= time.monotonic() - started
        self.pages += 1
        found: list[PdfLine] = []
        top = height
        for line in done.stdout.decode("utf-8", "replace").replace("\f", "").splitlines():
            if line.strip():
                found.append(PdfLine(line.strip(), 0.0, 6.0 * len(line), top - 10.0, top, 10.0))
            top -= 12.0 if line.strip() else 24.0
        return found
