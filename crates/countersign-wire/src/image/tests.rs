//! Images: what was written is read, and nothing else is.

use super::{CHECKSUM_BYTES, ImageError, Member, Parts, checksum, decode, encode};
use countersign_core::{Attributes, Grants, Policy, Registry, Status};

fn image() -> Vec<u8> {
    let member = Member {
        status: Status::Active,
        attributes: Attributes::default(),
        groups: Box::new([0]),
        grants: Grants::default(),
    };
    let parts = Parts {
        policy: &Policy::empty(),
        members: vec![("user:ann", &member), ("user:bob", &member)],
        groups: vec![("staff", &member.grants)],
        resources: &Registry::default(),
        registered: &["project:p".to_owned()],
    };
    encode(&parts).unwrap()
}

/// The image with the right checksum for a body that was changed.
fn resealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let body = 4 + CHECKSUM_BYTES;
    let sum = checksum(&bytes[body..]).to_le_bytes();
    bytes[4..body].copy_from_slice(&sum);
    bytes
}

#[test]
fn every_changed_byte_and_every_cut_is_found() {
    let image = image();
    assert_eq!(decode(&image).unwrap().members.len(), 2);
    for at in 0..image.len() {
        for bit in 0..8 {
            let mut changed = image.clone();
            changed[at] ^= 1 << bit;
            let expected = if at == 3 { ImageError::Version(changed[at]) } else { ImageError::Corrupt };
            assert_eq!(decode(&changed).err(), Some(expected), "byte {at}, bit {bit}");
            // With the checksum of what it says now, it is refused or another image, and nothing panics.
            let _ = decode(&resealed(changed));
        }
        assert_eq!(decode(&image[..at]).err(), Some(ImageError::Corrupt), "cut at {at}");
        if at >= 4 + CHECKSUM_BYTES {
            assert_eq!(decode(&resealed(image[..at].to_vec())).err(), Some(ImageError::Corrupt), "cut at {at}");
        }
    }
    assert_eq!(decode(&[image.as_slice(), b"x"].concat()).err(), Some(ImageError::Corrupt));
    assert_eq!(decode(&resealed([image.as_slice(), b"x"].concat())).err(), Some(ImageError::Corrupt));
}

#[test]
fn nobody_is_there_twice_and_no_group_is_invented() {
    let image = image();
    let swap = |old: &[u8], new: &[u8]| {
        let at = image.windows(old.len()).position(|part| part == old).unwrap();
        let mut changed = image.clone();
        changed[at..at + new.len()].copy_from_slice(new);
        decode(&resealed(changed)).err()
    };
    assert_eq!(swap(b"user:bob", b"user:bot"), None);
    assert_eq!(swap(b"user:bob", b"user:ann"), Some(ImageError::Corrupt));
    assert_eq!(swap(b"user:bob", b"user:aaa"), Some(ImageError::Corrupt));
    // Behind the subject: active, one group, the first.
    assert_eq!(swap(b"user:bob\x01\x01\x00", b"user:bob\x01\x01\x01"), Some(ImageError::Corrupt));
}
