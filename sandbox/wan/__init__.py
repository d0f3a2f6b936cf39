"""A Wan image-to-video service on loopback, which renders real clips from the first frame."""
