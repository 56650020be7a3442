//! Open projects on a full disk, beside a file that is gone, and with a clock that is given.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use cost::edit::{Edit, StepField, StepKind};
use store::Project;
use tempfile::TempDir;

use super::asked::{Along, Clip, File, Number, Opened, State, StepOf, Target, Template};
use super::opened::{created, open_project, opened, session};
use super::recents::list;
use super::session::Session;
use super::{add_sample, close, copy, go_to, keep, open, past, save_as, saved, undo};
use crate::error::{Code, Error};
use crate::prompts::{Billed, CallPart, Reading, Size, tell as tell_prompt};
use crate::runtime::runtime;
use crate::samples;
use crate::stored::standing;

#[test]
fn typing_in_one_field_is_one_change_until_it_rests() {
    let desk = Desk::new();
    let session = desk.session();
    let begun = Instant::now();
    let typed = |text: &str, after_ms: u64| {
        let now = begun + Duration::from_millis(after_ms);
        session.edit(&output(text), None, now).expect("it can be changed");
        session.past().into_iter().map(|past| past.label).skip(1).collect::<Vec<_>>()
    };
    assert_eq!(typed("40..", 0), ["output of answer 40..120 → 40.."]);
    assert_eq!(typed("40..2", 999), ["output of answer 40..120 → 40..2"]);
    assert_eq!(typed("40..200", 1_998), ["output of answer 40..120 → 40..200"]);
    // A second of rest, and it is a change of its own.
    let two = ["output of answer 40..120 → 40..200", "output of answer 40..200 → 50"];
    assert_eq!(typed("50", 2_998), two);
    // So it is after another state was visited.
    session.undo(None).expect("there is a state before");
    session.redo(None).expect("there is a state after");
    assert_eq!(typed("60", 3_000).len(), 3);
}

#[test]
fn what_a_vendor_billed_is_one_change_and_keeps_nothing_of_the_prompt() {
    let desk = Desk::new();
    let session = desk.session();
    let text = "A secret of the house. ".repeat(40);
    let tell = |model: &str, billed: &str| {
        let parts = vec![CallPart { size: Size::Text(text.clone()), copies: None }];
        let (model, billed) = (model.to_owned(), billed.to_owned());
        tell_prompt(Billed { project: desk.project, model, parts, reading: None, billed })
    };
    let view = tell("claude-opus-4-7", "{\"input_tokens\": 300, \"cache_read_input_tokens\": 60}");
    let taught = view.expect("it can be told").taught;
    assert_eq!((taught[0].name.as_str(), taught[0].told.len()), ("anthropic/claude-opus-4-7", 1));
    assert_eq!(taught[0].told[0].billed, 354, "6 stand around the message");
    let view = tell("anthropic/claude-opus-4-7", " 361 ").expect("it can be told");
    assert_eq!(view.taught[0].learned.as_ref().expect("it learned").counts, 2);
    let said = tell("claude-opus-4-7", "361").expect_err("the plan knows this count");
    assert!(said.message.contains("already"), "{}", said.message);
    for (model, billed, expected) in [
        ("openai/gpt-5", "300", "counted exactly"),
        ("claude-opus-4-7", "lots", "neither a number"),
        ("claude-opus-4-7", "6", "Nothing is learned"),
        ("claude-opus-4-7", "90000", "4 times apart"),
    ] {
        let error = tell(model, billed).expect_err("it cannot be meant");
        assert!(error.message.contains(expected), "{}", error.message);
    }
    // A pasted request is compared as its vendor bills it, whatever stands around its text.
    let request = format!(
        r#"{{"model": "claude-opus-4-7", "max_tokens": 9, "messages": [{{"role": "user", "content": "{text}"}}]}}"#
    );
    let view = tell_prompt(Billed {
        project: desk.project,
        model: "claude-opus-4-7".to_owned(),
        parts: vec![CallPart { size: Size::Text(request), copies: None }],
        reading: Some(Reading::default()),
        billed: "365".to_owned(),
    });
    let told = &view.expect("it can be told").taught[0].told;
    assert_eq!((told[2].estimated, told[2].billed), (told[0].estimated, 359));
    // A text teaches by what was filled in for its variables, and not before.
    let tell_asked = |size: Size, given: &[(&str, &str)]| {
        let given = given.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        tell_prompt(Billed {
            project: desk.project,
            model: "claude-opus-4-7".to_owned(),
            parts: vec![CallPart { size, copies: None }],
            reading: Some(Reading { variables: given.collect(), ..Reading::default() }),
            billed: "366".to_owned(),
        })
    };
    let asked = || Size::Text("{{question}}".to_owned());
    let view = tell_asked(asked(), &[("question", &text)]).expect("it can be told");
    let last = view.taught[0].told.last().expect("it was told");
    assert_eq!((last.estimated, last.billed), (view.taught[0].told[0].estimated, 360));
    for (size, expected) in [
        (asked(), "`question` counts as 0 tokens: it has no text yet. Nothing is learned"),
        (Size::Tokens("300".to_owned()), "a length that is typed"),
    ] {
        let error = tell_asked(size, &[]).expect_err("it is not what was sent");
        assert!(error.message.contains(expected), "{}", error.message);
    }
    session.undo(None).expect("there is a state before");
    session.undo(None).expect("there is a state before");
    saved(desk.number()).expect("it is on disk");
    let plan = standing(&desk.file).expect("it can be read").plan;
    assert!(plan.contains("billed: 354") && !plan.contains("secret"), "{plan}");
    assert!(session.undo(None).expect("there is a state before").taught[0].told.len() == 1);
    let edit = Edit::Forget { model: "anthropic/claude-opus-4-7".to_owned() };
    assert!(session.edit(&edit, None, Instant::now()).expect("it was told").taught.is_empty());
}

