"""Clients of a billing, made by faker: the same in each run of a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Clients", "FakeClient"]


@dataclass(frozen=True, slots=True)
class FakeClient:
    """A client: its mail and its domain are of example.com, and reach nobody."""

    login: str
    name: str
    company: str
    email: str
    phone: str
    street: str
    city: str
    postcode: str
    domain: str


class Clients:
    """Makes clients, each with a login, an address and a domain of its own.

    `seed` decides all of them; another version of faker may make others, so let no test expect
    what they are called. Raises `ModuleNotFoundError` without faker.
    """

    def __init__(self, seed: str, locale: str = "en_US") -> None:
        from faker import Faker

        self._faker = Faker(locale)
        self._faker.seed_instance(crc32(seed.encode()))

    def one(self) -> FakeClient:
        """Return the next client."""
        make, alone = self._faker, self._faker.unique
        login = alone.user_name()
        return FakeClient(
            login=login,
            name=make.name(),
            company=make.company(),
            email=f"{login}@example.com",
            phone=make.phone_number(),
            street=make.street_address(),
            city=make.city(),
            postcode=make.postcode(),
            domain=f"{login}.example.com",
        )

    def some(self, count: int) -> list[FakeClient]:
        """Return the next clients."""
        return [self.one() for _ in range(count)]

    def __iter__(self) -> Iterator[FakeClient]:
        """Yield clients without end."""
        while True:
            yield self.one()
