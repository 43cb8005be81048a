//! Links between tenants: who may, and what comes of it whatever happens to the messages on their way.

use super::stage::{MODEL, OPERATOR, PEOPLE, Stage};
use crate::{Posted, Received, State, links, messages_due, posted, receive};
use countersign_wire::api::{Command, LinkBody, Message, Query, SettingsEdit};
use countersign_wire::record::{StatusForm, SubjectRecord};
use countersign_wire::stored::Person;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const FLO: &str = "user:flo";

/// Tenants, and the messages between them that are late.
#[derive(Clone)]
pub(super) struct Net {
    pub(super) tenants: BTreeMap<String, Stage>,
    late: Vec<Message>,
    taken: BTreeSet<(String, String)>,
    now: i64,
}

/// What happens to a message on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Arrives,
    /// It never comes
    Lost,
    /// It comes, and its answer does not
    Unanswered,
    /// It comes twice
    Twice,
    /// It was not written down: the receiver stopped before
    Crashed,
    /// It comes after others that were sent later, and is sent again meanwhile
    Late,
}

const FATES: [Fate; 6] = [Fate::Arrives, Fate::Lost, Fate::Unanswered, Fate::Twice, Fate::Crashed, Fate::Late];

impl Net {
    pub(super) fn new(names: &[&str]) -> Self {
        let people = PEOPLE.replace("members = [", "members = [ { subject = 'user:flo', email = 'flo@example.com' },");
        let tenants = names.iter().map(|name| {
            let mut stage = Stage::of(MODEL, &people);
            stage.chance = u64::from(name.as_bytes()[0]) << 32;
            let name = (*name).to_owned();
            let edit = SettingsEdit {
                account_name: Some(format!("Account {name}")),
                multiple_accounts: Some(true),
                ..SettingsEdit::default()
            };
            stage.done("user:olga", Command::EditSettings(edit));
            write(&mut stage, FLO, |person| person.multiple_accounts = true);
            (name, stage)
        });
        Self { tenants: tenants.collect(), late: Vec::new(), taken: BTreeSet::new(), now: 1_000_000 }
    }

    pub(super) fn at(&mut self, name: &str) -> &mut Stage {
        self.tenants.get_mut(name).expect("a tenant")
    }

    fn wait(&mut self, by: i64) {
        self.now += by;
        for stage in self.tenants.values_mut() {
            stage.now = self.now;
        }
    }

    /// Lets a message come in at its receiver. Nothing where there is none.
    fn arrive(&mut self, message: &Message, written: bool) -> Option<()> {
        let stage = self.tenants.get_mut(&message.to)?;
        let entropy = stage.entropy();
        match receive(&stage.state, message, stage.now, entropy).expect("memory") {
            Received::Nowhere => panic!("{} is set up", message.to),
            Received::Taken(None) => {}
            Received::Taken(Some(_)) if !written => {}
            Received::Taken(Some(done)) => {
                let (commit, entry) = *done;
                stage.state.apply(&commit);
                stage.note(Some(entry));
                assert!(self.taken.insert((message.to.clone(), message.id.clone())), "taken in twice");
            }
        }
        Some(())
    }

    /// Sends what a tenant has to send, each message to its fate.
    fn send(&mut self, name: &str, mut fate: impl FnMut() -> Fate) {
        let stage = self.at(name);
        for (place, message) in messages_due(&stage.state, name, stage.now, 100).expect("memory") {
            let fate = fate();
            let known = match fate {
                Fate::Arrives | Fate::Unanswered => self.arrive(&message, true),
                Fate::Twice => self.arrive(&message, true).and_then(|()| self.arrive(&message, true)),
                Fate::Crashed => self.arrive(&message, false),
                Fate::Lost => Some(()),
                Fate::Late => {
                    self.late.push(message);
                    Some(())
                }
            };
            let answer = match (known, fate) {
                (None, _) => Posted::Nowhere,
                (_, Fate::Arrives | Fate::Twice) => Posted::Acknowledged,
                _ => Posted::Failed,
            };
            let stage = self.at(name);
            let entropy = stage.entropy();
            if let Some(commit) = posted(&stage.state, &place, answer, stage.now, entropy).expect("memory") {
                stage.state.apply(&commit);
            }
        }
    }

