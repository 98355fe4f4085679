//! Rows by primary key over one connection.

use crate::Result;
use futures_util::future::try_join_all;
use std::fmt;
use tokio_postgres::{Client, Row, Statement};

const CITIES: i64 = 10_000;
const BATCH: i64 = 100;
const QUERY: &str = "SELECT id, name, country, population FROM city WHERE id = $1";

pub struct City {
    id: i64,
    name: String,
    country: String,
    population: i64,
}

impl From<Row> for City {
    fn from(row: Row) -> City {
        City {
            id: row.get(0),
            name: row.get(1),
            country: row.get(2),
            population: row.get(3),
        }
    }
}

/// What is compared between contenders that read cities, whatever the order.
#[derive(Default)]
pub struct Sums {
    rows: i64,
    ids: i64,
    letters: usize,
    people: i64,
}

impl Sums {
    pub fn add(&mut self, city: &City) {
        self.rows += 1;
        self.ids += city.id;
        self.letters += city.name.len() + city.country.len();
        self.people += city.population;
    }

    pub fn add_all(&mut self, other: &Sums) {
        self.rows += other.rows;
        self.ids += other.ids;
        self.letters += other.letters;
        self.people += other.people;
    }
}

impl fmt::Display for Sums {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} {} {} {}",
            self.rows, self.ids, self.letters, self.people
        )
    }
}

/// The same keys as in keys.hpp.
pub fn row_key(i: i64) -> i64 {
    i * 7919 % CITIES + 1
}
pub fn caller_key(caller: i64, i: i64) -> i64 {
    (caller * 7919 + i * 104_729) % CITIES + 1
}

pub struct Cities {
    client: Client,
    query: Statement,
}

impl Cities {
    pub async fn prepare(client: Client) -> Result<Cities> {
        let query = client.prepare(QUERY).await?;
        Ok(Cities { client, query })
    }

    pub async fn get(&self, id: i64) -> Result<City> {
        Ok(self.client.query_one(&self.query, &[&id]).await?.into())
    }

    pub async fn one_by_one(&self, times: i32) -> Result<Sums> {
        let mut sums = Sums::default();
        for i in 0..i64::from(times) {
            sums.add(&self.get(row_key(i)).await?);
        }
        Ok(sums)
    }

    /// What is asked for before the first answer is awaited, tokio-postgres sends in a pipeline.
    pub async fn in_batches(&self, times: i32) -> Result<Sums> {
        let mut sums = Sums::default();
        for _ in 0..times {
            let cities = try_join_all((0..BATCH).map(|i| self.get(row_key(i)))).await?;
            cities.iter().for_each(|city| sums.add(city));
        }
        Ok(sums)
    }
}
