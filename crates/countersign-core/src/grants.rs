//! What one subject or one group holds: its assignments and overrides, sorted by scope.

mod bare;
mod plain;
mod reading;
mod table;

pub use reading::GrantsReading;

use crate::condition::Condition;
use crate::sort::sorted;
use crate::{GrantError, Path, Permission, Policy, RoleId, Scope, TypeId, Window};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::mem;
use core::ops::Range;

/// A role given at a scope for a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// The role
    pub role: RoleId,
    /// Where it acts
    pub scope: Scope,
    /// When it acts
    pub window: Window,
    /// While what holds it acts; always, if nothing
    pub when: Option<Condition>,
}

/// One permission allowed or denied to one subject at a scope for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The permission
    pub permission: Permission,
    /// Where it acts
    pub scope: Scope,
    /// Whether it allows; it denies otherwise
    pub allow: bool,
    /// When it acts
    pub window: Window,
}

/// An assignment as it stands in [`Grants`].
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// The role
    pub role: RoleId,
    /// Where it acts
    pub scope: &'a str,
    /// When it acts
    pub window: Window,
    /// While what holds it acts
    pub when: Option<&'a Condition>,
}

/// Collects grants and sorts them once.
#[derive(Clone, Debug, Default)]
pub struct GrantsBuilder {
    assignments: Vec<Assignment>,
    overrides: Vec<Masked>,
}

/// Overrides of one type that share a scope and a window.
#[derive(Clone, Debug)]
struct Masked {
    scope: Scope,
    on: TypeId,
    window: Window,
    allow: u64,
    deny: u64,
}

impl GrantsBuilder {
    /// Makes room for exactly so many more assignments: worth it where many subjects are loaded at once.
    pub fn reserve(&mut self, assignments: usize) {
        self.assignments.reserve_exact(assignments);
    }

    /// Adds an assignment.
    pub fn assign(&mut self, assignment: Assignment) -> &mut Self {
        self.assignments.push(assignment);
        self
    }

    /// Adds an override.
    pub fn set(&mut self, set: Override) -> &mut Self {
        let Override { permission: Permission { on, action }, scope, allow, window } = set;
        let (allow, deny) = if allow { (action.mask(), 0) } else { (0, action.mask()) };
        self.set_all(on, allow, deny, scope, window)
    }

    /// Adds overrides of one type: the actions that are allowed, and those that are denied, by bit.
    pub fn set_all(&mut self, on: TypeId, allow: u64, deny: u64, scope: Scope, window: Window) -> &mut Self {
        self.overrides.push(Masked { scope, on, window, allow, deny });
        self
    }

    /// Checks all grants against `policy` and sorts them; what was added twice is held once.
    ///
    /// # Errors
    /// When a scope is no path of the policy, or a role or permission does not exist in it.
    pub fn build(mut self, policy: &Policy) -> Result<Grants, GrantError> {
        self.assignments = sorted(mem::take(&mut self.assignments), |a, b| {
            (&a.scope, a.role, a.window).cmp(&(&b.scope, b.role, b.window))
        });
        self.assignments.dedup();
        self.overrides = sorted(self.overrides, |a, b| (&a.scope, a.on, a.window).cmp(&(&b.scope, b.on, b.window)));
        self.check(policy)?;
        table::Table::default().fill(self.assignments, &self.overrides)
    }

    fn check(&self, policy: &Policy) -> Result<(), GrantError> {
        let scopes =
            self.assignments.iter().map(|grant| &grant.scope).chain(self.overrides.iter().map(|grant| &grant.scope));
        for scope in scopes.filter(|scope| scope.as_str() != "/") {
            policy.locate(&Path::parse(scope.as_str())?)?;
        }
        let roles = self.assignments.iter().all(|grant| policy.role(grant.role).is_some());
        let permissions = self.overrides.iter().all(|grant| {
            let kind = policy.resource_type(grant.on);
            kind.is_some_and(|kind| (grant.allow | grant.deny) & !kind.all() == 0)
        });
        if roles && permissions { Ok(()) } else { Err(GrantError::Reference) }
    }
}

