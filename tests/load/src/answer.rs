//! Reading HTTP/1.1 answers, as little of them as a load generator needs.

/// An answer that cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotHttp;

/// Where things lie in the bytes received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// Where the body begins.
    pub(crate) end: usize,
    body: Body,
    /// Whether the server takes another request on this connection.
    pub(crate) keeps_alive: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    Bytes(usize),
    Chunks,
}

impl Head {
    /// Reads the head at the start of `received`; `None` if it is not complete yet.
    pub(crate) fn read(received: &[u8]) -> Result<Option<Self>, NotHttp> {
        let Some(end) = find(received, b"\r\n\r\n") else { return Ok(None) };
        let head = std::str::from_utf8(&received[..end]).map_err(|_| NotHttp)?;
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")).ok_or(NotHttp)?;
        let status = status.get(..3).and_then(|digits| digits.parse().ok()).ok_or(NotHttp)?;
        let mut body = Body::Bytes(0);
        let mut keeps_alive = true;
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            if name.eq_ignore_ascii_case("content-length") {
                body = Body::Bytes(value.parse().map_err(|_| NotHttp)?);
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                body = Body::Chunks;
            } else if name.eq_ignore_ascii_case("connection") {
                keeps_alive = !value.eq_ignore_ascii_case("close");
            }
        }
        Ok(Some(Self { status, end: end + 4, body, keeps_alive }))
    }

    /// Where the answer ends; `None` if it is not complete yet.
    pub(crate) fn answer_end(&self, received: &[u8]) -> Result<Option<usize>, NotHttp> {
        match self.body {
            Body::Bytes(length) => Ok((received.len() >= self.end + length).then_some(self.end + length)),
            Body::Chunks => chunks(&received[self.end..], |_| ()).map(|end| end.map(|end| self.end + end)),
        }
    }

    /// The body of a complete answer.
    pub(crate) fn body(&self, received: &[u8]) -> Vec<u8> {
        match self.body {
            Body::Bytes(length) => received[self.end..self.end + length].to_vec(),
            Body::Chunks => {
                let mut body = Vec::new();
                let _ = chunks(&received[self.end..], |chunk| body.extend_from_slice(chunk));
                body
            }
        }
    }
}

/// Walks over the chunks. Returns where they end; `None` if the last one is not there yet.
fn chunks<'a>(mut rest: &'a [u8], mut take: impl FnMut(&'a [u8])) -> Result<Option<usize>, NotHttp> {
    let whole = rest.len();
    loop {
        let Some(line) = find(rest, b"\r\n") else { return Ok(None) };
        let size = std::str::from_utf8(&rest[..line]).map_err(|_| NotHttp)?;
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(|_| NotHttp)?;
        let end = line + 2 + size;
        if rest.len() < end + 2 {
            return Ok(None);
        }
        take(&rest[line + 2..end]);
        // No service sends trailers.
        if &rest[end..end + 2] != b"\r\n" {
            return Err(NotHttp);
        }
        rest = &rest[end + 2..];
        if size == 0 {
            return Ok(Some(whole - rest.len()));
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every beginning must be found incomplete, and the whole must end where it ends.
    fn body_of(answer: &str) -> (Head, String) {
        let bytes = answer.as_bytes();
        for length in 0..bytes.len() {
            if let Some(head) = Head::read(&bytes[..length]).unwrap() {
                assert_eq!(head.answer_end(&bytes[..length]).unwrap(), None, "{length}");
            }
        }
        let head = Head::read(bytes).unwrap().unwrap();
        assert_eq!(head.answer_end(bytes).unwrap(), Some(bytes.len()));
        (head, String::from_utf8(head.body(bytes)).unwrap())
    }

    #[test]
    fn a_body_of_known_length_is_read() {
        let (head, body) = body_of("HTTP/1.1 201 Created\r\nContent-Length: 5\r\nx: y\r\n\r\nhello");
        assert_eq!((head.status, head.keeps_alive, body.as_str()), (201, true, "hello"));
    }

    #[test]
    fn a_body_in_chunks_is_read() {
        let (head, body) = body_of(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
        );
        assert_eq!((head.status, body.as_str()), (200, "abc0123456789"));
    }

    #[test]
    fn an_answer_without_a_body_ends_with_its_head() {
        let (head, body) = body_of("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        assert_eq!((head.status, head.keeps_alive, body.as_str()), (204, false, ""));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in
            ["HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 2\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n"]
        {
            assert_eq!(Head::read(text.as_bytes()), Err(NotHttp), "{text}");
        }
        let bad = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n";
        assert_eq!(Head::read(bad).unwrap().unwrap().answer_end(bad), Err(NotHttp));
    }
}
