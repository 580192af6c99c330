//! The processes that are measured: fresh servers for each scenario, and one service alone or all of them.

use std::{fs, net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context as _, Result, ensure};
use bson::doc;
use common::session::Signer;
use mongodb::{
    Client, Database,
    options::{Acknowledgment, ClientOptions, WriteConcern},
};
use stack::{Fleet, FleetOptions, Persistence, Process, Program, Servers, Service, Stack, ports, tools};

use crate::{
    connection::{self, Connection},
    meter::Watched,
};

const READY_WITHIN: Duration = Duration::from_mins(1);
const STOP_WITHIN: Duration = Duration::from_secs(15);
/// The services' default for `MONGODB_POOL_SIZE`.
const POOL_SIZE: u32 = 64;

/// Servers without services yet.
pub(crate) struct World {
    pub(crate) servers: Servers,
    pub(crate) signer: Signer,
    stack: Stack,
    binaries: PathBuf,
    keys: PathBuf,
}

/// A service without the others.
pub(crate) struct Alone {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    /// Resident memory when it had just become ready.
    pub(crate) idle: u64,
}

impl World {
    /// Starts MongoDB, NATS and Redis in a temporary folder.
    pub(crate) async fn start(binaries: Option<PathBuf>) -> Result<Self> {
        let binaries = match binaries {
            Some(folder) => folder,
            None => std::env::current_exe()?.parent().context("the running binary is in no folder")?.into(),
        };
        let stack = Stack::temporary()?;
        // Where a fleet looks for its key before it makes one: so the buyers here can be signed in without auth.
        let keys = stack.subfolder("keys")?;
        let pem = Signer::generate_pem()?;
        let signer = Signer::from_pem(&pem)?;
        fs::write(keys.join("signing.pem"), pem)?;
        let set = serde_json::json!({ "keys": [signer.public()] });
        fs::write(keys.join("jwks.json"), set.to_string())?;
        let servers = Servers::start(&stack, Persistence::Durable).await?;
        Ok(Self { servers, signer, stack, binaries, keys })
    }

    /// Starts one service.
    pub(crate) async fn alone(&self, service: Service) -> Result<Alone> {
        self.alone_with(service, &[]).await
    }

    /// Starts one service that is told this besides what all are.
    pub(crate) async fn alone_with(&self, service: Service, told: &[(&str, &str)]) -> Result<Alone> {
        let backends = self.servers.backends();
        let file = |name: &str| self.keys.join(name).display().to_string();
        let (http, admin) = (ports::free()?, ports::free()?);
        let program = Program::new(service.name(), self.binary(service.name())?)
            .env("HTTP_ADDR", http.to_string())
            .env("ADMIN_ADDR", admin.to_string())
            .env("MONGODB_URI", backends.mongodb_uri)
            .env("MONGODB_DATABASE", service.name())
            .env("NATS_URL", backends.nats_url)
            .env("JWT_JWKS_FILE", file("jwks.json"))
            .env("JWT_PRIVATE_KEY_FILE", file("signing.pem"))
            .env("COOKIE_SECURE", "false");
        let program = told.iter().fold(program, |program, (name, value)| program.env(*name, *value));
        self.spawn(program, http, admin, "/readyz").await
    }

    /// Starts this very binary again, to serve the bytes of a file at any path.
    pub(crate) async fn static_server(&self, body: &[u8]) -> Result<Alone> {
        let file = self.stack.subfolder("static")?.join("body");
        fs::write(&file, body)?;
        let address = ports::free()?;
        let program = Program::new("static", std::env::current_exe()?)
            .args(["serve-bytes", "--address", &address.to_string(), "--file"])
            .arg(file);
        self.spawn(program, address, address, "/").await
    }

    /// Starts this very binary again, to play a payment gateway that takes so long for every answer.
    pub(crate) async fn gateway(&self, latency: Duration) -> Result<Alone> {
        let address = ports::free()?;
        let latency = latency.as_millis().to_string();
        let program = Program::new("gateway", std::env::current_exe()?).args([
            "serve-gateway",
            "--address",
            &address.to_string(),
            "--milliseconds",
            &latency,
        ]);
        self.spawn(program, address, address, "/").await
    }

