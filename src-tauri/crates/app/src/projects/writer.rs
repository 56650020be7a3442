//! Commits a project's changes in their order, off the typing path. What cannot be written is tried again.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use store::{Project, Snapshot};
use tokio::sync::{mpsc, oneshot};

use crate::error::{Code, Error};
use crate::runtime::runtime;
use crate::stored::refused;

/// So long after a failure it is tried again, if nothing asks for it before.
const AGAIN: Duration = Duration::from_secs(5);

/// What is to be written.
pub enum Command {
    /// A new state after the one in view; states that were undone are dropped.
    Push {
        /// What was done.
        label: String,
        /// The field that was typed in.
        field: Option<String>,
        /// When.
        at: String,
        /// The state.
        snapshot: Arc<Snapshot>,
    },
    /// The state in view, typed on.
    Amend {
        /// What was done.
        label: String,
        /// When.
        at: String,
        /// The state.
        snapshot: Arc<Snapshot>,
    },
    /// Goes to the state at a place of the list.
    Go(usize),
    /// Keeps a small thing that is no state of the plan; what cannot be kept is dropped.
    Keep(&'static str, String),
}

/// What is asked of the thread that writes.
enum Request {
    Write(Command),
    Flush(oneshot::Sender<Result<(), Error>>),
    Load(usize, oneshot::Sender<Result<Snapshot, Error>>),
    Copy(PathBuf, oneshot::Sender<Result<(), Error>>),
    BackUp(PathBuf),
    Close(oneshot::Sender<Result<(), Error>>),
    Abandon,
}

/// The way to the task that owns the project's file.
pub struct Writer {
    requests: mpsc::UnboundedSender<Request>,
}

impl Writer {
    /// Starts to write into a project, whose revisions have these numbers in their order.
    pub fn start(project: Project, revisions: Vec<i64>, head: usize) -> Self {
        let (requests, inbox) = mpsc::unbounded_channel();
        let task = Task { project, revisions, head, inbox, waiting: VecDeque::new() };
        runtime().spawn(task.run());
        Self { requests }
    }

    /// Writes something soon.
    pub fn send(&self, command: Command) {
        // A task that is gone has its answer at the next flush.
        let _ = self.requests.send(Request::Write(command));
    }

    /// Waits until everything that was sent is committed.
    pub fn flush(&self) -> Result<(), Error> {
        self.ask(Request::Flush)
    }

    /// The state at a place of the list.
    pub fn load(&self, index: usize) -> Result<Snapshot, Error> {
        self.ask(|reply| Request::Load(index, reply))
    }

    /// Writes a copy of the project, as committed.
    pub fn copy_to(&self, file: PathBuf) -> Result<(), Error> {
        self.ask(|reply| Request::Copy(file, reply))
    }

    /// Copies the project into a folder of backups, unless its newest one is of this state.
    pub fn back_up(&self, folder: PathBuf) {
        let _ = self.requests.send(Request::BackUp(folder));
    }

    /// Commits what is left and closes the file.
    pub fn close(&self) -> Result<(), Error> {
        self.ask(Request::Close)
    }

    /// Closes the file without what could not be written: it is saved somewhere else.
    pub fn abandon(&self) {
        let _ = self.requests.send(Request::Abandon);
    }

    fn ask<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<Result<T, Error>>) -> Request,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let sent = self.requests.send(request(reply));
        let answered = sent.ok().and_then(|()| answer.blocking_recv().ok());
        answered.unwrap_or_else(|| {
            Err(Error::new(
                Code::NotFound,
                "The project is closed.",
                "Open it again from the start page.",
            ))
        })
    }
}

struct Task {
    project: Project,
    /// The numbers of the revisions, by their places in the list.
    revisions: Vec<i64>,
    head: usize,
    inbox: mpsc::UnboundedReceiver<Request>,
    waiting: VecDeque<Request>,
}