    /// Everything arrives, until nothing is left to be said.
    pub(super) fn settle(&mut self) {
        for _ in 0..200 {
            for message in std::mem::take(&mut self.late) {
                self.arrive(&message, true);
            }
            for name in self.tenants.keys().cloned().collect::<Vec<_>>() {
                self.send(&name, || Fate::Arrives);
            }
            self.wait(4_000_000);
            let silent = |stage: &Stage| stage.state.docs("outgoing/", "", 1).expect("memory").is_empty();
            if self.late.is_empty() && self.tenants.values().all(silent) {
                return;
            }
        }
        panic!("they never stop talking");
    }

    fn status(&self, name: &str, subject: &str) -> Option<String> {
        self.tenants[name].state.person(subject).expect("memory").map(|(_, person)| person.status)
    }

    fn email(&self, name: &str, subject: &str) -> Option<String> {
        self.tenants[name].state.person(subject).expect("memory").and_then(|(_, person)| person.email)
    }

    fn links(&mut self, name: &str) -> Vec<Value> {
        self.at(name).items(OPERATOR, 50, Query::Links)
    }

    /// All links of all tenants: between whom, how far.
    fn picture(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        for name in self.tenants.keys().cloned().collect::<Vec<_>>() {
            for link in self.links(&name) {
                let arrow = if link["floating"] == true { "->" } else { "<-" };
                all.push(format!(
                    "{name} {arrow} {} {}",
                    link["tenant"].as_str().unwrap(),
                    link["status"].as_str().unwrap()
                ));
            }
        }
        all.sort();
        all
    }
}

/// What a command about a member does: changes the person, and says so.
fn write(stage: &mut Stage, subject: &str, change: impl FnOnce(&mut Person)) {
    let entropy = stage.entropy();
    let mut draft = crate::command::internal(&stage.state, stage.now, entropy).expect("memory").expect("a tenant");
    let mut person = draft.person(subject).expect("memory").expect("a person").1;
    change(&mut person);
    draft.put_person(subject, person);
    links::changed(&mut draft, subject).expect("told");
    let commit = draft.commit().expect("memory");
    stage.state.apply(&commit);
}

/// What a command does that sets a member's status, or removes it.
fn become_(stage: &mut Stage, subject: &str, status: Option<StatusForm>) {
    let entropy = stage.entropy();
    let mut draft = crate::command::internal(&stage.state, stage.now, entropy).expect("memory").expect("a tenant");
    let key = countersign_wire::seal::subject_key(subject);
    let Ok(record) = draft.member(subject) else { return };
    match status {
        Some(status) => {
            draft.put_record(key, &SubjectRecord { status, ..record }).expect("written");
            let person = draft.person(subject).expect("memory").expect("a person").1;
            draft.put_person(subject, Person { status: crate::members::word(status).to_owned(), ..person });
        }
        None => {
            draft.remove_record(key);
            draft.remove_person(subject);
        }
    }
    links::changed(&mut draft, subject).expect("told");
    let commit = draft.commit().expect("memory");
    stage.state.apply(&commit);
}

fn to(tenant: &str) -> Command {
    Command::Link(LinkBody { subject: FLO.to_owned(), tenant: tenant.to_owned(), member: None })
}

fn between(subject: &str, tenant: &str, member: &str) -> Command {
    let (subject, tenant, member) = (subject.to_owned(), tenant.to_owned(), Some(member.to_owned()));
    Command::Link(LinkBody { subject, tenant, member })
}

fn setting(on: bool) -> Command {
    Command::EditSettings(SettingsEdit { multiple_accounts: Some(on), ..SettingsEdit::default() })
}

fn id(link: &Value) -> String {
    link["id"].as_str().expect("an id").to_owned()
}

