//! Addresses and ranges: their forms, and which address is in which range.

use super::Random;
use crate::condition::{Ip, IpRange};
use alloc::string::String;
use core::net::IpAddr;

#[track_caller]
fn address(text: &str, expected: Option<(bool, u128)>) {
    assert_eq!(Ip::parse(text).map(|ip| (ip.is_v6(), ip.bits())), expected, "{text:?}");
}

#[test]
fn addresses() {
    address("0.0.0.0", Some((false, 0)));
    address("10.0.0.255", Some((false, 0x0a00_00ff)));
    address("255.255.255.255", Some((false, 0xffff_ffff)));
    address("::", Some((true, 0)));
    address("::1", Some((true, 1)));
    address("1::", Some((true, 1 << 112)));
    address("2001:db8::A", Some((true, 0x2001_0db8 << 96 | 10)));
    address("1:2:3:4:5:6:7:8", Some((true, 0x0001_0002_0003_0004_0005_0006_0007_0008)));
    address("1::3:4:5:6:7:8", Some((true, 0x0001_0000_0003_0004_0005_0006_0007_0008)));
    address("::10.0.0.1", Some((true, 0x0a00_0001)));
    address("64:ff9b::10.0.0.1", Some((true, 0x0064_ff9b << 96 | 0x0a00_0001)));
    address("1:2:3:4:5:6:10.0.0.1", Some((true, 0x0001_0002_0003_0004_0005_0006_0a00_0001)));
}

#[test]
fn an_address_has_one_family() {
    for mapped in ["::ffff:10.0.0.1", "::FFFF:a00:1", "0:0:0:0:0:ffff:a00:1", "0000::0000:ffff:10.0.0.1"] {
        address(mapped, Some((false, 0x0a00_0001)));
    }
    address("::fffe:10.0.0.1", Some((true, 0xfffe_0a00_0001)));
    address("1::ffff:10.0.0.1", Some((true, 1 << 112 | 0xffff_0a00_0001)));
    assert_eq!(Ip::new(true, 0xffff_0a00_0001), Ip::new(false, 0x0a00_0001));
    assert_eq!(Ip::new(false, 1 << 32), None);
}

#[test]
fn what_is_no_address() {
    for text in [
        "",
        ".",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "01.2.3.4",
        "1.2.3.256",
        "1.2.3.-4",
        "1.2.3.+4",
        "1.2..4",
        " 1.2.3.4",
        "1.2.3.4 ",
        "0x1.2.3.4",
        "1.2.3.4/8",
        ":",
        ":::",
        "1:",
        ":1",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7::8",
        "1::2::3",
        "::1::",
        "12345::",
        "g::",
        "fe80::1%eth0",
        "[::1]",
        "1.2.3.4::",
        "::1.2.3.4:5",
        "::1.2.3",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1:2:3:4:5:1.2.3.4",
        "::01.2.3.4",
        "+1::",
    ] {
        address(text, None);
    }
}

#[test]
fn the_standard_library_agrees() {
    let mut random = Random(5);
    let parts = ["0", "1", "ffff", "a00", "255", "10", "01", ":", "::", ":", ".", ".", "10.0.0.1", "f", "-"];
    let mut read = 0;
    for _ in 0..400_000 {
        let text: String = (0..=random.below(16)).map(|_| *random.one(&parts)).collect();
        let expected = match text.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
            Ok(IpAddr::V4(ip)) => Some((false, u128::from(ip.to_bits()))),
            Ok(IpAddr::V6(ip)) => Some((true, ip.to_bits())),
            Err(_) => None,
        };
        read += u32::from(expected.is_some());
        address(&text, expected);
    }
    assert!(read > 5000, "{read}");
}

#[track_caller]
fn range(text: &str, inside: &[&str], outside: &[&str]) {
    let range = IpRange::parse(text).expect(text);
    assert_eq!(IpRange::new(range.first(), range.prefix()), Some(range), "{text}");
    for ip in inside {
        assert!(range.contains(Ip::parse(ip).unwrap()), "{ip} in {text}");
    }
    for ip in outside {
        assert!(!range.contains(Ip::parse(ip).unwrap()), "{ip} in {text}");
    }
}

#[test]
fn ranges() {
    range("10.0.0.0/8", &["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"], &["11.0.0.0", "9.255.255.255", "::a00:1"]);
    range("10.1.2.3/32", &["10.1.2.3"], &["10.1.2.2", "10.1.2.4"]);
    range("0.0.0.0/0", &["0.0.0.0", "255.255.255.255"], &["::", "::1"]);
    range("128.0.0.0/1", &["128.0.0.0"], &["127.255.255.255"]);
    range("2001:db8::/32", &["2001:db8::", "2001:db8:ffff::1"], &["2001:db9::", "32.1.13.184"]);
    range("::/0", &["::", "ffff::"], &["0.0.0.0", "::ffff:10.0.0.1"]);
    range("::1/128", &["::1"], &["::", "::2", "0.0.0.1"]);
    range("::ffff:10.0.0.0/104", &["10.2.3.4"], &["11.0.0.0"]);
    range("::ffff:0:0/96", &["10.2.3.4"], &["::"]);
}

#[test]
fn what_is_no_range() {
    for text in [
        "",
        "/",
        "10.0.0.0",
        "10.0.0.0/",
        "/8",
        "10.0.0.1/8",
        "10.0.0.0/33",
        "10.0.0.0/08",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/8/8",
        "10.0.0.0/ 8",
        "10/8",
        "::1/127",
        "::/129",
        "::ffff:10.0.0.0/95",
        "::ffff:10.0.0.0/8",
        "::ffff:10.0.0.0/129",
        "0.0.0.1/0",
        "::1/0",
        "10.0.0.0/255.0.0.0",
    ] {
        assert_eq!(IpRange::parse(text), None, "{text:?}");
    }
}