    /// Starts nginx to serve the bytes of a file at `/`.
    pub(crate) async fn nginx(&self, body: &[u8]) -> Result<Alone> {
        let folder = self.stack.subfolder("nginx-static")?;
        fs::write(folder.join("body.html"), body)?;
        let address = ports::free()?;
        let config = folder.join("nginx.conf");
        fs::write(&config, nginx_config(address))?;
        let nginx = tools::NGINX.find()?;
        let program = Program::new("nginx", nginx).arg("-p").arg(&folder).arg("-c").arg(&config);
        self.spawn(program.args(["-e", "stderr"]), address, address, "/").await
    }

    /// Starts all services.
    pub(crate) async fn fleet(&self) -> Result<Fleet> {
        let options = FleetOptions { binaries: Some(self.binaries.clone()), ..FleetOptions::default() };
        Ok(Fleet::start(&self.stack, &self.servers.backends(), options).await?)
    }

    /// A driver's client, set up as the services set up theirs.
    pub(crate) async fn client(&self) -> Result<Client> {
        let mut options = ClientOptions::parse(self.servers.mongodb.url()).await?;
        options.write_concern =
            Some(WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build());
        // The services inherit the variable from this process, so a run can try another size for all alike.
        let pool_size = std::env::var("MONGODB_POOL_SIZE").ok().and_then(|size| size.parse().ok());
        options.max_pool_size = Some(pool_size.unwrap_or(POOL_SIZE));
        options.max_connecting = Some(8);
        let client = Client::with_options(options)?;
        client.database("admin").run_command(doc! { "ping": 1 }).await?;
        Ok(client)
    }

    /// A service's database, to take samples from and to count in.
    pub(crate) async fn database(&self, service: Service) -> Result<Database> {
        Ok(self.client().await?.database(service.name()))
    }

    /// What speaks MongoDB's protocol here, for not every machine has a `mongod`.
    pub(crate) fn mongodb_program(&self) -> Result<String> {
        let pid = self.servers.mongodb.process().pid().context("the database has ended")?;
        let program = fs::read_link(format!("/proc/{pid}/exe"))?;
        Ok(program.file_name().unwrap_or_default().to_string_lossy().into_owned())
    }

    /// These processes, the servers and the generator itself.
    pub(crate) fn watch<'a>(&self, processes: impl IntoIterator<Item = &'a Process>) -> Result<Vec<Watched>> {
        let servers = self.servers.all().map(stack::Server::process);
        let mut watched = vec![Watched::own()];
        for process in processes {
            watched.push(Watched::process(process)?);
        }
        for server in servers {
            watched.push(Watched::process(server)?);
        }
        Ok(watched)
    }

    /// Stops the servers; services must have been stopped before.
    pub(crate) async fn stop(self) {
        self.servers.stop().await;
    }

    fn binary(&self, name: &str) -> Result<PathBuf> {
        let path = self.binaries.join(name);
        let shown = path.display();
        ensure!(path.is_file(), "{shown} does not exist: `cargo xtask bench` builds it first");
        Ok(path)
    }

    async fn spawn(
        &self,
        program: Program,
        http: SocketAddr,
        probe: SocketAddr,
        path: &str,
    ) -> Result<Alone> {
        let process = self.stack.spawn(program)?;
        process.ready(READY_WITHIN, || answers_ok(probe, path)).await?;
        let idle = Watched::process(&process)?.resident()?;
        Ok(Alone { process, address: http, idle })
    }
}

impl Alone {
    pub(crate) async fn stop(self) {
        self.process.terminate(STOP_WITHIN).await;
    }
}

/// One process, whose processor time can be read; no log, and files kept open. Only root may name a user, and only
/// root has to: others are warned and it is ignored.
fn nginx_config(address: SocketAddr) -> String {
    format!(
        "daemon off;\nmaster_process off;\nuser root;\npid nginx.pid;\nevents {{ worker_connections 1024; }}\nhttp {{\n    \
         access_log off;\n    sendfile on;\n    tcp_nopush on;\n    open_file_cache max=10;\n    keepalive_requests 100000000;\n    types {{ text/html html; }}\n    \
         server {{ listen {address}; root .; location / {{ try_files /body.html =404; }} }}\n}}\n"
    )
}

async fn answers_ok(address: SocketAddr, path: &str) -> Result<(), String> {
    let mut connection = Connection::open(address).await.map_err(|error| error.to_string())?;
    let answer = connection.exchange(&connection::get(path, None)).await;
    match answer.map_err(|error| error.to_string())?.status {
        200 => Ok(()),
        other => Err(format!("it answered {other}")),
    }
}
