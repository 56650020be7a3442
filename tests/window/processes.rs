//! Processes as Linux tells about them: who descends from whom, and what they hold in memory.

use std::fs;

/// The process and what descends from it.
pub fn family(id: u32) -> Vec<u32> {
    let parents: Vec<_> = all().filter_map(|child| Some((child, parent(child)?))).collect();
    let mut family = vec![id];
    let mut next = 0;
    while let Some(&member) = family.get(next) {
        family.extend(parents.iter().filter(|(_, parent)| *parent == member).map(|(id, _)| id));
        next += 1;
    }
    family
}

/// The name of a process's program.
pub fn program(id: u32) -> Option<String> {
    let path = fs::read_link(format!("/proc/{id}/exe")).ok()?;
    Some(path.file_name()?.to_string_lossy().into_owned())
}

/// The memory of a process and of what descends from it in kilobytes, each with its program's name.
pub fn memory_of_all(id: u32) -> Vec<(String, u64)> {
    family(id).into_iter().filter_map(|id| Some((program(id)?, memory(id)?))).collect()
}

/// The memory of a process in kilobytes, what it shares counted by its part.
fn memory(id: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    text.lines()
        .find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix(" kB")?.parse().ok())
}

fn all() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_string_lossy().parse().ok())
}

fn parent(id: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // After the name in parentheses come the state and the parent.
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}
