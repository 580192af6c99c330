//! `--ready`: a health check for where nothing else could ask. The images have no shell and no curl in them.

use std::{
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

const WITHIN: Duration = Duration::from_secs(2);

/// Asks the process whose admin port this is. An error means that nobody answered in time.
pub(crate) fn ask(admin: SocketAddr) -> io::Result<bool> {
    let mut connection = TcpStream::connect_timeout(&reachable(admin), WITHIN)?;
    connection.set_read_timeout(Some(WITHIN))?;
    connection.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    // The beginning will do, whoever it is that answers.
    connection.take(64).read_to_end(&mut answer)?;
    Ok(answer.starts_with(b"HTTP/1.1 200 "))
}

/// A process that listens everywhere is asked over the loopback.
fn reachable(mut admin: SocketAddr) -> SocketAddr {
    if admin.ip().is_unspecified() {
        admin.set_ip(if admin.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    admin
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, thread};

    use super::*;

    /// An admin port that is asked once, and says this.
    fn answering(status: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("0.0.0.0:0").unwrap();
        let addr = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let length = connection.read(&mut request).unwrap();
            assert!(request[..length].starts_with(b"GET /readyz HTTP/1.1\r\n"));
            write!(connection, "HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").unwrap();
        });
        addr
    }

    #[test]
    fn only_a_200_means_ready() {
        assert!(ask(answering("200 OK")).unwrap());
        assert!(!ask(answering("503 Service Unavailable")).unwrap());
    }

    #[test]
    fn nobody_there_is_an_error() {
        let addr = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        ask(addr).unwrap_err();
    }
}
