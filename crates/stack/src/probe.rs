//! Readiness checks: one short exchange on a fresh connection.

use std::{io, net::SocketAddr, time::Duration};

use tokio::net::TcpStream;

const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// Something listens.
pub(crate) async fn accepts(address: SocketAddr) -> Result<(), String> {
    TcpStream::connect(address).await.map(drop).map_err(|error| error.to_string())
}

/// Whoever listens at `address` answers `say` with something that begins with `expect`.
pub(crate) async fn answers(address: SocketAddr, say: &str, expect: &str) -> Result<(), String> {
    let answer = tokio::time::timeout(ANSWER_WITHIN, ask(address, say))
        .await
        .map_err(|_| "no answer".to_owned())?
        .map_err(|error| error.to_string())?;
    if answer.starts_with(expect) { Ok(()) } else { Err(format!("it answered {:?}", first_line(&answer))) }
}

/// `GET path` answers 200.
pub(crate) async fn http_ok(address: SocketAddr, path: &str) -> Result<(), String> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    answers(address, &request, "HTTP/1.1 200").await
}

async fn ask(address: SocketAddr, say: &str) -> io::Result<String> {
    let stream = TcpStream::connect(address).await?;
    let mut rest = say.as_bytes();
    while !rest.is_empty() {
        stream.writable().await?;
        match stream.try_write(rest) {
            Ok(written) => rest = &rest[written..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    // The beginning of the answer decides, and it comes in one packet.
    let mut answer = vec![0; 4096];
    loop {
        stream.readable().await?;
        match stream.try_read(&mut answer) {
            Ok(read) => return Ok(String::from_utf8_lossy(&answer[..read]).into_owned()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or("nothing")
}
