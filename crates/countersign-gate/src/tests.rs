//! The gate natively: canonical paths, routes, freshness and verdicts.
