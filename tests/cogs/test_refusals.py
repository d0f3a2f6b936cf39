"""Every expected error has its sentence, and only those."""

import sqlite3

from cogs.refusals import sentence_for
from engine import BadImage, NotAccepting, NotEnoughCredits
from media import errors
from storage import Balance
from tests.storage.books import NOON

EXAMPLES: dict[str, BadImage] = {
    "NotAnImage": errors.NotAnImage(),
    "UnsupportedImage": errors.UnsupportedImage("TIFF"),
    "DamagedImage": errors.DamagedImage(),
    "TooManyPixels": errors.TooManyPixels(8000, 5000),
    "BadAspect": errors.BadAspect(2001, 300),
    "FileTooLarge": errors.FileTooLarge(20_000_000),
}


def test_every_bad_image_has_a_sentence_of_its_own() -> None:
    assert _leaves(BadImage) == EXAMPLES.keys()
    sentences = {sentence_for(error) for error in EXAMPLES.values()}
    assert len(sentences) == len(EXAMPLES)
    assert all(sentence and sentence.endswith("Nothing was charged.") for sentence in sentences)


def test_money_and_state_have_theirs() -> None:
    balance = Balance(per_day=60, allowance_left=3, granted_left=0, renews_at=NOON, own_limit=False)
    assert "costs 10 credits and you have 3 left" in str(sentence_for(NotEnoughCredits(10, balance)))
    assert "restarting" in str(sentence_for(NotAccepting()))
    assert "nothing was started or charged" in str(sentence_for(sqlite3.OperationalError("disk I/O error")))


def test_a_fault_of_our_own_has_none() -> None:
    assert sentence_for(ZeroDivisionError()) is None


def _leaves(kind: type[BadImage]) -> set[str]:
    below = kind.__subclasses__()
    return set().union(*map(_leaves, below)) if below else {kind.__name__}