#[test]
fn linking_needs_the_setting_and_the_flag_here() {
    let mut net = Net::new(&["a", "b"]);
    let a = net.at("a");
    for (who, command, expected) in [
        ("user:vera", to("b"), "forbidden"),
        ("user:flo", to("b"), "forbidden"),
        ("user:vera", between("user:none", "b", FLO), "forbidden"),
        ("user:olga", between("user:none", "b", FLO), "unknown_member"),
        ("user:olga", between("user:vera", "b", FLO), "member_not_multiple_accounts"),
        ("user:olga", between("user:dora", "b", FLO), "not_active"),
        ("user:olga", between("service:ci", "b", FLO), "not_a_user"),
        ("user:olga", between(FLO, "b", "service:ci"), "not_a_user"),
        ("user:olga", to(""), "invalid_tenant"),
        ("user:olga", to("b/c"), "invalid_tenant"),
        ("user:olga", setting(false), "done"),
        ("user:olga", to("b"), "multiple_accounts_off"),
        ("user:olga", setting(true), "done"),
        ("user:olga", to("b"), "done"),
        ("user:olga", to("b"), "already_linked"),
        ("user:olga", between(FLO, "b", "user:vera"), "done"),
    ] {
        a.check(who, command, expected);
    }
    let link = id(&net.links("a")[0]);
    net.at("a").check("user:vera", Command::Unlink { id: link.clone() }, "unknown_link");
    net.at("a").check("user:olga", Command::AcceptLink { id: link.clone() }, "not_pending");
    net.at("a").check("user:olga", Command::Unlink { id: link.clone() }, "done");
    net.at("a").check("user:olga", Command::Unlink { id: link }, "unknown_link");
}

#[test]
fn linking_needs_the_setting_and_the_flag_there_too() {
    // What stands in the way there, and what `user:olga`, an administrator there, is told.
    let cases: [(&str, &dyn Fn(&mut Stage), &str); 4] = [
        (
            "setting",
            &|there| {
                there.done("user:olga", setting(false));
            },
            "link_refused",
        ),
        ("flag", &|there| write(there, FLO, |person| person.multiple_accounts = false), "member_not_multiple_accounts"),
        ("status", &|there| become_(there, FLO, Some(StatusForm::Locked)), "not_active"),
        ("member", &|there| become_(there, FLO, None), "unknown_member"),
    ];
    for (name, spoil, code) in cases {
        let mut net = Net::new(&["a", "b"]);
        spoil(net.at("b"));
        net.at("a").done("user:olga", to("b"));
        net.settle();
        assert_eq!(net.picture(), Vec::<String>::new(), "{name}");
        let told = net.at("a").items("user:olga", 9, Query::Notifications);
        assert_eq!((told[0]["event"].as_str(), told[0]["data"]["code"].as_str()), (Some("link.refused"), Some(code)));
    }
    let mut net = Net::new(&["a"]);
    net.at("a").done("user:olga", to("nowhere"));
    net.settle();
    assert_eq!(net.picture(), Vec::<String>::new());
    net.at("a").done("user:olga", to("a"));
    net.settle();
    assert_eq!(net.picture(), Vec::<String>::new(), "nobody is linked within one tenant");
}

#[test]
fn whoever_may_not_edit_the_member_there_has_to_be_accepted() {
    for (actor, expected) in
        [("user:olga", "linked"), (OPERATOR, "linked"), ("user:ada", "pending"), ("service:ci", "pending")]
    {
        let mut net = Net::new(&["a", "b"]);
        // `user:ada` and `service:ci` administer the first tenant alone; the other has a service of the same name that
        // administers it, which is another one.
        let give = |to: &str| {
            Command::Assign(countersign_wire::api::Assign {
                to: to.to_owned(),
                role: "owner".to_owned(),
                scope: "/".to_owned(),
                ..Default::default()
            })
        };
        if actor == "user:ada" {
            net.at("a").done("user:olga", give("user:vera"));
        }
        if actor == "service:ci" {
            net.at("a").done("user:olga", give("service:ci"));
            net.at("b").done("user:olga", give("service:ci"));
        }
        let who = if actor == "user:ada" { "user:vera" } else { actor };
        net.at("a").done(who, to("b"));
        net.settle();
        let there = net.links("b");
        assert_eq!(there[0]["status"], expected, "{actor}");
        if expected == "pending" {
            assert_eq!(net.picture(), ["a -> b asked", "b <- a pending"]);
            let pending = id(&there[0]);
            net.at("b").check("user:vera", Command::AcceptLink { id: pending.clone() }, "unknown_link");
            net.at("b").done("user:olga", setting(false));
            net.at("b").check("user:olga", Command::AcceptLink { id: pending.clone() }, "multiple_accounts_off");
            net.at("b").done("user:olga", setting(true));
            net.at("b").check("user:olga", Command::AcceptLink { id: pending }, "done");
            net.settle();
        }
        assert_eq!(net.picture(), ["a -> b linked", "b <- a linked"]);
        let own = net.at("a").items(FLO, 9, Query::Links);
        assert_eq!((own[0]["account_name"].as_str(), own[0]["tenant"].as_str()), (Some("Account b"), Some("b")));
        assert_eq!(net.at("b").items(FLO, 9, Query::Links)[0]["account_name"], "Account a");
        assert!(net.at("a").items("user:rita", 9, Query::Links).is_empty());
    }
}

