//! The compiled policy: the vocabulary, and what roles, rules and approval policies say.

mod checks;
mod words;

use crate::attribute::AttributeSpec;
use crate::condition::Condition;
use crate::limits::ACTIONS_PER_TYPE;
use crate::{Path, PathError, PolicyError, builtin};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::mem;

/// The index of a resource type in its policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u16);

/// The index of a role in its policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleId(pub u16);

/// The index of an action in its type: a bit of the type's masks, below 64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Action(u8);

impl Action {
    /// The action at `index`, or nothing where no type can have so many.
    #[must_use]
    pub fn new(index: usize) -> Option<Self> {
        u8::try_from(index).ok().filter(|bit| usize::from(*bit) < ACTIONS_PER_TYPE).map(Self)
    }

    /// The mask with this action's bit alone.
    #[must_use]
    pub fn mask(self) -> u64 {
        1 << self.0
    }

    /// The index in the type's list of actions.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A permission: an action of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission {
    /// The type
    pub on: TypeId,
    /// The action
    pub action: Action,
}

/// A resource type as its author declares it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeSpec {
    /// Its name
    pub name: Box<str>,
    /// Whether it may stand at the root
    pub at_root: bool,
    /// The types it may stand below
    pub parents: Vec<TypeId>,
    /// Its actions, in bit order
    pub actions: Vec<Box<str>>,
}

/// The index of a condition in its policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConditionId(pub u16);

/// What acts without a condition, or while all of some conditions hold: type, mask of allowed actions, mask of denied ones.
pub type MaskRows = Vec<(TypeId, u64, u64)>;

/// What a role says while all of these conditions hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RolePart {
    /// The role's own condition and those of the roles on the way to an included one; at least one
    pub when: Vec<ConditionId>,
    /// What is allowed and denied then
    pub masks: MaskRows,
}

/// A name that people read, and when it is the right one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// When; always, if nothing
    pub when: Option<ConditionId>,
    /// The name
    pub text: Box<str>,
}

/// A model-wide rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSpec {
    /// Whether it permits; it forbids otherwise
    pub permit: bool,
    /// The permissions that it targets: type, mask of actions
    pub targets: Vec<(TypeId, u64)>,
    /// When it holds; always, if nothing
    pub when: Option<ConditionId>,
    /// The author's sentence for people; empty if there is none
    pub why: Box<str>,
}

/// An approval policy of a tenant: what turns an allow into *needs approval*.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApprovalSpec {
    /// Its id
    pub id: Box<str>,
    /// The permissions that it targets: type, mask of actions
    pub targets: Vec<(TypeId, u64)>,
    /// When it asks for an approval; always, if nothing
    pub when: Option<ConditionId>,
    /// Who may approve: `role:…`, `user:…`, `group:…`
    pub approvers: Vec<Box<str>>,
    /// How many of them must
    pub quorum: u16,
}

/// A role as its author declares it, with what it includes already folded in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleSpec {
    /// Its id
    pub id: Box<str>,
    /// The names that people read: the first whose condition holds
    pub titles: Vec<Title>,
    /// Its own condition; `parts` already say what of its permissions it guards, and it guards `assigns` too
    pub when: Option<ConditionId>,
    /// What it says whatever the conditions
    pub masks: MaskRows,
    /// What it says under conditions
    pub parts: Vec<RolePart>,
    /// Whether it may be assigned at the root
    pub at_root: bool,
    /// The types of scope at which it may be assigned
    pub at: Vec<TypeId>,
    /// The roles that its holder may give
    pub assigns: Vec<RoleId>,
}

/// A resource type of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceType {
    spec: TypeSpec,
    builtin: bool,
}

impl ResourceType {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.spec.name
    }

    /// Its actions, in bit order.
    #[must_use]
    pub fn actions(&self) -> &[Box<str>] {
        &self.spec.actions
    }

    /// Its declaration.
    #[must_use]
    pub fn spec(&self) -> &TypeSpec {
        &self.spec
    }

    /// Whether it is one of [`builtin::TYPES`].
    #[must_use]
    pub fn is_builtin(&self) -> bool {
        self.builtin
    }

    /// The action of this name.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<Action> {
        Action::new(self.spec.actions.iter().position(|action| &**action == name)?)
    }

    /// The mask of all its actions.
    #[must_use]
    pub fn all(&self) -> u64 {
        u64::MAX.checked_shr(64 - self.spec.actions.len() as u32).unwrap_or(0)
    }

    pub(crate) fn may_stand_below(&self, parent: Option<TypeId>) -> bool {
        match parent {
            None => self.builtin || self.spec.at_root,
            Some(parent) => self.builtin || self.spec.parents.contains(&parent),
        }
    }
}

