//! The versions of a file in a git repository, as the local `git` tells them: no shell, no network.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::error::{Code, Error};
use crate::files::{named, unread};

/// A longer version is no prompt.
const MOST_BYTES: u64 = 10 << 20;

/// A repository, and where it is asked from.
pub(super) struct Repository {
    folder: PathBuf,
    /// Where the folder lies in the repository, as `prompts/`; empty at its top.
    prefix: String,
    top: Option<PathBuf>,
    /// Whether its history is cut off.
    pub is_shallow: bool,
    /// The commit that is checked out, and its day.
    pub head: (String, Date),
}

/// A commit that changed the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Commit {
    pub hash: String,
    /// The day on which it was committed, in UTC.
    pub day: Date,
    pub subject: String,
    /// Where the file is after it.
    pub path: String,
    /// Where it was before, if that is elsewhere.
    pub from: Option<String>,
    /// What the file is after it; nothing where it is gone.
    pub blob: Option<Blob>,
}

/// What stands in a commit under the file's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Blob {
    pub hash: String,
    /// Neither a link nor a repository of its own.
    pub is_file: bool,
}

/// A version's bytes.
pub(super) enum Version {
    Bytes(Vec<u8>),
    TooLong,
    /// The clone does not have it.
    Missing,
}

impl Repository {
    /// The repository that a folder lies in.
    pub fn at(folder: &Path) -> Result<Self, Error> {
        let is_folder = fs::metadata(folder).map_err(|cause| unread(folder, &cause))?.is_dir();
        if !is_folder {
            let message = format!("`{}` is a file, not a folder.", folder.display());
            return Err(Error::new(
                Code::BadArguments,
                message,
                "Name the folder of a repository.",
            )
            .at(named(folder)));
        }
        let asked =
            ["rev-parse", "--is-bare-repository", "--is-shallow-repository", "--show-prefix"];
        let told = said(folder, &asked)?;
        let mut lines = told.lines();
        let is_bare = lines.next() == Some("true");
        let is_shallow = lines.next() == Some("true");
        let prefix = lines.next().unwrap_or_default().to_owned();
        let top = match is_bare {
            true => None,
            false => {
                let top = said(folder, &["rev-parse", "--show-toplevel"])?;
                Some(PathBuf::from(top.trim_end_matches(['\n', '\r'])))
            }
        };
        let head = said(folder, &["log", "-1", "--format=%H %ct", "HEAD"]).map_err(|_| {
            let message = format!("The repository of `{}` has no commits.", folder.display());
            Error::new(Code::NotFound, message, "Commit the prompt first.").at(named(folder))
        })?;
        let (hash, seconds) = head.trim().split_once(' ').unwrap_or_default();
        let head = (hash.to_owned(), day(seconds));
        Ok(Self { folder: folder.to_owned(), prefix, top, is_shallow, head })
    }

    /// The commits that changed a file, the oldest first, and what it was called before. A merge
    /// counts as one step of the branch that it went into.
    pub fn commits(&self, path: &Path) -> Result<Vec<Commit>, Error> {
        let inside = self.inside(path)?;
        let kind = said(&self.folder, &["cat-file", "-t", &format!("HEAD:{inside}")]);
        if kind.is_ok_and(|kind| kind.trim() == "tree") {
            let message = format!("`{inside}` is a folder, not a file.");
            return Err(Error::new(Code::BadArguments, message, "Name a file in it."));
        }
        let asked = [
            "log",
            "--first-parent",
            "-m",
            "--follow",
            "--raw",
            "--no-abbrev",
            "-z",
            "--no-ext-diff",
            "--no-color",
            "--no-show-signature",
            "--encoding=UTF-8",
            "--format=%x01%H%x00%ct%x00%s",
            "HEAD",
            "--",
            &inside,
        ];
        let told = ask(self.top.as_deref().unwrap_or(&self.folder), &asked)?;
        let mut commits = read(&told);
        if commits.is_empty() {
            let message = format!(
                "The history of `{}` has no file `{inside}`.",
                self.top.as_deref().unwrap_or(&self.folder).display()
            );
            let hint =
                "Write its path as it is today, seen from the folder; it counts once committed.";
            return Err(Error::new(Code::NotFound, message, hint));
        }
        commits.reverse();
        Ok(commits)
    }

