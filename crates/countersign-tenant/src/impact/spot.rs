//! A representative resource: its path, and which of its ids stand for any that nobody names.

/// A resource that is asked about.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    segments: Vec<Segment>,
    text: String,
}

#[derive(Clone, Debug)]
struct Segment {
    kind: String,
    id: String,
    fresh: bool,
}

impl Spot {
    /// A named resource.
    pub(super) fn of(path: &str) -> Self {
        Self::below(path, &[], "")
    }

    /// A resource that nobody names, below a path (empty for the root) on this way.
    pub(super) fn below(path: &str, way: &[String], fresh: &str) -> Self {
        let named = path.split('/').filter_map(|segment| segment.split_once(':'));
        let named = named.map(|(kind, id)| Segment { kind: kind.to_owned(), id: id.to_owned(), fresh: false });
        let new = way.iter().map(|kind| Segment { kind: kind.clone(), id: fresh.to_owned(), fresh: true });
        let segments: Vec<Segment> = named.chain(new).collect();
        Self { text: joined(&segments), segments }
    }

    pub(super) fn path(&self) -> &str {
        &self.text
    }

    pub(super) fn depth(&self) -> usize {
        self.segments.len()
    }

    pub(super) fn kind(&self) -> &str {
        self.segments.last().map_or("", |segment| &segment.kind)
    }

    /// The type of the resource or the ancestor with so many segments.
    pub(super) fn type_at(&self, depth: usize) -> &str {
        self.at(depth).map_or("", |segment| &segment.kind)
    }

    /// How many segments the nearest resource of this type has, the resource itself included.
    pub(super) fn nearest(&self, kind: &str) -> Option<usize> {
        self.segments.iter().rposition(|segment| segment.kind == kind).map(|at| at + 1)
    }

    /// The id of the ancestor with so many segments.
    pub(super) fn id(&self, depth: usize) -> &str {
        self.at(depth).map_or("", |segment| &segment.id)
    }

    /// Whether that id stands for any that nobody names.
    pub(super) fn is_fresh(&self, depth: usize) -> bool {
        self.at(depth).is_some_and(|segment| segment.fresh)
    }

    /// The path of the ancestor with so many segments.
    pub(super) fn ancestor(&self, depth: usize) -> String {
        joined(self.segments.get(..depth).unwrap_or_default())
    }

    /// The same resource with another id at a depth.
    pub(super) fn renamed(&self, depth: usize, id: &str) -> Self {
        let mut other = self.clone();
        if let Some(segment) = depth.checked_sub(1).and_then(|at| other.segments.get_mut(at)) {
            segment.id = id.to_owned();
        }
        other.text = joined(&other.segments);
        other
    }

    fn at(&self, depth: usize) -> Option<&Segment> {
        self.segments.get(depth.checked_sub(1)?)
    }
}

fn joined(segments: &[Segment]) -> String {
    let all: Vec<String> = segments.iter().map(|segment| format!("{}:{}", segment.kind, segment.id)).collect();
    all.join("/")
}