/// The grants of one subject or one group, sorted for the walk from the root to a resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grants {
    /// The scopes' texts, one after the other, in UTF-8
    text: Box<[u8]>,
    /// Invariant (tree order): sorted by `tree_order`, so that all below a scope stands right behind it; no scope twice.
    rows: Box<[Row]>,
    assigned: Box<[Assigned]>,
    set: Box<[Set]>,
    /// Windows other than always; grants refer to them by index + 1
    windows: Box<[Window]>,
    /// Conditions of assignments; assignments refer to them by index + 1
    conditions: Box<[Condition]>,
}

/// One scope: where its text ends and where its grants end; each begins where the row before it ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Row {
    text: u32,
    assigned: u32,
    set: u32,
    /// Segments of the scope; 0 is the root
    depth: u8,
}

/// A role at a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Assigned {
    role: RoleId,
    window: u16,
    when: u16,
}

/// An assignment on the way down.
#[derive(Clone, Copy)]
pub(crate) struct Given {
    pub(crate) role: RoleId,
    pub(crate) window: Window,
    /// Its condition, by index + 1; 0 for none
    pub(crate) when: u16,
}

/// The overrides of half a type's actions that share a scope and a window: few types have more than half of what they may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Set {
    allow: u32,
    deny: u32,
    on: TypeId,
    /// The window's number, and [`HIGH`] for the actions from the thirty-third on
    window: u16,
}

/// Above the number of a window.
const HIGH: u16 = 1 << 15;

impl Set {
    /// Allow mask, deny mask, and the window's number.
    fn masks(self) -> (u64, u64, u16) {
        let shift = if self.window < HIGH { 0 } else { u32::BITS };
        (u64::from(self.allow) << shift, u64::from(self.deny) << shift, self.window % HIGH)
    }
}

/// What stands at one scope on the way down.
#[derive(Clone, Copy)]
pub(crate) struct Here<'a> {
    /// Segments of the scope; 0 is the root
    pub(crate) depth: u8,
    grants: &'a Grants,
    assigned: &'a [Assigned],
    set: &'a [Set],
}

impl<'a> Here<'a> {
    /// The roles given here.
    pub(crate) fn roles(&self) -> impl Iterator<Item = Given> + use<'a> {
        let grants = self.grants;
        let given =
            |given: &Assigned| Given { role: given.role, window: grants.window(given.window), when: given.when };
        self.assigned.iter().map(given)
    }

    /// The overrides of `on` here, in one part or two: allow mask, deny mask, window.
    pub(crate) fn overrides(&self, on: TypeId) -> impl Iterator<Item = (u64, u64, Window)> + use<'a> {
        let grants = self.grants;
        let of_type = self.set.iter().filter(move |set| set.on == on);
        of_type.map(|set| {
            let (allow, deny, window) = set.masks();
            (allow, deny, grants.window(window))
        })
    }
}

/// Rows up to which looking at each is faster than searching.
const FEW: usize = 8;

impl Grants {
    /// All assignments in tree order.
    pub fn assignments(&self) -> impl Iterator<Item = Held<'_>> + '_ {
        self.each_row().flat_map(|(scope, here)| {
            let when = |index| self.condition(index);
            here.roles().map(move |Given { role, window, when: index }| Held { role, scope, window, when: when(index) })
        })
    }

    /// The condition of an assignment, by index + 1.
    pub(crate) fn condition(&self, index: u16) -> Option<&Condition> {
        self.conditions.get(usize::from(index).checked_sub(1)?)
    }

