//! Small worlds that can be asked everything: a resource on which nothing is ever allowed may be any other such resource.
//!
//! Every supplied attribute is read in one place only, so that what may happen can be worked out piece by piece; all
//! combinations of what a caller may supply, and all moments, are asked. That is the definition of *may do nothing*, and
//! it owes nothing to how the projection decides it.

use crate::others::bytes;
use crate::rng::{Rng, parallel};
use countersign_compile::Model;
use countersign_core::{Effect, Millis};
use countersign_tenant::{Asked, World};
use countersign_wire::diagnostic::Source;
use countersign_wire::document::Value;
use countersign_wire::given::Given;
use countersign_wire::time;

const FIRST: u64 = 11_000_000;
const NOW: Millis = crate::generate::NOW;
/// How many attributes the caller may supply: each has, in every question, one of three states.
const SUPPLIED: usize = 3;

const MODEL: &str = r#"
name = "small"
[types.project]
actions = ["view", "edit"]
attributes.p1 = "bool"
attributes.p2 = "bool"
attributes.word = "string"
[types.sign]
parent = "project"
actions = ["view", "edit"]
attributes.s1 = "bool"
attributes.s2 = "bool"
attributes.word = "string"
[subject.attributes]
m1 = "bool"
[context]
c0 = "bool"
c1 = "bool"
c2 = "bool"
"#;
const PATHS: [&str; 6] =
    ["project:a", "project:a/sign:one", "project:a/sign:two", "project:b", "project:b/sign:one", "project:canary-id"];
const PERMISSIONS: [&str; 4] = ["project:view", "project:edit", "sign:view", "sign:edit"];

/// A model and a tenant without its resources.
struct Small {
    model: String,
    tenant: String,
    edges: Vec<Millis>,
}

struct Writer<'a> {
    rng: &'a mut Rng,
    supplied: usize,
    edges: Vec<Millis>,
}

impl Writer<'_> {
    /// A condition on what guards these types: `sign` knows of its project.
    fn condition(&mut self, signs: bool, depth: usize) -> String {
        if depth > 0 && self.rng.chance(65) {
            let (left, right) = (self.condition(signs, depth - 1), self.condition(signs, depth - 1));
            return match self.rng.below(7) {
                0..3 => format!("({left} && {right})"),
                3..5 => format!("({left} || {right})"),
                5 => format!("!({left})"),
                _ => format!("({left} ? {right} : {})", self.condition(signs, depth - 1)),
            };
        }
        if self.supplied < SUPPLIED && self.rng.chance(30) {
            self.supplied += 1;
            return format!("context.c{}", self.supplied - 1);
        }
        let stored: &[&str] = if signs {
            &["sign.s1", "sign.s2", "project.p1", "project.p2", "subject.m1", "sign.word == 'open'", "resource.s1"]
        } else {
            &["project.p1", "project.p2", "subject.m1", "project.word == 'open'", "resource.p1"]
        };
        (*self.rng.pick(stored)).to_owned()
    }

    fn when(&mut self, permissions: &[&str], percent: usize) -> String {
        if !self.rng.chance(percent) {
            return String::new();
        }
        let signs = permissions.iter().all(|one| one.starts_with("sign"));
        let depth = self.rng.below(3);
        format!("when = \"{}\"\n", self.condition(signs, depth))
    }

    fn permissions(&mut self) -> Vec<&'static str> {
        let kind = *self.rng.pick(&["sign", "sign", "project"]);
        let of_kind: Vec<&str> = PERMISSIONS.into_iter().filter(|one| one.starts_with(kind)).collect();
        if self.rng.chance(60) { of_kind } else { vec![*self.rng.pick(&of_kind)] }
    }

    fn window(&mut self) -> String {
        const STEPS: [i64; 5] = [-2000, 0, 1000, 2000, 3000];
        if self.rng.chance(70) {
            return String::new();
        }
        let from = self.rng.below(STEPS.len() - 1);
        let until = from + 1 + self.rng.below(STEPS.len() - from - 1);
        let mut text = String::new();
        for (key, step) in [("from", STEPS[from]), ("until", STEPS[until])] {
            if self.rng.chance(60) {
                self.edges.push(NOW + step);
                text += &format!("{key} = {}\n", time::format(NOW + step).expect("a year that can be written"));
            }
        }
        text
    }

    fn scope(&mut self) -> String {
        let scope = *self.rng.pick(&["/", "/", "project:a", "project:b", "project:a/sign:one"]);
        format!("scope = \"{scope}\"\n")
    }
}

