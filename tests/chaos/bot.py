"""The real bot, in a process that dies where it is told to: `python -m tests.chaos.bot [TREE]`."""

import os
import sys
from pathlib import Path

from tests.acceptance.street import ROOT
from tests.chaos.hooks import install
from tests.chaos.trap import ENVIRONMENT, Traps, Watch


def main() -> int:
    """Run the bot of a tree, of this one unless another is named."""
    tree = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT).resolve()
    sys.path.insert(0, str(tree))
    install(Watch(Traps(Path(os.environ[ENVIRONMENT]))), tree)
    import bot  # the tree's own, which may be another one than this file's

    return bot.main(["run"])


if __name__ == "__main__":
    sys.exit(main())
