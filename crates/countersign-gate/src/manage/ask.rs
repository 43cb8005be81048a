//! What an endpoint asks of the tenant.

use countersign_wire::api::{Command, Query};

/// A command or a query.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Asked {
    /// To be done
    Command(Box<Command>),
    /// To be shown
    Query(Box<Query>),
}

impl From<Command> for Asked {
    fn from(command: Command) -> Self {
        Self::Command(Box::new(command))
    }
}

impl From<Query> for Asked {
    fn from(query: Query) -> Self {
        Self::Query(Box::new(query))
    }
}
