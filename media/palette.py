"""The report's few colours: at home in Discord's dark theme, and told apart by the colour-blind too.

Words have at least 4.5 : 1 against whatever they stand on, bars at least 3 : 1. Credits are blue and clips are orange
wherever they appear, so that no legend is needed.
"""

PAGE = "#2B2D31"
CARD = "#1E1F22"
LINE = "#3F4147"

TEXT = "#F2F3F5"
QUIET = "#B5BAC1"

CREDITS = "#4F62DB"
"""Just dark enough for a name in TEXT to stand on it."""
CREDITS_TEXT = "#A9B6FF"

CLIPS = "#E8953A"
CLIPS_TEXT = "#F5B35C"
