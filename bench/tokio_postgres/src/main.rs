//! tokio-postgres: bench_tokio_postgres CONNINFO
//!
//! Answers each line "WORK TIMES" of the standard input with "SECONDS CPU_SECONDS SUMS". All work is
//! done on one thread, that of the runtime.

mod callers;
mod cities;
mod events;

use callers::Callers;
use cities::Cities;
use cpu_time::ProcessTime;
use events::Events;
use std::{env, error::Error, io, process::exit, time::Instant};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, NoTls};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The sums over what came, made when the clock has stopped.
type Sums = Box<dyn FnOnce() -> String>;

struct Peer {
    cities: Cities,
    events: Events,
    callers: Callers,
}

impl Peer {
    async fn connect(conninfo: &str) -> Result<Peer> {
        Ok(Peer {
            cities: Cities::prepare(connect(conninfo).await?).await?,
            events: Events::prepare(connect(conninfo).await?).await?,
            callers: Callers::connect(conninfo).await?,
        })
    }

    async fn work(&self, name: &str, times: i32) -> Result<Sums> {
        match name {
            "row" => Ok(known(self.cities.one_by_one(times).await?)),
            "batch" => Ok(known(self.cities.in_batches(times).await?)),
            "lent" => Ok(known(self.callers.lent(times).await?)),
            "shared" => Ok(known(self.callers.shared(times).await?)),
            "events" => {
                let events = self.events.all().await?;
                Ok(Box::new(move || events::sums(&events)))
            }
            "in" => Ok(known(self.events.copy_in().await?)),
            _ => Err(format!("unknown work {name}").into()),
        }
    }
}

fn known(made: impl ToString) -> Sums {
    let made = made.to_string();
    Box::new(move || made)
}

/// A client whose connection is driven by the runtime.
async fn connect(conninfo: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(conninfo, NoTls).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            eprintln!("bench_tokio_postgres: {error}");
        }
    });
    Ok(client)
}

fn answer(runtime: &Runtime, peer: &Peer, line: &str) -> Result<String> {
    let (name, times) = line.split_once(' ').ok_or("say WORK TIMES")?;
    let times = times.parse()?;
    let cpu = ProcessTime::now();
    let begin = Instant::now();
    let sums = runtime.block_on(peer.work(name, times))?;
    let (took, used) = (begin.elapsed(), cpu.elapsed());
    Ok(format!(
        "{:.9} {:.9} {}",
        took.as_secs_f64(),
        used.as_secs_f64(),
        sums()
    ))
}

fn run(conninfo: &str) -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let peer = runtime.block_on(Peer::connect(conninfo))?;
    for line in io::stdin().lines() {
        println!("{}", answer(&runtime, &peer, &line?)?);
    }
    Ok(())
}

fn main() {
    if let Err(error) = run(&env::args().nth(1).unwrap_or_default()) {
        eprintln!("bench_tokio_postgres: {error}");
        exit(1);
    }
}