    /// The conditions of all assignments.
    pub(crate) fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// All overrides in tree order: type, allow mask, deny mask, scope, window. Those of the actions from the thirty-third on
    /// are a part of their own.
    pub fn overrides(&self) -> impl Iterator<Item = (TypeId, u64, u64, &str, Window)> + '_ {
        self.each_row().flat_map(|(scope, here)| {
            let grants = here.grants;
            here.set.iter().map(move |set| {
                let (allow, deny, window) = set.masks();
                (set.on, allow, deny, scope, grants.window(window))
            })
        })
    }

    /// Visits what stands at the ancestors of `path` and at `path` itself, outermost first.
    pub(crate) fn walk<'a>(&'a self, path: &Path<'_>, mut visit: impl FnMut(Here<'a>)) {
        if self.rows.len() <= FEW {
            let asked = path.as_str().as_bytes();
            for at in 0..self.rows.len() {
                let scope = self.row_text(at);
                // Where it would end, and its last byte, tell most scopes apart before they are compared.
                let last = scope.len().wrapping_sub(1);
                let ends = matches!(asked.get(scope.len()), None | Some(b'/')) && asked.get(last) == scope.get(last);
                if scope.is_empty() || (ends && asked.starts_with(scope)) {
                    visit(self.here(at));
                }
            }
            return;
        }
        let mut below = 0..self.rows.len();
        let mut prefix = 0;
        if self.row_text(0).is_empty() {
            visit(self.here(0));
            below.start = 1;
        }
        for segment in path.spans() {
            below = self.narrow(&below, prefix, segment);
            if below.is_empty() {
                return;
            }
            prefix += segment.len();
            if self.row_text(below.start).len() == prefix {
                visit(self.here(below.start));
                below.start += 1;
            }
            prefix += 1;
        }
    }

    /// The rows among `rows` whose segment at byte `prefix` is `segment`.
    fn narrow(&self, rows: &Range<usize>, prefix: usize, segment: &[u8]) -> Range<usize> {
        let compare = |at: usize| compare_segment(self.row_text(at).get(prefix..).unwrap_or_default(), segment);
        let first = partition(rows.clone(), |at| compare(at) == Ordering::Less);
        let last = partition(first..rows.end, |at| compare(at) == Ordering::Equal);
        first..last
    }

    /// What stands at each scope, in tree order.
    pub(crate) fn each_row(&self) -> impl Iterator<Item = (&str, Here<'_>)> + '_ {
        (0..self.rows.len()).filter_map(|at| {
            let text = core::str::from_utf8(self.row_text(at)).ok()?;
            Some((if text.is_empty() { "/" } else { text }, self.here(at)))
        })
    }

    fn row_text(&self, at: usize) -> &[u8] {
        let end = self.row(at).text as usize;
        self.text.get(self.before(at).text as usize..end).unwrap_or_default()
    }

    fn here(&self, at: usize) -> Here<'_> {
        let (begin, end) = (self.before(at), self.row(at));
        Here {
            depth: end.depth,
            grants: self,
            assigned: self.assigned.get(begin.assigned as usize..end.assigned as usize).unwrap_or_default(),
            set: self.set.get(begin.set as usize..end.set as usize).unwrap_or_default(),
        }
    }

    fn row(&self, at: usize) -> Row {
        self.rows.get(at).copied().unwrap_or_default()
    }

    fn before(&self, at: usize) -> Row {
        at.checked_sub(1).map_or_else(Row::default, |earlier| self.row(earlier))
    }

    fn window(&self, index: u16) -> Window {
        match usize::from(index).checked_sub(1) {
            None => Window::ALWAYS,
            // An index that points nowhere cannot be built; if it could, the grant would not act.
            Some(index) => self.windows.get(index).copied().unwrap_or(Window { from: 0, until: 0 }),
        }
    }
}

/// The first of `range` for which `before` no longer holds.
fn partition(range: Range<usize>, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (range.start, range.end);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Orders the first segment of `rest` against `segment`; `/` and the end of the text end a segment.
fn compare_segment(rest: &[u8], segment: &[u8]) -> Ordering {
    for (at, want) in segment.iter().enumerate() {
        match rest.get(at) {
            None | Some(b'/') => return Ordering::Less,
            Some(have) if have != want => return have.cmp(want),
            Some(_) => {}
        }
    }
    match rest.get(segment.len()) {
        None | Some(b'/') => Ordering::Equal,
        Some(_) => Ordering::Greater,
    }
}
