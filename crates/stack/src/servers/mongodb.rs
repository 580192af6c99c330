//! MongoDB: a `mongod` with its shell where both are installed, else the server that `cargo xtask setup` builds.

use std::{
    fs, io,
    net::SocketAddr,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Probe, STOP_WITHIN, Server};
use crate::{Program, Result, Stack, StackError, error::doing, ports, tools};

/// Writes that the server which `cargo xtask setup` builds takes at a time.
const WRITERS: u32 = 2;

/// Whether users have to say who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody may do everything.
    Open,
    /// Only users may do anything, and only what their roles allow. Until there is one, anybody may make the first.
    Users,
}

pub(super) async fn start(stack: &Stack, access: Access) -> Result<Server> {
    let address = ports::free()?;
    let url = format!("mongodb://{address}/?directConnection=true");
    if let Some((mongod, mongosh)) = mongod() {
        let program = Program::new("mongodb", mongod)
            .args(["--bind_ip", "127.0.0.1", "--port", &address.port().to_string()])
            // A transaction of a process that died must not keep what it touched for the usual minute.
            .args(["--setParameter", "transactionLifetimeLimitSeconds=5"])
            .args(["--replSet", "market", "--wiredTigerCacheSizeGB", "0.5", "--quiet", "--dbpath"])
            .arg(data_folder(stack)?);
        let program = match access {
            Access::Open => program,
            // The members of a replica set know each other by it.
            Access::Users => program.arg("--keyFile").arg(key_file(stack)?),
        };
        let server = Server { process: stack.spawn(program)?, address, url, probe: Probe::Accepts };
        server.ready().await?;
        let made = tokio::task::spawn_blocking(move || make_replica_set(&mongosh, address)).await;
        made.map_err(|_| doing("run mongosh")(std::io::Error::other("its thread panicked")))??;
        return Ok(server);
    }
    let folder = stack.subfolder("secantus")?;
    // Naming a file keeps the server from reading settings from the user's home folder.
    let config = folder.join("secantusd.toml");
    fs::write(&config, "").map_err(doing(format!("write {}", config.display())))?;
    let secantusd = tools::SECANTUSD.find()?;
    let serve = async |data: &Path| {
        let program = Program::new("mongodb", secantusd.as_path())
            .args(["--host", "127.0.0.1", "--port", &address.port().to_string(), "--sync-on-commit"])
            .args(["--cache-size", "512M", "--log-file-max", "16MB", "--log-level", "WARNING"])
            // It lets in all at once, where `mongod` has tickets: then commits wait for each other at the journal.
            .args(["--write-tickets", &WRITERS.to_string()])
            .args((access == Access::Users).then_some("--auth"))
            .arg("--config")
            .arg(&config)
            .arg("--storage-path")
            .arg(data);
        let server =
            Server { process: stack.spawn(program)?, address, url: url.clone(), probe: Probe::Accepts };
        server.ready().await?;
        Ok(server)
    };

    let data = data_folder(stack)?;
    if !data.exists() {
        // Killed in its first second, this server leaves a store that never opens again. So a store is made
        // under another name, and gets its own only once a clean stop has written it out.
        let draft = folder.join("draft");
        if draft.exists() {
            fs::remove_dir_all(&draft).map_err(doing(format!("remove {}", draft.display())))?;
        }
        serve(&draft).await?.process.terminate(STOP_WITHIN).await;
        fs::rename(&draft, &data).map_err(doing(format!("rename {}", draft.display())))?;
    }
    serve(&data).await
}

fn mongod() -> Option<(PathBuf, PathBuf)> {
    Some((tools::MONGOD.find().ok()?, tools::MONGOSH.find().ok()?))
}

/// Two servers cannot share a folder's format, so each has its own. The second one's is made by its first start.
fn data_folder(stack: &Stack) -> Result<PathBuf> {
    if mongod().is_some() { stack.subfolder("mongod") } else { Ok(stack.subfolder("secantus")?.join("data")) }
}

fn key_file(stack: &Stack) -> Result<PathBuf> {
    let file = stack.folder().join("mongod.key");
    let written = fs::write(&file, "a-key-that-only-tests-know")
        .and_then(|()| fs::set_permissions(&file, fs::Permissions::from_mode(0o600)));
    written.map_err(doing(format!("write {}", file.display())))?;
    Ok(file)
}

/// Copies the server's files as a snapshot of its volume would: all of them as they are at one moment.
pub(super) fn snapshot(server: &Server, stack: &Stack, into: &Path) -> Result<()> {
    let data = data_folder(stack)?;
    server.process.pause();
    let copied = copy(&data, into);
    server.process.resume();
    copied.map_err(doing(format!("copy {} to {}", data.display(), into.display())))
}

/// Puts a snapshot where the next server of this stack finds it.
pub(super) fn restore(stack: &Stack, snapshot: &Path) -> Result<()> {
    let data = data_folder(stack)?;
    copy(snapshot, &data).map_err(doing(format!("copy {} to {}", snapshot.display(), data.display())))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&from, &to)?;
        } else {
            fs::copy(from, to)?;
        }
    }
    Ok(())
}

/// Makes the server a replica set of one, at the address it has in this run, and waits until it takes writes.
fn make_replica_set(mongosh: &Path, address: SocketAddr) -> Result<()> {
    let script = format!(
        "try {{ rs.initiate({{_id: 'market', members: [{{_id: 0, host: '{address}'}}]}}) }} catch (again) {{
           const config = rs.conf(); config.members[0].host = '{address}'; config.version += 1;
           rs.reconfig(config, {{force: true}}) }}
         for (let tries = 0; tries < 300 && !db.hello().isWritablePrimary; tries += 1) sleep(100);
         if (!db.hello().isWritablePrimary) throw new Error('no primary after 30 s')"
    );
    let output = Command::new(mongosh)
        .arg(format!("mongodb://{address}/?directConnection=true"))
        .args(["--quiet", "--norc", "--eval", &script])
        .output()
        .map_err(doing("run mongosh"))?;
    if output.status.success() {
        return Ok(());
    }
    let text = [output.stdout, output.stderr].concat();
    let output_text = String::from_utf8_lossy(&text).into_owned();
    Err(StackError::Failed { name: "mongosh".to_owned(), status: output.status, output: output_text })
}
