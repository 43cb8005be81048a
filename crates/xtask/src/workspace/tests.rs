//! Reading versions out of a lock file.

use super::{locked_version, numbers};

const LOCK: &str = r#"
[[package]]
name = "wasm-bindgen"
version = "0.2.130"
source = "registry"

[[package]]
name = "wasm-bindgen-macro"
version = "0.2.131"

[[package]]
name = "syn"
version = "1.0.109"

[[package]]
name = "syn"
version = "2.0.9"
"#;

#[test]
fn a_package_is_found_by_its_whole_name() {
    assert_eq!(locked_version(LOCK, "wasm-bindgen").as_deref(), Some("0.2.130"));
    assert_eq!(locked_version(LOCK, "wasm").as_deref(), None);
}

#[test]
fn of_several_versions_the_highest_counts() {
    assert_eq!(locked_version(LOCK, "syn").as_deref(), Some("2.0.9"));
}

#[test]
fn versions_compare_by_number() {
    assert!(numbers("v20.19.0") >= numbers("20.19"));
    assert!(numbers("20.9.1") < numbers("20.19"));
    assert!(numbers("22.0.0-rc1") > numbers("20.19"));
}
