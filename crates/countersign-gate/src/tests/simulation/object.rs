//! A tenant's object, cheaply: records that change, who is allowed what as of which revision, and an outbox.

use super::super::world::{KEY, World as Real};
use countersign_core::Millis;
use countersign_tenant::State;
use countersign_tenant::publish::{Waiting, plan};
use countersign_wire::api::{Command, Head, HeadAsk, TokenBody};
use countersign_wire::seal::{Header, seal};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

pub(super) const TENANTS: [&str; 4] = ["a", "b", "late", "nowhere"];
/// The tenant that is set up in the middle of a history, and the one that never is.
pub(super) const LATE: usize = 2;
pub(super) const NOWHERE: usize = 3;
/// The members; the last is a service, and signs in by its token.
pub(super) const SUBJECTS: [&str; 4] = ["user:ann", "user:bob", "user:new", "service:ci"];
pub(super) const SERVICE: usize = 3;
pub(super) const RECORDS: usize = 8;
pub(super) const KEYS: [&str; RECORDS] = [
    "policy",
    "subject/user:ann",
    "subject/user:bob",
    "subject/user:new",
    "subject/service:ci",
    "group/team",
    "group/night",
    "token/t1",
];
const POLICY: usize = 0;
const MEMBERS_AT: usize = 1;
const TEAM: usize = 5;
const NIGHT: usize = 6;
const TOKEN: usize = 7;

/// What a record can say, by number; 0 is that it does not exist.
const MODELS: [bool; 2] = [true, false];
const MEMBERS: [&str; 5] = [
    "subject = 'user:x'",
    "subject = 'user:x'",
    "subject = 'user:x'\nstatus = 'deactivated'",
    "subject = 'user:x'\ngroups = ['team']",
    "subject = 'user:x'\ngroups = ['team', 'night']",
];
/// Which members of [`MEMBERS`] hold the role themselves.
const DIRECT: [bool; 5] = [false, true, true, false, false];
const GROUPS: [Option<&str>; 3] = [None, Some("reader"), Some("ban")];
/// The forms of a token: good with one secret, good with another one, revoked.
pub(super) const SECRETS: [u8; 2] = [1, 2];
const REVOKED: u8 = 3;
const NO_RIGHT: u8 = 1;
const READER: u8 = 2;
const BAN: u8 = 3;

pub(super) type Sealed = Rc<Vec<u8>>;

/// Tenant, key, epoch, revision and form of a record.
type Place = (usize, usize, u64, u64, u8);

thread_local! {
    /// The bytes of every form, as the real tenant writes them.
    static FORMS: [Vec<Vec<u8>>; 4] = forms();
    /// The token's secrets.
    static TOKENS: ([String; 2], Vec<Vec<u8>>) = tokens();
    /// Sealing is the same work each time.
    static SEALED: RefCell<HashMap<Place, Sealed>> = RefCell::default();
}

/// A token that is made, replaced and revoked: its secrets, and its record each time.
fn tokens() -> ([String; 2], Vec<Vec<u8>>) {
    let real = Real::new("name = 'm'", "[[members]]\nsubject = 'service:ci'\n");
    let id = || KEYS[TOKEN].strip_prefix("token/").expect("the key of a token").to_owned();
    let body = TokenBody { subject: SUBJECTS[SERVICE].to_owned(), name: "CI".to_owned(), expires: None };
    let given = [Command::CreateToken(body), Command::RotateToken { id: id() }, Command::RevokeToken { id: id() }];
    let shown = given.map(|command| {
        let shown = real.command("operator:dev", true, command).shown;
        let record = real.state.borrow().record(KEYS[TOKEN]).expect("memory can be read").expect("there is one");
        (shown.map(|shown| shown["secret"].as_str().expect("a text").to_owned()), record)
    });
    let [(one, made), (other, replaced), (_, revoked)] = shown;
    ([one, other].map(|secret| secret.expect("a secret is shown")), vec![made, replaced, revoked])
}

/// The secret with which a token of this form is good.
pub(super) fn secret(form: u8) -> String {
    TOKENS.with(|(secrets, _)| secrets[usize::from(form) - 1].clone())
}

