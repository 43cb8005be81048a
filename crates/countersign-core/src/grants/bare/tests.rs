//! Families with and without grants, and that a uniform answer holds for every other id.

use crate::*;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

const CASES: usize = 100_000;
const IDS: [&str; 8] = ["1", "2", "a", "a:b", "a!", "é", "~", "a b"];

/// folder (below folders or the root), doc and docs (below folders); a reader, an editor and a role that denies.
fn policy() -> Policy {
    let kind = |name: &str, at_root| TypeSpec {
        name: name.into(),
        at_root,
        parents: vec![TypeId(0)],
        actions: vec!["view".into(), "edit".into()],
    };
    let role = |id: &str, allow, deny| RoleSpec {
        id: id.into(),
        masks: (0..3).map(|on| (TypeId(on), allow, deny)).collect(),
        ..RoleSpec::default()
    };
    let types = vec![kind("folder", true), kind("doc", false), kind("docs", false)];
    let roles = vec![role("reader", 1, 0), role("editor", 3, 0), role("no-edit", 0, 2)];
    Policy::new(PolicySpec { types, roles, ..PolicySpec::default() }).unwrap()
}

fn grants(policy: &Policy, scopes: &[&str]) -> Grants {
    let mut builder = GrantsBuilder::default();
    for (at, scope) in scopes.iter().enumerate() {
        let (scope, window) = (Scope::parse(scope).unwrap(), Window::ALWAYS);
        let assignment = Assignment { role: RoleId((at % 3) as u16), scope, window, when: None };
        builder.assign(assignment);
    }
    builder.build(policy).unwrap()
}

#[test]
fn a_family_is_bare_where_no_grant_stands_in_it() {
    let policy = policy();
    let check = |scopes: &[&str], path: &str, bare: bool| {
        let family = Path::parse(path).unwrap().family();
        assert_eq!(grants(&policy, scopes).bare_below(family), bare, "{scopes:?} {path}");
    };
    check(&[], "folder:a", true);
    check(&["/"], "folder:a", true);
    check(&["/", "folder:a"], "folder:b", false);
    check(&["folder:a"], "folder:a/doc:1", true);
    check(&["folder:a/doc:1"], "folder:a/doc:2", false);
    check(&["folder:a/doc:1"], "folder:a/docs:2", true);
    check(&["folder:a/docs:1"], "folder:a/doc:2", true);
    check(&["folder:a/doc:1"], "folder:b/doc:1", true);
    check(&["folder:a/doc:1"], "folder:b", false);
    check(&["folder:a/folder:b/doc:1"], "folder:a/doc:1", true);
    check(&["folder:a/folder:b/doc:1"], "folder:a/folder:c", false);
    check(&["folder:a!/doc:1", "folder:a:b/doc:1"], "folder:a/doc:1", true);
    let many: Vec<String> = (0..50).map(|number| format!("folder:f{number}/doc:d{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    check(&many, "folder:f7/doc:new", false);
    check(&many, "folder:f7/docs:new", true);
    check(&many, "folder:f50/doc:new", true);
}

/// A small generator, so that the core needs no dependency for its tests: xorshift, 64 bits.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    fn id(&mut self) -> &'static str {
        IDS[self.below(IDS.len())]
    }

    /// A folder or what lies in one; `/` at times, where a scope is wanted.
    fn path(&mut self, root: bool) -> String {
        let depth = self.below(4);
        if depth == 0 && root {
            return "/".into();
        }
        let mut path = format!("folder:{}", self.id());
        for _ in 1..depth {
            path += &format!("/folder:{}", self.id());
        }
        match self.below(3) {
            0 => path,
            1 => format!("{path}/doc:{}", self.id()),
            _ => format!("{path}/docs:{}", self.id()),
        }
    }

    fn grants(&mut self, policy: &Policy, most: usize) -> Grants {
        let mut builder = GrantsBuilder::default();
        for _ in 0..self.below(most) {
            let scope = Scope::parse(&self.path(true)).unwrap();
            let window =
                if self.below(4) == 0 { Window { from: 0, until: self.below(3) as i64 } } else { Window::ALWAYS };
            if self.below(3) == 0 {
                let permission =
                    Permission { on: TypeId(self.below(3) as u16), action: Action::new(self.below(2)).unwrap() };
                builder.set(Override { permission, scope, allow: self.below(2) == 0, window });
            } else {
                builder.assign(Assignment { role: RoleId(self.below(3) as u16), scope, window, when: None });
            }
        }
        builder.build(policy).unwrap()
    }
}

/// How many of the cases called uniform have another answer for another id, and how many are called so.
fn wrong(judged: impl Fn(&Answer, &Path<'_>, &[&Grants]) -> bool) -> (usize, usize) {
    let policy = policy();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let (mut uniform, mut wrong) = (0, 0);
    for _ in 0..CASES {
        // Few rows are walked one by one, many are searched.
        let most = if random.below(4) == 0 { 30 } else { 6 };
        let (own, group) = (random.grants(&policy, most), random.grants(&policy, 4));
        let groups = [&group];
        let subject = Subject::new("user:ann", Some(Status::Active), &own, &groups);
        let (path, now) = (random.path(false), random.below(3) as i64);
        let answer = policy.answer(&subject, &path, now).unwrap();
        let parsed = Path::parse(&path).unwrap();
        if judged(&answer, &parsed, &[&own, &group]) {
            uniform += 1;
            let other = format!("{}{}", core::str::from_utf8(parsed.family()).unwrap(), random.id());
            wrong += usize::from(policy.answer(&subject, &other, now) != Ok(answer));
        }
    }
    (wrong, uniform)
}

#[test]
fn a_uniform_answer_holds_for_every_other_id() {
    let (wrong, uniform) = wrong(|answer, _, _| answer.uniform);
    assert_eq!(wrong, 0);
    assert!(uniform > CASES / 4, "{uniform}");
}

#[test]
fn the_cases_above_would_find_a_wrong_judgement() {
    let all = |judged: fn(&Answer, &Path<'_>, &[&Grants]) -> bool| wrong(judged).0;
    assert!(all(|_, _, _| true) > 0, "everything is uniform");
    assert!(all(|_, path, held| held[0].bare_below(path.family())) > 0, "groups are forgotten");
    let own_only = |_: &Answer, path: &Path<'_>, held: &[&Grants]| held[1].bare_below(path.family());
    assert!(all(own_only) > 0, "what the subject holds itself is forgotten");
}
