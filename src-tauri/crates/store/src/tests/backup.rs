//! Backups made, listed, thinned out and restored.

use std::fs;

use super::sample::{AT, dump, folder, names, run, snapshot, three_revisions};
use crate::backup::{KEPT, backups, restore};
use crate::error::Error;
use crate::project::Project;

#[test]
fn the_newest_ten_are_kept_whatever_the_clock_says() {
    run(async {
        let folder = folder();
        let (path, into) = (folder.path().join("p.forebill"), folder.path().join("data/backups"));
        assert_eq!(backups(&into, &path).expect("no folder is no backup"), []);
        let mut project = three_revisions(&path).await;
        let mut made = vec![];
        for hour in (0..KEPT + 3).rev() {
            let at = format!("2026-11-22T{hour:02}:00:00.5+01:00");
            made.push(project.back_up(&into, &at).await.expect("there is room"));
        }
        made.reverse();
        assert_eq!(backups(&into, &path).expect("readable"), made[..KEPT]);
        assert_eq!(made[0].at, "2026-11-22T00:00:00.5+01:00");
        assert_eq!(names(&into).len(), KEPT);

        // Another project of this name has its own.
        fs::create_dir(folder.path().join("other")).expect("writable");
        let other = folder.path().join("other/p.forebill");
        let mut project = three_revisions(&other).await;
        project.back_up(&into, AT).await.expect("there is room");
        assert_eq!(backups(&into, &other).expect("readable").len(), 1);
        assert_eq!(backups(&into, &path).expect("readable"), made[..KEPT]);
    });
}

#[test]
fn a_backup_takes_the_place_of_a_damaged_file_which_is_kept() {
    run(async {
        let folder = folder();
        let (path, into) = (folder.path().join("p.forebill"), folder.path().join("backups"));
        let journal = folder.path().join("p.forebill-journal");
        let mut project = three_revisions(&path).await;
        let before = dump(&mut project).await;
        let backup = project.back_up(&into, AT).await.expect("there is room");
        project.push("four", None, AT, &snapshot("plan 4", &[])).await.expect("there is room");
        let open = restore(&backup.file, &path).await;
        assert!(matches!(open, Err(Error::Locked { .. })), "{open:?}");
        project.close().await.expect("closed");

        for (number, name) in [(0, "p.forebill.replaced"), (1, "p.forebill.replaced-2")] {
            fs::write(&path, format!("SQLite format 3\0 and then nothing {number}"))
                .expect("writable");
            fs::write(&journal, "its journal").expect("writable");
            let kept = restore(&backup.file, &path).await.expect("the backup is whole");
            assert_eq!(kept, Some(fs::canonicalize(folder.path()).expect("there").join(name)));
            let damaged = fs::read_to_string(folder.path().join(name)).expect("it is kept");
            assert!(damaged.ends_with(&format!("nothing {number}")), "{damaged}");
            let with_it = fs::read_to_string(folder.path().join(format!("{name}-journal")));
            assert_eq!(with_it.expect("it is kept"), "its journal");
            let mut restored = Project::open(&path).await.expect("it is whole");
            assert_eq!(dump(&mut restored).await, before);
            restored.close().await.expect("closed");
        }

        fs::remove_file(&path).expect("it is there");
        assert_eq!(restore(&backup.file, &path).await.expect("the backup is whole"), None);
        let bad = folder.path().join("p.forebill.replaced");
        let bytes = fs::read(&path).expect("it is there");
        let refused = restore(&bad, &path).await;
        assert!(matches!(refused, Err(Error::NotAProject { .. })), "{refused:?}");
        assert!(fs::read(&path).expect("it is there") == bytes, "nothing was replaced");
    });
}
