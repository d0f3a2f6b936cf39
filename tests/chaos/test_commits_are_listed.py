"""Every commit that there is in storage is on the list of points: a new one needs an errand that meets it."""

import ast

from tests.acceptance.street import ROOT
from tests.chaos.points import listed

NOT_POINTS = {
    "JobSteps._change": "is named by the method that calls it",
    "PrivacyStore.export": "reads",
    "Standings.of": "reads",
}


def _changes_something(method: ast.AST) -> bool:
    """Whether it gives a change, or a statement, to the database."""
    called = [node.func for node in ast.walk(method) if isinstance(node, ast.Call)]
    carriers = [call for call in called if isinstance(call, ast.Attribute) and call.attr in ("write", "execute")]
    return any(isinstance(call.value, ast.Attribute) and call.value.attr == "_database" for call in carriers)


def _methods() -> set[str]:
    """The methods in storage that give the database a change, with their class."""
    classes = [
        node
        for file in (ROOT / "storage").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    return {
        f"{one.name}.{method.name}"
        for one in classes
        for method in one.body
        if isinstance(method, ast.AsyncFunctionDef) and _changes_something(method)
    }


def test_each_commit_in_storage_is_a_point_of_some_errand() -> None:
    points = {point for some in listed().values() for point in some}
    commits = {point.split()[1] for point in points if point.startswith("commit ")}
    assert _methods() - commits - set(NOT_POINTS) == set()


def test_what_is_no_point_still_exists() -> None:
    assert set(NOT_POINTS) <= _methods()
