"""A process that makes first frames when told to, so that `bench.pictures` can watch its memory."""

import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from media.sizes import fitted


def plain(data: bytes) -> bytes:
    """Pillow as one would write it down: open, transpose, resize, save; at the same quality."""
    image = ImageOps.exif_transpose(Image.open(BytesIO(data)))
    image = image.resize(fitted(*image.size))
    image.save(made := BytesIO(), "JPEG", quality=95, subsampling=0)
    return made.getvalue()


def way(name: str) -> Callable[[bytes], object]:
    """One of the ways to make a first frame; ours are imported here, to be no part of the plain one."""
    if name == "plain":
        return plain
    if name == "work":
        from media.picture import make

        return make
    from media.first_frame import prepare
    from media.warm import Warm

    warm = Warm("picture")
    return lambda data: prepare(data, warm.run)


def main(name: str, small: Path, large: Path) -> None:
    """Make one of the small picture to have everything loaded, then one of the large at each line that comes in."""
    make, data = way(name), large.read_bytes()
    make(small.read_bytes())
    print("ready", flush=True)
    for _ in sys.stdin:
        make(data)
        print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
