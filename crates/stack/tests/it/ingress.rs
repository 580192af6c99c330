//! nginx with the market's routes, in front of stand-ins that repeat what reached them.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc,
    time::Duration,
};

use stack::{Ingress, Service, Stack};

/// Answers every request with its own name and the request's head.
fn stand_in(name: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let head = read_head(&mut stream);
            let body = format!("I am {name}\n{head}");
            let length = body.len();
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
                .unwrap();
        }
    });
    address
}

fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap().replace("\r\n", "\n")
}

/// Sends a request as a browser would that was pointed at `market.example:81`.
async fn ask(ingress: &Ingress, method: &str, path: &str, length: usize) -> String {
    let address = ingress.url().trim_start_matches("http://").to_owned();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: market.example:81\r\nX-Forwarded-For: 6.6.6.6\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    let exchange = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream.write_all(&vec![b' '; length]).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    tokio::task::spawn_blocking(exchange).await.unwrap()
}

#[tokio::test]
async fn requests_reach_their_service_as_the_browser_sent_them() {
    let stack = Stack::temporary().unwrap();
    let (auth, tickets, client) = (stand_in("auth"), stand_in("tickets"), stand_in("client"));
    let ingress = Ingress::before(&stack, None, |service| match service {
        Service::Auth => vec![auth],
        Service::Tickets => vec![tickets],
        Service::Client => vec![client],
        _ => Vec::new(),
    })
    .await
    .unwrap();

    for (path, name) in [
        ("/api/users/signin", "auth"),
        ("/api/auth/openapi.json", "auth"),
        ("/api/no-such-thing", "auth"),
        ("/api/tickets", "tickets"),
        ("/api/tickets?q=jazz", "tickets"),
        ("/api/tickets/openapi.json", "tickets"),
        ("/api/ticketsandmore", "auth"),
        ("/", "client"),
        ("/tickets/new", "client"),
    ] {
        let answer = ask(&ingress, "GET", path, 0).await;
        assert!(answer.contains(&format!("I am {name}\nGET {path} HTTP/1.1\n")), "{path}: {answer}");
    }

    let head = ask(&ingress, "GET", "/", 0).await;
    for line in ["Host: market.example:81", "X-Forwarded-Host: market.example:81", "X-Forwarded-Proto: http"]
    {
        assert!(head.contains(line), "{head}");
    }
    assert!(head.contains("X-Forwarded-For: 127.0.0.1") && !head.contains("6.6.6.6"), "{head}");
}

#[tokio::test]
async fn a_service_that_is_down_is_answered_for() {
    let stack = Stack::temporary().unwrap();
    let ingress = Ingress::before(&stack, None, |_| Vec::new()).await.unwrap();

    let answer = ask(&ingress, "POST", "/api/orders", 0).await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    for part in
        ["Content-Type: application/problem+json", "Retry-After: 2", "x-request-id: ", r#""status":503"#]
    {
        assert!(answer.contains(part), "{part} is missing: {answer}");
    }

    let page = ask(&ingress, "GET", "/", 0).await;
    assert!(page.starts_with("HTTP/1.1 503 ") && page.contains("text/html"), "{page}");

    let answer = ask(&ingress, "POST", "/api/orders", 2 << 20).await;
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("body_too_large"), "{answer}");
}

/// Begins an endless answer as the services' event streams do, with a second event once told to go on.
fn streaming_stand_in(go_on: mpsc::Receiver<()>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = read_head(&mut stream);
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Accel-Buffering: no\r\n\
                    Transfer-Encoding: chunked\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        for event in ["event: first\n\n", "event: second\n\n"] {
            write!(stream, "{:x}\r\n{event}\r\n", event.len()).unwrap();
            go_on.recv().unwrap();
        }
    });
    address
}

#[tokio::test]
async fn events_reach_the_browser_when_they_happen() {
    let stack = Stack::temporary().unwrap();
    let (go_on, told) = mpsc::channel();
    let tickets = streaming_stand_in(told);
    let ingress = Ingress::before(&stack, None, |service| match service {
        Service::Tickets => vec![tickets],
        _ => Vec::new(),
    })
    .await
    .unwrap();

    let address = ingress.url().trim_start_matches("http://").to_owned();
    let exchange = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(b"GET /api/tickets/events HTTP/1.1\r\nHost: market.example\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        for event in ["event: first\n", "event: second\n"] {
            let mut some = [0; 4096];
            while !String::from_utf8_lossy(&answer).contains(event) {
                let length = stream.read(&mut some).unwrap();
                assert!(length > 0, "{}", String::from_utf8_lossy(&answer));
                answer.extend_from_slice(&some[..length]);
            }
            // Only now does the service go on: the event had passed while the answer was not over.
            go_on.send(()).unwrap();
        }
    };
    tokio::task::spawn_blocking(exchange).await.unwrap();
}
