//! The template of a resource: `project:{project}/state:{state}`.

use super::pattern;
use countersign_wire::reader::{Placed, Problems};
use std::ops::Range;

/// A template, segment by segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    /// As it is written
    pub(super) text: Placed<String>,
    pub(super) segments: Vec<Segment>,
}

/// One segment: a type, and an id that is literal or has one parameter in it. With two, different requests could come to
/// the same resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    /// Where it stands in the text
    pub(super) part: Range<usize>,
    pub(super) kind: String,
    pub(super) before: String,
    pub(super) parameter: Option<String>,
    pub(super) after: String,
}

impl Template {
    /// The resource with every parameter replaced; nothing if one has no value, or one that would make other segments.
    pub(super) fn fill(&self, value: impl Fn(&str) -> Option<String>) -> Option<String> {
        let mut path = String::with_capacity(self.text.value.len() * 2);
        for (number, segment) in self.segments.iter().enumerate() {
            if number > 0 {
                path.push('/');
            }
            path.push_str(&segment.kind);
            path.push(':');
            path.push_str(&segment.before);
            if let Some(name) = &segment.parameter {
                let id =
                    value(name).filter(|id| !id.is_empty() && !id.contains('/') && !id.contains(char::is_control))?;
                path.push_str(&id);
            }
            path.push_str(&segment.after);
        }
        Some(path)
    }

    /// The parameters in it.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(|segment| segment.parameter.as_deref())
    }
}

/// Reads a template.
pub(super) fn read(text: Placed<String>, problems: &mut Problems<'_>) -> Template {
    let (mut segments, mut start) = (Vec::new(), 0);
    for part in text.value.split('/') {
        let end = start + part.len();
        match segment(part, start..end) {
            Some(segment) => segments.push(segment),
            // A value that is missing was told already.
            None if text.value.is_empty() => {}
            None => {
                let help = "a segment is `type:id`; the id is literal, or has one `{parameter}` in it";
                problems.add_within(
                    &text,
                    start..end,
                    format!("`{part}` is no segment of a resource"),
                    Some(help.to_owned()),
                );
            }
        }
        start = end + 1;
    }
    Template { text, segments }
}

fn segment(text: &str, part: Range<usize>) -> Option<Segment> {
    let (kind, id) = text.split_once(':')?;
    let (before, parameter, after) = match id.split_once('{') {
        None => (id, None, ""),
        Some((before, rest)) => {
            let (name, after) = rest.split_once('}')?;
            (before, Some(name), after)
        }
    };
    let literal = |text: &str| !text.contains(['{', '}']) && !text.contains(char::is_control);
    let named = parameter.is_none_or(|name| pattern::is_name(name) && !name.starts_with('_'));
    let sound = !kind.is_empty() && literal(kind) && literal(before) && literal(after) && named && !id.is_empty();
    sound.then(|| Segment {
        part,
        kind: kind.to_owned(),
        before: before.to_owned(),
        parameter: parameter.map(str::to_owned),
        after: after.to_owned(),
    })
}