impl Task {
    async fn run(mut self) {
        loop {
            while let Ok(request) = self.inbox.try_recv() {
                self.waiting.push_back(request);
            }
            let Some(request) = self.waiting.pop_front() else {
                match self.inbox.recv().await {
                    Some(request) => self.waiting.push_back(request),
                    None => {
                        let _ = self.project.close().await;
                        return;
                    }
                }
                continue;
            };
            match request {
                Request::Write(command) if self.is_overtaken(&command) => {}
                Request::Write(command) => {
                    let written = self.write(&command).await;
                    // Nobody's work waits for where somebody looked.
                    if matches!(command, Command::Keep(..)) {
                        continue;
                    }
                    if let Err(error) = written {
                        self.waiting.push_front(Request::Write(command));
                        if self.fail(&error).await || !self.rest().await {
                            drop(self.project.close().await);
                            return;
                        }
                    }
                }
                Request::Flush(reply) => drop(reply.send(Ok(()))),
                Request::Load(index, reply) => drop(reply.send(self.load(index).await)),
                Request::Copy(file, reply) => {
                    let copied = self.project.copy_to(&file).await;
                    drop(reply.send(copied.map_err(|error| refused(&error))));
                }
                Request::Abandon => {
                    drop(self.project.close().await);
                    return;
                }
                Request::BackUp(folder) => self.back_up(&folder).await,
                Request::Close(reply) => {
                    let closed = self.project.close().await;
                    drop(reply.send(closed.map_err(|error| refused(&error))));
                    return;
                }
            }
        }
    }

    /// A backup that cannot be made is no reason to stop: the project itself is sound.
    async fn back_up(&mut self, folder: &Path) {
        let Ok((standing, _)) = self.project.head().await else { return };
        let newest = store::backups(folder, self.project.path()).ok();
        let newest = newest.and_then(|backups| backups.into_iter().next());
        if newest.is_none_or(|backup| backup.at < standing.at) {
            let _ = self.project.back_up(folder, &standing.at).await;
        }
    }

    /// Whether the next thing to write replaces this one.
    fn is_overtaken(&self, command: &Command) -> bool {
        let next = self.waiting.front();
        match (command, next) {
            (Command::Amend { .. }, Some(Request::Write(Command::Amend { .. }))) => true,
            (Command::Keep(key, _), Some(Request::Write(Command::Keep(next, _)))) => key == next,
            _ => false,
        }
    }

    async fn write(&mut self, command: &Command) -> Result<(), Error> {
        let written = match command {
            Command::Push { label, field, at, snapshot } => {
                match self.project.push(label, field.as_deref(), at, snapshot).await {
                    Ok(revision) => {
                        self.revisions.truncate(self.head + 1);
                        self.revisions.push(revision.id);
                        self.head += 1;
                        Ok(())
                    }
                    Err(error) => Err(error),
                }
            }
            Command::Amend { label, at, snapshot } => {
                self.project.amend(label, at, snapshot).await.map(drop)
            }
            Command::Go(index) => {
                let gone = self.project.go_to(self.revisions[*index]).await.map(drop);
                if gone.is_ok() {
                    self.head = *index;
                }
                gone
            }
            Command::Keep(key, value) => self.project.keep(key, Some(value)).await,
        };
        written.map_err(|error| refused(&error))
    }

    async fn load(&mut self, index: usize) -> Result<Snapshot, Error> {
        let number = *self.revisions.get(index).expect("the list in memory is that of the file");
        let loaded = self.project.load(number).await.map_err(|error| refused(&error))?;
        Ok(loaded.expect("a revision of the list is in the file"))
    }

    /// Tells everybody who waits for a commit that it failed; what is to be written stays, and states are read all
    /// the same. Answers whether it is given up.
    async fn fail(&mut self, error: &Error) -> bool {
        let mut given_up = false;
        // Who asked since it was tried has it tried again first.
        let mut kept = VecDeque::new();
        for request in std::mem::take(&mut self.waiting) {
            match request {
                Request::Write(command) => kept.push_back(Request::Write(command)),
                Request::Flush(reply) | Request::Copy(_, reply) | Request::Close(reply) => {
                    drop(reply.send(Err(error.clone())));
                }
                // A state that is not in memory is where it was when the file was opened.
                Request::Load(index, reply) => drop(reply.send(self.load(index).await)),
                Request::BackUp(_) => {}
                Request::Abandon => given_up = true,
            }
        }
        self.waiting = kept;
        given_up
    }

    /// Waits for the next request, or for a while. Answers whether anybody is left to ask.
    async fn rest(&mut self) -> bool {
        match tokio::time::timeout(AGAIN, self.inbox.recv()).await {
            Ok(Some(request)) => self.waiting.push_back(request),
            Ok(None) => return false,
            Err(_) => {}
        }
        true
    }
}
