//! Links between tenants: who may, and what follows for the members.

use super::net::{FLO, Net, become_, between, id, setting, to, write};
use super::stage::{OPERATOR, Stage};
use crate::State;
use countersign_wire::api::{Command, Message, Query};
use countersign_wire::record::StatusForm;
use serde_json::json;

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
    type Case<'a> = (&'a str, &'a dyn Fn(&mut Stage), &'a str);
    let cases: [Case<'_>; 4] = [
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

#[test]
fn a_stranger_leaves_no_trace_where_links_are_not_wanted() {
    let mut net = Net::new(&["a", "b"]);
    net.at("b").done("user:olga", setting(false));
    let before = (net.at("b").state.clone(), net.at("b").log.len());
    for _ in 0..3 {
        net.at("a").done("user:olga", to("b"));
        net.settle();
    }
    assert_eq!((net.at("b").state.clone(), net.at("b").log.len()), before);
}
