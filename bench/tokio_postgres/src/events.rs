//! Many rows: out into structs, and in by COPY.

use crate::Result;
use futures_util::{pin_mut, TryStreamExt};
use std::time::{Duration, SystemTime};
use tokio_postgres::{
    binary_copy::BinaryCopyInWriter,
    types::{ToSql, Type},
    Client, Row, Statement,
};

const ROWS_IN: i64 = 100_000;
const EPOCH: Duration = Duration::from_secs(946_684_800); // 2000-01-01
const TYPES: [Type; 5] = [
    Type::INT8,
    Type::TEXT,
    Type::FLOAT8,
    Type::TIMESTAMPTZ,
    Type::BOOL,
];

pub struct Event {
    id: i64,
    label: String,
    value: f64,
    at: SystemTime,
    done: bool,
}

impl From<Row> for Event {
    fn from(row: Row) -> Event {
        Event {
            id: row.get(0),
            label: row.get(1),
            value: row.get(2),
            at: row.get(3),
            done: row.get(4),
        }
    }
}

impl Event {
    /// The same rows as of make_events() in events.cpp.
    fn make(i: i64) -> Event {
        Event {
            id: i,
            label: format!("event {i}"),
            value: i as f64 / 3.0,
            at: SystemTime::UNIX_EPOCH + EPOCH + Duration::from_secs(i.unsigned_abs()),
            done: i % 2 == 0,
        }
    }

    fn milliseconds(&self) -> i64 {
        let since = self.at.duration_since(SystemTime::UNIX_EPOCH + EPOCH);
        since.map_or(-1, |since| since.as_millis() as i64)
    }
}

/// What is compared between contenders that read events; see event_sums.hpp.
pub fn sums(events: &[Event]) -> String {
    let ids: i64 = events.iter().map(|event| event.id).sum();
    let letters: usize = events.iter().map(|event| event.label.len()).sum();
    let thirds: i64 = events
        .iter()
        .map(|event| (event.value * 3.0).round() as i64)
        .sum();
    let times: i64 = events.iter().map(Event::milliseconds).sum();
    let done = events.iter().filter(|event| event.done).count();
    format!("{} {ids} {letters} {thirds} {times} {done}", events.len())
}

pub struct Events {
    client: Client,
    query: Statement,
    copy: Statement,
    sent: Vec<Event>,
}

impl Events {
    pub async fn prepare(client: Client) -> Result<Events> {
        let query = client
            .prepare("SELECT id, label, value, at, done FROM event")
            .await?;
        let copy = client
            .prepare("COPY arrival (id, label, value, at, done) FROM STDIN (FORMAT binary)")
            .await?;
        let sent = (0..ROWS_IN).map(Event::make).collect();
        Ok(Events {
            client,
            query,
            copy,
            sent,
        })
    }

    pub async fn all(&self) -> Result<Vec<Event>> {
        let none: [&(dyn ToSql + Sync); 0] = [];
        let rows = self.client.query_raw(&self.query, none).await?;
        pin_mut!(rows);
        let mut events = Vec::new();
        while let Some(row) = rows.try_next().await? {
            events.push(row.into());
        }
        Ok(events)
    }

    pub async fn copy_in(&self) -> Result<u64> {
        let writer = BinaryCopyInWriter::new(self.client.copy_in(&self.copy).await?, &TYPES);
        pin_mut!(writer);
        for event in &self.sent {
            let row: [&(dyn ToSql + Sync); 5] = [
                &event.id,
                &event.label,
                &event.value,
                &event.at,
                &event.done,
            ];
            writer.as_mut().write(&row).await?;
        }
        Ok(writer.finish().await?)
    }
}
