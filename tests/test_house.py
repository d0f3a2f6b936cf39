"""Imports point one way, and each room keeps what is its own."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("cogs", "engine", "client", "storage", "media", "sandbox", "settings", "logs", "house", "bot")

MAY_IMPORT = {
    "media": set(),
    "storage": set(),
    "client": set(),
    "settings": set(),
    "logs": set(),
    "engine": {"client", "storage", "media"},
    "cogs": {"engine"},
    "sandbox": {"media"},
    "house": {"cogs", "engine", "client", "storage", "settings"},
    "bot": {"house", "cogs", "engine", "client", "storage", "settings", "logs"},
}

ONLY_IN = {
    "httpx": {"client"},
    "sqlite3": {"storage", "engine", "cogs"},  # its errors; the SQL is in storage alone
    "aiosqlite": {"storage"},
    "PIL": {"media", "sandbox"},
    "av": {"media", "sandbox"},
    "matplotlib": {"media"},
    "numpy": {"media"},
    "discord": {"cogs", "house", "bot"},
}


def files_of(room: str) -> list[Path]:
    folder = ROOT / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [ROOT / f"{room}.py"]


def imports_of(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{file} has a relative import"
            names.add(node.module)
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_the_rooms_below_it(room: str) -> None:
    for file in files_of(room):
        others = imports_of(file) & set(ROOMS) - {room}
        assert others <= MAY_IMPORT[room], f"{file} imports {others - MAY_IMPORT[room]}"


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_used_only_where_it_belongs(library: str) -> None:
    for room in set(ROOMS) - ONLY_IN[library]:
        for file in files_of(room):
            assert library not in imports_of(file), f"{file} imports {library}"


@pytest.mark.parametrize("room", sorted(set(ROOMS) - {"storage", "sandbox"}))
def test_sql_is_written_in_storage_alone(room: str) -> None:
    for file in files_of(room):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                start = node.value.lstrip().upper()
                assert not start.startswith(("SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ")), f"SQL in {file}"


def test_every_setting_is_in_the_example_file() -> None:
    from settings import PREFIX, Settings

    example = (ROOT / ".env.example").read_text("utf-8")
    missing = [name for name in Settings.model_fields if f"{PREFIX}{name.upper()}=" not in example]
    assert not missing


def test_the_bot_starts_without_the_large_libraries() -> None:
    large = {"av", "PIL", "pillow_heif", "numpy", "matplotlib"}
    told = f"import sys, bot; print(*{large} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
