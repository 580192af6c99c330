//! A kept-alive HTTP/1.1 connection.
//!
//! Hand-made because the generator shares the machine's cores with what it measures: every microsecond it spends on
//! an answer is taken from the service.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::answer::{Head, NotHttp};

const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// One connection; requests go over it one after the other.
pub(crate) struct Connection {
    address: SocketAddr,
    stream: TcpStream,
    received: Vec<u8>,
    head: Option<Head>,
}

/// What came back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Head and body.
    pub(crate) bytes: usize,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { address, stream, received: Vec::with_capacity(64 * 1024), head: None })
    }

    /// Sends a request and waits for the whole answer.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> io::Result<Answer> {
        match tokio::time::timeout(ANSWER_WITHIN, self.try_exchange(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "no answer within 30 s")),
        }
    }

    /// The last answer's body.
    pub(crate) fn body(&self) -> Vec<u8> {
        self.head.map(|head| head.body(&self.received)).unwrap_or_default()
    }

    async fn try_exchange(&mut self, request: &[u8]) -> io::Result<Answer> {
        if self.head.is_some_and(|head| !head.keeps_alive) {
            *self = Self::open(self.address).await?;
        }
        self.received.clear();
        self.head = None;
        self.stream.write_all(request).await?;
        loop {
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if self.head.is_none() {
                self.head = Head::read(&self.received).map_err(not_http)?;
            }
            let Some(head) = &self.head else { continue };
            if let Some(bytes) = head.answer_end(&self.received).map_err(not_http)? {
                return Ok(Answer { status: head.status, bytes });
            }
        }
    }
}

fn not_http(NotHttp: NotHttp) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the answer is not HTTP/1.1")
}

/// A `GET`, ready to be sent.
pub(crate) fn get(path: &str, cookie: Option<&str>) -> Vec<u8> {
    let mut request = Vec::new();
    write(&mut request, "GET", path, cookie, None);
    request
}

/// A `POST` with a JSON body, ready to be sent.
pub(crate) fn post(path: &str, cookie: Option<&str>, body: &str) -> Vec<u8> {
    let mut request = Vec::new();
    write(&mut request, "POST", path, cookie, Some(body));
    request
}

/// Writes a request with the headers a program sends.
pub(crate) fn write(out: &mut Vec<u8>, method: &str, path: &str, cookie: Option<&str>, body: Option<&str>) {
    let mut add = |parts: &[&str]| parts.iter().for_each(|part| out.extend_from_slice(part.as_bytes()));
    add(&[method, " ", path, " HTTP/1.1\r\nhost: market.test\r\naccept: */*\r\n"]);
    if let Some(cookie) = cookie {
        add(&["cookie: ", cookie, "\r\n"]);
    }
    match body {
        Some(body) => {
            let length = body.len().to_string();
            add(&["content-type: application/json\r\ncontent-length: ", &length, "\r\n\r\n", body]);
        }
        None => add(&["\r\n"]),
    }
}
