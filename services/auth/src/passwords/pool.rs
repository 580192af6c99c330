//! A fixed number of threads with a bounded queue, each with memory it uses again and again.
//!
//! Not tokio's blocking threads: a thread here keeps its 19 MiB from one hash to the next, which saves faulting
//! them in each time, and runs at a lower priority, so that a storm of sign-ins slows no other route.

use std::{
    collections::VecDeque,
    io,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::Duration,
};

use argon2::Block;
use parking_lot::{Condvar, Mutex};
use tokio::sync::oneshot;

/// How long a thread without work keeps its memory.
const KEEP_MEMORY: Duration = Duration::from_secs(5);
/// How much nicer than the rest of the process the threads are.
const NICENESS: i32 = 5;

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// The threads. They end when the last clone is dropped.
#[derive(Debug, Clone)]
pub(super) struct Pool(Arc<Owner>);

#[derive(Debug)]
struct Owner(Arc<Shared>);

struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
    /// Jobs that run or wait at most.
    limit: usize,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    /// Jobs that run or wait.
    pending: usize,
    closed: bool,
}

impl Pool {
    pub(super) fn start(concurrency: NonZeroUsize, queue: usize) -> io::Result<Self> {
        let limit = concurrency.get().saturating_add(queue);
        let shared = Arc::new(Shared { queue: Mutex::default(), changed: Condvar::new(), limit });
        let owner = Owner(shared.clone());
        for _ in 0..concurrency.get() {
            let shared = shared.clone();
            thread::Builder::new().name("hash".to_owned()).spawn(move || work(&shared))?;
        }
        Ok(Self(Arc::new(owner)))
    }

    /// Runs `job` on one of the threads; `None` if too many wait already. The answer is an error if `job` panics.
    pub(super) fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Option<oneshot::Receiver<T>> {
        let shared = &self.0.0;
        let (sender, answer) = oneshot::channel();
        let mut queue = shared.queue.lock();
        if queue.pending >= shared.limit {
            return None;
        }
        queue.pending += 1;
        queue.jobs.push_back(Box::new(move |memory| {
            // Nobody listens any more when the request was given up: its answer is of no use.
            let _ = sender.send(job(memory));
        }));
        drop(queue);
        shared.changed.notify_one();
        Some(answer)
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.0.queue.lock().closed = true;
        self.0.changed.notify_all();
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Shared").field("limit", &self.limit).finish_non_exhaustive()
    }
}

fn work(shared: &Shared) {
    // On Linux this concerns the calling thread alone. Not to be allowed it is no reason not to work.
    let _ = rustix::process::setpriority_process(None, NICENESS);
    let mut memory = Memory::default();
    while let Some(job) = next(shared, &mut memory) {
        if catch_unwind(AssertUnwindSafe(|| job(&mut memory))).is_err() {
            tracing::error!("hashing a password panicked");
        }
        shared.queue.lock().pending -= 1;
    }
}

/// Waits for a job; `None` once the pool is gone.
fn next(shared: &Shared, memory: &mut Memory) -> Option<Job> {
    let mut queue = shared.queue.lock();
    loop {
        if let Some(job) = queue.jobs.pop_front() {
            return Some(job);
        }
        if queue.closed {
            return None;
        }
        if memory.is_empty() {
            shared.changed.wait(&mut queue);
        } else if shared.changed.wait_for(&mut queue, KEEP_MEMORY).timed_out() && queue.jobs.is_empty() {
            memory.release();
        }
    }
}

/// The blocks a hash is computed in.
#[derive(Debug, Default)]
pub(super) struct Memory(Vec<Block>);

impl Memory {
    /// Address space reserved at once, in blocks of 1 KiB; only blocks that were used take real memory. Above 32 MiB
    /// the allocator of glibc always maps and unmaps, so that what is released really goes back to the system.
    const RESERVED: usize = 33 * 1024;

    /// This many blocks, with anything in them: argon2 overwrites each before it reads it.
    pub(super) fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.len() < count {
            self.0.reserve_exact(count.max(Self::RESERVED) - self.0.len());
            self.0.resize(count, Block::new());
        }
        &mut self.0[..count]
    }

    fn is_empty(&self) -> bool {
        self.0.capacity() == 0
    }

    fn release(&mut self) {
        self.0 = Vec::new();
    }
}
