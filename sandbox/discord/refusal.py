"""What Discord's own client would not let a person do, in one sentence for them."""

from __future__ import annotations


class Refusal(Exception):
    """`status` is the HTTP status a driver call is answered with."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
