"""Every commit that there is in storage is on the list of points: a new one needs an errand that meets it."""

import ast

from tests.acceptance.street import ROOT
from tests.chaos.points import listed

NOT_POINTS = {
    "Database._migrate": "reads the version",
    "JobSteps._change": "is named by the method that calls it",
    "PrivacyStore.export": "reads",
    "Standings.of": "reads",
}


def _opens_a_transaction(method: ast.AST) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "transaction" for node in ast.walk(method))


def _methods() -> set[str]:
    """The methods in storage that open a transaction, with their class."""
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
        if isinstance(method, ast.AsyncFunctionDef) and _opens_a_transaction(method)
    }


def test_each_commit_in_storage_is_a_point_of_some_errand() -> None:
    points = {point for some in listed().values() for point in some}
    commits = {point.split()[1] for point in points if point.startswith("commit ")}
    assert _methods() - commits - set(NOT_POINTS) == set()


def test_what_is_no_point_still_exists() -> None:
    assert set(NOT_POINTS) <= _methods()
