//! The members, their assignments, and the questions: the same in every run and for every engine.

/// The roles, and the actions that each allows on a sign.
pub const ROLES: [(&str, &[&str]); 3] =
    [("viewer", &["view", "comment"]), ("editor", &["view", "comment", "edit"]), ("reviewer", &["view", "approve"])];
/// The actions on a sign.
pub const ACTIONS: [&str; 4] = ["view", "comment", "edit", "approve"];
/// Projects of the tenant; each has `STATES` states.
pub const PROJECTS: u32 = 1_000;
/// States of a project.
pub const STATES: u32 = 4;
/// Assignments of each member.
pub const ASSIGNMENTS: usize = 5;

/// A member, with the role and the scope of each assignment.
pub struct Member {
    /// For example `user:member-1`
    pub subject: String,
    /// Index into `ROLES`, and a scope
    pub grants: Vec<(usize, String)>,
}

impl Member {
    /// The scopes at which the member holds a role.
    pub fn scopes(&self, role: usize) -> impl Iterator<Item = &str> {
        self.grants.iter().filter(move |(held, _)| *held == role).map(|(_, scope)| scope.as_str())
    }
}

/// A question, and the parts of its path for those engines whose callers have to cut it.
pub struct Question {
    /// Who asks
    pub subject: String,
    /// Index into `ACTIONS`
    pub action: usize,
    /// For example `project:p1/state:s2/sign:3`
    pub path: String,
    /// The path's project
    pub project: String,
    /// The path's project and state
    pub state: String,
}

impl Question {
    /// The action's name.
    #[must_use]
    pub fn action(&self) -> &'static str {
        ACTIONS[self.action]
    }
}

/// So many members.
#[must_use]
pub fn members(count: u32) -> Vec<Member> {
    let mut random = Random(u64::from(count));
    let member = |member| Member {
        subject: format!("user:member-{member}"),
        grants: (0..ASSIGNMENTS).map(|_| grant(&mut random)).collect(),
    };
    (0..count).map(member).collect()
}

fn grant(random: &mut Random) -> (usize, String) {
    let project = random.below(PROJECTS);
    let scope = match random.below(3) {
        0 => format!("project:p{project}/state:s{}", random.below(STATES)),
        _ => format!("project:p{project}"),
    };
    (random.below(3) as usize, scope)
}

/// Questions of random members: every second about a project that the member has a role in, the others about any.
#[must_use]
pub fn questions(members: &[Member], count: usize) -> Vec<Question> {
    let mut random = Random(members.len() as u64 ^ 0x5eed);
    let question = |index: usize| {
        let member = &members[random.below(members.len() as u32) as usize];
        let project = match index % 2 {
            0 => {
                let (_, scope) = &member.grants[random.below(ASSIGNMENTS as u32) as usize];
                scope.split('/').next().unwrap_or_default().to_owned()
            }
            _ => format!("project:p{}", random.below(PROJECTS)),
        };
        let state = format!("{project}/state:s{}", random.below(STATES));
        let path = format!("{state}/sign:{}", random.below(100_000));
        Question { subject: member.subject.clone(), action: random.below(4) as usize, path, project, state }
    };
    (0..count).map(question).collect()
}

/// SplitMix64: the same numbers in every run.
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