fn small(rng: &mut Rng) -> Small {
    let mut writer = Writer { rng, supplied: 0, edges: Vec::new() };
    let (mut model, mut tenant) = (MODEL.to_owned(), String::new());
    for number in 0..1 + writer.rng.below(3) {
        let allowed = writer.permissions();
        let when = writer.when(&allowed, 70);
        model += &format!("[roles.r{number}]\nallow = {allowed:?}\n{when}");
        tenant += &format!("[[assignments]]\nto = \"user:ann\"\nrole = \"r{number}\"\n");
        tenant += &(writer.scope() + &writer.window());
        if writer.rng.chance(30) {
            tenant += &writer.when(&allowed, 100);
        }
    }
    if writer.rng.chance(40) {
        let denied = writer.permissions();
        let when = writer.when(&denied, 80);
        model += &format!("[roles.deny]\ndeny = {denied:?}\n{when}");
        tenant += "[[assignments]]\nto = \"group:g\"\nrole = \"deny\"\n";
        tenant += &(writer.scope() + &writer.window());
    }
    for _ in 0..writer.rng.below(3) {
        let of = writer.permissions()[0];
        let effect = writer.rng.pick(&["allow", "deny"]);
        tenant += &format!("[[overrides]]\nsubject = \"user:ann\"\npermission = \"{of}\"\neffect = \"{effect}\"\n");
        tenant += &(writer.scope() + &writer.window());
    }
    for effect in ["forbid", "permit"] {
        if writer.rng.chance(if effect == "forbid" { 60 } else { 25 }) {
            let of = writer.permissions();
            let when = writer.when(&of, 100);
            model += &format!("[[rules]]\neffect = \"{effect}\"\npermissions = {of:?}\n{when}");
        }
    }
    tenant = format!("[[members]]\nsubject = \"user:ann\"\ngroups = [\"g\"]\nattributes = {{ m1 = true }}\n{tenant}");
    if writer.rng.chance(30) {
        let of = writer.permissions();
        let when = writer.when(&of, 100);
        tenant +=
            &format!("[[approval_policies]]\nid = \"known\"\npermissions = {of:?}\napprovers = [\"role:r0\"]\n{when}");
    }
    let edges = writer.edges;
    Small { model, tenant, edges }
}

/// The attributes of a resource: any of them may be missing.
fn stored(rng: &mut Rng, path: &str) -> String {
    let names = if path.contains("sign") { ["s1", "s2"] } else { ["p1", "p2"] };
    let mut pairs = Vec::new();
    for name in names {
        if rng.chance(80) {
            pairs.push(format!("{name} = {}", rng.chance(50)));
        }
    }
    if rng.chance(70) {
        pairs.push(format!("word = \"{}\"", rng.pick(&["open", "canary-word", "canary-other"])));
    }
    format!("[[resources]]\npath = \"{path}\"\nattributes = {{ {} }}\n", pairs.join(", "))
}

fn load(model: &str, tenant: &str) -> Result<World, String> {
    let read = Model::parse(Source { name: "model.toml", text: model }).map_err(|problems| problems.to_string())?;
    World::load(&read, Source { name: "tenant.toml", text: tenant }).map_err(|problems| problems.to_string())
}

/// Whether anything is ever allowed at these paths, of these permissions.
fn ever(world: &World, edges: &[Millis], paths: &[String], permissions: &[&str]) -> bool {
    let moments: Vec<Millis> = edges.iter().copied().filter(|edge| *edge > NOW).chain([NOW]).collect();
    (0..3_usize.pow(SUPPLIED as u32)).any(|mut code| {
        let mut given = Given::default();
        for number in 0..SUPPLIED {
            if code % 3 != 2 {
                given.context.push((format!("c{number}"), Value::Bool(code % 3 == 1)));
            }
            code /= 3;
        }
        paths.iter().any(|resource| {
            permissions.iter().any(|permission| {
                let (kind, action) = permission.split_once(':').expect("a permission");
                let last = resource.rsplit('/').next().unwrap_or_default();
                last.starts_with(kind)
                    && moments.iter().any(|now| {
                        let asked = Asked { subject: "user:ann", action, resource, given: &given, now: *now };
                        world.check(&asked).effect != Effect::Deny
                    })
            })
        })
    })
}

