//! The compiled policy: the vocabulary and what each role allows and denies.

use crate::attribute::{AttributeSpec, Owner, Slot};
use crate::condition::{Kind, Reference};
use crate::limits::{ACTIONS_PER_TYPE, ID_BYTES, ROLES, TYPES};
use crate::{Path, PathError, PolicyError, builtin};
use alloc::boxed::Box;
use alloc::vec::Vec;

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

/// A role as its author declares it, with what it includes already folded in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleSpec {
    /// Its id
    pub id: Box<str>,
    /// What is allowed and denied: type, mask of allowed actions, mask of denied ones
    pub masks: Vec<(TypeId, u64, u64)>,
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

    fn may_stand_below(&self, parent: Option<TypeId>) -> bool {
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

/// A checked policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    types: Vec<ResourceType>,
    roles: Vec<Role>,
    attributes: Vec<AttributeSpec>,
    /// Invariant (role masks): one row of `types.len()` masks a role, in role order.
    masks: Vec<Masks>,
}

impl Policy {
    /// Checks the declarations and adds the built-in types behind the declared ones.
    ///
    /// # Errors
    /// When a name is malformed, declared twice or reserved, a reference points nowhere, or a limit is exceeded.
    pub fn new(types: Vec<TypeSpec>, roles: Vec<RoleSpec>) -> Result<Self, PolicyError> {
        let declared = types.len();
        let own = types.into_iter().map(|spec| ResourceType { spec, builtin: false });
        let types: Vec<_> = own.chain(builtin_types()).collect();
        check_types(&types, declared)?;
        check_roles(&types, &roles)?;
        let mut masks = Vec::new();
        for role in &roles {
            let row = masks.len();
            masks.resize(row + types.len(), Masks::default());
            for (on, allow, deny) in &role.masks {
                let all = types.get(usize::from(on.0)).map_or(0, ResourceType::all);
                if let Some(cell) = masks.get_mut(row + usize::from(on.0)) {
                    cell.allow |= allow & all;
                    cell.deny |= deny & all;
                }
            }
        }
        let roles = roles.into_iter().map(|spec| Role { spec }).collect();
        Ok(Self { types, roles, attributes: Vec::new(), masks })
    }

    /// A policy of the built-in types, without roles.
    #[must_use]
    pub fn empty() -> Self {
        Self { types: builtin_types().collect(), roles: Vec::new(), attributes: Vec::new(), masks: Vec::new() }
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
        let (name, action) = text.split_once(':')?;
        let on = self.type_named(name)?;
        Some(Permission { on, action: self.resource_type(on)?.action(action)? })
    }

    /// All declared attributes, in slot order.
    #[must_use]
    pub fn attributes(&self) -> &[AttributeSpec] {
        &self.attributes
    }

    /// The attribute at `slot`.
    #[must_use]
    pub fn attribute(&self, slot: Slot) -> Option<&AttributeSpec> {
        self.attributes.get(usize::from(slot.0))
    }

    /// The slot of an owner's attribute.
    #[must_use]
    pub fn slot(&self, owner: Owner, name: &str) -> Option<Slot> {
        let named = |spec: &AttributeSpec| spec.owner == owner && *spec.name == *name;
        self.attributes.iter().position(named).and_then(index).map(Slot)
    }

    /// The reference written so in a condition: `now`, `subject.licensed`, `resource.id`, `project.kind`.
    #[must_use]
    pub fn reference(&self, text: &str) -> Option<Reference> {
        if text == "now" {
            return Some(Reference::Now);
        }
        let (owner, name) = text.split_once('.')?;
        match (owner, name) {
            ("subject", "id") => Some(Reference::SubjectId),
            ("action", "name") => Some(Reference::ActionName),
            ("resource", "type") => Some(Reference::ResourceType),
            ("resource", "id") => Some(Reference::ResourceId),
            ("subject", _) => self.slot(Owner::Subject, name).map(Reference::Slot),
            ("action", _) => self.slot(Owner::Action, name).map(Reference::Slot),
            ("context", _) => self.slot(Owner::Context, name).map(Reference::Slot),
            ("resource", _) => {
                let named = |spec: &AttributeSpec| matches!(spec.owner, Owner::Type(_)) && *spec.name == *name;
                let slots = self.attributes.iter().enumerate().filter(|(_, spec)| named(spec));
                let slots: Box<[Slot]> = slots.filter_map(|(at, _)| index(at)).map(Slot).collect();
                (!slots.is_empty()).then_some(Reference::Resource(slots))
            }
            (_, "id") => self.type_named(owner).map(Reference::SegmentId),
            _ => self.slot(Owner::Type(self.type_named(owner)?), name).map(Reference::Slot),
        }
    }

