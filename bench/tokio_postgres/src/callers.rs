//! Many callers at once: over connections that are lent to one at a time, and over one that all share.

use crate::{
    cities::{caller_key, Cities, Sums},
    connect, Result,
};
use std::{
    future::Future,
    sync::{Arc, Mutex},
};
use tokio::{sync::Semaphore, task::JoinSet};

const CALLERS: i64 = 64;
const CONNECTIONS: usize = 8;

/// Connections, each with one borrower at a time.
struct Pool {
    free: Semaphore,
    idle: Mutex<Vec<Cities>>,
}

impl Pool {
    async fn connect(conninfo: &str) -> Result<Pool> {
        let mut idle = Vec::new();
        for _ in 0..CONNECTIONS {
            idle.push(Cities::prepare(connect(conninfo).await?).await?);
        }
        let free = Semaphore::new(CONNECTIONS);
        Ok(Pool {
            free,
            idle: Mutex::new(idle),
        })
    }

    async fn sum_one(&self, id: i64, sums: &mut Sums) -> Result<()> {
        let _permit = self.free.acquire().await?;
        let lent = self.idle.lock().unwrap().pop();
        let cities = lent.ok_or("no connection is idle")?;
        let city = cities.get(id).await;
        self.idle.lock().unwrap().push(cities);
        sums.add(&city?);
        Ok(())
    }
}

pub struct Callers {
    pool: Arc<Pool>,
    one: Arc<Cities>,
}

impl Callers {
    pub async fn connect(conninfo: &str) -> Result<Callers> {
        Ok(Callers {
            pool: Arc::new(Pool::connect(conninfo).await?),
            one: Arc::new(Cities::prepare(connect(conninfo).await?).await?),
        })
    }

    pub async fn lent(&self, calls: i32) -> Result<Sums> {
        run(|caller| {
            let pool = self.pool.clone();
            async move {
                let mut sums = Sums::default();
                for i in 0..i64::from(calls) {
                    pool.sum_one(caller_key(caller, i), &mut sums).await?;
                }
                Ok(sums)
            }
        })
        .await
    }

    pub async fn shared(&self, calls: i32) -> Result<Sums> {
        run(|caller| {
            let one = self.one.clone();
            async move {
                let mut sums = Sums::default();
                for i in 0..i64::from(calls) {
                    sums.add(&one.get(caller_key(caller, i)).await?);
                }
                Ok(sums)
            }
        })
        .await
    }
}

/// A task for each caller.
async fn run<F>(caller: impl Fn(i64) -> F) -> Result<Sums>
where
    F: Future<Output = Result<Sums>> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    (0..CALLERS).for_each(|number| {
        tasks.spawn(caller(number));
    });
    let mut all = Sums::default();
    while let Some(done) = tasks.join_next().await {
        all.add_all(&done??);
    }
    Ok(all)
}
