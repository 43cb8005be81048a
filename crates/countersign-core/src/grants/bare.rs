//! Whether an answer depends on the last id of the path: it does not where no grant stands at any resource of that type.

use super::{Grants, partition};

impl Grants {
    /// Whether no grant stands at or below any resource whose path begins with `family`: the path up to the colon of its
    /// last segment, that colon included ([`Path::family`](crate::Path::family)).
    ///
    /// What these grants say is then the same for every well-formed id behind that colon.
    pub(crate) fn bare_below(&self, family: &[u8]) -> bool {
        // Rows are in tree order, where `/` sorts before every other byte and all that begins alike stands together.
        let key = |byte: &u8| if *byte == b'/' { 0 } else { *byte };
        let before = |at: usize| self.row_text(at).iter().map(key).lt(family.iter().map(key));
        let first = partition(0..self.rows.len(), before);
        !self.row_text(first).starts_with(family)
    }
}

#[cfg(test)]
mod tests;
