//! Plans as folders of text: read into a project's first state, and written out again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use store::Snapshot;

use crate::error::{Code, Error};
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

/// Writes a state as a plan's folder. Nothing is written beside it, whatever a project's file calls its texts,
/// and no plan that was written by hand is replaced.
pub fn write(folder: &Path, snapshot: &Snapshot) -> Result<Written, Error> {
    if let Some(name) = snapshot.files.keys().find(|name| !is_own(name)) {
        return Err(Error::new(
            Code::BadOutput,
            format!("The project calls a text `{name}`, which would not stay in the folder."),
            "Whoever sent it may mean harm. Give the part another text, and try again.",
        ));
    }
    by_hand(&folder.join(PLAN_FILE))?;
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

/// Whether a text's name stays in the plan's folder, and is not the plan's own.
fn is_own(name: &str) -> bool {
    let parts: Vec<Component> = Path::new(name).components().collect();
    let plain = parts.iter().all(|part| matches!(part, Component::Normal(_)));
    plain && parts != [Component::Normal(PLAN_FILE.as_ref())]
}

/// Refuses to replace a plan with comments and spacing of somebody's own: ours read back as they are written.
fn by_hand(file: &Path) -> Result<(), Error> {
    let Ok(text) = files::read_text(file) else { return Ok(()) };
    if plans::read_plan(&text).is_ok_and(|plan| plans::write(&plan) == text) {
        return Ok(());
    }
    Err(Error::new(
        Code::BadOutput,
        format!("`{}` was written by hand, and its comments would be lost.", file.display()),
        "Choose another folder, and take over what changed from there.",
    )
    .at(files::named(file)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = include_str!("../../../../../examples/hello/plan.yaml");

    fn snapshot(files: &[&str]) -> Snapshot {
        let plan = plans::read_plan(PLAN).expect("an example");
        let files = files.iter().map(|name| ((*name).to_owned(), "text".into())).collect();
        Snapshot { format: cost::plan::FORMAT, plan: plans::write(&plan), files }
    }

    #[test]
    fn nothing_is_written_beside_the_folder() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("plan");
        for name in ["../out.md", "/out.md", "prompts/../../out.md", PLAN_FILE, "./plan.yaml"] {
            let error = write(&folder, &snapshot(&["prompts/answer.md", name])).expect_err(name);
            assert_eq!(error.code, Code::BadOutput, "{name}");
        }
        assert_eq!(fs::read_dir(home.path()).expect("it is there").count(), 0);
        let written = write(&folder, &snapshot(&["prompts/answer.md"])).expect("it may");
        assert_eq!(written.files.len(), 2);
    }

    #[test]
    fn a_plan_written_by_hand_is_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), &snapshot(&[])).expect("it is empty");
        write(folder.path(), &snapshot(&[])).expect("it is ours");
        fs::write(folder.path().join(PLAN_FILE), PLAN).expect("it can be written to");
        let error = write(folder.path(), &snapshot(&[])).expect_err("it has comments");
        assert!(error.message.contains("written by hand"), "{error}");
    }
}
