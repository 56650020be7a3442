//! What a project should hold: the same edits on a list in memory.

use std::collections::BTreeMap;

use store::{Error, Project, Revision, Snapshot};

/// Numbers that are the same in every run.
pub struct Random(pub u64);

impl Random {
    /// One of so many, by SplitMix64.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// Something that a person does.
#[derive(Debug)]
pub enum Edit {
    Push { label: String, field: Option<String>, plan: Snapshot },
    Amend { label: String, plan: Snapshot },
    Undo,
    Redo,
}

impl Edit {
    /// The edit of this number: whoever knows the number knows the edit.
    pub fn numbered(number: u64) -> Self {
        let mut random = Random(number);
        let label = format!("edit {number}");
        match random.below(10) {
            0..5 => {
                let field = (random.below(2) == 0).then(|| format!("field {}", random.below(3)));
                Self::Push { label, field, plan: plan(number, &mut random) }
            }
            5..7 => Self::Amend { label, plan: plan(number, &mut random) },
            7..9 => Self::Undo,
            _ => Self::Redo,
        }
    }

    /// Does it in a project.
    pub async fn perform(&self, project: &mut Project) -> Result<(), Error> {
        match self {
            Self::Push { label, field, plan } => {
                project.push(label, field.as_deref(), label, plan).await.map(drop)
            }
            Self::Amend { label, plan } => project.amend(label, label, plan).await.map(drop),
            Self::Undo => project.step_back().await.map(drop),
            Self::Redo => project.step_forward().await.map(drop),
        }
    }
}

/// A plan of any size up to some pages, with some of few prompts, so that texts are shared.
pub fn plan(number: u64, random: &mut Random) -> Snapshot {
    let lines = random.below(400) as usize;
    let plan = format!("name: Plan {number}\n{}", "# and a line of it\n".repeat(lines));
    let mut files = BTreeMap::new();
    for name in ["prompts/system.md", "prompts/tools.json", "prices.lock.toml"] {
        let text = random.below(4);
        if text > 0 {
            files.insert(
                name.to_owned(),
                format!("text {text} ").repeat(600 * text as usize).into(),
            );
        }
    }
    Snapshot { format: 1, plan, files }
}

/// The list of revisions and where its head stands. Ids are left out: they only have to grow.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub revisions: Vec<(String, Option<String>, String, Snapshot)>,
    pub head: usize,
}

impl Model {
    /// A project that was just made.
    pub fn new(label: &str, plan: Snapshot) -> Self {
        Self { revisions: vec![(label.to_owned(), None, label.to_owned(), plan)], head: 0 }
    }

    /// What a project holds, all of it read.
    pub async fn read(project: &mut Project) -> Result<Self, Error> {
        let (head, plan) = project.head().await?;
        let mut revisions = vec![];
        let mut at = None;
        let mut before = 0;
        for revision in project.revisions().await? {
            assert!(revision.id > before, "ids grow: {before}, {}", revision.id);
            before = revision.id;
            let loaded = project.load(revision.id).await?.expect("it is listed");
            if revision == head {
                assert_eq!(loaded, plan);
                at = Some(revisions.len());
            }
            let Revision { id: _, label, field, at } = revision;
            revisions.push((label, field, at, loaded));
        }
        Ok(Self { revisions, head: at.expect("the head is listed") })
    }

    /// Does an edit here.
    pub fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::Push { label, field, plan } => {
                self.revisions.truncate(self.head + 1);
                let revision = (label.clone(), field.clone(), label.clone(), plan.clone());
                self.revisions.push(revision);
                self.head += 1;
            }
            Edit::Amend { label, plan } => {
                self.revisions.truncate(self.head + 1);
                let field = self.revisions[self.head].1.clone();
                self.revisions[self.head] = (label.clone(), field, label.clone(), plan.clone());
            }
            Edit::Undo => self.head = self.head.saturating_sub(1),
            Edit::Redo => self.head = (self.head + 1).min(self.revisions.len() - 1),
        }
    }
}