    /// A path as the repository has it, from its top.
    fn inside(&self, path: &Path) -> Result<String, Error> {
        let outside = || {
            let top = self.top.as_deref().unwrap_or(&self.folder).display();
            let message = format!("`{}` lies outside the repository `{top}`.", path.display());
            Error::new(Code::BadArguments, message, "Name a file inside it, seen from the folder.")
        };
        let mut names: Vec<String> = self.prefix.split_terminator('/').map(Into::into).collect();
        let mut path = path.to_owned();
        if path.is_absolute() {
            // Links on the way are git's, too.
            let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
            let top = self.top.as_ref().and_then(|top| top.canonicalize().ok());
            let (folder, top) = folder.zip(top).ok_or_else(outside)?;
            let whole = folder.join(path.file_name().ok_or_else(outside)?);
            path = whole.strip_prefix(top).map_err(|_| outside())?.to_owned();
            names.clear();
        }
        for component in path.components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir => {
                    names.pop().ok_or_else(outside)?;
                }
                Component::Normal(name) => names.push(name.to_string_lossy().into_owned()),
                Component::RootDir | Component::Prefix(_) => return Err(outside()),
            }
        }
        match names.is_empty() {
            true => Err(Error::new(Code::BadArguments, "No file is named.", "Name a prompt.")),
            false => Ok(names.join("/")),
        }
    }

    /// Every version of these commits, told one by one; `work` says whether the next is wanted.
    pub fn versions(
        &self,
        commits: &[Commit],
        mut work: impl FnMut(&str, Version) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        let mut reader = Reader::start(&self.folder)?;
        let blobs = commits.iter().filter_map(|commit| commit.blob.as_ref());
        let wanted: BTreeSet<&str> =
            blobs.filter(|blob| blob.is_file).map(|blob| blob.hash.as_str()).collect();
        for hash in wanted {
            let version = reader.version(hash).map_err(|cause| broken(&cause))?;
            if !work(hash, version)? {
                break;
            }
        }
        Ok(())
    }
}

/// A `git` that hands out what it is asked for, one after the other.
struct Reader {
    child: Child,
    asks: Option<ChildStdin>,
    tells: BufReader<ChildStdout>,
}

