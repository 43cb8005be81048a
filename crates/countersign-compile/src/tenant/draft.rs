//! A tenant while its file is read: an assignment names role and scope by number, and each scope is looked at once.

use super::members::{MemberDraft, Members};
use super::{Compiled, Group, Member};
use super::{OTHER_NAME, check_assignment, check_scope, ends, groups, may_be_a_role, resources, spelt_out, unknown};
use crate::{Model, Principal, conditions, names, principal};
use countersign_core::condition::Condition;
use countersign_core::sorted::Map;
use countersign_core::{Assignment, Grants, GrantsBuilder, Policy, RoleId, Scope, TypeId, Window};
use countersign_wire::image::{self, Loaded};
use countersign_wire::reader::{At, Placed, Problems, join};
use countersign_wire::record::{
    AssignmentForm, ConditionForm, GroupRecord, OverrideForm, RecordError, ResourcesRecord, SubjectRecord,
};
use countersign_wire::tenant::{ApprovalDecl, AssignmentDecl, MemberDecl, OverrideDecl, TenantFile};
use std::collections::HashMap;

/// A tenant while its file is read.
pub(super) struct Draft {
    policy: Policy,
    /// The policy's roles by id
    roles: Map<String, RoleId>,
    members: Members,
    /// What members are given, each with the member's number
    given: Vec<(u32, Given)>,
    groups: Map<String, Vec<Given>>,
    /// What stands in the place of a group's id and is none
    unclear: Vec<String>,
    scopes: Scopes,
    /// Assignments so far
    count: u32,
    resources: ResourcesRecord,
    registered: Vec<String>,
}

/// An assignment.
pub(super) struct Given {
    number: u32,
    /// By number in [`Scopes`]
    scope: u32,
    role: RoleId,
    window: Window,
    when: Option<Box<Condition>>,
}

/// The scopes that assignments name, each once.
#[derive(Default)]
struct Scopes {
    numbers: HashMap<String, u32>,
    /// By number: the scope, and the roles that were found to be assignable there
    all: Vec<(Scope, Vec<RoleId>)>,
}

impl Draft {
    /// All but the assignments.
    pub(super) fn begin(model: &Model, file: TenantFile, problems: &mut Problems<'_>) -> Self {
        let policy = model.with(&file.roles, &file.approval_policies, problems);
        let groups = groups(&file, problems);
        let (resources, registered) = resources(&policy, &file.resources, problems);
        let mut draft = Self { resources, registered, ..Self::of(policy, groups, file.members, problems) };
        for decl in &file.overrides {
            draft.set(decl, problems);
        }
        draft.approvers(&file.approval_policies, problems);
        draft
    }

    /// All but the assignments of a part of a tenant: members alone, in groups that `known` knows.
    pub(super) fn part(
        policy: Policy,
        file: TenantFile,
        known: impl Fn(&str) -> bool,
        problems: &mut Problems<'_>,
    ) -> Self {
        if let Some(settings) = &file.settings {
            problems.add(&settings.at, "a part holds members, and what these are given; settings are the account's");
        }
        let others = file.groups.iter().chain(file.roles.iter().map(|role| &role.id));
        let others = others.chain(file.approval_policies.iter().map(|policy| &policy.id));
        for other in others.chain(file.resources.iter().map(|resource| &resource.path)) {
            let message = format!("`{}` is no member: a part holds members, and what these are given", other.value);
            problems.add(&other.at, message);
        }
        for group in file.members.iter().flat_map(|member| &member.groups).filter(|group| !known(&group.value)) {
            problems.add(&group.at, format!("there is no group `{}` in this account", group.value));
        }
        let mut draft = Self::of(policy, Default::default(), file.members, problems);
        for decl in &file.overrides {
            draft.set(decl, problems);
        }
        draft
    }

    fn of(
        policy: Policy,
        (groups, unclear): (Map<String, Vec<Given>>, Vec<String>),
        members: Vec<MemberDecl>,
        problems: &mut Problems<'_>,
    ) -> Self {
        let members = Members::of(&policy, members, problems);
        let roles = policy.roles().iter().zip(0..).map(|(role, number)| (role.id().to_owned(), RoleId(number)));
        let (roles, scopes) = (roles.collect(), Scopes::default());
        let (resources, registered) = (ResourcesRecord::default(), Vec::new());
        Self { policy, roles, members, given: Vec::new(), groups, unclear, scopes, count: 0, resources, registered }
    }

