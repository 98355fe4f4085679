"""asyncpg on uvloop, as its authors measure it: asyncpg_peer.py CONNINFO

Answers each line "WORK TIMES" of the standard input with "SECONDS CPU_SECONDS SUMS". Rows stay what
asyncpg gives, Records: a copy into objects of another class would be ours to pay for, not asyncpg's.
"""

import asyncio
import shlex
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import asyncpg
import uvloop

CITIES = 10_000
BATCH = 100
ROWS_IN = 100_000
CALLERS = 64
CONNECTIONS = 8
EPOCH = datetime(2000, 1, 1, tzinfo=timezone.utc)
CITY = "SELECT id, name, country, population FROM city WHERE id = $1"
EVENTS = "SELECT id, label, value, at, done FROM event"
COLUMNS = ("id", "label", "value", "at", "done")


class CitySums:
    """What is compared between contenders that read cities, whatever the order."""

    def __init__(self) -> None:
        self.rows = self.ids = self.letters = self.people = 0

    def add(self, city: asyncpg.Record) -> None:
        key, name, country, population = city
        self.rows += 1
        self.ids += key
        self.letters += len(name) + len(country)
        self.people += population

    def __call__(self) -> str:
        return f"{self.rows} {self.ids} {self.letters} {self.people}"


def event_sums(events: list[asyncpg.Record]) -> str:
    """See event_sums.hpp."""
    sums = (
        sum(event["id"] for event in events),
        sum(len(event["label"]) for event in events),
        sum(round(event["value"] * 3) for event in events),
        sum((event["at"] - EPOCH) // timedelta(milliseconds=1) for event in events),
        sum(event["done"] for event in events))
    return " ".join(str(one) for one in (len(events), *sums))


def row_key(i: int) -> int:
    return i * 7919 % CITIES + 1


def caller_key(caller: int, i: int) -> int:
    return (caller * 7919 + i * 104_729) % CITIES + 1


def make_events() -> list[tuple]:
    """The same rows as of make_events() in events.cpp."""
    return [(i, f"event {i}", i / 3.0, EPOCH + timedelta(seconds=i), i % 2 == 0)
            for i in range(ROWS_IN)]


def settings_of(conninfo: str) -> dict[str, str]:
    """asyncpg takes libpq's keywords one by one, and calls one of them otherwise."""
    pairs = dict(pair.split("=", 1) for pair in shlex.split(conninfo))
    pairs["database"] = pairs.pop("dbname")
    return pairs


async def lendable(settings: dict[str, str]) -> asyncio.LifoQueue:
    """Statements of a connection each. asyncpg's own pool lends half as many in the same time, even
    when it sends nothing to reset what comes back."""
    queue = asyncio.LifoQueue()
    for _ in range(CONNECTIONS):
        connection = await asyncpg.connect(**settings)
        queue.put_nowait(await connection.prepare(CITY))
    return queue


class Peer:
    @classmethod
    async def connect(cls, conninfo: str) -> "Peer":
        self, settings = cls(), settings_of(conninfo)
        self.connection = await asyncpg.connect(**settings)
        self.city = await self.connection.prepare(CITY)
        self.events = await self.connection.prepare(EVENTS)
        self.lendable = await lendable(settings)
        self.sent = make_events()
        return self

    async def row(self, times: int) -> Callable[[], str]:
        sums = CitySums()
        for i in range(times):
            sums.add(await self.city.fetchrow(row_key(i)))
        return sums

    async def batch(self, times: int) -> Callable[[], str]:
        """By fetchmany, which sends all executions before it reads the first answer."""
        sums = CitySums()
        keys = [(row_key(i),) for i in range(BATCH)]
        for _ in range(times):
            for city in await self.city.fetchmany(keys):
                sums.add(city)
        return sums

    async def all_events(self, _times: int) -> Callable[[], str]:
        events = await self.events.fetch()
        return lambda: event_sums(events)

    async def rows_in(self, _times: int) -> Callable[[], str]:
        status = await self.connection.copy_records_to_table(
            "arrival", records=self.sent, columns=COLUMNS)
        return status.split()[-1].__str__

    async def lent(self, calls: int) -> Callable[[], str]:
        sums = CitySums()

        async def one_caller(caller: int) -> None:
            for i in range(calls):
                city = await self.lendable.get()
                sums.add(await city.fetchrow(caller_key(caller, i)))
                self.lendable.put_nowait(city)

        await asyncio.gather(*(one_caller(caller) for caller in range(CALLERS)))
        return sums


def main(conninfo: str) -> None:
    loop = uvloop.new_event_loop()
    peer = loop.run_until_complete(Peer.connect(conninfo))
    works = {"row": peer.row, "batch": peer.batch, "events": peer.all_events, "in": peer.rows_in,
             "lent": peer.lent}
    for line in sys.stdin:
        name, times = line.split()
        cpu, begin = time.process_time(), time.perf_counter()
        sums = loop.run_until_complete(works[name](int(times)))
        took, used = time.perf_counter() - begin, time.process_time() - cpu
        print(f"{took:.9f} {used:.9f} {sums()}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
