//! What a scenario file cannot say: forms of paths, limits, the order of scopes, when an answer ends.

use crate::limits::PATH_DEPTH;
use crate::*;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

/// folder (below folders or the root) and doc (below folders); a reader, an editor and a role that denies.
fn policy() -> Policy {
    let folder =
        TypeSpec { name: "folder".into(), at_root: true, parents: vec![TypeId(0)], actions: vec!["view".into()] };
    let doc = TypeSpec {
        name: "doc".into(),
        at_root: false,
        parents: vec![TypeId(0)],
        actions: vec!["view".into(), "edit".into()],
    };
    let role = |id: &str, masks: Vec<(TypeId, u64, u64)>| RoleSpec { id: id.into(), masks, ..RoleSpec::default() };
    let roles = vec![
        role("reader", vec![(TypeId(1), 1, 0)]),
        role("editor", vec![(TypeId(1), 3, 0)]),
        role("no-edit", vec![(TypeId(1), 0, 2)]),
    ];
    Policy::new(PolicySpec { types: vec![folder, doc], roles, ..PolicySpec::default() }).unwrap()
}

#[track_caller]
fn path(text: &str, expected: Result<&[(&str, &str)], PathError>) {
    let parsed = Path::parse(text).map(|path| path.segments().collect::<Vec<_>>());
    assert_eq!(parsed.as_deref(), expected.as_ref().map(|segments| *segments), "{text:?}");
}

#[test]
fn paths_have_one_form() {
    path("doc:1", Ok(&[("doc", "1")]));
    path("folder:a b/doc:user:ann", Ok(&[("folder", "a b"), ("doc", "user:ann")]));
    path("doc:é", Ok(&[("doc", "é")]));
    path("doc:\u{a0}", Ok(&[("doc", "\u{a0}")]));
    for empty in ["", "/"] {
        path(empty, Err(PathError::Empty));
    }
    for malformed in [
        "doc",
        "doc:",
        ":1",
        "/doc:1",
        "doc:1/",
        "a:1//b:2",
        "doc:\n",
        "doc:\u{7f}",
        "do\tc:1",
        "doc:a\u{85}b",
        "doc:\u{9f}",
        "//",
    ] {
        path(malformed, Err(PathError::Segment));
    }
    path(&format!("doc:{}", "x".repeat(257)), Err(PathError::Segment));
    assert!(Path::parse(&format!("doc:{}", "x".repeat(256))).is_ok());
    let deep = |depth: usize| vec!["a:1"; depth].join("/");
    assert!(Path::parse(&deep(PATH_DEPTH)).is_ok());
    path(&deep(PATH_DEPTH + 1), Err(PathError::TooDeep));
    path(&deep(100_000), Err(PathError::TooDeep));
    let longest = vec![format!("{}:{}", "a".repeat(256), "1".repeat(256)); PATH_DEPTH].join("/");
    assert_eq!((longest.len(), Path::parse(&longest).is_ok()), (crate::limits::PATH_BYTES, true));
}

#[test]
fn ancestors_are_cut_from_the_text() {
    let path = Path::parse("folder:a/folder:b/doc:1").unwrap();
    let ancestors: Vec<_> = (0..5).map(|depth| path.ancestor(depth)).collect();
    assert_eq!(ancestors, ["/", "folder:a", "folder:a/folder:b", path.as_str(), path.as_str()]);
}

#[test]
fn segments_stand_below_their_declared_parents() {
    let policy = policy();
    let locate = |text: &str| policy.locate(&Path::parse(text).unwrap()).map(|on| on.0);
    assert_eq!(locate("folder:a"), Ok(0));
    assert_eq!(locate("folder:a/folder:b/doc:1"), Ok(1));
    assert_eq!(locate("doc:1"), Err(PathError::Parent));
    assert_eq!(locate("folder:a/doc:1/doc:2"), Err(PathError::Parent));
    assert_eq!(locate("file:1"), Err(PathError::UnknownType));
    for anywhere in ["member:user:ann", "folder:a/member:user:ann", "folder:a/doc:1/assignment:new"] {
        assert!(locate(anywhere).is_ok(), "{anywhere}");
    }
    assert_eq!(locate("member:user:ann/doc:1"), Err(PathError::Parent));
}

#[test]
fn policies_are_held_to_their_limits() {
    let kind = |name: &str, actions: usize| TypeSpec {
        name: name.into(),
        at_root: true,
        parents: Vec::new(),
        actions: (0..actions).map(|number| format!("a{number}").into()).collect(),
    };
    let refused = |types: Vec<TypeSpec>| Policy::new(PolicySpec { types, ..PolicySpec::default() }).unwrap_err();
    assert!(Policy::new(PolicySpec { types: vec![kind("full", 64)], ..PolicySpec::default() }).is_ok());
    assert_eq!(refused(vec![kind("over", 65)]), PolicyError::Limit("over".into()));
    assert_eq!(refused(vec![kind("a", 1), kind("a", 1)]), PolicyError::Duplicate("a".into()));
    assert_eq!(refused(vec![kind("member", 1)]), PolicyError::Duplicate("member".into()));
    assert_eq!(refused(vec![kind("a:b", 1)]), PolicyError::Name("a:b".into()));
    let nowhere = TypeSpec { parents: vec![TypeId(9)], ..kind("a", 1) };
    assert_eq!(refused(vec![nowhere]), PolicyError::Reference("a".into()));
}

