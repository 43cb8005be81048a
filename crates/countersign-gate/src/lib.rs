//! The request gate of Countersign: request to question to verdict
