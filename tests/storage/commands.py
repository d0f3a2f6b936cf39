"""What can be done to storage, as the model and the real file are both told it."""

from dataclasses import dataclass

from storage import Layer, Period, Route, Rule


@dataclass(frozen=True)
class Order:
    guild: int
    member: int
    roles: frozenset[int]
    channel: int
    price: int
    takes: int = 1
    number: int = 0

    @property
    def numbers(self) -> tuple[int, ...]:
        """A number for each take."""
        return tuple(range(self.number, self.number + self.takes))


@dataclass(frozen=True)
class Grant:
    guild: int
    member: int
    amount: int
    number: int = 0


@dataclass(frozen=True)
class Take:
    guild: int
    member: int
    amount: int
    number: int = 0


@dataclass(frozen=True)
class End:
    number: int


@dataclass(frozen=True)
class Finish:
    number: int


@dataclass(frozen=True)
class Ready:
    number: int


@dataclass(frozen=True)
class Intend:
    number: int
    route: Route
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Reroute:
    number: int
    from_route: Route
    to_route: Route
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Hold:
    number: int
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Post:
    """What was posted, or with `handed_over` fetched by its member, is known to be."""

    number: int
    handed_over: bool
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Remove:
    number: int
    refund: bool


@dataclass(frozen=True)
class SetLimit:
    guild: int
    layer: Layer
    target: int
    rule: Rule
    value: int | None
    period: Period | None


@dataclass(frozen=True)
class ClearLimit:
    guild: int
    layer: Layer
    target: int
    rule: Rule | None


@dataclass(frozen=True)
class SetZone:
    guild: int
    zone: str


Delivery = Intend | Reroute | Hold | Post
Command = Order | Grant | Take | End | Finish | Ready | Delivery | Remove | SetLimit | ClearLimit | SetZone
