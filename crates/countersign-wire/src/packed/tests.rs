//! What postcard writes is read as postcard reads it, and what it refuses is refused.

use super::{Packed, Unpack, unpack};
use core::fmt::Debug;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Form {
    name: String,
    flag: bool,
    numbers: Vec<(u16, u64)>,
    range: Option<(i64, i64)>,
}

fields!(Form { name flag numbers range });

#[track_caller]
fn same<T: Unpack + DeserializeOwned + PartialEq + Debug>(bytes: &[u8]) {
    let expected = postcard::take_from_bytes::<T>(bytes).ok().filter(|(_, rest)| rest.is_empty());
    assert_eq!(unpack::<T>(bytes), expected.map(|(form, _)| form), "{bytes:?}");
}

fn form() -> Form {
    Form { name: "né".into(), flag: true, numbers: vec![(u16::MAX, u64::MAX), (0, 300)], range: Some((i64::MIN, -1)) }
}

#[test]
fn forms_are_read() {
    for form in [form(), Form { name: String::new(), flag: false, numbers: Vec::new(), range: None }] {
        let bytes = postcard::to_allocvec(&form).unwrap();
        assert_eq!(unpack(&bytes), Some(form));
    }
}

#[test]
fn changed_and_cut_bytes_are_read_as_postcard_reads_them() {
    let bytes = postcard::to_allocvec(&form()).unwrap();
    for at in 0..bytes.len() {
        same::<Form>(&bytes[..at]);
        for byte in 0..=u8::MAX {
            let mut changed = bytes.clone();
            changed[at] = byte;
            same::<Form>(&changed);
        }
    }
}

#[test]
fn numbers_have_their_bounds() {
    for tail in 0..=u8::MAX {
        for length in 0..12 {
            let bytes: Vec<u8> = [vec![0xff; length], vec![tail]].concat();
            same::<u64>(&bytes);
            same::<i64>(&bytes);
        }
    }
    same::<u16>(&[0xff, 0xff, 0x03]);
    same::<u16>(&[0xff, 0xff, 0x04]);
    same::<bool>(&[2]);
    assert_eq!(Packed::new(&[3]).number(), 3);
}

#[test]
fn a_length_reserves_nothing() {
    assert_eq!(unpack::<Vec<u64>>(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]), None);
}
