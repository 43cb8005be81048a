//! A tenant on a stage: commands, queries and the clock, for the tests of tokens, support, webhooks and links.

use crate::held::Held;
use crate::{Memory, Signing, State, settle, settle_query, tick};
use countersign_core::{Millis, Question};
use countersign_wire::api::QueryCall;
use countersign_wire::api::{AuditEntry, Command, CommandAnswer, CommandCall, Done, Import, Page, Query, QueryAnswer};
use serde_json::Value;

pub(super) const MODEL: &str = r#"
name = "m"
[subject.attributes]
licensed = "bool"
boss = "bool"
[types.project]
actions = ["view", "edit", "publish"]
[roles.owner]
at = ["/"]
allow = ["*"]
assigns = ["owner", "lead", "viewer", "helper"]
[roles.lead]
allow = ["project:view", "project:edit"]
assigns = ["viewer"]
[roles.viewer]
allow = ["project:view"]
[roles.helper]
allow = ["*"]
assigns = ["viewer", "helper"]
[roles.clerk]
allow = ["token:*", "support:*", "webhook:*", "settings:*"]
assigns = ["viewer"]
[roles.reader]
allow = ["settings:view", "support:view", "token:view", "webhook:view", "audit:view"]
[roles.product]
allow = ["member:notify"]
"#;

pub(super) const PEOPLE: &str = r#"
members = [
    { subject = "user:olga", email = "olga@example.com" },
    { subject = "user:cleo" },
    { subject = "user:rita" },
    { subject = "user:vera", groups = ["team"] },
    { subject = "user:ines", status = "invited" },
    { subject = "user:dora", status = "deactivated" },
    { subject = "service:ci", groups = ["builders"] },
    { subject = "service:idle" },
    { subject = "service:off", status = "deactivated" },
    { subject = "service:app" },
    { subject = "support:standing" },
]
assignments = [
    { to = "user:olga", role = "owner" },
    { to = "user:cleo", role = "clerk" },
    { to = "user:rita", role = "reader" },
    { to = "user:ines", role = "owner" },
    { to = "group:builders", role = "viewer", scope = "project:p" },
    { to = "service:app", role = "product" },
    { to = "support:standing", role = "viewer" },
]
"#;

/// Signs checkpoints.
pub(super) const KEY: &[u8] = b"a key of 16 bytes and more";
pub(super) const OPERATOR: &str = "operator:dev";

#[derive(Clone)]
pub(super) struct Stage {
    pub(super) state: Memory,
    pub(super) now: Millis,
    pub(super) log: Vec<AuditEntry>,
    pub(super) chance: u64,
}

impl Stage {
    pub(super) fn new() -> Self {
        Self::of(MODEL, PEOPLE)
    }

    pub(super) fn of(model: &str, tenant: &str) -> Self {
        let mut stage = Self { state: Memory::new(), now: 1_000_000, log: Vec::new(), chance: 0 };
        stage.done(OPERATOR, Command::Import(Import { model: model.to_owned(), tenant: tenant.to_owned(), run: None }));
        stage
    }

    pub(super) fn entropy(&mut self) -> [u8; 32] {
        self.chance += 1;
        let mut chance = [7; 32];
        chance[..8].copy_from_slice(&self.chance.to_be_bytes());
        chance
    }

    pub(super) fn run(&mut self, who: &str, command: Command) -> Result<Done, String> {
        let call = CommandCall::new(who, who == OPERATOR, command);
        let before = self.state.clone();
        let entropy = self.entropy();
        let settled = settle(&self.state, &call, self.now, entropy).expect("memory can be read");
        if let Some(commit) = &settled.commit {
            self.state.apply(commit);
        }
        match settled.answer {
            CommandAnswer::Done(done) => {
                self.note(settled.entry);
                Ok(done)
            }
            CommandAnswer::Refused(refusal) => {
                assert_eq!(self.state, before, "a refusal changes nothing");
                assert!(refusal.detail.ends_with(['.', ':']) || refusal.detail.len() > 10, "{}", refusal.detail);
                self.note(settled.entry);
                Err(refusal.code)
            }
            CommandAnswer::Impact(_) => panic!("no dry run was wanted"),
        }
    }

    #[track_caller]
    pub(super) fn done(&mut self, who: &str, command: Command) -> Done {
        let name = command.name();
        self.run(who, command).unwrap_or_else(|code| panic!("{who} {name}: {code}"))
    }

    /// `done`, or the refusal's code.
    #[track_caller]
    pub(super) fn check(&mut self, who: &str, command: Command, expected: &str) {
        let word = self.run(who, command.clone()).map_or_else(|code| code, |_| "done".to_owned());
        assert_eq!(word, expected, "{who}: {command:?}");
    }

    pub(super) fn ask(&mut self, who: &str, query: Query) -> Result<Value, String> {
        let call = QueryCall { actor: who.to_owned(), operator: who == OPERATOR, query };
        let (answer, entry) = settle_query(&self.state, &call, self.now, Signing { tenant: "acme", key: KEY })
            .expect("memory can be read");
        self.note(entry);
        match answer {
            QueryAnswer::Found { body, .. } => Ok(body),
            QueryAnswer::Refused(refusal) => Err(refusal.code),
        }
    }

    /// The items of a list, page by page.
    pub(super) fn items(&mut self, who: &str, limit: u32, query: impl Fn(Page) -> Query) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let list = self.ask(who, query(Page { cursor, limit })).expect("a list");
            all.extend(list["items"].as_array().expect("items").clone());
            cursor = list["next"].as_str().map(str::to_owned);
            if cursor.is_none() {
                return all;
            }
        }
    }

    pub(super) fn may(&self, subject: &str, action: &str, resource: &str) -> bool {
        let policy = crate::held::policy(&self.state).expect("memory").expect("a policy");
        let held = Held::of(&self.state, &policy, subject).expect("memory");
        held.ask(|who| policy.check(who, &Question::new(action, resource, self.now))).is_allow()
    }

    /// Goes to a moment, and does what is due by then.
    pub(super) fn at(&mut self, now: Millis) {
        self.now = now;
        let entropy = self.entropy();
        while let Some(commit) = tick(&self.state, now, entropy).expect("memory") {
            self.state.apply(&commit);
        }
    }

    pub(super) fn note(&mut self, entry: Option<AuditEntry>) {
        if let Some(entry) = entry {
            self.state.log(&entry);
            self.log.push(entry);
        }
    }

    /// Whether a text stands anywhere in the state or the log.
    pub(super) fn knows(&self, text: &str) -> bool {
        let docs = self.state.docs("", "", usize::MAX).expect("memory");
        let within = |bytes: &[u8]| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        docs.iter().any(|(key, bytes)| within(bytes) || key.contains(text))
            || self
                .state
                .keys("", "", usize::MAX)
                .expect("memory")
                .iter()
                .any(|key| self.state.record(key).expect("memory").is_some_and(|bytes| within(&bytes)))
            || serde_json::to_string(&self.log).expect("a log").contains(text)
    }
}
