//! The tenant file: members, groups, roles, assignments, overrides and resources as they are written down.

mod light;
mod settings;

use crate::diagnostic::{Diagnostics, Source, suggest};
use crate::document::{Node, Value};
use crate::model::{ROLES_IN_A_CHAIN, RoleDecl, role_decl};
use crate::reader::{self, Placed, Problems, Row, Table};
use countersign_core::{Millis, Status, Window};

/// A tenant file, read but not yet checked against a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TenantFile {
    /// The members
    pub members: Vec<MemberDecl>,
    /// The groups that are declared; a group that a member names exists too
    pub groups: Vec<Placed<String>>,
    /// The tenant's custom roles
    pub roles: Vec<RoleDecl>,
    /// The assignments
    pub assignments: Vec<AssignmentDecl>,
    /// The overrides
    pub overrides: Vec<OverrideDecl>,
    /// The approval policies
    pub approval_policies: Vec<ApprovalDecl>,
    /// The registered resources
    pub resources: Vec<ResourceDecl>,
    /// Where the settings stand, if there are any; they decide nothing
    pub settings: Option<Placed<()>>,
}

/// Values of attributes, as they were written.
pub type Values = Vec<(Placed<String>, Node)>;

/// An entry of `resources`.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceDecl {
    /// Its path
    pub path: Placed<String>,
    /// Its attributes
    pub attributes: Values,
}

/// An entry of `approval_policies`.
#[derive(Clone, Debug, PartialEq)]
pub struct ApprovalDecl {
    /// Where it stands in the data
    pub place: String,
    /// Its id
    pub id: Placed<String>,
    /// The permissions that it targets
    pub permissions: Vec<Placed<String>>,
    /// Its trigger
    pub when: Option<Placed<String>>,
    /// Who may approve: `role:…`, `user:…`, `group:…`; the account's administrators, if nobody is named
    pub approvers: Vec<Placed<String>>,
    /// How many of them must; one if left out
    pub quorum: Placed<u16>,
}

/// An entry of `members`.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberDecl {
    /// Who it is
    pub subject: Placed<String>,
    /// The person's name
    pub name: Option<String>,
    /// The address
    pub email: Option<String>,
    /// The status; active if left out
    pub status: Status,
    /// Its attributes
    pub attributes: Values,
    /// The groups it is in
    pub groups: Vec<Placed<String>>,
}

/// An entry of `assignments`.
#[derive(Clone, Debug, PartialEq)]
pub struct AssignmentDecl {
    /// `user:ann` or `group:reviewers`
    pub to: Placed<String>,
    /// The role's id
    pub role: Placed<String>,
    /// Where; the root if left out
    pub scope: Placed<String>,
    /// When
    pub window: Window,
    /// While what holds it acts
    pub when: Option<Placed<String>>,
}

/// An entry of `overrides`.
#[derive(Clone, Debug, PartialEq)]
pub struct OverrideDecl {
    /// Whose
    pub subject: Placed<String>,
    /// `type:action`
    pub permission: Placed<String>,
    /// Where; the root if left out
    pub scope: Placed<String>,
    /// Whether it allows
    pub allow: bool,
    /// When
    pub window: Window,
}

const STATUSES: [(&str, Status); 4] = [
    ("invited", Status::Invited),
    ("active", Status::Active),
    ("deactivated", Status::Deactivated),
    ("locked", Status::Locked),
];

/// The status of this name.
#[must_use]
pub fn status(name: &str) -> Option<Status> {
    STATUSES.iter().find(|(word, _)| *word == name).map(|(_, status)| *status)
}

/// Reads a tenant file.
///
/// # Errors
/// Everything that is wrong with its form.
pub fn parse(source: Source<'_>) -> Result<TenantFile, Diagnostics> {
    read(source).and_then(|(file, problems)| problems.finish(file))
}

/// As [`parse`], with what is wrong with the form beside what was read.
///
/// # Errors
/// What keeps the text from being read at all.
pub fn read(source: Source<'_>) -> Result<(TenantFile, Problems<'_>), Diagnostics> {
    reader::gather(source, &[ROLES_IN_A_CHAIN], |root, problems| {
        file(root, problems, |root, problems| each(root, "assignments", problems, assignment))
    })
}