#[test]
fn a_member_that_does_not_exist_there_is_not_told_of() {
    let mut net = Net::new(&["a", "b"]);
    let ada = Command::Assign(countersign_wire::api::Assign {
        to: "user:vera".to_owned(),
        role: "owner".to_owned(),
        scope: "/".to_owned(),
        ..Default::default()
    });
    net.at("a").done("user:olga", ada);
    for member in ["user:nobody", "user:vera", FLO] {
        net.at("a").done("user:vera", between(FLO, "b", member));
    }
    net.settle();
    assert_eq!(net.links("a").iter().filter(|link| link["status"] == "asked").count(), 3);
    let pending = net.links("b");
    for link in pending {
        let expected = match link["subject"].as_str().expect("a member") {
            "user:nobody" => "unknown_member",
            "user:vera" => "member_not_multiple_accounts",
            _ => "done",
        };
        net.at("b").check("user:olga", Command::AcceptLink { id: id(&link) }, expected);
    }
    let refused = net.links("b").into_iter().find(|link| link["subject"] == "user:nobody").expect("a link");
    net.at("b").done("user:olga", Command::Unlink { id: id(&refused) });
    net.settle();
    assert_eq!(net.links("a").len(), 2);
}

/// `a` links its member to `b` and `c`.
fn three() -> Net {
    let mut net = Net::new(&["a", "b", "c"]);
    net.at("a").done("user:olga", to("b"));
    net.at("a").done("user:olga", to("c"));
    net.settle();
    net
}

#[test]
fn a_change_on_any_of_them_reaches_all_of_them_and_stops() {
    let mut net = three();
    for name in ["a", "b", "c"] {
        let email = format!("{name}@example.com");
        write(net.at(name), FLO, |person| person.email = Some(email.clone()));
        net.settle();
        for other in ["a", "b", "c"] {
            assert_eq!(net.email(other, FLO), Some(email.clone()), "{name} {other}");
        }
    }
    // Two at the same time: both are heard of everywhere, and one of them stands everywhere.
    write(net.at("b"), FLO, |person| person.email = Some("one@example.com".to_owned()));
    write(net.at("c"), FLO, |person| person.email = Some("two@example.com".to_owned()));
    net.settle();
    let email = net.email("a", FLO);
    assert!(net.email("b", FLO) == email && net.email("c", FLO) == email, "{email:?}");
    assert!(["one@example.com", "two@example.com"].contains(&email.as_deref().unwrap_or("")));
}

#[test]
fn the_floating_member_takes_the_others_along_and_not_the_other_way_round() {
    let mut net = three();
    become_(net.at("b"), FLO, Some(StatusForm::Deactivated));
    net.settle();
    let statuses = |net: &Net| ["a", "b", "c"].map(|name| net.status(name, FLO).unwrap_or_default());
    assert_eq!(statuses(&net), ["active", "deactivated", "active"]);
    become_(net.at("b"), FLO, Some(StatusForm::Active));
    become_(net.at("a"), FLO, Some(StatusForm::Deactivated));
    net.settle();
    assert_eq!(statuses(&net), ["deactivated", "deactivated", "deactivated"]);

    let mut net = three();
    become_(net.at("b"), FLO, None);
    net.settle();
    assert_eq!(statuses(&net), ["active", "", "active"]);
    assert_eq!(net.picture(), ["a -> c linked", "c <- a linked"]);
    become_(net.at("a"), FLO, None);
    net.settle();
    assert_eq!(statuses(&net), ["", "", ""]);
    assert_eq!(net.picture(), Vec::<String>::new());
    assert!(
        net.tenants["c"].state.doc(&format!("gone/{FLO}")).expect("memory").is_some(),
        "its id is never used again"
    );
}