fn forms() -> [Vec<Vec<u8>>; 4] {
    let model = |allows: bool| {
        let allow = if allows { "['doc:view']" } else { "[]" };
        format!(
            "name = 'm'\n[types.doc]\nactions = ['view']\n[roles.reader]\nallow = {allow}\n\
             [roles.ban]\ndeny = ['doc:view']\n[roles.owner]\nallow = ['*']\nassigns = ['reader', 'ban']\n"
        )
    };
    let record = |model: &str, people: &str, key: &str| {
        let real = Real::new(model, people);
        let record = real.state.borrow().record(key);
        record.expect("memory can be read").expect("it was set up")
    };
    let root = "[[members]]\nsubject = 'user:root'\n[[assignments]]\nto = 'user:root'\nrole = 'owner'\n";
    let policies = MODELS.map(|allows| record(&model(allows), root, "policy"));
    let give = |to: &str, role: &str| format!("[[assignments]]\nto = '{to}'\nrole = '{role}'\n");
    let members = MEMBERS.iter().zip(DIRECT).map(|(member, direct)| {
        let given = if direct { give("user:x", "reader") } else { String::new() };
        record(&model(true), &format!("{root}[[members]]\n{member}\n{given}"), "subject/user:x")
    });
    let groups = GROUPS.map(|role| {
        let given = role.map(|role| give("group:team", role)).unwrap_or_default();
        let member = "[[members]]\nsubject = 'user:x'\ngroups = ['team']\n";
        record(&model(true), &format!("{root}{member}{given}"), "group/team")
    });
    [policies.to_vec(), members.collect(), groups.to_vec(), TOKENS.with(|(_, records)| records.clone())]
}

/// Which of the four kinds of record a key is of.
fn kind(key: usize) -> usize {
    match key {
        POLICY => 0,
        TEAM | NIGHT => 2,
        TOKEN => 3,
        _ => 1,
    }
}

pub(super) fn sealed(tenant: usize, key: usize, epoch: u64, revision: u64, form: u8) -> Sealed {
    let place = (tenant, key, epoch, revision, form);
    SEALED.with_borrow_mut(|all| {
        let made = all.entry(place).or_insert_with(|| {
            let name = KEYS[key].to_owned();
            let header = Header { tenant: TENANTS[tenant].to_owned(), key: name, epoch, revision, exists: form > 0 };
            let none = Vec::new();
            let bytes = FORMS.with(|forms| {
                let record = if form == 0 { &none } else { &forms[kind(key)][usize::from(form) - 1] };
                seal(KEY, &header, record)
            });
            Rc::new(bytes.expect("the key is long enough"))
        });
        Rc::clone(made)
    })
}

/// What was true at a revision, and when it was acknowledged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Truth {
    pub(super) at: Millis,
    pub(super) allowed: [bool; 4],
    /// The form of the token
    pub(super) token: u8,
}

/// One row of the outbox.
#[derive(Clone, Copy, Default)]
pub(super) struct Row {
    pub(super) pending: bool,
    revision: u64,
    tried: Option<Millis>,
    failures: u32,
    again: bool,
}

/// A put under way, as it was begun.
pub(super) struct Put {
    pub(super) key: usize,
    revision: u64,
    pub(super) bytes: Sealed,
    /// When its outcome is known to the object
    pub(super) ends: Millis,
    pub(super) succeeds: bool,
    /// When KV has it, if ever
    pub(super) lands: Option<Millis>,
}

/// The tenant's object.
pub(super) struct Object {
    pub(super) tenant: usize,
    pub(super) epoch: u64,
    pub(super) revision: u64,
    /// By key: the revision of the last change, nothing for one that never was; and what it says
    records: [(Option<u64>, u8); RECORDS],
    /// By revision
    pub(super) truths: Vec<Truth>,
    pub(super) outbox: [Row; RECORDS],
    /// How far its clock is from the truth; it may come to be on another machine
    pub(super) skew: Millis,
    pub(super) puts: Vec<Put>,
}

impl Object {
    pub(super) fn new(tenant: usize) -> Self {
        let nothing = Truth { at: 0, allowed: [false; 4], token: 0 };
        let records = [(None, 0); RECORDS];
        Self {
            tenant,
            epoch: 0,
            revision: 0,
            records,
            truths: vec![nothing],
            outbox: [Row::default(); RECORDS],
            skew: 0,
            puts: Vec::new(),
        }
    }

    /// Sets the tenant up, in place of what it was.
    pub(super) fn import(&mut self, now: Millis) {
        self.epoch += 1;
        self.change(now, &[(0, 1), (1, 2), (2, 4), (3, 0), (4, 2), (TEAM, 2), (NIGHT, 1), (TOKEN, 1)]);
    }

    /// One random change.
    pub(super) fn write(&mut self, now: Millis, random: &mut fastrand::Rng) {
        let any = |random: &mut fastrand::Rng, forms: &[u8]| forms[random.usize(0..forms.len())];
        match random.u8(0..20) {
            0 => self.import(now),
            1 => self.change(now, &[(POLICY, any(random, &[1, 1, 1, 2]))]),
            2..=5 => self.change(now, &[(random.usize(TEAM..=NIGHT), any(random, &[1, 2, 2, 2, 3]))]),
            6..=8 => self.change(now, &[(TOKEN, any(random, &[1, 2, 1, 2, REVOKED]))]),
            9 => self.change(now, &[(MEMBERS_AT + SERVICE, any(random, &[0, 1, 2, 2, 3, 4]))]),
            _ => {
                let member = random.usize(MEMBERS_AT..MEMBERS_AT + SERVICE);
                self.change(now, &[(member, any(random, &[0, 1, 2, 2, 2, 3, 4, 4, 5, 5]))]);
            }
        }
    }

