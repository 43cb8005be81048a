//! The log as a query shows it: filtered, a page at a time.

use crate::listing;
use crate::query::{Asker, Shown, Signing};
use crate::state::State;
use crate::stop::{Stop, conflict, forbidden};
use crate::text;
use countersign_core::Millis;
use countersign_wire::api::{AuditEntry, AuditLines, AuditPage, Page, Query};
use countersign_wire::time;

/// Rows that are read at a time.
const AT_ONCE: usize = 500;
/// Rows that one query looks at; beyond them its page ends, and the next one goes on.
const MOST_READ: usize = 5_000;

/// A page of the log. Nothing for another query.
pub(crate) fn page<S: State>(asker: &Asker<'_, S>, query: &Query) -> Result<Shown, Stop> {
    let Query::Audit { after, limit, .. } = query else { return Ok((serde_json::Value::Null, None)) };
    if !asker.rights.may("view", "/", "audit:log") {
        return Err(forbidden("You may not read the audit log. Ask an administrator of this account."));
    }
    let filter = Filter::of(query)?;
    let limit = usize::try_from((*limit).clamp(1, Page::MOST)).unwrap_or(AT_ONCE);
    let mut page = AuditPage { entries: Vec::new(), more: false, after: *after };
    let mut read = 0;
    loop {
        let rows = asker.state.audit(page.after, AT_ONCE)?;
        let last = rows.len() < AT_ONCE;
        for row in rows {
            if page.entries.len() == limit || read == MOST_READ {
                page.more = true;
                return Ok((listing::view(&page)?, None));
            }
            read += 1;
            page.after = row.seq;
            if filter.takes(&row) {
                page.entries.push(row);
            }
        }
        if last {
            return Ok((listing::view(&page)?, None));
        }
    }
}

/// Lines that one answer has at most.
const LINES: usize = 100;
/// Bytes of lines that one answer has at most, beside its last line.
const MOST_BYTES: usize = 1 << 20;

/// A stretch of the log as it was written.
pub(crate) fn lines<S: State>(asker: &Asker<'_, S>, after: u64) -> Result<Shown, Stop> {
    may_export(asker)?;
    let rows = asker.state.audit(after, LINES)?;
    let (mut lines, mut last, mut taken) = (String::new(), after, 0);
    for row in &rows {
        if lines.len() > MOST_BYTES {
            break;
        }
        lines.push_str(&super::line(row));
        lines.push('\n');
        (last, taken) = (row.seq, taken + 1);
    }
    let next = (taken < rows.len() || rows.len() == LINES).then_some(last);
    Ok((listing::view(&AuditLines { lines, next })?, None))
}

/// What the log comes to now, signed: kept where nobody who keeps the log comes, it shows what is missing later.
pub(crate) fn checkpoint<S: State>(asker: &Asker<'_, S>, signing: Signing<'_>) -> Result<Shown, Stop> {
    may_export(asker)?;
    let signed = super::checkpoint(&asker.state.meta()?, signing.tenant, asker.now, signing.key);
    let signed = signed.map_err(|_| {
        let detail = "No checkpoints are signed here. The operator of this platform has to set \
                      COUNTERSIGN_CHECKPOINT_KEY, 16 characters or more.";
        conflict("no_checkpoint_key", detail)
    })?;
    Ok((listing::view(&signed)?, None))
}

fn may_export<S: State>(asker: &Asker<'_, S>) -> Result<(), Stop> {
    if asker.rights.may("export", "/", "audit:log") {
        return Ok(());
    }
    Err(forbidden("You may not export the audit log. Ask an administrator of this account."))
}

/// What is looked for.
struct Filter<'a> {
    query: &'a Query,
    since: Option<Millis>,
    until: Option<Millis>,
}

impl<'a> Filter<'a> {
    fn of(query: &'a Query) -> Result<Self, Stop> {
        let Query::Audit { since, until, .. } = query else { return Ok(Self { query, since: None, until: None }) };
        let moment = |text: &Option<String>| text.as_deref().map(text::moment).transpose();
        Ok(Self { query, since: moment(since)?, until: moment(until)? })
    }

    fn takes(&self, row: &AuditEntry) -> bool {
        let Query::Audit { actor, command, outcome, what, .. } = self.query else { return false };
        let is = |wanted: &Option<String>, there: &str| wanted.as_deref().is_none_or(|wanted| wanted == there);
        let at = time::parse(&row.at);
        is(actor, &row.actor)
            && is(command, &row.command)
            && is(outcome, &row.outcome)
            && what.as_ref().is_none_or(|what| row.changes.iter().any(|noted| noted.what == *what))
            && self.since.is_none_or(|since| at.is_some_and(|at| at >= since))
            && self.until.is_none_or(|until| at.is_some_and(|at| at < until))
    }
}
