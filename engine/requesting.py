"""What a job asks of the provider, in the provider's words."""

from client import VideoRequest
from storage import ClipOptions


def request_of(options: ClipOptions) -> VideoRequest:
    """The options in the provider's words, still without the files."""
    return VideoRequest(
        image=b"",
        image_type="image/jpeg",
        duration_seconds=options.duration_seconds,
        resolution=options.resolution,
        seed=options.seed,
        prompt=options.prompt,
        negative_prompt=options.negative_prompt,
        audio=options.audio,
        shots=options.shots,
        rewrite=options.rewrite,
        template=options.template,
        watermark=options.watermark,
        model=options.model,
    )
