//! The address of a service in front of its replicas, as a cluster has one.
//!
//! Like a cluster's, it hands out connections, not requests: one that is open stays with its replica until either end
//! closes it, also when the replica is to take no more.

use std::{net::SocketAddr, sync::Arc};

use parking_lot::Mutex;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::{Result, error::doing, ports};

/// Hands each new connection to the next of the present targets that takes it.
pub struct Balancer {
    address: SocketAddr,
    targets: Arc<Mutex<Vec<SocketAddr>>>,
    accepting: JoinHandle<()>,
}

impl Balancer {
    /// Listens on a free port. Without targets it closes every connection.
    pub async fn start() -> Result<Self> {
        let address = ports::free()?;
        let listener = TcpListener::bind(address).await.map_err(doing(format!("listen on {address}")))?;
        let targets = Arc::<Mutex<Vec<SocketAddr>>>::default();
        let accepting = tokio::spawn(accept(listener, Arc::clone(&targets)));
        Ok(Self { address, targets, accepting })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on new connections go to these.
    pub fn set_targets(&self, targets: Vec<SocketAddr>) {
        *self.targets.lock() = targets;
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, targets: Arc<Mutex<Vec<SocketAddr>>>) {
    for turn in 0.. {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let mut present = targets.lock().clone();
        if !present.is_empty() {
            let first = turn % present.len();
            present.rotate_left(first);
        }
        tokio::spawn(pass_on(stream, present));
    }
}

async fn pass_on(mut stream: TcpStream, targets: Vec<SocketAddr>) {
    for target in targets {
        if let Ok(mut replica) = TcpStream::connect(target).await {
            // However it ends, both ends learn of it by the closing of their connections.
            let _ = stream.set_nodelay(true).and(replica.set_nodelay(true));
            let _ = copy_bidirectional(&mut stream, &mut replica).await;
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// Says its name to everybody, and then repeats what it hears.
    async fn echo(name: u8) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    stream.write_all(&[name]).await.unwrap();
                    let (mut reader, mut writer) = stream.split();
                    let _ = tokio::io::copy(&mut reader, &mut writer).await;
                });
            }
        });
        address
    }

    #[tokio::test]
    async fn connections_go_to_present_targets_in_turn_and_stay_where_they_are() {
        let (one, two) = (echo(1).await, echo(2).await);
        let nobody = ports::free().unwrap();
        let balancer = Balancer::start().await.unwrap();
        let connect = async || {
            let mut stream = TcpStream::connect(balancer.address()).await.unwrap();
            let name = stream.read_u8().await.ok();
            (stream, name)
        };
        assert_eq!(connect().await.1, None);

        balancer.set_targets(vec![one, two]);
        let (mut kept, first) = connect().await;
        let (_, second) = connect().await;
        assert_eq!([first.min(second), first.max(second)], [Some(1), Some(2)]);

        balancer.set_targets(vec![nobody, two]);
        for _ in 0..4 {
            assert_eq!(connect().await.1, Some(2));
        }
        kept.write_u8(7).await.unwrap();
        assert_eq!(kept.read_u8().await.unwrap(), 7);
    }
}
