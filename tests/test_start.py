"""What a start takes: the libraries it loads, and the collector, which is out of its way and comes back."""

import asyncio
import subprocess
import sys
from pathlib import Path

from sandbox.app import Sandbox

ROOT = Path(__file__).parent.parent

LOADED = {
    *("discord", "aiohttp", "aiohappyeyeballs", "aiosignal", "attr", "frozenlist", "idna", "multidict", "propcache"),
    *("yarl", "typing_extensions", "brotli", "zstandard", "orjson"),
    *("httpx", "httpcore", "h11", "certifi", "anyio", "click", "rich", "pygments"),
    *("pydantic_settings", "pydantic", "pydantic_core", "annotated_types", "typing_inspection", "dotenv"),
    *("aiosqlite", "aiolimiter"),
}
"""The libraries that a start may load, with what these bring, and what discord.py and httpx take where it is there."""

TOLD = """
import sys
from importlib.metadata import packages_distributions
import bot
print(*{name.split(".")[0] for name in sys.modules} & packages_distributions().keys())
"""

ENDING = """
import atexit, gc, runpy, sys
file = sys.argv[1]
atexit.register(lambda: print(f"collecting: {gc.isenabled()}, set aside: {gc.get_freeze_count() > 0}"))
sys.argv = ["bot.py", "run"]
runpy.run_path(file, run_name="__main__")
"""


def test_a_start_loads_no_library_that_is_not_meant_to_be_there() -> None:
    done = subprocess.run([sys.executable, "-c", TOLD], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if not name.startswith("_")}
    assert {"discord", "httpx"} <= loaded <= LOADED


def test_importing_the_command_line_leaves_the_collector_on() -> None:
    subprocess.run([sys.executable, "-c", "import bot, gc; assert gc.isenabled()"], cwd=ROOT, check=True)


async def _last_words(folder: Path) -> str:
    sandbox = Sandbox(folder, bot_command=(sys.executable, "-c", ENDING, str(ROOT / "bot.py")))
    try:
        await sandbox.start()
        await sandbox.bot.start()
        assert await sandbox.bot.wait_ready()
        await sandbox.bot.stop()
        return sandbox.bot.last_lines(1).strip()
    finally:
        await sandbox.close()


def test_a_bot_that_runs_collects_again_and_passes_over_what_its_start_has_made(tmp_path: Path) -> None:
    assert asyncio.run(_last_words(tmp_path)) == "collecting: True, set aside: True"
