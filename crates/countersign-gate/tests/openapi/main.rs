//! The OpenAPI document: made from the table of endpoints and the types of their bodies, and held against the one that
//! is committed and served.

#[cfg(test)]
mod document;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod names;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod parameters;

#[cfg(test)]
mod tests {
    use super::document::document;
    use countersign_gate::manage::ENDPOINTS;
    use serde_json::Value;
    use std::collections::BTreeSet;

    const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/openapi.json");

    #[test]
    fn the_committed_document_is_current() {
        let document = document();
        if std::env::var_os("COUNTERSIGN_RENEW").is_some() {
            let text = serde_json::to_string_pretty(&document).unwrap();
            std::fs::write(COMMITTED, text + "\n").unwrap();
        }
        let committed: Value =
            serde_json::from_str(&std::fs::read_to_string(COMMITTED).unwrap_or_default()).unwrap_or_default();
        assert!(committed == document, "config/openapi.json is not what the types say; run `cargo xtask openapi`");
    }

    #[test]
    fn every_endpoint_is_in_it_once() {
        let document = document();
        let paths = document["paths"].as_object().unwrap();
        let operations =
            paths.values().flat_map(|path| path.as_object().unwrap()).filter(|(name, _)| *name != "parameters");
        let ids: Vec<&str> = operations.map(|(_, operation)| operation["operationId"].as_str().unwrap()).collect();
        let others =
            ["getSession", "beginSession", "endSession", "getMySnapshot", "watchMySnapshot", "getOpenApi", "getDocs"];
        assert_eq!(ids.len(), ENDPOINTS.len() + others.len());
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
        others.iter().for_each(|other| assert!(ids.contains(other), "{other}"));
    }

    /// Every reference leads somewhere, and every form is used.
    #[test]
    fn nothing_is_left_out_and_nothing_left_over() {
        let text = serde_json::to_string(&document()).unwrap();
        let document = document();
        for part in ["schemas", "responses", "parameters", "headers"] {
            let there: BTreeSet<&str> =
                document["components"][part].as_object().unwrap().keys().map(String::as_str).collect();
            let start = format!("\"#/components/{part}/");
            let used: BTreeSet<&str> = text.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect();
            assert_eq!(there, used, "{part}");
        }
    }
}
