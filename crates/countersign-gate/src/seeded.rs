//! Bugs that tests plant in the gate to see that they are found. Outside of tests there are none.

/// A bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    /// One strict view in twenty does not ask the head
    StrictSkipsHead,
    /// A copy is good whatever revision it is of
    AnyCopy,
    /// What the store does not have does not exist
    BelievedMiss,
    /// The revision that the request has seen is not looked at
    NoMinimum,
    /// What is held is good for as long as the object cannot be reached
    EndlessGrace,
    /// An answer of the object counts though it is older than what is held
    OlderHead,
    /// An API token that is held is good for as long as it is
    HeldToken,
    /// The last good keys of an issuer are used for as long as none can be had
    KeysForGood,
    /// A signature that could not be verified is good
    AnySignature,
    /// A fetch of keys that was given up counts as under way
    GivenUpFetch,
    /// What the object does not say of an approval is that it is good
    ApprovalUnasked,
    /// A command is waited for longer than for others, whatever it waits for itself
    EndlessPatience,
}

/// Whether this bug strikes here.
#[cfg(not(test))]
pub(crate) const fn seeded(_bug: Bug) -> bool {
    false
}

#[cfg(test)]
thread_local! {
    static PLANTED: std::cell::Cell<Option<Bug>> = const { std::cell::Cell::new(None) };
    static TURN: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// Plants a bug in this thread, in place of the one before.
#[cfg(test)]
pub(crate) fn plant(bug: Option<Bug>) {
    PLANTED.set(bug);
}

/// Whether this bug strikes here.
#[cfg(test)]
pub(crate) fn seeded(bug: Bug) -> bool {
    if PLANTED.get() != Some(bug) {
        return false;
    }
    TURN.set(TURN.get() + 1);
    bug != Bug::StrictSkipsHead || TURN.get().is_multiple_of(20)
}