    fn change(&mut self, now: Millis, changes: &[(usize, u8)]) {
        self.revision += 1;
        for (key, form) in changes {
            let record = &mut self.records[*key];
            // A record that never was stays so until there is something to it.
            if record.0.is_some() || *form > 0 {
                *record = (Some(self.revision), *form);
                self.outbox[*key] = Row { pending: true, revision: self.revision, ..self.outbox[*key] };
            }
        }
        let allowed = [1, 2, 3, 4].map(|key| self.may(self.records[key].1));
        self.truths.push(Truth { at: now, allowed, token: self.records[TOKEN].1 });
    }

    fn may(&self, member: u8) -> bool {
        let [policy, _, _, _, _, team, night, _] = self.records.map(|(_, form)| form);
        let through = match member {
            2 => true,
            4 => team == READER,
            5 => team != BAN && night != BAN && (team == READER || night == READER),
            _ => false,
        };
        debug_assert!(team == 0 || team >= NO_RIGHT);
        policy == 1 && through
    }

    pub(super) fn sealed(&self, key: usize) -> Sealed {
        let (revision, form) = self.records[key];
        sealed(self.tenant, key, self.epoch, revision.unwrap_or(self.revision), form)
    }

    pub(super) fn head(&self, ask: &HeadAsk) -> Head {
        let number = |key: &str| KEYS.iter().position(|known| *known == key);
        let changed = ask.since.filter(|since| since.0 == self.epoch && since.1 <= self.revision);
        let changed = changed.map(|(_, since)| {
            let newer = self.records.iter().zip(KEYS).filter(|((at, _), _)| at.is_some_and(|at| at > since));
            newer.map(|(_, key)| key.to_owned()).collect()
        });
        // The attributes of resources are a record that never was.
        let revision = |key: &String| number(key).and_then(|key| self.records[key].0);
        let records = ask.records.iter().map(|key| match number(key) {
            Some(key) => self.sealed(key).to_vec(),
            None => panic!("nobody needs {key}"),
        });
        let groups = ask.groups_of.as_ref().and_then(|subject| SUBJECTS.iter().position(|known| known == subject));
        let groups: &[usize] = match groups.map(|subject| self.records[MEMBERS_AT + subject].1) {
            Some(4) => &[TEAM],
            Some(5) => &[TEAM, NIGHT],
            _ => &[],
        };
        Head {
            epoch: self.epoch,
            revision: self.revision,
            changed,
            revisions: ask.keys.iter().map(revision).collect(),
            records: records.collect(),
            groups: groups.iter().map(|key| (KEYS[*key].to_owned(), self.records[*key].0)).collect(),
        }
    }

    /// The alarm: what may be put now, as the real outbox plans it. One round at a time.
    pub(super) fn due(&self, now: Millis) -> Vec<usize> {
        if !self.puts.is_empty() || !self.outbox.iter().any(|row| row.pending) {
            return Vec::new();
        }
        let waiting = self.outbox.iter().zip(KEYS).filter(|(row, _)| row.pending).map(|(row, key)| Waiting {
            key: key.to_owned(),
            tried: row.tried,
            failures: row.failures,
            again: row.again,
        });
        let waiting: Vec<_> = waiting.collect();
        let keys = plan(&waiting, now + self.skew).now;
        keys.iter().filter_map(|key| KEYS.iter().position(|known| known == key)).collect()
    }

    /// Begins a put; its outcome is decided now, and known later.
    pub(super) fn put(&mut self, key: usize, ends: Millis, succeeds: bool, lands: Option<Millis>) {
        let revision = self.outbox[key].revision;
        self.puts.push(Put { key, revision, bytes: self.sealed(key), ends, succeeds, lands });
    }

    /// The first event after its memory was lost: what waits may have been on its way.
    pub(super) fn begin_anew(&mut self) {
        self.puts.clear();
        for row in self.outbox.iter_mut().filter(|row| row.pending && row.failures == 0) {
            (row.failures, row.again) = (1, false);
        }
    }

    /// Notes how a round of puts went, once all of it has ended; as the worker's SQL does.
    pub(super) fn note(&mut self, now: Millis) {
        if self.puts.iter().any(|put| put.ends > now) {
            return;
        }
        for put in std::mem::take(&mut self.puts) {
            let row = &mut self.outbox[put.key];
            row.tried = Some(now + self.skew);
            if put.succeeds {
                row.pending = !(row.revision == put.revision && row.failures == 0);
                row.again = row.failures > 0;
                row.failures = 0;
            } else {
                row.failures += 1;
                row.again = false;
            }
        }
    }
}
