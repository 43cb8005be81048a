//! The compiler: a model file becomes a checked [`Policy`], a tenant file becomes records that fit it.
//!
//! What a document may say is checked here, once, so that nothing is left to find at check time: that every name
//! exists, that roles neither nest too deep nor in a circle, that a role stands where it may be assigned, that limits
//! hold. All problems of a file are reported at once, each with its place and, where a name is wrong, the nearest one.
//!
//! Conditions, rules and approval policies have no meaning here yet; the forms of `countersign-wire` refuse them.
//!
//! This crate is not in the browser's bundle.

mod names;
#[cfg_attr(not(test), expect(dead_code, reason = "the compiler of conditions is its user"))]
mod pattern;
mod roles;
mod subject;
mod tenant;
mod types;

pub use subject::{Principal, principal};
pub use tenant::{Compiled, Group, Member, Profile, tenant};

use countersign_core::{Policy, PolicyError, TypeSpec};
use countersign_wire::diagnostic::{Diagnostics, Source};
use countersign_wire::model::{self, ModelFile, RoleDecl};
use countersign_wire::reader::{At, Problems};

/// A checked model.
#[derive(Clone, Debug)]
pub struct Model {
    file: ModelFile,
    types: Vec<TypeSpec>,
    policy: Policy,
}

impl Model {
    /// Reads and checks a model file.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(source: Source<'_>) -> Result<Self, Diagnostics> {
        let file = model::parse(source)?;
        let mut problems = Problems::new(source);
        let types = types::compile(&file.types, &mut problems);
        let policy = policy(&types, &file.roles, &[], &mut problems);
        problems.finish(()).map(|()| Self { file, types, policy })
    }

    /// The model's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// The policy of a tenant without roles of its own.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The policy with the tenant's roles added to the model's.
    fn with_roles(&self, custom: &[RoleDecl], problems: &mut Problems<'_>) -> Policy {
        policy(&self.types, &self.file.roles, custom, problems)
    }
}

/// The policy of these types and roles; an empty one, with problems, if there is none.
fn policy(types: &[TypeSpec], model: &[RoleDecl], custom: &[RoleDecl], problems: &mut Problems<'_>) -> Policy {
    let vocabulary = Policy::new(types.to_vec(), Vec::new());
    let built = vocabulary.and_then(|vocabulary| {
        let roles = roles::compile(&vocabulary, model, custom, problems);
        Policy::new(types.to_vec(), roles)
    });
    built.unwrap_or_else(|error| {
        // What is wrong with names has its own diagnostics; this catches what they do not.
        if problems.is_empty() {
            problems.add(&At::default(), refusal(&error));
        }
        Policy::empty()
    })
}

fn refusal(error: &PolicyError) -> String {
    format!("the policy is refused: {error}")
}

#[cfg(test)]
mod tests;
