"""What cannot be done with a clip that is there, and why; nothing was charged.

CannotDo
  · NotYours
  · ClipGone
  · FrameGone
  · NothingBetter
  · NotShareable
  · NoShowcase
  · AgeRestricted
"""


class CannotDo(Exception):
    """A press that comes to nothing."""


class NotYours(CannotDo):
    """Only the clip's member and the moderators of its server may do this."""


class ClipGone(CannotDo):
    """The clip was removed, never came to be, or cannot be fetched any more."""


class FrameGone(CannotDo):
    """The clip's first frame, or its soundtrack, is not kept any more."""


class NothingBetter(CannotDo):
    """The clip's model can make it neither better nor longer."""


class NotShareable(CannotDo):
    """The clip was not made for everybody in a server to see."""


class NoShowcase(CannotDo):
    """The server has no channel for copies of clips."""


class AgeRestricted(CannotDo):
    """The clip comes from an age-restricted channel, and the showcase is none."""
