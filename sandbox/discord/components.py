"""Buttons, selects and layout: Discord's rules for them, and the form in which it gives them back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Any

from sandbox.discord.errors import invalid_form

JSON = dict[str, Any]
Unfurl = Callable[[str], JSON]

MAX_ROWS = 5
MAX_BUTTONS_IN_ROW = 5
MAX_COMPONENTS = 40
MAX_OPTIONS = 25
LINK_STYLE = 5


class Kind(IntEnum):
    """Component types by Discord's numbers."""

    ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT = 10
    THUMBNAIL = 11
    GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


SELECTS = (Kind.STRING_SELECT, Kind.USER_SELECT, Kind.ROLE_SELECT, Kind.MENTIONABLE_SELECT, Kind.CHANNEL_SELECT)
LAYOUT_ONLY = (Kind.SECTION, Kind.TEXT, Kind.THUMBNAIL, Kind.GALLERY, Kind.FILE, Kind.SEPARATOR, Kind.CONTAINER)

# What Discord adds where a bot said nothing.
DEFAULTS: dict[int, JSON] = {
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
    Kind.THUMBNAIL: {"description": None, "spoiler": False},
    Kind.FILE: {"name": None, "size": None, "spoiler": False},
    Kind.SEPARATOR: {"spacing": 1, "divider": True},
    Kind.CONTAINER: {"accent_color": None, "spoiler": False},
}


def walk(components: list[JSON], path: str = "components") -> Iterator[tuple[str, JSON]]:
    """Give every component, the outer ones first, with its path as Discord's errors name it."""
    for index, component in enumerate(components):
        here = f"{path}.{index}"
        yield here, component
        yield from walk(component.get("components") or [], f"{here}.components")
        for key in ("accessory", "component"):
            if inner := component.get(key):
                yield f"{here}.{key}", inner


def find(components: list[JSON], custom_id: str) -> JSON | None:
    return next((one for _, one in walk(components) if one.get("custom_id") == custom_id), None)


def check(components: list[JSON], *, layout: bool) -> None:
    """Hold a message's components to Discord's rules; `layout` is the flag of the newer components."""
    if not layout and len(components) > MAX_ROWS:
        raise invalid_form("components", f"Must be {MAX_ROWS} or fewer in length.")
    everything = list(walk(components))
    if len(everything) > MAX_COMPONENTS:
        raise invalid_form("components", f"The total number of components must be {MAX_COMPONENTS} or fewer.")
    seen: set[str] = set()
    for path, component in everything:
        if component.get("type") in LAYOUT_ONLY and not layout:
            raise invalid_form(f"{path}.type", "This component needs the flag IS_COMPONENTS_V2.")
        _check_one(path, component)
        _check_custom_id(path, component, seen)


def _check_one(path: str, component: JSON) -> None:
    match component.get("type"):
        case Kind.ROW:
            _check_row(path, component)
        case Kind.BUTTON:
            _check_button(path, component)
        case Kind.STRING_SELECT:
            _check_select(path, component)
        case Kind.TEXT_INPUT | Kind.LABEL | Kind.FILE_UPLOAD | Kind.RADIO_GROUP | Kind.CHECKBOX_GROUP | Kind.CHECKBOX:
            raise invalid_form(f"{path}.type", "This component may only be used in modals.")
        case kind if kind not in SELECTS and kind not in LAYOUT_ONLY:
            raise invalid_form(f"{path}.type", "There is no such component.")


def _check_row(path: str, row: JSON) -> None:
    inner = row.get("components") or []
    selects = [one for one in inner if one.get("type") in SELECTS]
    if not inner or len(inner) > MAX_BUTTONS_IN_ROW or (selects and len(inner) > 1):
        raise invalid_form(f"{path}.components", "A row holds one select or between 1 and 5 buttons.")


def _check_button(path: str, button: JSON) -> None:
    linked = button.get("style") == LINK_STYLE
    if linked != bool(button.get("url")) or linked == bool(button.get("custom_id")):
        raise invalid_form(path, "A button has a url and the link style, or a custom_id and another style.")
    if not button.get("label") and not button.get("emoji"):
        raise invalid_form(path, "A button must have a label or an emoji.")
    if len(button.get("label") or "") > 80:
        raise invalid_form(f"{path}.label", "Must be 80 or fewer in length.")


def _check_select(path: str, select: JSON) -> None:
    options = select.get("options") or []
    values = [option.get("value") for option in options]
    if not 1 <= len(options) <= MAX_OPTIONS:
        raise invalid_form(f"{path}.options", f"Must be between 1 and {MAX_OPTIONS} in length.")
    if len(set(values)) < len(values):
        raise invalid_form(f"{path}.options", "The specified option value is already used.")


def _check_custom_id(path: str, component: JSON, seen: set[str]) -> None:
    custom_id = component.get("custom_id")
    if custom_id is None:
        return
    if not 1 <= len(custom_id) <= 100:
        raise invalid_form(f"{path}.custom_id", "Must be between 1 and 100 in length.")
    if custom_id in seen:
        raise invalid_form(f"{path}.custom_id", "Component custom id cannot be duplicated.")
    seen.add(custom_id)


def returned(components: list[JSON], unfurl: Unfurl) -> list[JSON]:
    """Give components as Discord returns them: numbered, with defaults, with media as addresses."""
    taken = {component.get("id") for _, component in walk(components)}
    free = (number for number in range(1, 10_000) if number not in taken)
    return [_returned(component, free, unfurl) for component in components]


def _returned(component: JSON, free: Iterator[int], unfurl: Unfurl) -> JSON:
    kind = component["type"]
    said = {key: without_nulls(value) for key, value in with_text_ids(component).items() if value is not None}
    body = {**DEFAULTS.get(kind, {}), **said, "id": component.get("id") or next(free)}
    if "components" in body:
        body["components"] = [_returned(inner, free, unfurl) for inner in component["components"]]
    if "accessory" in body:
        body["accessory"] = _returned(component["accessory"], free, unfurl)
    for key in ("media", "file"):
        if key in body:
            body[key] = unfurl(body[key]["url"])
    if "items" in body:
        body["items"] = [_gallery_item(item, unfurl) for item in body["items"]]
    return body


def _gallery_item(item: JSON, unfurl: Unfurl) -> JSON:
    return {"description": None, "spoiler": False, **item, "media": unfurl(item["media"]["url"])}


def with_text_ids(component: JSON) -> JSON:
    """Give what a select has chosen before with ids as texts; libraries send numbers, Discord gives texts."""
    named = component.get("default_values")
    if not named:
        return component
    return {**component, "default_values": [{**one, "id": str(one["id"])} for one in named]}


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value
