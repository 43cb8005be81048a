//! The outbox: what was committed is published to KV, each record in its newest state.

use std::time::Duration;

use countersign_gate::fresh::store_key;
use countersign_tenant::State;
use countersign_tenant::publish::{Plan, Waiting, plan};
use futures_util::future::join_all;
use worker::Delay;

use crate::clock::now_ms;
use crate::fault::{Fault, Port};
use crate::kv::Kv;
use crate::log;
use crate::operations::sealed;
use crate::sql::{Database, Row, Value};
use crate::state::{SqlState, signed};
use crate::transaction::transact;

/// Rows of one round; KV takes 1,000 operations an event.
const ROUND: i64 = 250;
/// Writes under way at once: the platform opens no more connections at a time for one event.
const AT_ONCE: usize = 6;

/// What stands for the number of failures of a record that was put after some, and is to be put once more.
const AGAIN: i64 = -1;

/// Writes of a round that are made without a pause, if the round is not full.
const QUICK: usize = 48;
/// The pause between writes behind those: what a large import leaves to publish takes its turn with commands.
const PAUSE: Duration = Duration::from_millis(50);

/// Publishes one round.
pub(crate) async fn drain(database: &Database, kv: &Kv, mac_key: &[u8], tenant: &str) -> Result<(), Fault> {
    let Plan { now: keys, .. } = plan(&waiting(database)?, now_ms());
    let quick = if keys.len() as i64 == ROUND { 0 } else { QUICK };
    for (chunk, number) in keys.chunks(AT_ONCE).zip(1..) {
        let published = join_all(chunk.iter().map(|key| publish(database, kv, mac_key, tenant, key))).await;
        note(database, chunk.iter().zip(published))?;
        if number * AT_ONCE > quick {
            Delay::from(PAUSE).await;
        }
    }
    Ok(())
}

/// When the next round is: what changed meanwhile, failed, or did not fit into the last one is planned anew.
pub(crate) fn next_round(database: &Database) -> Result<Option<i64>, Fault> {
    let now = now_ms();
    let rest = plan(&waiting(database)?, now);
    Ok(if rest.now.is_empty() { rest.wake } else { Some(now) })
}

/// Whether anything waits to be published.
pub(crate) fn pending(database: &Database) -> Result<bool, Fault> {
    Ok(database.row("SELECT 1 FROM outbox WHERE pending = 1 LIMIT 1", Vec::new())?.is_some())
}

/// What waits when an object's life in memory begins may have been on its way when the last one ended: it may still land,
/// and is to be put once more, as after a failure.
pub(crate) fn distrust(database: &Database) -> Result<(), Fault> {
    let waits = "UPDATE outbox SET failures = 1 WHERE pending = 1 AND failures <= 0";
    transact(database, |writes| writes.execute(waits, Vec::new()))?;
    Ok(())
}

fn waiting(database: &Database) -> Result<Vec<Waiting>, Fault> {
    let select = "SELECT key, tried, failures FROM outbox WHERE pending = 1 ORDER BY tried LIMIT ?";
    let rows = database.rows(select, vec![Value::Integer(ROUND)])?;
    let row = |row: &Row| {
        let tried = if row.is_null(1) { None } else { Some(row.integer(1)?) };
        let failures = row.integer(2)?;
        let again = failures == AGAIN;
        let failures = if again { 0 } else { u32::try_from(failures).unwrap_or(u32::MAX) };
        Ok(Waiting { key: row.text(0)?.to_owned(), tried, failures, again })
    };
    rows.iter().map(row).collect()
}

/// Puts one record; answers with the revision that was put.
async fn publish(database: &Database, kv: &Kv, mac_key: &[u8], tenant: &str, key: &str) -> Result<u64, Fault> {
    let state = SqlState::of(database);
    let revision = state.revision_of(key).map_err(|fault| Fault::failed(Port::Storage, fault.to_string()))?;
    let bytes = sealed(&state, mac_key, tenant, key)?;
    kv.put(&store_key(tenant, key), &bytes).await?;
    Ok(revision.unwrap_or(0))
}

/// Notes how publications went. A record that changed while it was put stays pending, and so does one that had failed
/// before.
fn note<'a>(
    database: &Database,
    published: impl Iterator<Item = (&'a String, Result<u64, Fault>)>,
) -> Result<(), Fault> {
    let now = now_ms();
    transact(database, |writes| {
        for (key, published) in published {
            match published {
                Ok(revision) => {
                    let put = "UPDATE outbox SET tried = ?, failures = CASE WHEN failures > 0 THEN ? ELSE 0 END, \
                        pending = CASE WHEN revision = ? AND failures <= 0 THEN 0 ELSE 1 END WHERE key = ?";
                    writes.execute(put, vec![now.into(), AGAIN.into(), signed(revision)?, key.as_str().into()])?;
                }
                Err(fault) => {
                    log::fault(&fault, "");
                    let failed = "UPDATE outbox SET tried = ?, failures = max(failures, 0) + 1 WHERE key = ?";
                    writes.execute(failed, vec![now.into(), key.as_str().into()])?;
                }
            }
        }
        Ok::<_, Fault>(())
    })?;
    Ok(())
}
