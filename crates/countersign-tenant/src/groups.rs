//! Groups: who is in them holds what they were given.

pub(crate) use countersign_wire::stored::Named;