#[test]
fn a_step_wrapped_in_a_cascade_escalates_to_a_dearer_model_of_its_seller() {
    let desk = Desk::new();
    let session = desk.session();
    let models = || {
        let plan = session.plan();
        plan.calls().iter().map(|call| format!("{} {}", call.name, call.model)).collect::<Vec<_>>()
    };
    let wrap = Edit::Wrap { at: "features/0/step".to_owned(), kind: StepKind::Cascade };
    let view = session.edit(&wrap, None, Instant::now()).expect("it can be wrapped");
    assert!(view.problems.is_empty() && !view.stale);
    let [small, large] = ["openai/gpt-5.4-mini", "openai/gpt-5.4"];
    let expected = [("answer", small), ("judge", small), ("answer-2", large)];
    assert_eq!(models(), expected.map(|(call, model)| format!("{call} {model}")));
    // Nothing of the seller is dearer than its dearest: the copy stays on it.
    session.undo(None).expect("there is a state before");
    let dearest = "openai/o1-pro".to_owned();
    let choose = Edit::Step {
        at: "features/0/step".to_owned(),
        field: StepField::Model,
        value: dearest.clone(),
    };
    let view = session.edit(&choose, None, Instant::now()).expect("it can be chosen");
    assert!(view.problems.is_empty(), "{:?}", view.problems);
    session.edit(&wrap, None, Instant::now()).expect("it can be wrapped");
    assert_eq!(models()[2], format!("answer-2 {dearest}"));
}

#[test]
fn a_full_disk_is_told_and_the_plan_goes_on_elsewhere() {
    let desk = Desk::full();
    let before = standing(&desk.file).expect("it can be read");
    let view = desk.session().write_text("system", &LARGE.repeat(9_000), Instant::now());
    let shown = view.expect("it is answered from memory");
    let refused = saved(desk.number()).expect_err("there is no room");
    said(&refused, Code::BadOutput, "There is no room left on the disk for", "Make room");
    assert!(standing(&desk.file).expect("it can be read") == before, "the old state is intact");
    assert!(close(desk.number()).is_err(), "what is not on disk is not given up");

    // A place that is none harms nothing either: the project is still there.
    let nowhere = Target { project: desk.project, path: desk.folder.path().join("gone/copy") };
    said(&save_as(nowhere).expect_err("no such folder"), Code::MissingFile, "gone", "Look for");
    assert_eq!(desk.session().view().figures, shown.figures);

    let other = Desk::new();
    let taken = Target { project: desk.project, path: other.file.clone() };
    said(&save_as(taken).expect_err("it is open"), Code::ReadOnly, "another window", "Close it");

    // The dialog has asked whether this one may be replaced.
    let path = desk.folder.path().join("copy.forebill");
    fs::write(&path, "of another time").expect("there is room");
    let copy = save_as(Target { project: desk.project, path: path.clone() }).expect("room there");
    let note = copy.note.expect("it says what the copy has not");
    assert!(note.contains("no room") && note.contains("without its earlier states"), "{note}");
    assert_eq!(copy.view.figures, shown.figures);
    saved(Number { project: copy.view.project }).expect("it is on disk");
    assert!(standing(&path).expect("it can be read").files["prompts/answer.md"].starts_with(LARGE));
    assert!(standing(&desk.file).expect("it can be read") == before, "the old state is intact");
    assert_eq!(past(desk.number()).expect_err("it goes on elsewhere").code, Code::NotFound);
}