/// Reads a tenant file in JSON that has nothing wrong in it, without keeping its assignments: `begin` is given all the
/// rest, and `assign` one assignment after the other. Nothing if the file is not JSON, or if anything is wrong with it,
/// `begin` and `assign` included; [`parse`] then says what.
pub fn parse_sound<T>(
    source: Source<'_>,
    begin: impl FnOnce(TenantFile, &mut Problems<'_>) -> T,
    mut assign: impl FnMut(&mut T, &AssignmentDecl, &mut Problems<'_>),
) -> Option<T> {
    let read = reader::read_sound(source, &[ROLES_IN_A_CHAIN], |root, problems| {
        let file = file(root, problems, |_, _| Vec::new());
        if !problems.is_empty() {
            return None;
        }
        let mut begun = begin(file, problems);
        let mut slip = light::blank();
        root.each_light("assignments", problems, |row, problems| {
            match row {
                Row::Strings(entries) => {
                    if light::assignment(&mut slip, entries).is_none() {
                        return false;
                    }
                    assign(&mut begun, &slip, problems);
                }
                Row::Table(table) => assign(&mut begun, &assignment(table, problems), problems),
            }
            true
        });
        Some(begun)
    });
    read.flatten()
}

fn file(
    root: &mut Table,
    problems: &mut Problems<'_>,
    assignments: impl FnOnce(&mut Table, &mut Problems<'_>) -> Vec<AssignmentDecl>,
) -> TenantFile {
    TenantFile {
        members: each(root, "members", problems, member),
        groups: each(root, "groups", problems, group),
        roles: each(root, "roles", problems, |table, problems| {
            let id = table.required("id", problems);
            role_decl(id, table, problems)
        }),
        assignments: assignments(root, problems),
        overrides: each(root, "overrides", problems, override_decl),
        approval_policies: each(root, "approval_policies", problems, approval),
        resources: each(root, "resources", problems, resource),
        settings: settings::check(root, problems),
    }
}

fn each<T>(
    root: &mut Table,
    key: &'static str,
    problems: &mut Problems<'_>,
    read: impl Fn(&mut Table, &mut Problems<'_>) -> T,
) -> Vec<T> {
    let mut all = Vec::new();
    root.each(key, problems, &mut |table, problems| all.push(read(table, problems)));
    all
}

fn member(table: &mut Table, problems: &mut Problems<'_>) -> MemberDecl {
    let subject = table.required("subject", problems);
    let name = table.string("name", problems).map(|name| name.value);
    let email = table.string("email", problems).map(|email| email.value);
    let status = table.string("status", problems).map_or(Status::Active, |word| {
        status(&word.value).unwrap_or_else(|| {
            let help = suggest(&word.value, STATUSES.iter().map(|(word, _)| *word));
            problems.add_with_help(&word.at, format!("`{}` is no status", word.value), help);
            Status::Locked
        })
    });
    let attributes = table.named("attributes", problems);
    let groups = table.strings("groups", problems);
    MemberDecl { subject, name, email, status, attributes, groups }
}

fn group(table: &mut Table, problems: &mut Problems<'_>) -> Placed<String> {
    let id = table.required("id", problems);
    table.string("name", problems);
    id
}

/// Reads an entry of `assignments`.
pub fn assignment(table: &mut Table, problems: &mut Problems<'_>) -> AssignmentDecl {
    AssignmentDecl {
        to: table.required("to", problems),
        role: table.required("role", problems),
        scope: scope(table, problems),
        window: window(table, problems),
        when: table.string("when", problems),
    }
}

/// Reads an entry of `overrides`.
pub fn override_decl(table: &mut Table, problems: &mut Problems<'_>) -> OverrideDecl {
    let effect = table.required("effect", problems);
    if !matches!(effect.value.as_str(), "allow" | "deny") && !problems.is_doubtful(&effect.at.path) {
        problems.add(&effect.at, "an override's effect is `allow` or `deny`; to inherit, leave the override out");
    }
    OverrideDecl {
        subject: table.required("subject", problems),
        permission: table.required("permission", problems),
        scope: scope(table, problems),
        allow: effect.value == "allow",
        window: window(table, problems),
    }
}

fn resource(table: &mut Table, problems: &mut Problems<'_>) -> ResourceDecl {
    ResourceDecl { attributes: table.named("attributes", problems), path: table.required("path", problems) }
}

fn approval(table: &mut Table, problems: &mut Problems<'_>) -> ApprovalDecl {
    let id = table.required("id", problems);
    table.string("name", problems);
    let permissions = table.strings("permissions", problems);
    let one = Placed { value: 1, at: table.place("quorum") };
    let quorum = table.take("quorum").map_or(one, |Placed { value, at }| match &value {
        Value::Number(text) if text.parse::<u16>().is_ok_and(|quorum| quorum > 0) => {
            Placed { value: text.parse().unwrap_or(1), at }
        }
        _ => {
            problems.add(&at, "a quorum is a whole number from 1 to 65535");
            Placed { value: 1, at }
        }
    });
    let when = table.string("when", problems);
    let approvers = table.strings("approvers", problems);
    table.finish(problems);
    let targets = table.place("permissions");
    if permissions.is_empty() && !problems.stand(&targets.path) {
        let help = "name `permissions`, such as [\"order:place\"]";
        let message = "the approval policy targets nothing, so it would never ask for an approval";
        problems.add_with_help(&targets, message, help);
    }
    ApprovalDecl { place: table.at.path.clone(), id, permissions, when, approvers, quorum }
}

fn scope(table: &mut Table, problems: &mut Problems<'_>) -> Placed<String> {
    let root = Placed { value: "/".to_owned(), at: table.place("scope") };
    table.string("scope", problems).unwrap_or(root)
}

fn window(table: &mut Table, problems: &mut Problems<'_>) -> Window {
    let (from, until) = (table.time("from", problems), table.time("until", problems));
    let moment = |placed: &Option<Placed<Millis>>| placed.as_ref().map(|placed| placed.value);
    if let Some(end) = until.as_ref().filter(|end| never(moment(&from), Some(end.value))) {
        let help = "let `until` be later than `from`";
        problems.add_with_help(&end.at, "the grant ends before it begins, so it would never act", help);
    }
    Window::new(moment(&from), moment(&until))
}

fn never(from: Option<Millis>, until: Option<Millis>) -> bool {
    matches!((from, until), (Some(from), Some(until)) if from >= until)
}

#[cfg(test)]
mod tests;