#[test]
fn the_last_administrator_stays_whatever_another_tenant_says() {
    for deleted in [false, true] {
        let mut net = Net::new(&["a", "b"]);
        write(net.at("b"), "user:olga", |person| person.multiple_accounts = true);
        net.at("a").done(OPERATOR, between(FLO, "b", "user:olga"));
        net.settle();
        assert_eq!(net.picture(), ["a -> b linked", "b <- a linked"]);
        become_(net.at("a"), FLO, (!deleted).then_some(StatusForm::Deactivated));
        net.settle();
        assert_eq!(net.status("b", "user:olga").as_deref(), Some("active"));
        let told = net.at("b").items("user:olga", 9, Query::Notifications);
        assert_eq!(told[0]["event"], "link.not_applied");
        assert_eq!(net.links("b").len(), usize::from(!deleted));
        let last = net.tenants["b"].log.last().expect("an entry").clone();
        assert_eq!((last.actor.as_str(), last.outcome.as_str()), ("tenant:a", "last_administrator"));
    }
}

#[test]
fn a_link_gives_no_right() {
    let mut net = Net::new(&["a", "b"]);
    net.at("a").done(
        "user:olga",
        Command::Assign(countersign_wire::api::Assign {
            to: FLO.to_owned(),
            role: "lead".to_owned(),
            scope: "/".to_owned(),
            ..Default::default()
        }),
    );
    net.at("a").done("user:olga", to("b"));
    net.settle();
    assert!(net.tenants["a"].may(FLO, "edit", "project:p"));
    assert!(!net.tenants["b"].may(FLO, "edit", "project:p"));
}

#[test]
fn a_tenant_speaks_for_its_own_links_alone() {
    let mut net = three();
    let key = {
        let docs = net.tenants["b"].state.docs("link_key/", "", 1).expect("memory");
        docs[0].0.strip_prefix("link_key/").expect("a key").to_owned()
    };
    for kind in [
        json!({ "unlink": { "key": key } }),
        json!({ "ended": { "key": key, "deleted": true } }),
        json!({ "ended": { "key": key, "deleted": false } }),
        json!({ "refused": { "key": key, "code": "x", "detail": "y" } }),
        json!({ "person": { "key": key, "common": { "name": "Eve", "first_name": null, "last_name": null,
            "email": "eve@example.com", "stamp": { "at": 9_000_000_000_000_i64, "mark": "" } } } }),
    ] {
        let kind = serde_json::from_value(kind).expect("a message");
        let message = Message { from: "eve".to_owned(), to: "b".to_owned(), id: format!("{kind:?}"), kind };
        net.arrive(&message, true).expect("a tenant");
    }
    net.settle();
    assert_eq!(net.links("b").len(), 1);
    assert_eq!(net.status("b", FLO).as_deref(), Some("active"));
    assert_eq!(net.email("b", FLO).as_deref(), Some("flo@example.com"));
}

