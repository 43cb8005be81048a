//! The host of a request: its name in small letters, without a dot at its end.

/// The name in `host`, without its port; nothing if it is written in any other than the one form.
///
/// Clients and the platform write host names in small letters (RFC 3986, section 6.2.2.1); a host that is written
/// otherwise, or with an empty label, could be another one to whoever compares it.
#[must_use]
pub fn name(host: &str) -> Option<&str> {
    if let Some(rest) = host.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        let sound = address.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b':' | b'.'));
        let port = port.is_empty() || is_port(port.strip_prefix(':')?);
        return (sound && port && !address.is_empty()).then(|| host.get(..address.len() + 2)).flatten();
    }
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
    };
    (name.len() <= 253 && name.split('.').all(label) && port.is_none_or(is_port)).then_some(name)
}

fn is_port(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}
