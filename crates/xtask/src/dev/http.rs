//! Just enough HTTP to talk to the worker that we started: one request, one answer, plain text, on this machine.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};

/// What a request may take; the worker compiles its module at the first one.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// The status code.
    pub(super) status: u16,
    /// What follows the headers.
    pub(super) body: String,
}

/// A request to a port of this machine.
pub(super) struct Request<'a> {
    /// The method, in capitals.
    pub(super) method: &'a str,
    /// The path.
    pub(super) path: &'a str,
    /// Who asks, for the development sign-in.
    pub(super) subject: Option<&'a str>,
    /// A JSON body.
    pub(super) body: Option<String>,
}

impl Request<'_> {
    /// Sends it and waits for the answer.
    pub(super) fn send(&self, port: u16) -> Result<Answer> {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).context("nothing answers")?;
        stream.set_read_timeout(Some(PATIENCE)).context("cannot set a timeout")?;
        stream.write_all(self.text(port).as_bytes()).context("the request cannot be sent")?;
        // workerd keeps the connection open for seconds, whatever the request says, so the end has to be recognised.
        let mut bytes = Vec::new();
        let mut buffer = [0_u8; 8192];
        while !is_complete(&bytes) {
            match stream.read(&mut buffer).context("the answer breaks off")? {
                0 => break,
                count => bytes.extend_from_slice(&buffer[..count]),
            }
        }
        parse(&String::from_utf8_lossy(&bytes)).ok_or_else(|| anyhow!("the answer is not HTTP"))
    }

    fn text(&self, port: u16) -> String {
        let mut text =
            format!("{} {} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n", self.method, self.path);
        if let Some(subject) = self.subject {
            text.push_str(&format!("Authorization: Dev {subject}\r\n"));
        }
        if let Some(body) = &self.body {
            text.push_str(&format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()));
        }
        text.push_str("\r\n");
        text.push_str(self.body.as_deref().unwrap_or_default());
        text
    }
}

/// Whether the answer has come to its end, by its length or by its last chunk.
fn is_complete(bytes: &[u8]) -> bool {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    if let Some(length) = header("content-length:").and_then(|value| value.parse::<usize>().ok()) {
        return bytes.len() >= end + 4 + length;
    }
    header("transfer-encoding:") == Some("chunked") && bytes.ends_with(b"0\r\n\r\n")
}

fn parse(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, body: body.to_owned() })
}

#[cfg(test)]
mod tests;