/// A role of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    spec: RoleSpec,
}

impl Role {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.spec.id
    }

    /// Its declaration.
    #[must_use]
    pub fn spec(&self) -> &RoleSpec {
        &self.spec
    }
}

/// What a role says of one type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Masks {
    pub(crate) allow: u64,
    pub(crate) deny: u64,
}

/// Everything that a policy is made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PolicySpec {
    /// The declared types
    pub types: Vec<TypeSpec>,
    /// The declared attributes, in slot order
    pub attributes: Vec<AttributeSpec>,
    /// The conditions that roles, titles, rules and approval policies refer to
    pub conditions: Vec<Condition>,
    /// The roles
    pub roles: Vec<RoleSpec>,
    /// The rules
    pub rules: Vec<RuleSpec>,
    /// The approval policies
    pub approvals: Vec<ApprovalSpec>,
}

/// A checked policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    types: Vec<ResourceType>,
    roles: Vec<Role>,
    attributes: Vec<AttributeSpec>,
    conditions: Vec<Condition>,
    rules: Vec<RuleSpec>,
    approvals: Vec<ApprovalSpec>,
    /// Invariant (role masks): one row of `types.len()` masks a role, in role order.
    masks: Vec<Masks>,
}

impl Policy {
    /// Checks the declarations and adds the built-in types behind the declared ones.
    ///
    /// # Errors
    /// When a name is malformed, declared twice or reserved, a reference points nowhere, or a limit is exceeded.
    pub fn new(mut spec: PolicySpec) -> Result<Self, PolicyError> {
        Self::words(mem::take(&mut spec.types), mem::take(&mut spec.attributes))?.with(spec)
    }

    /// The words that conditions are made of: a policy that says nothing yet.
    ///
    /// # Errors
    /// As [`Policy::new`].
    pub fn words(types: Vec<TypeSpec>, attributes: Vec<AttributeSpec>) -> Result<Self, PolicyError> {
        let declared = types.len();
        let words = Self::words_again(types, attributes);
        let checked = checks::types(&words.types, declared)
            .and_then(|()| checks::attributes(&words.attributes, words.types.len()));
        match checked {
            Ok(()) => Ok(words),
            Err(fault) => Err(fault.into()),
        }
    }

    /// [`Policy::words`] of a policy that was checked before. Of any other, what refers to nothing allows nothing.
    #[must_use]
    pub fn words_again(types: Vec<TypeSpec>, attributes: Vec<AttributeSpec>) -> Self {
        let own = types.into_iter().map(|spec| ResourceType { spec, builtin: false });
        Self {
            types: own.chain(builtin_types()).collect(),
            roles: Vec::new(),
            attributes,
            conditions: Vec::new(),
            rules: Vec::new(),
            approvals: Vec::new(),
            masks: Vec::new(),
        }
    }

    /// The policy of these words that says what `spec` says; types and attributes of `spec` are not looked at.
    ///
    /// # Errors
    /// As [`Policy::new`].
    pub fn with(self, spec: PolicySpec) -> Result<Self, PolicyError> {
        let conditions = spec.conditions.len();
        let checked = checks::roles(&self.types, &spec.roles, conditions)
            .and_then(|()| checks::rules(self.types.len(), &spec.rules, conditions))
            .and_then(|()| checks::approvals(self.types.len(), &spec.approvals, conditions));
        match checked {
            Ok(()) => Ok(self.with_again(spec)),
            Err(fault) => Err(fault.into()),
        }
    }

    /// [`Policy::with`] what was checked before. Of anything else, what refers to nothing allows nothing.
    #[must_use]
    pub fn with_again(self, spec: PolicySpec) -> Self {
        let PolicySpec { conditions, roles, rules, approvals, .. } = spec;
        let Self { types, attributes, .. } = self;
        let mut masks = Vec::new();
        for role in &roles {
            let row = masks.len();
            masks.resize(row + types.len(), Masks::default());
            for (on, allow, deny) in &role.masks {
                let Some(kind) = types.get(usize::from(on.0)) else { continue };
                if let Some(cell) = masks.get_mut(row + usize::from(on.0)) {
                    cell.allow |= allow & kind.all();
                    cell.deny |= deny & kind.all();
                }
            }
        }
        let roles = roles.into_iter().map(|spec| Role { spec }).collect();
        Self { types, roles, attributes, conditions, rules, approvals, masks }
    }

    /// A policy of the built-in types, without roles.
    #[must_use]
    pub fn empty() -> Self {
        Self::words_again(Vec::new(), Vec::new())
    }

