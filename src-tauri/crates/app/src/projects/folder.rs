//! Plans as folders of text: read into a project's first state, and written out again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use store::Snapshot;

use crate::error::Error;
use crate::files;
use crate::files::{Written, WrittenFile};
use crate::pins::LOCK_FILE;
use crate::plans::{self, PLAN_FILE};
use crate::shelf::Shelf;

/// A plan's folder or file as a project's first state, with the plan's name.
pub fn read(path: &Path) -> Result<(String, Snapshot), Error> {
    let shelf = Shelf::of(None)?;
    let opened = plans::open(path, &shelf)?;
    let mut texts = BTreeMap::new();
    for name in opened.plan.prompts.values().filter_map(|part| part.file.as_ref()) {
        let text = files::read_text(&opened.file.with_file_name("").join(name))?;
        texts.insert(name.clone(), text.into());
    }
    let lock = opened.file.with_file_name(LOCK_FILE);
    if lock.exists() {
        texts.insert(LOCK_FILE.to_owned(), files::read_text(&lock)?.into());
    }
    let plan = plans::write(&opened.plan);
    Ok((opened.plan.name, Snapshot { format: cost::plan::FORMAT, plan, files: texts }))
}

/// Writes a state as a plan's folder.
pub fn write(folder: &Path, snapshot: &Snapshot) -> Result<Written, Error> {
    let plan = (PLAN_FILE, snapshot.plan.as_str());
    let texts = snapshot.files.iter().map(|(name, text)| (name.as_str(), text.as_ref()));
    let mut written = vec![];
    for (name, text) in std::iter::once(plan).chain(texts) {
        let file: PathBuf = folder.join(name);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).map_err(|cause| files::unmade(parent, &cause))?;
        }
        files::write(&file, text.as_bytes())?;
        let bytes = text.len() as u64;
        written.push(WrittenFile { file: file.display().to_string(), bytes });
    }
    Ok(Written { files: written })
}