impl Reader {
    fn start(folder: &Path) -> Result<Self, Error> {
        let mut child = git(folder, &["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|cause| not_run(&cause))?;
        let tells = BufReader::new(child.stdout.take().expect("it is piped"));
        Ok(Self { asks: child.stdin.take(), tells, child })
    }

    fn version(&mut self, hash: &str) -> std::io::Result<Version> {
        let asks = self.asks.as_mut().expect("it is open until the end");
        writeln!(asks, "{hash}")?;
        asks.flush()?;
        let mut head = String::new();
        self.tells.read_line(&mut head)?;
        // `HASH blob SIZE`, or `HASH missing`
        let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
        let Some(size) = size else { return Ok(Version::Missing) };
        let mut content = (&mut self.tells).take(size + 1);
        if size > MOST_BYTES {
            std::io::copy(&mut content, &mut std::io::sink())?;
            return Ok(Version::TooLong);
        }
        let mut bytes = vec![];
        content.read_to_end(&mut bytes)?;
        bytes.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        Ok(Version::Bytes(bytes))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // It ends when nobody asks any more.
        self.asks = None;
        self.child.wait().ok();
    }
}

/// What `git log --raw -z` told, the newest first.
fn read(told: &[u8]) -> Vec<Commit> {
    let text = String::from_utf8_lossy(told);
    let mut words = text.split('\0');
    let mut commits: Vec<Commit> = vec![];
    let mut about: Option<(String, Date, String)> = None;
    while let Some(word) = words.next() {
        if let Some(hash) = word.strip_prefix('\u{1}') {
            let date = day(words.next().unwrap_or_default());
            let subject = plain(words.next().unwrap_or_default());
            about = Some((hash.to_owned(), date, subject));
            continue;
        }
        // `:100644 100644 OLD NEW R097`
        let Some(change) = word.trim_start_matches('\n').strip_prefix(':') else { continue };
        let fields: Vec<&str> = change.split(' ').collect();
        let [_, mode, _, blob, status] = fields[..] else { continue };
        let first = words.next().unwrap_or_default();
        let (from, path) = match status.starts_with(['R', 'C']) {
            true => (Some(plain(first)), plain(words.next().unwrap_or_default())),
            false => (None, plain(first)),
        };
        if let Some((hash, day, subject)) = about.take() {
            let blob = (status != "D")
                .then(|| Blob { hash: blob.to_owned(), is_file: mode.starts_with("100") });
            commits.push(Commit { hash, day, subject, path, from, blob });
        }
    }
    commits
}

/// What others wrote, without what steers a terminal.
fn plain(text: &str) -> String {
    text.replace(char::is_control, " ")
}

fn day(seconds: &str) -> Date {
    let moment = seconds.trim().parse().ok().and_then(|it| Timestamp::from_second(it).ok());
    moment.unwrap_or_default().to_zoned(TimeZone::UTC).date()
}

/// A run of `git` in a folder. What the caller's surroundings say of another repository does not
/// count, nothing is asked of a person, and nothing is fetched.
fn git(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    for name in
        ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY"]
    {
        command.env_remove(name);
    }
    command
        .env("LC_ALL", "C")
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .arg("-C")
        .arg(folder)
        .args(["--no-pager", "--literal-pathspecs"])
        .args(arguments)
        .stdin(Stdio::null());
    command
}

/// What `git` answers.
fn ask(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, Error> {
    let ran = git(folder, arguments).output().map_err(|cause| not_run(&cause))?;
    match ran.status.success() {
        true => Ok(ran.stdout),
        false => Err(refused(folder, &String::from_utf8_lossy(&ran.stderr))),
    }
}

fn said(folder: &Path, arguments: &[&str]) -> Result<String, Error> {
    ask(folder, arguments).map(|told| String::from_utf8_lossy(&told).into_owned())
}

fn not_run(cause: &std::io::Error) -> Error {
    match cause.kind() {
        ErrorKind::NotFound => {
            let hint = "Install git, and have it on the path where programs are looked for.";
            Error::new(Code::NotFound, "There is no program `git` here.", hint)
        }
        _ => broken(cause),
    }
}

fn broken(cause: &std::io::Error) -> Error {
    let message = format!("`git` could not be asked: {cause}.");
    Error::new(Code::UnreadableFile, message, "Try it again; look whether git works here.")
}

fn refused(folder: &Path, said: &str) -> Error {
    let name = folder.display();
    let (code, message, hint) = if said.contains("dubious ownership") {
        (
            Code::UnreadableFile,
            format!("git does not read `{name}`: another user owns it."),
            "Tell git that you trust it, as its `safe.directory`, or clone it.".to_owned(),
        )
    } else if said.contains("not a git repository") {
        (
            Code::NotFound,
            format!("`{name}` lies in no git repository."),
            "Name the folder of one.".to_owned(),
        )
    } else {
        let first = said.lines().next().unwrap_or_default();
        let first = plain(first.trim_start_matches("fatal: "));
        (
            Code::UnreadableFile,
            format!("git cannot tell the history in `{name}`: {}.", first.trim_end_matches('.')),
            "Look whether `git log` works there.".to_owned(),
        )
    };
    Error::new(code, message, hint).at(named(folder))
}
