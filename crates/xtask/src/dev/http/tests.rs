//! What is sent and what is understood.

use super::{Request, is_complete, parse};

#[test]
fn a_request_carries_its_subject_and_its_body() {
    let request =
        Request { method: "PUT", path: "/v1/tenants/acme", subject: Some("operator:dev"), body: Some("{}".to_owned()) };
    let text = request.text(8787);
    assert!(text.starts_with("PUT /v1/tenants/acme HTTP/1.1\r\nHost: 127.0.0.1:8787\r\n"));
    assert!(text.contains("\r\nAuthorization: Dev operator:dev\r\n"));
    assert!(text.ends_with("\r\nContent-Length: 2\r\n\r\n{}"));
}

#[test]
fn a_request_without_them_has_no_such_headers() {
    let text = Request { method: "GET", path: "/", subject: None, body: None }.text(1);
    assert!(!text.contains("Authorization") && !text.contains("Content-"));
    assert!(text.ends_with("\r\n\r\n"));
}

#[test]
fn an_answer_is_its_status_and_its_body() {
    let answer = parse("HTTP/1.1 403 Forbidden\r\nContent-Type: x\r\n\r\nno\r\n\r\nreally").unwrap();
    assert_eq!(answer.status, 403);
    assert_eq!(answer.body, "no\r\n\r\nreally");
    assert!(parse("SSH-2.0-OpenSSH\r\n").is_none());
    assert!(parse("").is_none());
}

#[test]
fn an_answer_ends_where_its_length_or_its_last_chunk_says() {
    assert!(!is_complete(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"));
    assert!(!is_complete(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"));
    assert!(is_complete(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"));
    assert!(is_complete(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"));
    assert!(!is_complete(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"));
    assert!(is_complete(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
}
