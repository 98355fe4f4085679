"""Who does which work: the tables that peers.py prints. The first of each is what the others are
compared with."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Contender:
    title: str
    program: str
    work: str


@dataclasses.dataclass(frozen=True)
class Series:
    title: str
    work: str  # of the server, that says what has to come
    times: int
    rows: int  # in all
    contenders: tuple[Contender, ...]
    arrives: bool = False  # does the work fill the table `arrival`?


SERIES = (
    Series("One row by primary key", "row", 10_000, 10_000, (
        Contender("libpq by hand", "libpq", "row"),
        Contender("pgjinja, Client::query_one", "pgjinja", "row"),
        Contender("libpqxx, exec_prepared", "libpqxx", "row"),
        Contender("tokio-postgres, query_one", "tokio", "row"),
        Contender("asyncpg, fetchrow", "asyncpg", "row"))),
    Series("A hundred rows by primary key, batched", "batch", 200, 20_000, (
        Contender("libpq's pipeline mode by hand", "libpq", "batch"),
        Contender("pgjinja, Client::batch", "pgjinja", "batch"),
        Contender("libpqxx, pipeline of EXECUTE", "libpqxx", "batch"),
        Contender("tokio-postgres, try_join_all", "tokio", "batch"),
        Contender("asyncpg, fetchmany", "asyncpg", "batch"))),
    Series("A million rows into structs", "events", 1, 1_000_000, (
        Contender("libpq's single-row mode by hand", "libpq", "events"),
        Contender("pgjinja, Client::query", "pgjinja", "events"),
        Contender("libpqxx, exec_prepared", "libpqxx", "events"),
        Contender("tokio-postgres, query_raw", "tokio", "events"),
        Contender("asyncpg, fetch, Records", "asyncpg", "events"))),
    Series("A hundred thousand rows in", "in", 1, 100_000, (
        Contender("libpq's COPY, binary by hand", "libpq", "in"),
        Contender("pgjinja, Client::execute_many", "pgjinja", "in_many"),
        Contender("pgjinja, Client::copy_in", "pgjinja", "in_copy"),
        Contender("libpqxx, stream_to", "libpqxx", "in"),
        Contender("tokio-postgres, binary copy", "tokio", "in"),
        Contender("asyncpg, copy_records_to_table", "asyncpg", "in")), arrives=True),
    Series("64 callers, one row each time", "callers", 150, 64 * 150, (
        Contender("libpq and Asio by hand, 8 lent", "async", "asio"),
        Contender("libpq, 16 threads, a connection each", "libpq", "threads"),
        Contender("pgjinja, AsyncClient, 8 lent", "async", "lent"),
        Contender("tokio-postgres, 8 lent", "tokio", "lent"),
        Contender("asyncpg, 8 lent", "asyncpg", "lent"),
        Contender("pgjinja, AsyncClient, 1 shared", "async", "shared"),
        Contender("tokio-postgres, 1 shared", "tokio", "shared"))),
)
