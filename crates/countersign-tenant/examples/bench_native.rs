//! Native checks beside a hand-written `HashMap` per member: random questions over 100, 10,000 and 100,000 members, in
//! interleaved rounds; all decisions are compared before anything is timed.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a benchmark that cannot go on stops"
)]

use countersign_compile::Model;
use countersign_tenant::World;
use countersign_wire::diagnostic::Source;
use std::collections::HashMap;
use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

const MODEL: &str = "name = 'bench'\n[types.project]\nactions = ['view']\n\
    [types.state]\nparent = 'project'\nactions = ['view', 'approve']\n\
    [types.sign]\nparent = 'state'\nactions = ['view', 'comment', 'edit', 'approve']\n\
    [roles.viewer]\nallow = ['project:view', 'state:view', 'sign:view', 'sign:comment']\n\
    [roles.editor]\nincludes = ['viewer']\nallow = ['sign:edit']\n\
    [roles.reviewer]\nallow = ['state:view', 'state:approve', 'sign:view', 'sign:approve']\n";
const ROLES: [(&str, u8); 3] = [("viewer", 0b0011), ("editor", 0b0111), ("reviewer", 0b1001)];
const ACTIONS: [&str; 4] = ["view", "comment", "edit", "approve"];
const ASSIGNMENTS: usize = 5;
const PROJECTS: u32 = 1_000;
const QUESTIONS: usize = 20_000;
const ROUNDS: usize = 15;
const NOW: i64 = 1_767_225_600_000;

/// What one would write without a library: per member, the allowed actions by scope.
type ByHand = HashMap<String, HashMap<String, u8>>;

struct Question {
    subject: String,
    action: usize,
    path: String,
}

fn main() {
    println!(
        "native checks: {ASSIGNMENTS} assignments a member, random questions, medians of {ROUNDS} interleaved rounds"
    );
    println!("{:>10} {:>16} {:>12} {:>16} {:>8}", "members", "checks a second", "a check", "HashMap by hand", "ratio");
    for members in [100, 10_000, 100_000] {
        measure(members);
    }
}

fn measure(members: u32) {
    let mut random = Random(u64::from(members));
    let (tenant, by_hand) = tenant(members, &mut random);
    let model = Model::parse(Source { name: "model", text: MODEL }).unwrap();
    let world = World::load(&model, Source { name: "tenant", text: &tenant }).unwrap();
    let questions: Vec<_> = (0..QUESTIONS).map(|_| question(members, &mut random)).collect();
    for asked in &questions {
        let Question { subject, action, path } = asked;
        let ours = world.check(subject, ACTIONS[*action], path, NOW).is_allow();
        assert_eq!(ours, hand(&by_hand, asked), "{subject} {} {path}", ACTIONS[*action]);
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(time(&questions, |asked| {
            world.check(&asked.subject, ACTIONS[asked.action], &asked.path, NOW).is_allow()
        }));
        theirs.push(time(&questions, |asked| hand(&by_hand, asked)));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!("{members:>10} {:>16.0} {ours:>9.0} ns {theirs:>13.0} ns {:>7.2}x", 1e9 / ours, ours / theirs);
}

/// The tenant as its file says it, and by hand.
fn tenant(members: u32, random: &mut Random) -> (String, ByHand) {
    let (mut text, mut by_hand) = (String::new(), ByHand::new());
    for member in 0..members {
        let subject = format!("user:member-{member}");
        writeln!(text, "[[members]]\nsubject = '{subject}'").unwrap();
        let scopes = by_hand.entry(subject.clone()).or_default();
        for _ in 0..ASSIGNMENTS {
            let project = random.below(PROJECTS);
            let scope = match random.below(3) {
                0 => format!("project:p{project}/state:s{}", random.below(4)),
                _ => format!("project:p{project}"),
            };
            let (role, mask) = ROLES[random.below(3) as usize];
            writeln!(text, "[[assignments]]\nto = '{subject}'\nrole = '{role}'\nscope = '{scope}'").unwrap();
            *scopes.entry(scope).or_default() |= mask;
        }
    }
    (text, by_hand)
}

fn question(members: u32, random: &mut Random) -> Question {
    let (project, state, sign) = (random.below(PROJECTS), random.below(4), random.below(100_000));
    Question {
        subject: format!("user:member-{}", random.below(members)),
        action: random.below(4) as usize,
        path: format!("project:p{project}/state:s{state}/sign:{sign}"),
    }
}

fn hand(by_hand: &ByHand, asked: &Question) -> bool {
    let Some(scopes) = by_hand.get(&asked.subject) else { return false };
    let ends = asked.path.match_indices('/').map(|(end, _)| end).chain([asked.path.len()]);
    let mut mask = scopes.get("/").copied().unwrap_or(0);
    for end in ends {
        mask |= scopes.get(&asked.path[..end]).copied().unwrap_or(0);
    }
    mask >> asked.action & 1 == 1
}

/// Nanoseconds a question.
fn time(questions: &[Question], ask: impl Fn(&Question) -> bool) -> f64 {
    let begun = Instant::now();
    let allowed = questions.iter().filter(|asked| black_box(ask(asked))).count();
    let spent = begun.elapsed().as_nanos() as f64;
    black_box(allowed);
    spent / questions.len() as f64
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// SplitMix64: the same questions in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((word ^ (word >> 31)) % u64::from(bound)) as u32
    }
}
