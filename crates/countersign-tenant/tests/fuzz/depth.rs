//! Everything that nests, from one level to a hundred thousand: an answer or an error, soon, on a small stack.

use crate::{model, preset, world};
use countersign_core::{Path, Scope};
use countersign_wire::given::Supplied;
use std::fmt::Write;
use std::thread;
use std::time::{Duration, Instant};

const LEVELS: [usize; 16] = [1, 2, 8, 16, 31, 32, 33, 64, 80, 127, 128, 512, 513, 2_000, 10_000, 100_000];
/// WebAssembly's stack, as our builds have it.
const STACK: usize = 1 << 20;
/// How long one may take in an optimised build; the test's profile has less optimisation and a busy machine.
const TIME: Duration = Duration::from_millis(if cfg!(debug_assertions) { 250 } else { 5 });

/// Tries every depth; `make` writes it, `read` says whether it was taken.
#[track_caller]
fn check(name: &str, make: impl Fn(usize) -> String, read: impl Fn(&str) -> Result<(), String> + Sync) {
    let mut worst = (Duration::ZERO, 0);
    let mut accepted = 0;
    for levels in LEVELS {
        let text = make(levels);
        let one = || {
            let started = Instant::now();
            let outcome = read(&text);
            (started.elapsed(), outcome)
        };
        let once = || {
            thread::scope(|scope| {
                let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, one).expect("a thread");
                thread.join().unwrap_or_else(|_| panic!("{name}: panics at {levels} levels"))
            })
        };
        let (mut took, outcome) = once();
        for _ in 0..4 {
            if took > TIME {
                took = took.min(once().0);
            }
        }
        accepted = if outcome.is_ok() { levels } else { accepted };
        worst = worst.max((took, levels));
        assert!(took <= TIME, "{name}: {levels} levels ({} bytes) take {took:?}: {outcome:?}", text.len());
    }
    // Shown by `--nocapture`.
    let line = format!("{name}: {:?} at {} levels, taken up to {accepted}\n", worst.0, worst.1);
    std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).expect("an open stderr");
}

fn twice(open: &str, middle: &str, close: &str) -> impl Fn(usize) -> String {
    move |levels| format!("{}{middle}{}", open.repeat(levels), close.repeat(levels))
}

fn chain(one: &str, between: &str) -> impl Fn(usize) -> String {
    move |levels| vec![one; levels].join(between)
}

fn read_model(text: &str) -> Result<(), String> {
    model(text).map(drop)
}

fn read_tenant(text: &str) -> Result<(), String> {
    let model = model(&preset("signagent/model.toml")).expect("a good model");
    world(&model, text).map(drop)
}

fn read_json(text: &str) -> Result<(), String> {
    serde_json::from_str::<Supplied>(text).map(drop).map_err(|error| error.to_string())
}

fn read_condition(text: &str) -> Result<(), String> {
    const MODEL: &str = "[types.a]\nactions = [\"b\"]\nattributes.list = { type = \"list\", of = \"int\" }\n\
        attributes.n = \"int\"\nattributes.t = \"string\"\nattributes.ok = \"bool\"\n\
        [[rules]]\neffect = \"permit\"\npermissions = [\"a:b\"]\n";
    model(&format!("name = \"x\"\n{MODEL}when = '''{text}'''\n")).map(drop)
}

fn read_path(text: &str) -> Result<(), String> {
    let path = Path::parse(text).map(drop).map_err(|error| error.to_string());
    assert!(text == "/" || path.is_ok() == Scope::parse(text).is_ok());
    path
}