/// A story that is told with every message once at every fate: its end is the same.
fn story(mut fate: impl FnMut() -> Fate) -> (Vec<String>, Vec<Option<String>>, Vec<Option<String>>) {
    let mut net = Net::new(&["a", "b", "c"]);
    let mut go = |net: &mut Net| {
        for _ in 0..2 {
            for name in ["a", "b", "c"] {
                net.send(name, &mut fate);
            }
            net.wait(7_000);
        }
    };
    net.at("a").done("user:olga", to("b"));
    write(net.at("a"), FLO, |person| person.email = Some("first@example.com".to_owned()));
    go(&mut net);
    net.at("a").done("user:olga", to("c"));
    go(&mut net);
    write(net.at("a"), FLO, |person| person.first_name = Some("Flo".to_owned()));
    go(&mut net);
    net.settle();
    write(net.at("b"), FLO, |person| person.email = Some("last@example.com".to_owned()));
    go(&mut net);
    let second = net.links("a").into_iter().find(|link| link["tenant"] == "c").expect("a link");
    net.at("a").done("user:olga", Command::Unlink { id: id(&second) });
    net.at("a").done("user:olga", to("c"));
    go(&mut net);
    become_(net.at("a"), FLO, Some(StatusForm::Deactivated));
    go(&mut net);
    net.settle();
    let each = |of: &dyn Fn(&str) -> Option<String>| ["a", "b", "c"].map(of).to_vec();
    let (emails, statuses) = (each(&|name| net.email(name, FLO)), each(&|name| net.status(name, FLO)));
    (net.picture(), emails, statuses)
}

#[test]
fn cut_at_every_point_the_story_ends_the_same() {
    let mut messages = 0;
    let expected = story(|| {
        messages += 1;
        Fate::Arrives
    });
    assert_eq!(expected.0, ["a -> b linked", "a -> c linked", "b <- a linked", "c <- a linked"]);
    assert_eq!(expected.1, vec![Some("last@example.com".to_owned()); 3]);
    assert_eq!(expected.2, vec![Some("deactivated".to_owned()); 3]);
    assert!(messages >= 12, "{messages}");
    for cut in 1..=messages {
        for fate in FATES {
            let mut number = 0;
            let end = story(|| {
                number += 1;
                if number == cut { fate } else { Fate::Arrives }
            });
            assert_eq!(end, expected, "message {cut}: {fate:?}");
            // And from there on nothing gets through until the end of the story's step.
            let mut number = 0;
            let end = story(|| {
                number += 1;
                if number >= cut && number < cut + 5 { fate } else { Fate::Arrives }
            });
            assert_eq!(end, expected, "messages from {cut} on: {fate:?}");
        }
    }
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).expect("64 bits") % most
    }
}

#[test]
fn whatever_happens_on_the_way_both_sides_agree_in_the_end() {
    let base = Net::new(&["a", "b", "c"]);
    for seed in 1..=300_u64 {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut net = base.clone();
        let mut down = false;
        for step in 0..40 {
            let name = ["a", "b", "c"][dice.below(3)];
            match dice.below(12) {
                0 | 1 => drop(net.at("a").run("user:olga", to(["b", "c"][dice.below(2)]))),
                2 => {
                    let links = net.links(name);
                    if !links.is_empty() {
                        let link = id(&links[dice.below(links.len())]);
                        drop(net.at(name).run("user:olga", Command::Unlink { id: link }));
                    }
                }
                3 | 4 => write(net.at(name), FLO, |person| person.email = Some(format!("{name}{step}@example.com"))),
                5 if dice.below(4) == 0 => {
                    down = true;
                    become_(net.at("a"), FLO, Some(StatusForm::Deactivated));
                }
                6 if !net.late.is_empty() => {
                    let at = dice.below(net.late.len());
                    let message = net.late[at].clone();
                    net.arrive(&message, true);
                }
                7 => {
                    let wait = i64::try_from(dice.below(30_000)).expect("small");
                    net.wait(wait);
                }
                _ => net.send(name, || FATES[dice.below(FATES.len())]),
            }
        }
        net.settle();
        let picture = net.picture();
        let ours: Vec<String> = picture.iter().filter(|line| line.starts_with("a ->")).cloned().collect();
        for line in &ours {
            let other = &line[5..6];
            assert!(line.ends_with(" linked"), "{seed}: {picture:?}");
            assert!(picture.contains(&format!("{other} <- a linked")), "{seed}: {picture:?}");
            assert_eq!(net.email("a", FLO), net.email(other, FLO), "{seed}: {picture:?}");
            let record = net.status(other, FLO);
            assert!(!down || record.as_deref() == Some("deactivated"), "{seed}: {record:?}");
        }
        assert_eq!(picture.len(), 2 * ours.len(), "{seed}: {picture:?}");
        for stage in net.tenants.values() {
            assert_eq!(crate::audit::verify("", &stage.log), Ok(()));
        }
    }
}
