//! The compiler: a model file becomes a checked [`Policy`], a tenant file becomes records that fit it.
//!
//! What a document may say is checked here, once, so that nothing is left to find at check time: that every name
//! exists, that conditions are well typed and bounded, that roles neither nest too deep nor in a circle, that a role
//! stands where it may be assigned, that every rule can act, that limits hold. All problems of a file are reported at
//! once, each with its place and, where a name is wrong, the nearest one.
//!
//! This crate is not in the browser's bundle.

mod approvals;
mod attributes;
mod circle;
mod condition;
mod conditions;
mod names;
mod pattern;
pub mod piece;
mod roles;
mod rules;
mod subject;
mod tenant;
mod types;

pub use subject::{Principal, principal};
pub use tenant::{Compiled, Group, Member, Profile, load, tenant};

use conditions::Conditions;
use countersign_core::{ApprovalSpec, Policy, PolicySpec};
use countersign_wire::diagnostic::{Diagnostics, Source};
use countersign_wire::model::{self, ModelFile, RoleDecl};
use countersign_wire::reader::{At, Problems};
use countersign_wire::tenant::ApprovalDecl;

/// A checked model.
#[derive(Clone, Debug)]
pub struct Model {
    file: ModelFile,
    /// Types and attributes alone
    vocabulary: PolicySpec,
    policy: Policy,
}

impl Model {
    /// Reads and checks a model file.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(source: Source<'_>) -> Result<Self, Diagnostics> {
        let (file, mut problems) = model::read(source)?;
        let types = types::compile(&file.types, &mut problems);
        let attributes = attributes::compile(&file, &types, &mut problems);
        let vocabulary = PolicySpec { types, attributes, ..PolicySpec::default() };
        let policy = policy(&vocabulary, &file, &[], &[], &mut problems);
        problems.finish(()).map(|()| Self { file, vocabulary, policy })
    }

    /// The model's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// The policy of a tenant without roles and approval policies of its own.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The policy with what the tenant adds to the model.
    fn with(&self, roles: &[RoleDecl], approvals: &[ApprovalDecl], problems: &mut Problems<'_>) -> Policy {
        policy(&self.vocabulary, &self.file, roles, approvals, problems)
    }
}

/// The policy of a model and what a tenant adds to it; where there are problems, one that no question may be put to.
///
/// Problems are reported for the tenant's part alone if there is any: the model was checked when it was read, and its
/// places are in another text.
fn policy(
    vocabulary: &PolicySpec,
    model: &ModelFile,
    roles: &[RoleDecl],
    approvals: &[ApprovalDecl],
    problems: &mut Problems<'_>,
) -> Policy {
    let PolicySpec { types, attributes, .. } = vocabulary.clone();
    let words = Policy::words_again(types, attributes);
    let mut silent = Problems::new(Source { name: "", text: "" });
    let of_tenant = !(roles.is_empty() && approvals.is_empty());
    let mut conditions = Conditions::new(&words);
    let rules = rules::compile(&mut conditions, &model.rules, if of_tenant { &mut silent } else { problems });
    let roles = roles::compile(&mut conditions, &model.roles, roles, of_tenant, problems);
    let mut approvals: Vec<ApprovalSpec> =
        approvals.iter().map(|decl| approvals::compile(&mut conditions, decl, problems)).collect();
    // Neither order nor place in a file means anything, and a projection must not tell it.
    approvals.sort_by(|a, b| a.id.cmp(&b.id));
    let (conditions, numbers) = conditions.finish();
    let mut spec = PolicySpec { conditions, roles, rules, approvals, ..vocabulary.clone() };
    conditions::renumber(&mut spec, &numbers);
    if !problems.is_empty() {
        // It decides nothing: it holds the names by which the rest of a document is looked at.
        return words.with_again(spec);
    }
    Policy::new(spec).unwrap_or_else(|error| {
        // What is wrong with names has its own diagnostics; this catches what they do not.
        problems.add(&At::default(), format!("the policy is refused: {error}"));
        Policy::empty()
    })
}

#[cfg(test)]
mod tests;