#[test]
fn documents() {
    for (name, read) in [("model", read_model as fn(&str) -> _), ("tenant", read_tenant)] {
        let toml = |what: &str| format!("{name}, toml: {what}");
        let of = |make: &dyn Fn(usize) -> String| {
            let all: Vec<String> = LEVELS.into_iter().map(|levels| format!("name = {}", make(levels))).collect();
            move |levels: usize| all[LEVELS.iter().position(|one| *one == levels).expect("a level")].clone()
        };
        check(&toml("lists"), of(&twice("[", "", "]")), read);
        check(&toml("open lists"), of(&twice("[", "", "")), read);
        check(&toml("tables"), of(&twice("{a=", "1", "}")), read);
        check(&toml("open tables"), of(&twice("{a=", "", "")), read);
        check(&toml("dotted keys"), |levels| format!("{} = 1", vec!["a"; levels].join(".")), read);
        check(&toml("dotted keys in a table"), of(&|levels| format!("{{{} = 1}}", vec!["a"; levels].join("."))), read);
        check(&toml("headers"), |levels| format!("[{}]", vec!["a"; levels].join(".")), read);
        check(&toml("headers of lists"), |levels| format!("[[{}]]", vec!["a"; levels].join(".")), read);
        check(&toml("names within names"), of(&twice("{a.a.a.a=", "1", "}")), read);
        check(&toml("tables behind a header"), |levels| format!("[a.a.a]\na = {}", "{a=".repeat(levels)), read);
        check(
            &toml("an open text of brackets"),
            |levels| format!("name = {0}{0}{0}{1}", "'", "[".repeat(levels)),
            read,
        );
        check(&toml("escapes"), |levels| format!("name = \"{}\"", "\\n".repeat(levels)), read);
        check(&format!("{name}, json: escapes"), |levels| format!("{{\"a\":\"{}\"}}", "\\n".repeat(levels)), read);
        check(&format!("{name}, json: digits"), |levels| format!("{{\"a\":{}}}", "1".repeat(levels)), read);
        check(&format!("{name}, json: lists"), |levels| format!("{{\"a\":{}}}", twice("[", "", "]")(levels)), read);
        check(&format!("{name}, json: objects"), twice("{\"a\":", "1", "}"), read);
        check(&format!("{name}, json: open"), twice("{\"a\":", "", ""), read);
    }
    check("json of a caller: objects", twice("{\"a\":", "1", "}"), read_json);
    check("json of a caller: lists", |levels| format!("{{\"a\":{}}}", twice("[", "", "]")(levels)), read_json);
}

#[test]
fn conditions() {
    check("condition: parentheses", twice("(", "resource.ok", ")"), read_condition);
    check("condition: open parentheses", twice("(", "", ""), read_condition);
    check("condition: not", twice("!", "resource.ok", ""), read_condition);
    check("condition: minus", twice("-", "resource.n == 1", ""), read_condition);
    check("condition: ands", chain("resource.ok", " && "), read_condition);
    check("condition: ors", chain("resource.ok", " || "), read_condition);
    check("condition: both in turn", chain("resource.ok && resource.n == 1", " || "), read_condition);
    check("condition: sums", |levels| format!("{} == 1", chain("resource.n", " + ")(levels)), read_condition);
    check("condition: comparisons", chain("resource.n", " < "), read_condition);
    check("condition: choices at the end", twice("resource.ok ? true : ", "resource.ok", ""), read_condition);
    check("condition: choices in the middle", twice("resource.ok ? ", "resource.ok", " : false"), read_condition);
    check("condition: choices in front", twice("(", "resource.ok", " ? true : resource.ok)"), read_condition);
    check("condition: lists", twice("[", "resource.n", "] == [1]"), read_condition);
    check("condition: open lists", twice("[", "", ""), read_condition);
    check("condition: items", |levels| format!("resource.n in [{}]", chain("1", ", ")(levels)), read_condition);
    check("condition: maps", twice("{'a': ", "1", "}"), read_condition);
    check("condition: loops", twice("resource.list.exists(x, ", "x == 1", ")"), read_condition);
    check("condition: maps of maps", twice("resource.list.map(x, ", "x", ")"), read_condition);
    check("condition: sizes", twice("size(", "resource.t", ") == 1"), read_condition);
    check("condition: has", twice("has(", "resource.t", ")"), read_condition);
    check("condition: methods", |levels| format!("resource.t{}", ".contains('a')".repeat(levels)), read_condition);
    check("condition: fields", |levels| format!("resource{}", ".t".repeat(levels)), read_condition);
    check("condition: indices", |levels| format!("resource.list{} == 1", "[0]".repeat(levels)), read_condition);
    check("condition: macros of macros", twice("resource.list.filter(x, ", "x == 1", ").size() > 0"), read_condition);
    check("condition: escapes", |levels| format!("resource.t == '{}'", "\\n".repeat(levels)), read_condition);
    check("condition: a text", |levels| format!("resource.t == '{}'", "x".repeat(levels)), read_condition);
    check("condition: digits", |levels| format!("resource.n == {}", "9".repeat(levels)), read_condition);
    check(
        "pattern: groups",
        |levels| format!("resource.t.matches('{}')", twice("(", "a", ")")(levels)),
        read_condition,
    );
    check("pattern: stars", |levels| format!("resource.t.matches('a{}')", "*".repeat(levels)), read_condition);
    check(
        "pattern: repeats",
        |levels| format!("resource.t.matches('{}')", twice("(", "a", "){9}")(levels)),
        read_condition,
    );
    check("pattern: choices", |levels| format!("resource.t.matches('{}')", chain("a", "|")(levels)), read_condition);
}