/// The path and what may be asked about below it.
fn at_or_below(path: &str) -> Vec<String> {
    let mut all: Vec<String> = PATHS.into_iter().filter(|one| one.starts_with(path)).map(str::to_owned).collect();
    if !path.contains("sign") {
        all.push(format!("{path}/sign:never"));
    }
    all
}

/// What came of one world.
#[derive(Default)]
struct Found {
    worlds: usize,
    /// Pairs that differ in a resource on which nothing is allowed
    closed: usize,
    /// Of them, those in which another resource is shown
    beside: usize,
    /// Pairs that differ in an approval policy on what can never be allowed
    policies: usize,
    /// Resources that are open, and shown
    shown: usize,
}

fn one(seed: u64) -> Found {
    let mut rng = Rng::new(seed);
    let Small { model, tenant, edges } = small(&mut rng);
    let mut found = Found::default();
    let kept: Vec<&str> = PATHS.into_iter().filter(|_| rng.chance(80)).collect();
    let texts: Vec<String> = kept.iter().map(|path| stored(&mut rng, path)).collect();
    // Conditions that come to a constant, or that no question meets, are refused: another seed.
    let Ok(base) = load(&model, &format!("{tenant}{}", texts.concat())) else { return found };
    found.worlds += 1;
    let first = bytes(&base, "user:ann", NOW);
    for (at, path) in kept.iter().enumerate() {
        let paths = at_or_below(path);
        if ever(&base, &edges, &paths, &PERMISSIONS) {
            found.shown += 1;
            continue;
        }
        let mut changed = texts.clone();
        changed[at] = if rng.chance(20) { String::new() } else { stored(&mut rng, path) };
        if changed[at] == texts[at] {
            continue;
        }
        let text = format!("{tenant}{}", changed.concat());
        let other = load(&model, &text).expect("as good as the first");
        if ever(&other, &edges, &paths, &PERMISSIONS) {
            continue;
        }
        let second = bytes(&other, "user:ann", NOW);
        let same = first == second;
        assert!(
            same,
            "COUNTERSIGN_SEED={seed}: {path} is told of\n{model}\n{tenant}{}\n--- or\n{text}",
            texts.concat()
        );
        found.closed += 1;
        found.beside +=
            usize::from(!countersign_wire::projection::decode(&first).expect("good").known.resources.is_empty());
    }
    let everywhere: Vec<String> = PATHS.into_iter().flat_map(at_or_below).chain(["project:never".to_owned()]).collect();
    let never: Vec<&str> = PERMISSIONS.into_iter().filter(|one| !ever(&base, &edges, &everywhere, &[one])).collect();
    if !never.is_empty() {
        let policy = format!(
            "[[approval_policies]]\nid = \"canary-policy\"\npermissions = {never:?}\napprovers = [\"group:g\"]\n"
        );
        let text = format!("{tenant}{}{policy}", texts.concat());
        let second = bytes(&load(&model, &text).expect("as good as the first"), "user:ann", NOW);
        assert!(first == second, "COUNTERSIGN_SEED={seed}: a policy is told of\n{model}\n{text}");
        assert!(!String::from_utf8_lossy(&second).contains("canary-policy"));
        found.policies += 1;
    }
    found
}

#[test]
fn a_resource_on_which_nothing_is_allowed_is_not_shown_to_exist() {
    let all = parallel(FIRST, 9000, one);
    let sum = |one: fn(&Found) -> usize| all.iter().map(one).sum::<usize>();
    let (worlds, closed, beside) = (sum(|all| all.worlds), sum(|all| all.closed), sum(|all| all.beside));
    let (policies, shown) = (sum(|all| all.policies), sum(|all| all.shown));
    let counts = format!("{worlds} worlds, {closed} closed, {beside} beside others, {policies} policies, {shown} open");
    std::io::Write::write_all(&mut std::io::stderr(), format!("{counts}\n").as_bytes()).expect("an open stderr");
    assert!(closed >= 10_000 && beside >= 2000 && policies >= 1500 && shown >= 3000, "{counts}");
}