    /// All types, the declared ones first.
    #[must_use]
    pub fn types(&self) -> &[ResourceType] {
        &self.types
    }

    /// All roles.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The type at `id`.
    #[must_use]
    pub fn resource_type(&self, id: TypeId) -> Option<&ResourceType> {
        self.types.get(usize::from(id.0))
    }

    /// The role at `id`.
    #[must_use]
    pub fn role(&self, id: RoleId) -> Option<&Role> {
        self.roles.get(usize::from(id.0))
    }

    /// The type of this name.
    #[must_use]
    pub fn type_named(&self, name: &str) -> Option<TypeId> {
        self.types.iter().position(|candidate| candidate.name() == name).and_then(index).map(TypeId)
    }

    /// The role of this id.
    #[must_use]
    pub fn role_named(&self, id: &str) -> Option<RoleId> {
        self.roles.iter().position(|candidate| candidate.id() == id).and_then(index).map(RoleId)
    }

    /// The permission written `type:action`.
    #[must_use]
    pub fn permission(&self, text: &str) -> Option<Permission> {
        let (name, action) = halves(text, b':')?;
        let on = self.type_named(name)?;
        Some(Permission { on, action: self.resource_type(on)?.action(action)? })
    }

    /// All rules, in the order of the model.
    #[must_use]
    pub fn rules(&self) -> &[RuleSpec] {
        &self.rules
    }

    /// All approval policies.
    #[must_use]
    pub fn approvals(&self) -> &[ApprovalSpec] {
        &self.approvals
    }

    /// All conditions that roles, titles, rules and approval policies refer to.
    #[must_use]
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// The condition at `id`.
    #[must_use]
    pub fn condition(&self, id: ConditionId) -> Option<&Condition> {
        self.conditions.get(usize::from(id.0))
    }

    /// The type of the resource at `path`.
    ///
    /// Every segment must stand below its type's declared parent: a path that leaves out a level would not meet the
    /// denials attached there.
    ///
    /// # Errors
    /// When a segment's type is unknown or out of place.
    pub fn locate(&self, path: &Path<'_>) -> Result<TypeId, PathError> {
        let mut parent = None;
        for (name, _) in path.segments() {
            let id = self.type_named(name).ok_or(PathError::UnknownType)?;
            let placed = self.resource_type(id).is_some_and(|kind| kind.may_stand_below(parent));
            if !placed {
                return Err(PathError::Parent);
            }
            parent = Some(id);
        }
        parent.ok_or(PathError::Empty)
    }

    /// Whether `role` may be assigned at `scope`.
    ///
    /// # Errors
    /// When the scope is no path of this policy.
    pub fn may_assign_at(&self, role: RoleId, scope: &str) -> Result<bool, PathError> {
        let Some(role) = self.role(role) else { return Ok(false) };
        if scope == "/" {
            return Ok(role.spec.at_root);
        }
        let on = self.locate(&Path::parse(scope)?)?;
        Ok(role.spec.at.contains(&on))
    }

    /// What the parts of a role say of a type: the part by index + 1.
    pub(crate) fn parts(&self, role: RoleId, on: TypeId) -> impl Iterator<Item = (u16, Masks)> + '_ {
        let parts = self.role(role).map(|role| role.spec.parts.as_slice()).unwrap_or_default();
        let all = self.resource_type(on).map_or(0, ResourceType::all);
        parts.iter().zip(1..).flat_map(move |(part, index)| {
            let of_type = part.masks.iter().filter(move |(of, _, _)| *of == on);
            of_type.map(move |(_, allow, deny)| (index, Masks { allow: allow & all, deny: deny & all }))
        })
    }

    pub(crate) fn masks(&self, role: RoleId, on: TypeId) -> Masks {
        let cell = usize::from(role.0) * self.types.len() + usize::from(on.0);
        self.masks.get(cell).copied().unwrap_or_default()
    }
}

fn index(position: usize) -> Option<u16> {
    u16::try_from(position).ok()
}

/// What stands before the first such byte of ASCII, and behind it. Not `split_once`: its search by whole words of memory
/// is half a kilobyte, and the texts are short.
fn halves(text: &str, mark: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == mark)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

fn builtin_types() -> impl Iterator<Item = ResourceType> {
    builtin::TYPES.iter().map(|(name, actions)| ResourceType {
        spec: TypeSpec {
            name: Box::from(*name),
            at_root: true,
            parents: Vec::new(),
            actions: actions.iter().map(|action| Box::from(*action)).collect(),
        },
        builtin: true,
    })
}