/// A document of as many entries as there are levels.
fn entries(levels: usize, one: impl Fn(&mut String, usize) -> std::fmt::Result) -> String {
    let mut text = "name = \"x\"\n[types.a]\nactions = [\"b\"]\n".to_owned();
    (0..levels).for_each(|number| one(&mut text, number).expect("text grows"));
    text
}

#[test]
fn chains() {
    let includes =
        |levels| entries(levels, |text, number| write!(text, "[roles.r{number}]\nincludes = [\"r{}\"]\n", number + 1));
    check("includes", |levels| format!("{}[roles.r{levels}]\nallow = [\"a:b\"]\n", includes(levels)), read_model);
    check(
        "a circle of includes",
        |levels| format!("{}[roles.r{levels}]\nincludes = [\"r0\"]\n", includes(levels)),
        read_model,
    );
    let upwards =
        |levels| entries(levels, |text, number| write!(text, "[roles.r{}]\nincludes = [\"r{number}\"]\n", number + 1));
    check("includes, upwards", |levels| format!("{}[roles.r0]\nallow = [\"a:b\"]\n", upwards(levels)), read_model);
    let parents =
        |levels| entries(levels, |text, number| write!(text, "[types.t{}]\nparent = \"t{number}\"\n", number + 1));
    check("parents", |levels| parents(levels).replace("[types.a]", "[types.t0]"), read_model);
    let custom = |levels: usize| {
        let roles =
            (0..levels).map(|number| format!("[[roles]]\nid = \"r{number}\"\nincludes = [\"r{}\"]\n", number + 1));
        format!("{}[[roles]]\nid = \"r{levels}\"\n", roles.collect::<String>())
    };
    check("tenant: includes", custom, read_tenant);
}

/// What is long here is a document with as many entries: its reader's time is in proportion to its length, which whoever
/// takes it bounds.
#[test]
fn models_and_paths() {
    let head = "name = \"x\"\n[types.a]\nactions = [\"b\"]\n";
    let few = |levels: usize| levels.min(4200);
    check_long("attributes", |levels| {
        let mut text = head.to_owned();
        (0..few(levels)).for_each(|number| writeln!(text, "attributes.a{number} = \"int\"").expect("text grows"));
        text
    });
    check(
        "one_of",
        |levels| format!("{head}attributes.k = {{ one_of = [{}] }}", vec!["'a'"; levels.min(2000)].join(",")),
        read_model,
    );
    check("path: segments", chain("project:a", "/"), read_path);
    check("path: slashes", |levels| "/".repeat(levels), read_path);
    check("path: colons", |levels| ":".repeat(levels), read_path);
    check("path: an id", |levels| format!("project:{}", "x".repeat(levels)), read_path);
    let scope = |levels| {
        format!("[[assignments]]\nto = \"user:a\"\nrole = \"viewer\"\nscope = \"{}\"", chain("project:a", "/")(levels))
    };
    check("tenant: a scope", scope, read_tenant);
    let groups = |levels: usize| {
        format!("[[members]]\nsubject = \"user:a\"\ngroups = [{}]", vec!["\"g\""; levels.min(4200)].join(","))
    };
    check("tenant: groups", groups, read_tenant);
}

/// A model that is long by its tables: as [`check`], within a time that the reading of so long a text takes.
#[track_caller]
fn check_long(name: &str, make: impl Fn(usize) -> String) {
    for levels in [1, 7, 8, 9, 16, 100, 1000, 4200] {
        let text = make(levels);
        let one = || {
            let started = Instant::now();
            drop(read_model(&text));
            started.elapsed()
        };
        let took = thread::scope(|scope| {
            let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, one).expect("a thread");
            thread.join().unwrap_or_else(|_| panic!("{name}: panics at {levels}"))
        });
        let line = format!("{name}: {took:?} at {levels}\n");
        std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).expect("an open stderr");
        assert!(took < TIME * 20, "{name}: {levels} take {took:?}");
    }
}