#[test]
fn where_somebody_looked_never_stands_in_the_way() {
    let desk = Desk::full();
    let before = standing(&desk.file).expect("it can be read");
    // More than the disk has room for, and nobody's work.
    let looked = super::asked::Desk { project: desk.project, desk: LARGE.repeat(9_000) };
    keep(looked).expect("it is no reason to stop");
    saved(desk.number()).expect("every change is on disk");
    keep(super::asked::Desk { project: desk.project, desk: LARGE.repeat(9_001) }).expect("nor now");
    close(desk.number()).expect("every change is on disk");
    let again = open_project(&desk.file, None).expect("it is a project");
    assert_eq!(again.desk, None, "it could not be kept");
    assert!(standing(&desk.file).expect("it can be read") == before);
    close(Number { project: again.view.project }).expect("nothing was changed");
}

#[test]
fn earlier_states_are_found_while_the_disk_is_full() {
    let desk = Desk::full();
    let text = LARGE.repeat(9_000);
    desk.session().write_text("system", &text, Instant::now()).expect("answered from memory");
    saved(desk.number()).expect_err("there is no room");
    // The first two are not in memory: they are read from the file that takes no change.
    for index in [0, 1, 2] {
        let view =
            go_to(State { project: desk.project, index, since: None }).expect("it can be read");
        let output = view.inputs.iter().find(|input| input.input.address == OUTPUT);
        let expected = ["40..120", "50", "60"][index];
        assert_eq!(output.expect("it is typed in every state").input.value, expected);
    }
    let refused = saved(desk.number()).expect_err("there is still no room");
    assert_eq!(refused.code, Code::BadOutput);
    let none =
        go_to(State { project: desk.project, index: 9, since: None }).expect_err("there are four");
    said(&none, Code::NotFound, "no state number 9", "Choose one of the list");
}

#[test]
fn what_could_not_be_written_is_written_once_it_can_be() {
    let desk = Desk::new();
    let before = standing(&desk.file).expect("it can be read");
    let aside = desk.file.with_extension("aside");
    fs::rename(&desk.file, &aside).expect("it is there");
    for text in ["50", "60"] {
        desk.edit(text);
        // A state of its own each.
        undo(Along { project: desk.project, since: None }).expect("answered from memory");
    }
    let refused = saved(desk.number()).expect_err("its file is gone");
    said(&refused, Code::MissingFile, "is not there", "Look for it where it was moved");
    assert!(standing(&aside).expect("it can be read") == before, "the old state is intact");
    desk.edit("70");
    desk.edit("80");
    fs::rename(&aside, &desk.file).expect("it is there");
    saved(desk.number()).expect("it can be written again");
    close(desk.number()).expect("all is on disk");

    let again = open_project(&desk.file, None).expect("it is a project");
    let number = Number { project: again.view.project };
    let labels = past(number).expect("it is open").into_iter().map(|past| past.label);
    let expected = ["opened the sample", "output of answer 40..120 → 80"];
    assert_eq!(labels.collect::<Vec<_>>(), expected);
    close(number).expect("nothing was changed");
}

#[test]
fn an_edit_answers_the_rows_that_are_otherwise_than_in_the_answer_before() {
    let desk = Desk::new();
    let wanted = Template { project: desk.project, name: "support-desk".to_owned() };
    add_sample(wanted).expect("there is room");
    let session = desk.session();
    let before = session.view();
    let edit = |text, since| session.edit(&output(text), since, desk.now).expect("an edit");
    let answer = edit("51", Some(before.turn));
    let after = session.view();
    assert_eq!((answer.since, after.since), (Some(before.turn), None));
    assert!(answer.nodes.len() < after.nodes.len() && answer.inputs.len() < after.inputs.len());
    // In the places of those before, the rows of the answer are all of the view.
    let nodes = before
        .nodes
        .iter()
        .map(|old| answer.nodes.iter().find(|now| now.at == old.at).unwrap_or(old));
    assert!(nodes.eq(&after.nodes));
    let inputs = before.inputs.iter().map(|old| {
        answer.inputs.iter().find(|now| now.input.address == old.input.address).unwrap_or(old)
    });
    assert!(inputs.eq(&after.inputs));
    let features = |view: &super::View| view.figures.clone().expect("no problems").features;
    let (old, now) = (features(&before), features(&answer));
    let whole = old.iter().map(|old| now.iter().find(|it| it.name == old.name).unwrap_or(old));
    assert!(now.len() < old.len() && whole.eq(&features(&after)));
    // Who has an older answer, or none, is told all.
    for since in [Some(before.turn), None] {
        let answer = edit("52", since);
        assert_eq!((answer.since, answer.nodes.len()), (None, after.nodes.len()));
    }
    // So is everyone where rows come or go.
    let turn = session.view().turn;
    let add = Edit::AddFeature { name: "new".to_owned() };
    assert_eq!(session.edit(&add, Some(turn), desk.now).expect("an edit").since, None);
    close(desk.number()).expect("there is room");
}

