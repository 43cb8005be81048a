//! The tenant of Countersign: a state machine of commands, events and refusals
