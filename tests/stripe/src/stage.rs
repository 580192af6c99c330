//! One market with one bank for all tests, and the audit that each test ends with.

use std::sync::{
    LazyLock, Mutex,
    atomic::{AtomicUsize, Ordering},
};
use std::time::{Duration, Instant};

use e2e::Market;
use stack::FleetOptions;
use tokio::{
    runtime::Runtime,
    sync::{OnceCell, RwLock},
};

use crate::{Bank, purchase::Purchase};

/// One for all tests of a binary, so that they can share what belongs to a runtime.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

/// Starting a market costs more than most scenarios.
static STAGE: OnceCell<Stage> = OnceCell::const_new();

/// Reservations last for as long as all tests may take; a scenario about lapses says otherwise.
const RESERVATION_SECONDS: u32 = 900;

/// Recovery from any fault is over by then: a dead process' messages are given to the next one after 10 s, and a payment
/// that the gateway does not know is given up after 8 s.
pub(crate) const PATIENCE: Duration = Duration::from_secs(45);

/// A market and its bank.
pub struct Stage {
    /// The bank.
    pub bank: Bank,
    /// The market.
    pub market: Market,
    pub(crate) purchases: Mutex<Vec<Purchase>>,
    /// Held by every scenario while it plays, and alone by an audit.
    gate: RwLock<()>,
    played: AtomicUsize,
    audited: AtomicUsize,
}

/// Plays a scenario beside others, then audits the market.
///
/// Scenarios on one market leave each other alone: everybody in them, their listings and the faults are their own.
pub fn play(scenario: impl AsyncFnOnce(&'static Stage)) {
    RUNTIME.block_on(async {
        let stage = Stage::shared().await;
        {
            let _beside_others = stage.gate.read().await;
            scenario(stage).await;
        }
        stage.audit_after().await;
    });
}

/// Plays a scenario that others would not survive, then audits the market.
pub fn play_alone(scenario: impl AsyncFnOnce(&'static Stage)) {
    RUNTIME.block_on(async {
        let stage = Stage::shared().await;
        let _alone = stage.gate.write().await;
        // What scenarios before this one have left to be done must not meet what happens in this one.
        stage.settles().await;
        scenario(stage).await;
        stage.audit().await;
    });
}

/// Asks `probe` until it gives a value, for as long as recovery from any fault may take.
pub async fn patiently<T>(what: &str, mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(value) = probe().await {
            return value;
        }
        assert!(began.elapsed() < PATIENCE, "waited {PATIENCE:?} in vain for {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

impl Stage {
    async fn shared() -> &'static Self {
        STAGE.get_or_init(Self::open).await
    }

    async fn open() -> Self {
        let bank = Bank::open().await;
        let options = FleetOptions { reservation_seconds: Some(RESERVATION_SECONDS), ..Default::default() };
        let market = Market::open_with(bank.options(options)).await;
        bank.tells(&market).await;
        Self {
            bank,
            market,
            purchases: Mutex::default(),
            gate: RwLock::default(),
            played: AtomicUsize::default(),
            audited: AtomicUsize::default(),
        }
    }

    /// Audits after a scenario, unless somebody has since.
    async fn audit_after(&self) {
        let this = self.played.fetch_add(1, Ordering::SeqCst) + 1;
        let _alone = self.gate.write().await;
        if self.audited.load(Ordering::SeqCst) >= this {
            return;
        }
        // Nobody plays now, so all these are over.
        let played = self.played.load(Ordering::SeqCst);
        self.audit().await;
        self.audited.store(played, Ordering::SeqCst);
    }
}