#[test]
fn a_number_that_stops_to_be_one_leaves_the_figures_of_before_it_was_typed() {
    let desk = Desk::new();
    let total = || desk.session().view().figures.expect("it was worked out").total;
    let before = total();
    desk.edit("50..9000");
    assert!(total() != before);
    desk.edit("50..");
    assert!(desk.session().view().stale);
    assert_eq!(total(), before);
    desk.edit("50..x");
    assert_eq!(total(), before);
    desk.edit("50..9001");
    assert!(!desk.session().view().stale && total() != before);
    // Typed later it is another change: the figures of the state before it stay.
    let (last, later) = (total(), desk.now + Duration::from_secs(9));
    for text in ["50..9002", "50.."] {
        desk.session().edit(&output(text), None, later).expect("it can be changed");
    }
    assert_eq!(total(), last);
}

#[test]
fn a_step_back_answers_the_rows_that_are_otherwise_as_well() {
    let desk = Desk::new();
    let session = desk.session();
    let whole = session.view();
    let edited = session.edit(&output("77"), Some(whole.turn), desk.now).expect("changed");
    let undone = session.undo(Some(edited.turn)).expect("there is a state before");
    assert_eq!(undone.since, Some(edited.turn));
    assert!(!undone.inputs.is_empty() && undone.inputs.len() < whole.inputs.len());
    let redone = session.redo(Some(undone.turn)).expect("there is a state after");
    assert_eq!(redone.inputs, edited.inputs);
    let looked = session.look_at(0, Some(redone.turn));
    assert!(looked.since == Some(redone.turn) && looked.inputs.is_empty());
    // Whoever has another answer is sent everything.
    assert_eq!(session.look_at(1, Some(whole.turn)).nodes.len(), whole.nodes.len());
}

#[test]
fn closing_a_project_leaves_the_newer_one_above_it() {
    let places = |desks: &[&Desk]| {
        let listed: Vec<String> = list().into_iter().map(|recent| recent.file).collect();
        desks
            .iter()
            .map(|desk| listed.iter().position(|file| Path::new(file) == desk.file).expect("noted"))
            .is_sorted()
    };
    let (old, new) = (Desk::new(), Desk::new());
    assert!(places(&[&new, &old]));
    old.edit("50");
    close(old.number()).expect("there is room");
    assert!(places(&[&new, &old]));
    // Opened while it is open, it is the newest.
    let again = Desk::new();
    open(File { path: new.file.clone() }).expect("it is open");
    assert!(places(&[&new, &again, &old]));
}

#[test]
fn a_copy_that_cannot_be_made_leaves_the_project_as_it_is() {
    let desk = Desk::new();
    desk.edit("50");
    let other = Desk::new();
    let first = standing(&other.file).expect("it can be read");
    let check = |path: PathBuf, code: Code, which: &str, hint: &str| {
        let target = Target { project: desk.project, path };
        said(&save_as(target).expect_err("it cannot be made"), code, which, hint);
        desk.edit("60");
        saved(desk.number()).expect("it is written where it was");
    };
    check(other.file.clone(), Code::ReadOnly, "is open in another window", "Close it there");
    check(desk.folder.path().join("no/where"), Code::MissingFile, "no", "Look for it");
    check(desk.file.join("under"), Code::BadOutput, "cannot be written to", "Choose a folder");
    assert!(standing(&other.file).expect("it can be read") == first, "it was not replaced");
}

