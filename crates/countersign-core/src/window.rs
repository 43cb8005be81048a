//! When a grant is live.

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// The time in which a grant is live: `from ≤ now < until`.
///
/// An empty window (`from ≥ until`) is never live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// The first millisecond in which the grant is live
    pub from: Millis,
    /// The first millisecond in which it is live no more
    pub until: Millis,
}

impl Window {
    /// Live at any time.
    ///
    /// The last representable millisecond is excluded, as it is from every window.
    pub const ALWAYS: Self = Self { from: Millis::MIN, until: Millis::MAX };

    /// A window from its optional ends.
    #[must_use]
    pub fn new(from: Option<Millis>, until: Option<Millis>) -> Self {
        Self { from: from.unwrap_or(Millis::MIN), until: until.unwrap_or(Millis::MAX) }
    }

    /// Whether a grant with this window is live at `now`.
    #[must_use]
    pub fn is_live(self, now: Millis) -> bool {
        self.from <= now && now < self.until
    }

    /// The next moment at which the answer of [`Window::is_live`] may change, or [`Millis::MAX`] for never.
    #[must_use]
    pub fn next_change(self, now: Millis) -> Millis {
        if now < self.from {
            self.from
        } else if now < self.until {
            self.until
        } else {
            Millis::MAX
        }
    }
}