#[test]
fn masks_cannot_name_actions_that_a_type_does_not_have() {
    let role = RoleSpec { id: "all".into(), masks: vec![(TypeId(0), u64::MAX, 0)], ..RoleSpec::default() };
    let spec = TypeSpec { name: "a".into(), at_root: true, parents: Vec::new(), actions: vec!["view".into()] };
    let policy = Policy::new(PolicySpec { types: vec![spec], roles: vec![role], ..PolicySpec::default() }).unwrap();
    let mut grants = GrantsBuilder::default();
    grants.assign(Assignment { role: RoleId(0), scope: Scope::root(), window: Window::ALWAYS, when: None });
    let grants = grants.build(&policy).unwrap();
    let subject = Subject::new("user:ann", Some(Status::Active), &grants, &[]);
    assert_eq!(policy.answer(&subject, "a:1", 0).unwrap().allow, 1);
}

/// Whether `doc:1` in each of `asked` can be viewed by a reader at `scopes`.
fn reached(scopes: &[&str], asked: &[&str]) -> String {
    let policy = policy();
    let mut grants = GrantsBuilder::default();
    for scope in scopes {
        grants.assign(Assignment {
            role: RoleId(0),
            scope: Scope::parse(scope).unwrap(),
            window: Window::ALWAYS,
            when: None,
        });
    }
    let grants = grants.build(&policy).unwrap();
    let subject = Subject::new("user:ann", Some(Status::Active), &grants, &[]);
    let view = |folder: &&str| policy.check(&subject, &Question::new("view", &format!("{folder}/doc:1"), 0)).is_allow();
    asked.iter().map(|folder| if view(folder) { '+' } else { '-' }).collect()
}

#[test]
fn a_scope_reaches_what_is_below_it_and_no_neighbour() {
    let asked = ["folder:a", "folder:ab", "folder:a!", "folder:a/folder:b", "folder:b", "folder:A", "folder:a0"];
    assert_eq!(reached(&["/"], &asked), "+++++++");
    assert_eq!(reached(&["folder:a"], &asked), "+--+---");
    assert_eq!(reached(&["folder:a/folder:b"], &asked), "---+---");
    assert_eq!(reached(&["folder:ab", "folder:a!", "folder:a/folder:b"], &asked), "-+++---");
    assert_eq!(reached(&["folder:b", "folder:a", "folder:a!", "folder:a0", "folder:ab"], &asked), "+++++-+");
    assert_eq!(reached(&[], &asked), "-------");
}

#[test]
fn an_answer_says_when_it_ends() {
    let policy = policy();
    let mut grants = GrantsBuilder::default();
    let window = Window::new(Some(100), Some(200));
    grants.assign(Assignment { role: RoleId(0), scope: Scope::root(), window, when: None });
    let grants = grants.build(&policy).unwrap();
    let subject = Subject::new("user:ann", Some(Status::Active), &grants, &[]);
    let answer = |now| {
        let answer = policy.answer(&subject, "folder:a/doc:1", now).unwrap();
        (answer.allow, answer.valid_until)
    };
    assert_eq!(answer(99), (0, 100));
    assert_eq!(answer(100), (1, 200));
    assert_eq!(answer(199), (1, 200));
    assert_eq!(answer(200), (0, Millis::MAX));
}

#[test]
fn the_cause_is_the_nearest_grant_that_decided() {
    let policy = policy();
    let mut grants = GrantsBuilder::default();
    for (role, scope) in [(1, "/"), (0, "folder:a"), (2, "folder:b"), (1, "folder:b/doc:1")] {
        let scope = Scope::parse(scope).unwrap();
        grants.assign(Assignment { role: RoleId(role), scope, window: Window::ALWAYS, when: None });
    }
    let grants = grants.build(&policy).unwrap();
    let subject = Subject::new("user:ann", Some(Status::Active), &grants, &[]);
    let cause = |action: &str, path: &str| policy.check(&subject, &Question::new(action, path, 0)).cause;
    let role = |role, depth| Cause::Role { role: RoleId(role), depth, through_group: false };
    assert_eq!(cause("view", "folder:a/doc:1"), role(0, 1));
    assert_eq!(cause("edit", "folder:a/doc:1"), role(1, 0));
    assert_eq!(cause("edit", "folder:b/doc:1"), role(2, 1));
    assert_eq!(cause("view", "folder:a"), Cause::NoGrant);
    assert_eq!(cause("fly", "folder:a"), Cause::UnknownAction);
    assert_eq!(cause("view", "folder"), Cause::Path(PathError::Segment));
}