#[test]
fn every_template_can_stand_beside_the_others() {
    let desk = Desk::new();
    let add = |name: &str| {
        let wanted = Template { project: desk.project, name: name.to_owned() };
        add_sample(wanted).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let names: Vec<String> = samples::list().into_iter().map(|about| about.name).collect();
    for name in &names {
        let view = add(name);
        assert!(view.problems.is_empty(), "{name}: {:?}", view.problems);
    }
    // Two prompts of one name are two texts; Hello's own is the same once more.
    let text = |part: &str| session(desk.project).expect("it is open").text(part).expect("a part");
    assert_ne!(text("system"), text("system-2"));
    let parts = session(desk.project).expect("it is open").plan().prompts;
    let systems = parts.keys().filter(|name| name.starts_with("system")).count();
    assert_eq!(systems, 5, "of Hello, support, sales, coding and RAG: {:?}", parts.keys());
    // Once more, every one of them has its parts and agents here already.
    let count = || {
        let plan = session(desk.project).expect("it is open").plan();
        (plan.prompts.len(), plan.agents.len())
    };
    let before = count();
    for name in &names {
        add(name);
        assert_eq!(count(), before, "{name}");
    }
    undo(Along { project: desk.project, since: None }).expect("it can be undone");
    close(desk.number()).expect("there is room");
}

#[test]
fn steps_go_from_one_project_to_another_as_text() {
    let (from, to) = (Desk::new(), Desk::new());
    let wanted = Template { project: from.project, name: "research-agents".to_owned() };
    add_sample(wanted).expect("there is room");
    let at = "features/1/step/route/0/step".to_owned();
    let clip = copy(StepOf { project: from.project, at }).expect("it is there").text;
    assert!(clip.contains("searcher:") && clip.contains("You research one task"), "{clip}");
    assert!(!clip.contains("You lead the research"), "{clip}");
    let paste = |at: Option<&str>, text: &str| {
        super::paste(Clip { project: to.project, at: at.map(str::to_owned), text: text.to_owned() })
    };
    let view = paste(Some("features/0/step"), &clip).expect("it can be pasted");
    assert!(view.problems.is_empty(), "{:?}", view.problems);
    // The same texts once more are the same parts.
    let own = copy(StepOf { project: to.project, at: "features/0".to_owned() });
    let parts = || session(to.project).expect("it is open").plan().prompts.len();
    let before = parts();
    let view = paste(None, &own.expect("it is there").text).expect("it can be pasted");
    assert!(view.problems.is_empty(), "{:?}", view.problems);
    assert_eq!(parts(), before);
    assert!(paste(None, "nothing of the kind").is_err());
    close(from.number()).expect("there is room");
    close(to.number()).expect("there is room");
}

const OUTPUT: &str = "front-desk.answer.output";
const LARGE: &str = "A sentence that takes room. ";

/// The sample Hello, open in a folder of its own.
struct Desk {
    folder: TempDir,
    file: PathBuf,
    project: u64,
    /// Every key is pressed at this moment, unless a test says otherwise.
    now: Instant,
}

impl Desk {
    fn new() -> Self {
        Self::of(|file| open_project(file, None).expect("it is a project"))
    }

    /// With three states, on a disk that has no more room.
    fn full() -> Self {
        Self::of(|file| {
            let number = open_project(file, None).expect("it is a project").view.project;
            let desk = session(number).expect("it is open");
            let begun = Instant::now();
            for (text, seconds) in [("50", 0), ("60", 2)] {
                let now = begun + Duration::from_secs(seconds);
                desk.edit(&output(text), None, now).expect("it can be changed");
            }
            close(Number { project: number }).expect("there is room");
            let limited = runtime().block_on(async {
                let mut project = Project::open(file).await?;
                // No smaller than the file is.
                project.limit_pages(1).await?;
                Ok::<_, store::Error>(project)
            });
            opened(limited.expect("it is a project"), None).expect("it can be read")
        })
    }

    fn of(opening: impl FnOnce(&Path) -> Opened) -> Self {
        static HOME: OnceLock<TempDir> = OnceLock::new();
        let home = HOME.get_or_init(|| tempfile::tempdir().expect("a folder"));
        crate::home::keep_in(home.path().to_owned());
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().canonicalize().expect("it is there").join("desk.forebill");
        let first = samples::snapshot("hello").expect("it is a sample");
        let made = created(&file, "opened the sample", &first).expect("there is room");
        runtime().block_on(made.close()).expect("closed");
        let project = opening(&file).view.project;
        Self { folder, file, project, now: Instant::now() }
    }

    fn number(&self) -> Number {
        Number { project: self.project }
    }

    fn session(&self) -> Arc<Session> {
        session(self.project).expect("it is open")
    }

    fn edit(&self, text: &str) {
        self.session().edit(&output(text), None, self.now).expect("it can be changed");
    }
}

/// An answer's length typed anew.
fn output(text: &str) -> Edit {
    Edit::Number { address: OUTPUT.to_owned(), text: text.to_owned() }
}

fn said(error: &Error, code: Code, what: &str, hint: &str) {
    assert_eq!(error.code, code, "{error:?}");
    assert!(error.message.contains(what) && error.hint.contains(hint), "{error:?}");
}
