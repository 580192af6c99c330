//! A web server of three lines, for pages that the market itself would never serve.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::TcpListener,
};

/// A page: headers of its own, and its text.
pub(crate) struct Page {
    /// Its content type.
    kind: &'static str,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Page {
    /// A page without any headers of its own.
    pub(crate) fn plain(body: impl Into<String>) -> Self {
        Self { kind: "text/html; charset=utf-8", headers: Vec::new(), body: body.into() }
    }

    /// A script.
    pub(crate) fn script(body: impl Into<String>) -> Self {
        Self { kind: "text/javascript", ..Self::plain(body) }
    }

    /// The same with a header.
    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// Serves pages by their paths at a loopback address, for as long as this process runs. Returns the address.
pub(crate) fn serve(pages: BTreeMap<&'static str, Page>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // Connections that a browser opens in advance may close without a word.
            let Ok(mut stream) = stream else { continue };
            let mut request = [0; 4096];
            let read = stream.read(&mut request).unwrap_or_default();
            let request = String::from_utf8_lossy(&request[..read]);
            let path = request.split(' ').nth(1).unwrap_or_default();
            let (status, page) = match pages.get(path) {
                Some(page) => ("200 OK", page),
                None => ("404 Not Found", &Page::plain("")),
            };
            let kind = page.kind;
            let mut head = format!(
                "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n",
                page.body.len()
            );
            for (name, value) in &page.headers {
                head = format!("{head}{name}: {value}\r\n");
            }
            let _ = stream.write_all(format!("{head}\r\n{}", page.body).as_bytes());
        }
    });
    url
}
