//! Who gives a command.

/// Who gives a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The subject, such as `user:ann` or `operator:eve`
    pub subject: String,
    /// Whether it is one of the platform's operators, who stand above tenants
    pub operator: bool,
}