    /// Adds the next assignment.
    pub(super) fn assign(&mut self, decl: &AssignmentDecl, problems: &mut Problems<'_>) {
        self.count += 1;
        let given = self.given(decl, problems);
        let found = match principal(&decl.to.value) {
            Some(Principal::Subject(subject)) => {
                let number = self.members.number(subject).and_then(|number| u32::try_from(number).ok());
                number.map(|number| self.given.extend(given.map(|given| (number, given))))
            }
            Some(Principal::Group(group)) => self.groups.get_mut(group).map(|list| list.extend(given)),
            None => None,
        };
        if found.is_none() {
            self.unknown("member or group", &decl.to, problems);
        }
    }

    /// Nobody is called this, unless it is one who is written down and was not understood.
    fn unknown(&self, what: &str, name: &Placed<String>, problems: &mut Problems<'_>) {
        if !self.may_be(&name.value) && !problems.is_doubtful(&name.at.path) {
            let known = if what == "member" { self.members.subjects() } else { self.principals() };
            unknown(what, name, &known, problems);
        }
    }

    /// Whether a member or a group of this name, which is not known, may be one that is written down and not understood.
    fn may_be(&self, name: &str) -> bool {
        let unclear = if name.starts_with("group:") { &self.unclear } else { self.members.unclear() };
        unclear.iter().any(|unclear| name.contains(unclear))
    }

    /// The assignment, if role, scope and condition are sound; its problems else.
    fn given(&mut self, decl: &AssignmentDecl, problems: &mut Problems<'_>) -> Option<Given> {
        let role = self.roles.get(&decl.role.value).copied().filter(|_| !problems.is_doubtful(&decl.role.at.path));
        let known = self.scopes.known(&decl.scope.value, role);
        let scope = known.or_else(|| {
            let role = check_assignment(&self.policy, role, decl, problems)?;
            self.scopes.add(&decl.scope.value, role)
        });
        let when = match (&decl.when, role) {
            (Some(_), Some(role)) => Some(Box::new(condition(&self.policy, role, decl, problems)?)),
            _ => None,
        };
        Some(Given { number: self.count, scope: scope?, role: role?, window: decl.window, when })
    }

    fn set(&mut self, decl: &OverrideDecl, problems: &mut Problems<'_>) {
        let permissions = names::permissions(&self.policy, &decl.permission, problems);
        check_scope(&self.policy, &decl.scope, problems);
        let (from, until) = ends(decl.window);
        let forms =
            permissions.into_iter().flat_map(|(on, mask)| spelt_out(&self.policy, on, mask)).map(|permission| {
                OverrideForm { permission, scope: decl.scope.value.clone(), allow: decl.allow, from, until }
            });
        match self.members.get_mut(&decl.subject.value) {
            Some(member) => member.record.overrides.extend(forms),
            None => self.unknown("member", &decl.subject, problems),
        }
    }

    /// Checks that those who approve exist, and that there are enough of them where they are counted.
    fn approvers(&self, decls: &[ApprovalDecl], problems: &mut Problems<'_>) {
        for (number, decl) in decls.iter().enumerate() {
            let known = !problems.is_doubtful(&decl.id.at.path);
            if known && decls.iter().take(number).any(|earlier| earlier.id.value == decl.id.value) {
                let message = format!("the approval policy `{}` is written down twice", decl.id.value);
                problems.add_with_help(&decl.id.at, message, OTHER_NAME);
            }
            for approver in &decl.approvers {
                let text = approver.value.as_str();
                let (role, group) = (text.strip_prefix("role:"), text.strip_prefix("group:"));
                let exists = role.is_some_and(|id| self.roles.contains_key(id))
                    || group.is_some_and(|id| self.groups.contains_key(id))
                    || self.members.contains(text);
                let what = "role, member or group";
                if role.is_some() && !exists && !may_be_a_role(&self.policy, problems) {
                    let known: Vec<_> = self.policy.roles().iter().map(|role| format!("role:{}", role.id())).collect();
                    unknown(what, approver, &known, problems);
                } else if role.is_none() && !exists {
                    self.unknown(what, approver, problems);
                }
            }
            let counted = !decl.approvers.is_empty() && !problems.stand(&join(&decl.place, "approvers"));
            let many =
                |approver: &Placed<String>| approver.value.starts_with("role:") || approver.value.starts_with("group:");
            if counted && !decl.approvers.iter().any(many) && usize::from(decl.quorum.value) > decl.approvers.len() {
                let message = format!(
                    "{} approvals are needed, and only {} may approve",
                    decl.quorum.value,
                    decl.approvers.len()
                );
                problems.add_with_help(&decl.quorum.at, message, "name more `approvers`, or ask for fewer");
            }
        }
    }

