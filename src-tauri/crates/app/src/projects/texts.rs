//! The files of a project's texts, by the names under which its plan knows them.

use std::sync::Arc;

use cost::plan::Plan;

use crate::pins::LOCK_FILE;
use crate::plans::Files;

/// The files that a plan still names, and its pinned prices.
pub fn kept_files(files: &Files, plan: &Plan) -> Files {
    let named: Vec<&str> = plan.prompts.values().filter_map(|part| part.file.as_deref()).collect();
    let keeps = |name: &str| name == LOCK_FILE || named.contains(&name);
    files
        .iter()
        .filter(|(name, _)| keeps(name))
        .map(|(name, text)| (name.clone(), text.clone()))
        .collect()
}

/// A name for the text of a part that no other text has.
pub fn text_file(files: &Files, part: &str) -> String {
    file_names(part).find(|name| !files.contains_key(name)).expect("numbers do not end")
}

/// The file of a part's text where it is known already, else a new one.
pub fn file_of(files: &Files, part: &str, text: &Arc<str>) -> String {
    let known = |name: &String| files.get(name).is_none_or(|known| known == text);
    file_names(part).find(known).expect("numbers do not end")
}

fn file_names(part: &str) -> impl Iterator<Item = String> {
    let numbered = (2..).map(move |number| format!("prompts/{part}-{number}.md"));
    std::iter::once(format!("prompts/{part}.md")).chain(numbered)
}
