//! Work of more than a moment: started on a thread of its own, looked after, cancelled.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::{Code, Error};
use crate::files::WrittenFile;
use crate::runtime::runtime;

/// A job that was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "StartedJob")]
pub struct Started {
    /// The number under which it is asked after.
    pub job: u64,
}

/// Which job.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "JobNumber")]
pub struct Number {
    /// The number under which it was started.
    pub job: u64,
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "JobProgress")]
pub struct Progress {
    /// What it does now, in words.
    pub what: String,
    /// So many steps are done.
    pub done: usize,
    /// Of so many.
    pub of: usize,
    /// What became of it; nothing while it runs. It is told once.
    pub outcome: Option<Outcome>,
}

/// What became of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[ts(rename = "JobOutcome")]
pub enum Outcome {
    /// Its files are in their places.
    Written {
        /// The files.
        files: Vec<WrittenFile>,
    },
    /// It was cancelled, and left nothing behind.
    Cancelled,
    /// It could not be done, and left nothing behind.
    Failed {
        /// Why not.
        error: Error,
    },
}

/// What the work itself has of its job: it says how far it is, and learns whether it is still wanted.
#[derive(Clone, Debug, Default)]
pub struct Watch(Arc<State>);

#[derive(Debug, Default)]
struct State {
    cancelled: AtomicBool,
    step: Mutex<(String, usize, usize)>,
    outcome: Mutex<Option<Outcome>>,
}

impl Watch {
    /// Says what comes next; answers whether it is still wanted.
    pub fn step(&self, what: impl Into<String>, done: usize, of: usize) -> bool {
        *lock(&self.0.step) = (what.into(), done, of);
        !self.0.cancelled.load(Ordering::Relaxed)
    }
}

/// Starts a job. The work answers `None` where it stopped because it was no longer wanted.
pub fn start(
    what: &str,
    work: impl FnOnce(&Watch) -> Result<Option<Vec<WrittenFile>>, Error> + Send + 'static,
) -> Started {
    static NUMBERS: AtomicU64 = AtomicU64::new(1);
    let job = NUMBERS.fetch_add(1, Ordering::Relaxed);
    let watch = Watch::default();
    watch.step(what, 0, 1);
    jobs().insert(job, watch.clone());
    let mine = watch.clone();
    let working = runtime().spawn_blocking(move || work(&mine));
    runtime().spawn(async move {
        let outcome = match working.await {
            Ok(Ok(Some(files))) => Outcome::Written { files },
            Ok(Ok(None)) => Outcome::Cancelled,
            Ok(Err(error)) => Outcome::Failed { error },
            Err(panic) => Outcome::Failed { error: Error::own_mistake(&panic) },
        };
        *lock(&watch.0.outcome) = Some(outcome);
    });
    Started { job }
}

/// How far a job is. One that has ended is forgotten once its end was told.
pub fn poll(number: Number) -> Result<Progress, Error> {
    let mut jobs = jobs();
    let Watch(state) = jobs.get(&number.job).cloned().ok_or_else(|| {
        Error::new(
            Code::NotFound,
            format!("No job runs under the number {}.", number.job),
            "Start it again.",
        )
    })?;
    let outcome = lock(&state.outcome).clone();
    if outcome.is_some() {
        jobs.remove(&number.job);
    }
    let (what, done, of) = lock(&state.step).clone();
    Ok(Progress { what, done, of, outcome })
}

/// Asks a job to end; it does before its next step. One that has ended stays as it is.
pub fn cancel(number: Number) -> Result<(), Error> {
    if let Some(Watch(state)) = jobs().get(&number.job) {
        state.cancelled.store(true, Ordering::Relaxed);
    }
    Ok(())
}

fn jobs() -> MutexGuard<'static, BTreeMap<u64, Watch>> {
    static JOBS: Mutex<BTreeMap<u64, Watch>> = Mutex::new(BTreeMap::new());
    lock(&JOBS)
}

/// What a thread left behind that panicked is still whole: every change is one assignment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::{Duration, Instant};

    use super::*;

    /// Asks until the job has ended.
    fn ended(job: u64) -> Outcome {
        let started = Instant::now();
        loop {
            let progress = poll(Number { job }).expect("it was started");
            if let Some(outcome) = progress.outcome {
                return outcome;
            }
            assert!(started.elapsed() < Duration::from_secs(20), "it ends");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn a_job_says_how_far_it_is_and_its_end_is_told_once() {
        let (go, wait) = channel();
        let (tell, told) = channel();
        let Started { job } = start("Counting", move |watch| {
            watch.step("Counting to two", 1, 2);
            tell.send(()).expect("the test listens");
            wait.recv().expect("the test speaks");
            Ok(Some(vec![WrittenFile { file: "two".into(), bytes: 2 }]))
        });
        told.recv().expect("the job speaks");
        let running = poll(Number { job }).expect("it runs");
        assert_eq!((running.what.as_str(), running.done, running.of), ("Counting to two", 1, 2));
        assert_eq!(running.outcome, None);
        go.send(()).expect("the job listens");
        let files = vec![WrittenFile { file: "two".into(), bytes: 2 }];
        assert_eq!(ended(job), Outcome::Written { files });
        assert_eq!(poll(Number { job }).map_err(|error| error.code), Err(Code::NotFound));
    }

    #[test]
    fn a_cancelled_job_stops_before_its_next_step() {
        let (go, wait) = channel();
        let Started { job } = start("Waiting", move |watch| {
            wait.recv().expect("the test speaks");
            Ok(watch.step("Going on", 1, 2).then(Vec::new))
        });
        cancel(Number { job }).expect("any job can be cancelled");
        go.send(()).expect("the job listens");
        assert_eq!(ended(job), Outcome::Cancelled);
        assert_eq!(cancel(Number { job }), Ok(()));
    }

    #[test]
    fn work_that_breaks_is_an_error_and_no_silence() {
        let Started { job } = start("Breaking", |_| panic!("broken"));
        let Outcome::Failed { error } = ended(job) else { panic!("it cannot have worked") };
        assert_eq!(error.code, Code::Internal);
    }
}