    /// Everybody who can be named in a grant, for a diagnostic.
    fn principals(&self) -> Vec<String> {
        let mut names = self.members.subjects();
        names.extend(self.groups.keys().map(|group| format!("group:{group}")));
        names
    }

    /// Records for everybody. Their grants are built too: what is checked here cannot fail later.
    pub(super) fn compiled(self, problems: &mut Problems<'_>) -> Compiled {
        let Self { policy, members, given, groups, scopes, resources, registered, .. } = self;
        let forms = |given: Vec<Given>| given.into_iter().filter_map(|given| scopes.form(given, &policy)).collect();
        let mut given = by_member(given).into_iter().peekable();
        let members = (0..).zip(members.into_all()).map(|(number, (subject, draft))| {
            let own = std::iter::from_fn(|| given.next_if(|(of, _)| *of == number).map(|(_, given)| given)).collect();
            let record = SubjectRecord { assignments: forms(own), ..draft.record };
            let grants = held(&subject, || record.grants(&policy), problems);
            (subject, Member { record, grants, profile: draft.profile })
        });
        let members = members.collect();
        let groups = groups.into_iter().map(|(id, given)| {
            let record = GroupRecord { assignments: forms(given) };
            let grants = held(&format!("group:{id}"), || record.grants(&policy), problems);
            (id, Group { record, grants })
        });
        let groups = groups.collect();
        Compiled { policy, members, groups, resources, registered }
    }

    /// What a server that only answers needs: grants without records.
    pub(super) fn loaded(self, problems: &mut Problems<'_>) -> Loaded {
        let Self { policy, members, given, groups, scopes, resources, registered, .. } = self;
        let build = |mut builder: GrantsBuilder, given: Vec<Given>| {
            builder.reserve(given.len());
            for assignment in given.into_iter().filter_map(|given| scopes.assignment(given)) {
                builder.assign(assignment);
            }
            builder.build(&policy).map_err(RecordError::Grant)
        };
        let groups = groups.into_iter().map(|(id, given)| {
            let grants = held(&format!("group:{id}"), || build(GrantsBuilder::default(), given), problems);
            (id, grants)
        });
        let groups: Vec<_> = groups.collect();
        let index = |id: &String| groups.binary_search_by(|(known, _)| known.cmp(id)).ok();
        let ranks = scopes.ranks();
        let rank = |given: &Given| (ranks.get(given.scope as usize), given.role, given.window);
        let mut given = by_member(given).into_iter().peekable();
        let mut own: Vec<Given> = Vec::new();
        let members = (0..).zip(members.into_all()).map(|(number, (subject, MemberDraft { record, .. }))| {
            own.extend(std::iter::from_fn(|| given.next_if(|(of, _)| *of == number).map(|(_, given)| given)));
            let plain = record.overrides.is_empty() && own.iter().all(|given| given.when.is_none());
            let build = || {
                if !plain {
                    return build(record.builder(&policy)?, std::mem::take(&mut own));
                }
                own.sort_unstable_by(|a, b| rank(a).cmp(&rank(b)));
                own.dedup_by(|a, b| rank(a) == rank(b));
                let ordered: Vec<_> = own.drain(..).filter_map(|given| scopes.plain(&given)).collect();
                Grants::of_ordered(&ordered, &policy).map_err(RecordError::Grant)
            };
            let grants = held(&subject, build, problems);
            let (status, attributes) = (record.status.into(), record.attributes(&policy));
            let groups = record.groups.iter().filter_map(index).collect();
            (subject, image::Member { status, attributes, groups, grants })
        });
        let members = members.collect();
        Loaded { resources: resources.registry(&policy), policy, members, groups, registered }
    }
}

