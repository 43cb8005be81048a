//! Snapshots from a hostile hand: changed ones are refused; those with a good checksum answer, and the same in every way.

use crate::targets::{NOW, RICH, ask_all};
use crate::{model, preset, world};
use countersign_wire::projection::{self, Stamp};

const HEAD: usize = 4;
const SUM: usize = 8;

/// Snapshots of the members of two tenants.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let small = "[[members]]\nsubject = \"user:ann\"\nattributes = { licensed = true }\n\
        [[assignments]]\nto = \"user:ann\"\nrole = \"admin\"\nscope = \"project:p\"\n\
        [[assignments]]\nto = \"user:ann\"\nrole = \"approver\"\nwhen = \"resource.level > 1\"\n\
        [[overrides]]\nsubject = \"user:ann\"\npermission = \"sign:view\"\neffect = \"allow\"\n\
        [[resources]]\npath = \"project:p/sign:s1\"\nattributes = { level = 1, tags = [\"a\"] }\n";
    for (model_text, tenant) in
        [(RICH.to_owned(), small.to_owned()), (preset("signagent/model.toml"), preset("signagent/tenant.toml"))]
    {
        let model = model(&model_text).expect("a good model");
        let world = world(&model, &tenant).expect("a good tenant");
        let mut members: Vec<String> = world.members().map(str::to_owned).collect();
        members.sort();
        for subject in members.into_iter().take(5) {
            let stamp = Stamp { tenant: "acme".to_owned(), subject, revision: 7, expires: NOW + 60_000 };
            all.push(world.snapshot(&stamp, NOW).expect("a snapshot"));
        }
    }
    all
}

/// FNV-1a, 64 bits.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Reads bytes whose checksum was made good, and asks for everything.
pub(crate) fn resealed(bytes: &[u8]) {
    let mut bytes = bytes.to_vec();
    if bytes.len() >= HEAD + SUM {
        let sum = checksum(&bytes[HEAD + SUM..]);
        bytes[HEAD..HEAD + SUM].copy_from_slice(&sum.to_le_bytes());
    }
    let Ok(projection) = projection::decode(&bytes) else { return };
    ask_all(projection.policy(), &projection.subject());
    let paths = ["project:p", "project:p/sign:s1", "sign:x", "member:user:ann", "", "/", "nothing:x"];
    for path in paths {
        for action in ["view", "edit", "approve", "nothing"] {
            let supplied = countersign_core::Attributes::NONE;
            for now in [NOW, projection.stamp.expires] {
                let question = countersign_core::Question { action, path, supplied, now };
                let decision = projection.check(&question);
                assert!(now < projection.stamp.expires || !decision.is_allow(), "allows after its end");
            }
        }
        let _ = projection.answer(path, NOW);
    }
}

#[test]
fn a_snapshot_with_any_byte_changed_is_refused() {
    let mut tried = 0;
    for seed in seeds() {
        assert!(projection::decode(&seed).is_ok());
        let mut bytes = seed.clone();
        for at in 0..bytes.len() {
            let known = bytes[at];
            for value in [known ^ 1, known ^ 0x80, known.wrapping_add(1), !known, 0, 0xff] {
                bytes[at] = value;
                assert!(value == known || projection::decode(&bytes).is_err(), "byte {at} as {value}");
                tried += 1;
            }
            bytes[at] = known;
            assert!(projection::decode(&bytes[..at]).is_err(), "cut off at {at}");
        }
        bytes.push(0);
        assert!(projection::decode(&bytes).is_err(), "one more byte");
    }
    assert!(tried > 10_000, "{tried}");
}

#[test]
fn a_snapshot_with_any_byte_changed_and_a_good_checksum_answers() {
    let mut seeds = seeds();
    seeds.sort_by_key(Vec::len);
    for seed in seeds.iter().take(2) {
        let mut bytes = seed.clone();
        for at in HEAD + SUM..bytes.len() {
            let known = bytes[at];
            for value in [known ^ 1, known ^ 0x80, known.wrapping_add(1), 0xff] {
                bytes[at] = value;
                resealed(&bytes);
            }
            bytes[at] = known;
        }
    }
}
