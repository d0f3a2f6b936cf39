"""Forms that open over the page: Discord's rules for them, and what a member fills in as an interaction's data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.discord.cdn import Attachment
from sandbox.discord.components import SELECTS, Kind, walk, with_text_ids
from sandbox.discord.errors import invalid_form
from sandbox.discord.refusal import Refusal

JSON = dict[str, Any]
Files = Mapping[str, list[Attachment]]

MAX_PARTS = 5
LABELLED = (
    Kind.STRING_SELECT, Kind.TEXT_INPUT, Kind.USER_SELECT, Kind.ROLE_SELECT, Kind.MENTIONABLE_SELECT,
    Kind.CHANNEL_SELECT, Kind.FILE_UPLOAD, Kind.RADIO_GROUP, Kind.CHECKBOX_GROUP, Kind.CHECKBOX,
)  # fmt: skip


def checked(data: JSON) -> JSON:
    """Hold a modal to Discord's rules and number its components. Raises ApiError."""
    parts = data.get("components") or []
    if not 1 <= len(data.get("title") or "") <= 45:
        raise invalid_form("data.title", "Must be between 1 and 45 in length.")
    if not 1 <= len(data.get("custom_id") or "") <= 100:
        raise invalid_form("data.custom_id", "Must be between 1 and 100 in length.")
    if not 1 <= len(parts) <= MAX_PARTS:
        raise invalid_form("data.components", f"Must be between 1 and {MAX_PARTS} in length.")
    for index, part in enumerate(parts):
        _check_part(f"data.components.{index}", part)
    ids = [one["custom_id"] for _, one in walk(parts) if "custom_id" in one]
    if len(set(ids)) < len(ids):
        raise invalid_form("data.components", "Component custom id cannot be duplicated.")
    return {"custom_id": data["custom_id"], "title": data["title"], "components": _numbered(parts)}


def submitted(modal: JSON, values: Mapping[str, Any], files: Files) -> JSON:
    """Give the data of the interaction that brings these values. Raises Refusal."""
    inputs = {one["custom_id"] for _, one in walk(modal["components"]) if "custom_id" in one}
    if unknown := set(values).union(files) - inputs:
        raise Refusal(f"The form has no field {min(unknown)}.")
    components = [_submitted_part(part, values, files) for part in modal["components"]]
    data: JSON = {"custom_id": modal["custom_id"], "components": components}
    return data


def named(components: list[JSON]) -> list[tuple[int, str]]:
    """Give the people, roles and channels chosen in a submitted form, each with the kind of select it came from."""
    selects = [one for _, one in walk(components) if one["type"] in SELECTS and one["type"] != Kind.STRING_SELECT]
    return [(one["type"], value) for one in selects for value in one["values"]]


def _check_part(path: str, part: JSON) -> None:
    match part.get("type"):
        case Kind.TEXT:
            return
        case Kind.ROW:
            row = part.get("components") or []
            if len(row) != 1 or row[0].get("type") != Kind.TEXT_INPUT or not row[0].get("label"):
                raise invalid_form(f"{path}.components", "A row of a modal holds one text input with a label.")
        case Kind.LABEL:
            if not 1 <= len(part.get("label") or "") <= 45:
                raise invalid_form(f"{path}.label", "Must be between 1 and 45 in length.")
            inner = part.get("component") or {}
            if inner.get("type") not in LABELLED:
                raise invalid_form(f"{path}.component", "This component cannot be used in a label.")
            if inner["type"] == Kind.RADIO_GROUP and not 2 <= len(inner.get("options") or []) <= 10:
                raise invalid_form(f"{path}.component.options", "Must be between 2 and 10 in length.")
        case _:
            raise invalid_form(f"{path}.type", "This component cannot be used in a modal.")


def _numbered(parts: list[JSON]) -> list[JSON]:
    numbers = {id(one): number for number, (_, one) in enumerate(walk(parts), 1)}

    def numbered(one: JSON) -> JSON:
        body = {**with_text_ids(one), "id": one.get("id") or numbers[id(one)]}
        if "components" in body:
            body["components"] = [numbered(inner) for inner in one["components"]]
        if "component" in body:
            body["component"] = numbered(one["component"])
        return body

    return [numbered(part) for part in parts]


def _submitted_part(part: JSON, values: Mapping[str, Any], files: Files) -> JSON:
    here = {"type": part["type"], "id": part["id"]}
    if part["type"] == Kind.TEXT:
        return here
    if part["type"] == Kind.ROW:
        return {**here, "components": [_filled(one, one["label"], values, files) for one in part["components"]]}
    return {**here, "component": _filled(part["component"], part["label"], values, files)}


def _filled(one: JSON, label: str, values: Mapping[str, Any], files: Files) -> JSON:
    here = {"type": one["type"], "id": one["id"], "custom_id": one["custom_id"]}
    if one["type"] == Kind.FILE_UPLOAD:
        ids = [attachment.id for attachment in files.get(one["custom_id"], [])]
        return {**here, "values": _counted(one, label, ids)}
    return {**here, **READERS.get(one["type"], _picked)(one, label, values.get(one["custom_id"]))}


def _text(one: JSON, label: str, value: Any) -> JSON:
    text = one.get("value") or "" if value is None else str(value)
    if not text and one.get("required") is not False:
        raise Refusal(f"{label} has to be filled in.")
    if text and len(text) < (one.get("min_length") or 0):
        raise Refusal(f"{label} needs at least {one['min_length']} characters.")
    if len(text) > (one.get("max_length") or 4000):
        raise Refusal(f"{label} takes at most {one.get('max_length') or 4000} characters.")
    return {"value": text}


def _tick(one: JSON, _label: str, value: Any) -> JSON:
    return {"value": bool(one.get("default")) if value is None else bool(value)}


def _choice(one: JSON, label: str, value: Any) -> JSON:
    default = next((option["value"] for option in one["options"] if option.get("default")), None)
    chosen = default if value is None else value
    if chosen is None and one.get("required") is not False:
        raise Refusal(f"{label} has to be chosen.")
    if chosen is not None and chosen not in [option["value"] for option in one["options"]]:
        raise Refusal(f"{label} has no choice {chosen}.")
    return {"value": chosen}


def _picked(one: JSON, label: str, value: Any) -> JSON:
    options = one.get("options")
    defaults = [option["value"] for option in options or [] if option.get("default")]
    defaults += [named["id"] for named in one.get("default_values") or []]
    chosen = defaults if value is None else [str(each) for each in (value if isinstance(value, list) else [value])]
    if options is not None and (strange := set(chosen) - {option["value"] for option in options}):
        raise Refusal(f"{label} has no choice {min(strange)}.")
    return {"values": _counted(one, label, chosen)}


READERS: dict[int, Callable[[JSON, str, Any], JSON]] = {
    Kind.TEXT_INPUT: _text,
    Kind.CHECKBOX: _tick,
    Kind.RADIO_GROUP: _choice,
}


def _counted(one: JSON, label: str, chosen: list[str]) -> list[str]:
    """Hold the number of things chosen to the component's bounds; none at all is fine where it isn't required."""
    if not chosen and one.get("required") is False:
        return chosen
    least = 1 if one.get("min_values") is None else one["min_values"]
    most = 1 if one.get("max_values") is None else one["max_values"]
    if not least <= len(chosen) <= most:
        raise Refusal(f"{label} takes {least} to {most}, not {len(chosen)}.")
    return chosen