/// What members are given in their order, and what each is given in the order of the file, which mostly is the same.
fn by_member(mut given: Vec<(u32, Given)>) -> Vec<(u32, Given)> {
    given.sort_by_key(|(member, _)| *member);
    given
}

/// The grants of a member or group; none, with a problem, if they cannot be held.
fn held(who: &str, build: impl FnOnce() -> Result<Grants, RecordError>, problems: &mut Problems<'_>) -> Grants {
    build().unwrap_or_else(|error| {
        problems.add(&At::default(), format!("the grants of `{who}` cannot be held: {error}"));
        Grants::default()
    })
}

/// The assignment's condition, checked against the types of what its role speaks of.
pub(crate) fn condition(
    policy: &Policy,
    role: RoleId,
    decl: &AssignmentDecl,
    problems: &mut Problems<'_>,
) -> Option<Condition> {
    let text = decl.when.as_ref()?;
    let spec = policy.role(role)?.spec();
    let rows = spec.masks.iter().chain(spec.parts.iter().flat_map(|part| &part.masks));
    // What a role guards of which something is not understood may be anything.
    let known = !problems.is_doubtful(&join(&join("roles", &spec.id), "allow"));
    let types: Vec<TypeId> = rows.filter(|_| known).map(|(on, _, _)| *on).collect();
    let (condition, constant) = conditions::compile(policy, text, types, problems)?;
    if constant == Some(false) {
        let help = "take the assignment out";
        problems.add_with_help(&text.at, "the assignment never acts: its condition is always false", help);
    }
    Some(condition)
}

impl Scopes {
    /// The number of a scope at which this role may be assigned.
    fn known(&self, scope: &str, role: Option<RoleId>) -> Option<u32> {
        let number = *self.numbers.get(scope)?;
        let (_, roles) = self.all.get(number as usize)?;
        roles.contains(&role?).then_some(number)
    }

    /// Notes that the role may be assigned at the scope, and gives the scope's number.
    fn add(&mut self, scope: &str, role: RoleId) -> Option<u32> {
        let number = match self.numbers.get(scope) {
            Some(number) => *number,
            None => {
                let number = u32::try_from(self.all.len()).ok()?;
                self.all.push((Scope::parse(scope).ok()?, Vec::new()));
                self.numbers.insert(scope.to_owned(), number);
                number
            }
        };
        self.all.get_mut(number as usize)?.1.push(role);
        Some(number)
    }

    fn get(&self, number: u32) -> Option<&Scope> {
        self.all.get(number as usize).map(|(scope, _)| scope)
    }

    /// By number: where each scope stands among all of them in tree order.
    fn ranks(&self) -> Vec<usize> {
        let mut order: Vec<_> = self.all.iter().map(|(scope, _)| scope).zip(0..).collect();
        order.sort_unstable();
        let mut ranks = vec![0; order.len()];
        for (rank, (_, number)) in order.into_iter().enumerate() {
            if let Some(place) = ranks.get_mut::<usize>(number) {
                *place = rank;
            }
        }
        ranks
    }

    fn plain(&self, given: &Given) -> Option<(&Scope, RoleId, Window)> {
        Some((self.get(given.scope)?, given.role, given.window))
    }

    fn assignment(&self, given: Given) -> Option<Assignment> {
        let Given { scope, role, window, when, .. } = given;
        Some(Assignment { role, scope: self.get(scope)?.clone(), window, when: when.map(|when| *when) })
    }

    fn form(&self, given: Given, policy: &Policy) -> Option<AssignmentForm> {
        let (from, until) = ends(given.window);
        Some(AssignmentForm {
            id: format!("a{}", given.number),
            role: policy.role(given.role)?.id().to_owned(),
            scope: self.get(given.scope)?.as_str().to_owned(),
            from,
            until,
            when: given.when.map(|when| ConditionForm::of(&when, policy)),
        })
    }
}