#[test]
fn grants_must_fit_their_policy() {
    let policy = policy();
    let assigned = |role, scope: &str| {
        let mut grants = GrantsBuilder::default();
        grants.assign(Assignment {
            role: RoleId(role),
            scope: Scope::parse(scope).unwrap(),
            window: Window::ALWAYS,
            when: None,
        });
        grants.build(&policy).map(|_| ())
    };
    assert_eq!(assigned(0, "folder:a"), Ok(()));
    assert_eq!(assigned(3, "/"), Err(GrantError::Reference));
    assert_eq!(assigned(0, "doc:1"), Err(GrantError::Scope(PathError::Parent)));
    let permission = Permission { on: TypeId(1), action: Action::new(2).unwrap() };
    let mut grants = GrantsBuilder::default();
    grants.set(Override { permission, scope: Scope::root(), allow: true, window: Window::ALWAYS });
    assert_eq!(grants.build(&policy).map(|_| ()), Err(GrantError::Reference));
}

#[test]
fn errors_read_as_sentences() {
    for error in [PathError::Empty, PathError::TooDeep, PathError::Segment, PathError::UnknownType, PathError::Parent] {
        assert!(error.to_string().len() > 10);
    }
}

/// order: place, with an approval policy for a cost above 50, and a role that allows it.
fn orders() -> Policy {
    let cost = AttributeSpec {
        owner: Owner::Context,
        name: "cost".into(),
        kind: condition::Kind::Int,
        one_of: vec![],
        from_request: true,
    };
    let above = condition::Condition {
        code: [condition::Op::Load(0), condition::Op::Constant(0), condition::Op::Greater].into(),
        constants: [condition::Value::Int(50)].into(),
        references: [condition::Reference::Slot(Slot(0))].into(),
        patterns: [].into(),
    };
    let order = TypeSpec { name: "order".into(), at_root: true, parents: vec![], actions: vec!["place".into()] };
    let buyer = RoleSpec { id: "buyer".into(), masks: vec![(TypeId(0), 1, 0)], ..RoleSpec::default() };
    let big = ApprovalSpec {
        id: "big".into(),
        targets: vec![(TypeId(0), 1)],
        when: Some(ConditionId(0)),
        ..ApprovalSpec::default()
    };
    Policy::new(PolicySpec {
        types: vec![order],
        attributes: vec![cost],
        conditions: vec![above],
        roles: vec![buyer],
        approvals: vec![big],
        ..PolicySpec::default()
    })
    .unwrap()
}

#[test]
fn an_approved_request_covers_its_own_question_alone() {
    let policy = orders();
    let mut grants = GrantsBuilder::default();
    grants.assign(Assignment { role: RoleId(0), scope: Scope::root(), window: Window::ALWAYS, when: None });
    let grants = grants.build(&policy).unwrap();
    let context = |cost: Option<condition::Value<'static>>| {
        let mut context = Attributes::default();
        cost.into_iter().for_each(|cost| context.set(Slot(0), cost));
        context
    };
    let int = |cost| context(Some(condition::Value::Int(cost)));
    let error = || context(Some(condition::Value::Error));
    let check = |then: Attributes, path: &str, now_given: Attributes, now: Millis, expected: Effect| {
        let permission = policy.permission("order:place").unwrap();
        let window = Window { from: 100, until: 200 };
        let approved = [Approved { permission, path: path.into(), context: then, window }];
        let plain = Subject::new("user:ann", Some(Status::Active), &grants, &[]);
        let subject = Subject { approved: &approved, ..plain };
        let question = Question { action: "place", path: "order:1", supplied: &now_given, now };
        let decision = policy.check(&subject, &question);
        assert_eq!(decision.effect, expected, "{path} {now} {now_given:?}");
        // Until then, and not until longer, the decision stays.
        for later in
            [now + 1, 100, 199, 200, 1_000].into_iter().filter(|later| (now..decision.valid_until).contains(later))
        {
            assert_eq!(
                policy.check(&subject, &Question { now: later, ..question }).effect,
                expected,
                "{now} to {later}"
            );
        }
        let answer = policy.answer(&subject, "order:1", now).unwrap();
        assert_eq!((answer.allow, answer.dynamic), (0, 1), "what the caller supplies decides");
        let prepared = policy.prepare(&subject, "order:1", now).unwrap();
        let resolved = policy.resolve(&subject, &prepared, Action::new(0).unwrap(), &now_given, now);
        assert_eq!(resolved.effect, expected);
    };
    use Effect::{Allow, Approval};
    check(int(60), "order:1", int(60), 100, Allow);
    check(int(60), "order:1", int(60), 199, Allow);
    check(int(60), "order:1", int(60), 99, Approval);
    check(int(60), "order:1", int(60), 200, Approval);
    check(int(60), "order:1", int(61), 150, Approval);
    check(int(60), "order:2", int(60), 150, Approval);
    check(int(60), "order:1", int(50), 150, Allow);
    check(int(60), "order:1", context(None), 150, Approval);
    check(context(None), "order:1", context(None), 150, Allow);
    // Two values that nobody can read are not the same value.
    check(error(), "order:1", error(), 150, Approval);
    check(context(None), "order:1", error(), 150, Approval);
}
