"""Takes a clip's last picture, to go on from there; meant to be run apart."""

import os
from io import BytesIO
from pathlib import Path
from typing import Any

from media.clip import last_picture


def make(path: bytes) -> tuple[dict[str, Any], bytes]:
    """The picture's size, and a JPEG that keeps its colours sharp. Raises NotAClip."""
    picture, buffer = last_picture(Path(os.fsdecode(path))), BytesIO()
    picture.save(buffer, "JPEG", quality=95, subsampling=0)
    return {"width": picture.width, "height": picture.height}, buffer.getvalue()
