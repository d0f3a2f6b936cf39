"""Changes JSON as a tree: other values and types, things missing, doubled or swapped, strings that mean no good."""

import json
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

NASTY = (
    *("", " ", "\0", "\n", "\r\n2026-01-01 00:00:00,000 INFO    bot: forged", "x" * 5000, "\ud800", "\udfff\ud800"),
    *(
        "@everyone",
        "@here",
        "<@123456789012345678>",
        "<@&123456789012345678>",
        "<#1>",
        "<t:0:R>",
        "</a:1>",
        "<id:guide>",
    ),
    *("[x](http://x.example)", "[a] [x](<http://x.example>)", "https://x.example/||a||**b", "discord.gg/abc"),
    *("```\n", "`", "||", "**", "__", "~~", "# ", "-# ", ">>> ", "> ", "- ", "1. ", "\\", "\\\\`", "<", ">", "*"),
    *("\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u3164", "\u2800", "e" + "\u0301" * 50, "שלום", "مرحبا 12"),
    *("=1+1", "+1", "-1", "@x", "\t=1", "٣", "²", "½", "ſ", "K", "1" * 5000, "1e999", "-0", "0x10", "1_000", "NaN"),
    *(
        "unlimited",
        "for good",
        "none",
        "5 ſ",
        "1 h",
        "10 min",
        "99999999 weeks",
        "1,000",
        "Europe",
        "../etc",
        "right/UTC",
    ),
    *("http://", "http://[", "http://[::1", "https://x.example:99999/", "http://\ud800/", "file:///etc/passwd", "//x"),
    *("http://127.0.0.1/", "javascript:alert(1)", "data:text/html,x", "https://u:p@x.example/?a=b#c", "http://x y/"),
    *("{}", "{0}", "%s", "%(x)s", "\\n", "null", "SUCCEEDED", "FAILED", "UNKNOWN", "completed", "failed", "Throttling"),
    *(
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 0001 00:00:00 +9999",
        "Thu, 01 Jan 1970 00:00:00 GMT",
    ),
)
OTHERS: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2**31, 2**53, 2**63, -(2**63), 10**400, 0.5, 1e308, float("inf"), float("nan")),
    *([], {}, [[]], [{}], {"a": {}}, [None], ""),
)

_LEAVES = 200


def read(data: bytes) -> Any:
    """The tree in an input, None where it is none."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def written(tree: Any) -> bytes:
    """A tree as an input."""
    return json.dumps(tree).encode()


def changed(data: bytes, dice: Random) -> bytes:
    """The same tree with one to three changes; what is no tree stays as it is."""
    tree = read(data)
    if tree is None:
        return data
    for _ in range(dice.choice((1, 1, 2, 3))):
        tree = _once(tree, dice)
    return written(tree)


def strings(tree: Any) -> Iterator[str]:
    """Every string in a tree, names of fields left out."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict | list):
        for part in tree.values() if isinstance(tree, dict) else tree:
            yield from strings(part)


def _once(tree: Any, dice: Random) -> Any:
    places = list(_places(tree))[:_LEAVES]
    if not places:
        return _other(tree, dice)
    inside, key = dice.choice(places)
    what = dice.randrange(10)
    if what == 0:
        del inside[key]
    elif what == 1 and isinstance(inside, list):
        inside.append(inside[key])
    elif what == 2:
        other, its_key = dice.choice(places)
        inside[key] = deepcopy(other[its_key])
    else:
        inside[key] = _other(inside[key], dice)
    return tree


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(tree, dict | list):
        for key in list(tree) if isinstance(tree, dict) else range(len(tree)):
            yield tree, key
            yield from _places(tree[key])


def _other(value: Any, dice: Random) -> Any:
    if isinstance(value, str) and dice.random() < 0.7:
        place = dice.randrange(len(value) + 1)
        return value[:place] + dice.choice((*NASTY, chr(dice.randrange(0x110000)))) + value[place:]
    if isinstance(value, int) and dice.random() < 0.3:
        return value + dice.choice((-1, 1, 100, -value))
    return dice.choice((dice.choice(NASTY), deepcopy(dice.choice(OTHERS))))
