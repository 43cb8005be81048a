//! Resource types: names, parents, actions and their limits.

use crate::circle;
use crate::names::ANY_TYPE;
use countersign_core::limits::{ACTIONS_PER_TYPE, ID_BYTES, PATH_DEPTH, TYPES};
use countersign_core::{TypeId, TypeSpec, builtin};
use countersign_wire::diagnostic::suggest;
use countersign_wire::model::TypeDecl;
use countersign_wire::reader::{Placed, Problems, join};

/// Checks the declared types; their order is the order of the file.
pub(crate) fn compile(decls: &[TypeDecl], problems: &mut Problems<'_>) -> Vec<TypeSpec> {
    if let Some(decl) = decls.get(TYPES - builtin::TYPES.len()) {
        let message = format!("a model has at most {} types", TYPES - builtin::TYPES.len());
        problems.add_with_help(&decl.name.at, message, "make one of several that differ only in an attribute");
        problems.doubt(ANY_TYPE);
    }
    let decls = decls.get(..TYPES - builtin::TYPES.len()).unwrap_or(decls);
    let names = Names::of(decls);
    let types: Vec<_> = decls.iter().map(|decl| one(decl, &names, problems)).collect();
    reachable(decls, &names, problems);
    types
}

/// The declared types by name; of two of the same name the first.
struct Names<'a> {
    sorted: Vec<(&'a str, usize)>,
    decls: &'a [TypeDecl],
}

impl<'a> Names<'a> {
    fn of(decls: &'a [TypeDecl]) -> Self {
        let mut sorted: Vec<_> = decls.iter().enumerate().map(|(at, decl)| (decl.name.value.as_str(), at)).collect();
        sorted.sort_unstable();
        Self { sorted, decls }
    }

    fn find(&self, name: &str) -> Option<usize> {
        let at = self.sorted.partition_point(|(known, _)| *known < name);
        self.sorted.get(at).filter(|(known, _)| *known == name).map(|(_, at)| *at)
    }
}

fn one(decl: &TypeDecl, names: &Names<'_>, problems: &mut Problems<'_>) -> TypeSpec {
    let place = decl.name.at.path.as_str();
    let actions_at = join(place, "actions");
    if problems.stand(&actions_at) || decl.actions.len() > ACTIONS_PER_TYPE {
        problems.doubt(&actions_at);
    }
    name(&decl.name, "a type", problems);
    if builtin::is_builtin(&decl.name.value) {
        let message = format!("`{}` is a built-in type: its actions are given by Countersign", decl.name.value);
        problems.add_with_help(
            &decl.name.at,
            message,
            "choose another name, or use the built-in type in roles as it is",
        );
        problems.doubt(place);
    }
    if let Some(action) = decl.actions.get(ACTIONS_PER_TYPE) {
        let message = format!("a type has at most {ACTIONS_PER_TYPE} actions");
        problems.add_with_help(&action.at, message, "make two types of it, or let an attribute tell actions apart");
    }
    for (at, action) in decl.actions.iter().enumerate() {
        name(action, "an action", problems);
        if decl.actions.iter().take(at).any(|earlier| earlier.value == action.value) {
            let message = format!("the action `{}` is declared twice", action.value);
            problems.add_with_help(&action.at, message, "take one of them out");
        }
    }
    let mut at_root = decl.parents.is_empty();
    let mut parents = Vec::new();
    for parent in &decl.parents {
        match names.find(&parent.value) {
            _ if parent.value == "/" => at_root = true,
            Some(index) => parents.extend(u16::try_from(index).ok().map(TypeId)),
            None if problems.is_doubtful(ANY_TYPE) => {}
            None => {
                let known = names.decls.iter().map(|other| other.name.value.as_str());
                let message = format!("there is no type `{}`", parent.value);
                problems.add_with_help(&parent.at, message, suggest(&parent.value, known));
            }
        }
    }
    let parent_at = join(place, "parent");
    if problems.stand(&parent_at) {
        problems.doubt(&parent_at);
    }
    // What was refused above is left out, so that the roles can still be checked against the rest.
    let mut actions: Vec<Box<str>> = Vec::new();
    for action in decl.actions.iter().take(ACTIONS_PER_TYPE) {
        if !actions.iter().any(|earlier| **earlier == *action.value) {
            actions.push(action.value.clone().into());
        }
    }
    TypeSpec { name: decl.name.value.clone().into(), at_root, parents, actions }
}

/// A type that no path can hold would never be granted: its parents form a circle, or stand too deep.
fn reachable(decls: &[TypeDecl], names: &Names<'_>, problems: &mut Problems<'_>) {
    let at_root = |decl: &TypeDecl| decl.parents.is_empty() || decl.parents.iter().any(|parent| parent.value == "/");
    // Below a type that there is not anything may be; that there is not is said elsewhere.
    let above = |decl: &TypeDecl| decl.parents.iter().map(|parent| names.find(&parent.value)).collect();
    let above: Vec<Vec<Option<usize>>> = decls.iter().map(above).collect();
    let mut reached: Vec<bool> = decls.iter().map(at_root).collect();
    for _ in 1..PATH_DEPTH {
        let is_reached = |at: usize| reached.get(at).is_some_and(|reached| *reached);
        let below = |(decl, above): (&TypeDecl, &Vec<Option<usize>>)| {
            at_root(decl) || above.iter().any(|above| above.is_none_or(is_reached))
        };
        reached = decls.iter().zip(&above).map(below).collect();
    }
    // What only stands below such a type is mended with it: of a circle each is named, of a chain the first.
    let left: Vec<bool> = reached.iter().map(|reached| !reached).collect();
    let above: Vec<Vec<usize>> = above.into_iter().map(|above| above.into_iter().flatten().collect()).collect();
    let circles = circle::in_circles(&left, |number| above.get(number).map_or(&[][..], Vec::as_slice));
    let is_left = |number: usize| left.get(number) == Some(&true);
    let is_first = |number: &usize| above.get(*number).into_iter().flatten().any(|other| !is_left(*other));
    let told = (0..left.len()).filter(|number| is_left(*number) && (is_first(number) || circles.contains(number)));
    for decl in told.filter_map(|number| decls.get(number)) {
        let message =
            format!("no path of at most {PATH_DEPTH} segments leads from the root to the type `{}`", decl.name.value);
        problems.add_with_help(&decl.name.at, message, "check its `parent`, and theirs, for a circle");
    }
}

/// Type and action names stand in conditions too, so they are identifiers.
fn name(name: &Placed<String>, what: &str, problems: &mut Problems<'_>) {
    let first = name.value.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let rest = name.value.chars().all(|other| other.is_ascii_alphanumeric() || other == '_');
    if !first || !rest || name.value.starts_with('_') || name.value.len() > ID_BYTES {
        let help = format!("use 1 to {ID_BYTES} letters, digits and `_`, beginning with a letter");
        problems.add_with_help(&name.at, format!("`{}` cannot be the name of {what}", name.value), help);
    }
}
