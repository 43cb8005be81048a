//! Assignments that are strings alone, as JSON has them, without a tree between text and form.

use super::{AssignmentDecl, never};
use crate::reader::Placed;
use crate::time;
use countersign_core::Window;

const KEYS: [&str; 6] = ["to", "role", "scope", "from", "until", "when"];

/// Room for one.
pub(super) fn blank() -> AssignmentDecl {
    let nothing = Placed::default;
    AssignmentDecl { to: nothing(), role: nothing(), scope: nothing(), window: Window::ALWAYS, when: None }
}

/// Writes an entry over `slip`, whose room is used again. Nothing if anything is wrong with it, and no places.
pub(super) fn assignment(slip: &mut AssignmentDecl, entries: &[(&str, &str)]) -> Option<()> {
    let mut found = [None; KEYS.len()];
    for (key, value) in entries {
        let slot = found.get_mut(KEYS.iter().position(|known| known == key)?)?;
        slot.replace(*value).is_none().then_some(())?;
    }
    let [to, role, scope, from, until, when] = found;
    write(&mut slip.to, to?);
    write(&mut slip.role, role?);
    write(&mut slip.scope, scope.unwrap_or("/"));
    let moment = |text: Option<&str>| text.map_or(Some(None), |text| time::parse(text).map(Some));
    let (from, until) = (moment(from)?, moment(until)?);
    (!never(from, until)).then_some(())?;
    slip.window = Window::new(from, until);
    slip.when = when.map(|text| Placed { value: text.to_owned(), ..Placed::default() });
    Some(())
}

fn write(placed: &mut Placed<String>, text: &str) {
    placed.value.clear();
    placed.value.push_str(text);
}
