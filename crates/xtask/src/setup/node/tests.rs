//! Which versions of Node will do.

use super::recent_enough;

#[test]
fn the_oldest_version_and_newer_ones_will_do() {
    assert!(recent_enough("v20.19.0"));
    assert!(recent_enough("v20.20.2"));
    assert!(recent_enough("v24.1.0"));
    assert!(!recent_enough("v20.9.0"));
    assert!(!recent_enough("v18.20.8"));
    assert!(!recent_enough("no version at all"));
}
