//! The state machine: authorisation, events, refusals.
