//! What can be read of a tenant: authorised by the engine as commands are, one page at a time.

use crate::audit::{self, Row};
use crate::authority::Rights;
use crate::command::begin;
use crate::state::{Fault, State};
use crate::stop::Stop;
use crate::{
    Actor, approval_policies, doc, export, given, held, inbox, links, people, requests, resources, roles, search,
    settings, support, tokens, webhooks,
};
use countersign_core::{Millis, Policy};
use countersign_wire::api::{AuditEntry, Page, Query, QueryAnswer, QueryCall};
use countersign_wire::stored::Stored;
use serde_json::{Value, json};
use std::rc::Rc;

/// What is shown: the body, and the revision at which it last changed where it is one thing.
pub(crate) type Shown = (Value, Option<u64>);

/// Answers a query.
///
/// # Errors
/// When the state cannot be read. A refusal is no error.
pub fn query(state: &impl State, call: &QueryCall, now: Millis) -> Result<QueryAnswer, Fault> {
    signed(state, call, now, Signing::default())
}

/// With what checkpoints of the log are signed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signing<'a> {
    /// The tenant's name
    pub tenant: &'a str,
    /// The key, of at least [`audit::KEY_BYTES`]; none where nothing is signed
    pub key: &'a [u8],
}

fn signed(state: &impl State, call: &QueryCall, now: Millis, signing: Signing<'_>) -> Result<QueryAnswer, Fault> {
    match run(state, call, now, signing) {
        Ok((body, changed)) => Ok(QueryAnswer::Found { revision: state.meta()?.revision, changed, body }),
        Err(Stop::Refused(refusal)) => Ok(QueryAnswer::Refused(refusal)),
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

/// Answers a query, with the log's entry of it: whatever support looks at is written down before it is shown.
///
/// # Errors
/// When the state cannot be read.
pub fn settle_query(
    state: &impl State,
    call: &QueryCall,
    now: Millis,
    signing: Signing<'_>,
) -> Result<(QueryAnswer, Option<AuditEntry>), Fault> {
    let answer = signed(state, call, now, signing)?;
    // A stranger cannot fill the log.
    if !call.actor.starts_with("support:") || held::subject(state, &call.actor)?.is_none() {
        return Ok((answer, None));
    }
    let meta = state.meta()?;
    let outcome = match &answer {
        QueryAnswer::Found { .. } => "done",
        QueryAnswer::Refused(refusal) => &refusal.code,
    };
    let row = Row {
        at: now,
        actor: &call.actor,
        command: call.query.name(),
        request: audit::body(&call.query),
        outcome,
        revision: meta.revision,
        ..Row::default()
    };
    let entry = audit::chained(&meta, row);
    Ok((answer, Some(entry)))
}

fn run<S: State>(state: &S, call: &QueryCall, now: Millis, signing: Signing<'_>) -> Result<Shown, Stop> {
    let actor = Actor { subject: call.actor.clone(), operator: call.operator };
    let draft = begin(state, &actor, now, [0; 32])?;
    let asker = Asker {
        state,
        rights: Rights::of(state, Rc::clone(&draft.policy), &call.actor, call.operator, now)?,
        subject: &call.actor,
        now,
    };
    match &call.query {
        Query::Members(find) => people::find(&asker, find),
        Query::Member { subject } => people::member(&asker, subject),
        Query::Rights { subject, scope } => people::rights(&asker, subject, scope.as_deref()),
        Query::Groups(page) => people::groups(&asker, page),
        Query::Group { id } => people::group(&asker, id),
        Query::GroupMembers { id, page } => people::group_members(&asker, id, page),
        Query::Invitations(page) => people::invitations(&asker, page),
        Query::Roles(page) => roles::page(&asker, page),
        Query::Role { id } => roles::one(&asker, id),
        Query::ApprovalPolicies(page) => approval_policies::page(&asker, page),
        Query::ApprovalPolicy { id } => approval_policies::one(&asker, id),
        Query::Requests { status, page } => requests::page(&asker, status.as_deref(), page),
        Query::Request { id } => requests::one(&asker, id),
        Query::Export => export::file(&asker),
        Query::ExportPart(page) => export::part(&asker, page),
        Query::Resources { below, page } => resources::page(&asker, below.as_deref(), page),
        Query::Resource { path } => resources::one(&asker, path),
        Query::Assignments { to, role, page } => given::page(&asker, to.as_deref(), role.as_deref(), page),
        Query::Assignment { id } => given::one(&asker, id),
        Query::Tokens(page) => tokens::list(&asker, page),
        Query::Support => support::show(&asker),
        Query::Settings => settings::show(&asker),
        Query::SearchSubjects(search) => search::subjects(&asker, search),
        Query::SearchResources(search) => search::resources(&asker, search),
        Query::Webhooks(page) => webhooks::list(&asker, page),
        Query::DeadLetters { id, page } => webhooks::dead_letters(&asker, id, page),
        Query::Notifications(page) => inbox::list(&asker, page),
        Query::Links(page) => links::list(&asker, page),
        Query::Audit { .. } => audit::show::page(&asker, &call.query),
        Query::AuditLines { after } => audit::show::lines(&asker, *after),
        Query::Checkpoint => audit::show::checkpoint(&asker, signing),
    }
}

/// Who asks, and what of.
pub(crate) struct Asker<'a, S> {
    /// The tenant
    pub(crate) state: &'a S,
    /// What the asker may
    pub(crate) rights: Rights,
    /// Who it is
    pub(crate) subject: &'a str,
    /// When
    pub(crate) now: Millis,
}

impl<S> Asker<'_, S> {
    /// The tenant's policy.
    pub(crate) fn policy(&self) -> &Policy {
        self.rights.policy()
    }
}

/// How many items a page has; what is asked for beyond the most is the most.
pub(crate) fn size(page: &Page) -> usize {
    page.limit.clamp(1, Page::MOST) as usize
}

/// How many documents a page of a list is looked for among; the cursor leads on from there.
const SCANNED: usize = 2_000;
/// How many documents are read at a time.
const AT_ONCE: usize = 200;

/// A page of the documents under `prefix` of which `show` makes something. A page may be short, or empty, and yet have a
/// next one: only so many documents are looked through at a time.
pub(crate) fn scanned<T: Stored>(
    state: &impl State,
    prefix: &str,
    page: &Page,
    mut show: impl FnMut(&str, T) -> Result<Option<Value>, Stop>,
) -> Result<Value, Stop> {
    let mut after = page.cursor.clone().unwrap_or_default();
    let mut items = Vec::new();
    let mut seen = 0;
    loop {
        let read: Vec<(String, T)> = doc::list(state, prefix, &after, AT_ONCE)?;
        let last = read.len() < AT_ONCE;
        for (id, document) in read {
            if items.len() == size(page) || seen == SCANNED {
                return Ok(json!({ "items": items, "next": after }));
            }
            items.extend(show(&id, document)?);
            seen += 1;
            after = id;
        }
        if last {
            return Ok(json!({ "items": items }));
        }
    }
}

/// A page of a list, from one item more than it has: the cursor is the last item's own.
pub(crate) fn paged(mut items: Vec<(String, Value)>, page: &Page) -> Value {
    let more = items.len() > size(page);
    items.truncate(size(page));
    let next = items.last().filter(|_| more).map(|(cursor, _)| cursor.clone());
    let items: Vec<Value> = items.into_iter().map(|(_, item)| item).collect();
    let mut list = json!({ "items": items });
    if let (Some(next), Some(fields)) = (next, list.as_object_mut()) {
        fields.insert("next".to_owned(), next.into());
    }
    list
}