    /// The kind of a reference's values; nothing where the types that share a name do not share the kind.
    #[must_use]
    pub fn kind(&self, reference: &Reference) -> Option<Kind> {
        match reference {
            Reference::Slot(slot) => self.attribute(*slot).map(|spec| spec.kind),
            Reference::Resource(slots) => {
                let mut kinds = slots.iter().filter_map(|slot| self.attribute(*slot)).map(|spec| spec.kind);
                let first = kinds.next()?;
                kinds.all(|kind| kind == first).then_some(first)
            }
            Reference::Now => Some(Kind::Timestamp),
            Reference::SubjectId
            | Reference::ActionName
            | Reference::ResourceType
            | Reference::ResourceId
            | Reference::SegmentId(_) => Some(Kind::String),
        }
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

    pub(crate) fn masks(&self, role: RoleId, on: TypeId) -> Masks {
        let cell = usize::from(role.0) * self.types.len() + usize::from(on.0);
        self.masks.get(cell).copied().unwrap_or_default()
    }
}

fn index(position: usize) -> Option<u16> {
    u16::try_from(position).ok()
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

fn check_types(types: &[ResourceType], declared: usize) -> Result<(), PolicyError> {
    if types.len() > TYPES {
        return Err(PolicyError::Limit(Box::from("types")));
    }
    for (at, kind) in types.iter().enumerate() {
        let name = &kind.spec.name;
        check_name(name)?;
        if types.iter().take(at).any(|earlier| earlier.name() == kind.name()) {
            return Err(PolicyError::Duplicate(name.clone()));
        }
        if kind.spec.actions.len() > ACTIONS_PER_TYPE {
            return Err(PolicyError::Limit(name.clone()));
        }
        if kind.spec.parents.iter().any(|parent| usize::from(parent.0) >= declared) {
            return Err(PolicyError::Reference(name.clone()));
        }
        for (bit, action) in kind.spec.actions.iter().enumerate() {
            check_name(action)?;
            if kind.spec.actions.iter().take(bit).any(|earlier| earlier == action) {
                return Err(PolicyError::Duplicate(action.clone()));
            }
        }
    }
    Ok(())
}

fn check_roles(types: &[ResourceType], roles: &[RoleSpec]) -> Result<(), PolicyError> {
    if roles.len() > ROLES {
        return Err(PolicyError::Limit(Box::from("roles")));
    }
    for (at, role) in roles.iter().enumerate() {
        check_name(&role.id)?;
        if roles.iter().take(at).any(|earlier| earlier.id == role.id) {
            return Err(PolicyError::Duplicate(role.id.clone()));
        }
        let types_exist =
            role.masks.iter().map(|(on, _, _)| on).chain(&role.at).all(|on| usize::from(on.0) < types.len());
        let roles_exist = role.assigns.iter().all(|given| usize::from(given.0) < roles.len());
        if !(types_exist && roles_exist) {
            return Err(PolicyError::Reference(role.id.clone()));
        }
    }
    Ok(())
}

/// A name: letters, digits, `_`, `-` and `.`, beginning with a letter or a digit.
fn check_name(name: &str) -> Result<(), PolicyError> {
    let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    let rest = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    if first && rest && name.len() <= ID_BYTES { Ok(()) } else { Err(PolicyError::Name(Box::from(name))) }
}
