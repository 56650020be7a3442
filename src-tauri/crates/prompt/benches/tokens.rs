//! How fast texts are counted, as ratios against tiktoken-rs in the same run: `cargo xtask bench tokens`.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use cpu_time::{ProcessTime, ThreadTime};
use prompt::{Lanes, Vocabulary, count};

/// What is counted at once, as a corpus is.
const DOCUMENT_BYTES: usize = 16 << 10;
const RUNS: usize = 7;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [ask, name] if ask == "first" => first_count(name),
        [folder, ..] if Path::new(folder).is_dir() => figures(Path::new(folder)),
        _ => println!("Give the folder of texts that `cargo xtask bench tokens` makes."),
    }
}

fn figures(folder: &Path) {
    let program = std::env::current_exe().expect("a program has a path");
    println!("first count of a new process, and the memory it then has");
    for vocabulary in Vocabulary::ALL {
        let asked = Command::new(&program).args(["first", vocabulary.name()]).output();
        print!("{}", String::from_utf8_lossy(&asked.expect("the program runs").stdout));
    }

    let library = tiktoken_rs::o200k_base_singleton();
    let theirs = |text: &str| library.encode_ordinary(text).len() as u64;
    let ours = |text: &str| count(text, Vocabulary::O200kBase);
    let started = Instant::now();
    let lanes = Lanes::for_bytes(Lanes::BULK_BYTES);
    let bulk = |text: &str| lanes.count(text, Vocabulary::O200kBase.into());
    bulk("Where is my refund?");
    println!("\nbulk lane ready after {:.2} s, {}", started.elapsed().as_secs_f64(), memory());
    println!("\nunseen text in documents of 16 KB, o200k, one core: MB/s, and times tiktoken-rs");
    for name in ["english", "code", "json", "cjk"] {
        let text = fs::read_to_string(folder.join(name)).expect("a text");
        let documents = documents(&text);
        let engines: [&(dyn Fn(&str) -> u64 + Sync); 3] = [&theirs, &ours, &bulk];
        let mut speeds = [(); 3].map(|()| (vec![], vec![]));
        for run in 0..RUNS {
            // Half of the documents warm an engine, the other half is timed.
            let half = |odd: usize| documents.iter().skip((odd + run) % 2).step_by(2).copied();
            let timed: Vec<&str> = half(1).collect();
            let warming: Vec<&str> = half(0).collect();
            for text in &warming {
                let counts = engines.map(|count| count(text));
                assert_eq!(counts, [counts[0]; 3], "the counts differ");
            }
            for (count, (one, two)) in engines.iter().zip(&mut speeds) {
                one.push(speed(&timed, count));
                two.push(speed_of_two(&warming, &timed, count) / speed_of_one(&timed, count));
            }
        }
        let [(peer, _), live, bulk] = speeds.map(|(one, two)| (median(one), median(two)));
        let beside = |(one, two): (f64, f64)| {
            format!("{one:6.1} {:5.2} times, two threads {two:4.2} times one", one / peer)
        };
        println!(
            "{name:<8} tiktoken-rs {peer:5.1}   live {}   bulk {}",
            beside(live),
            beside(bulk)
        );
    }

    println!("\na megabyte without words, o200k: ms, times 100 KB, and times tiktoken-rs");
    let (long, short) = (times(1_000_000, ours), times(100_000, ours));
    // tiktoken-rs gives up on a run of about a million blanks.
    let peer = times(1_000_000, |text| if text.starts_with("  ") { 0 } else { theirs(text) });
    for (((name, long), (_, short)), (_, theirs)) in long.iter().zip(short).zip(&peer) {
        let (theirs, note) = if *name == "spaces" {
            (&peer[1].1, " (it panics here: its time for one letter)")
        } else {
            (theirs, "")
        };
        let (long, growth) = (long.as_secs_f64(), long.as_secs_f64() / short.as_secs_f64());
        let ratio = long / theirs.as_secs_f64();
        println!("{name:<10} {:7.1} ms {growth:5.1} {ratio:6.2}{note}", long * 1e3);
    }
}

/// The best time of each run of so many bytes, of three: no text comes twice, as what came by lately
/// is counted faster.
fn times(bytes: usize, count: impl Fn(&str) -> u64) -> Vec<(&'static str, Duration)> {
    let times = (1..=3).map(|seed| {
        let time = |(name, text): (&'static str, String)| {
            let start = ThreadTime::now();
            count(&text);
            (name, start.elapsed())
        };
        runs(bytes, seed).into_iter().map(time).collect::<Vec<_>>()
    });
    let best = |one: Vec<_>, other: Vec<_>| {
        let pairs = one.into_iter().zip(other);
        pairs
            .map(|((name, one), (_, other)): ((_, Duration), (_, _))| (name, one.min(other)))
            .collect()
    };
    times.reduce(best).expect("three of them")
}

fn documents(text: &str) -> Vec<&str> {
    let mut documents = vec![];
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = DOCUMENT_BYTES.min(rest.len());
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let (document, after) = rest.split_at(end);
        documents.push(document);
        rest = after;
    }
    documents
}

/// Megabytes in a second of one core, whatever threads an engine has.
fn speed(documents: &[&str], count: impl Fn(&str) -> u64) -> f64 {
    let start = ProcessTime::now();
    let tokens: u64 = documents.iter().map(|text| count(text)).sum();
    assert!(tokens > 0);
    megabytes(documents) / start.elapsed().as_secs_f64()
}

/// Megabytes in a second by the clock on the wall, of one thread.
fn speed_of_one(documents: &[&str], count: impl Fn(&str) -> u64) -> f64 {
    let start = Instant::now();
    let tokens: u64 = documents.iter().map(|text| count(text)).sum();
    assert!(tokens > 0);
    megabytes(documents) / start.elapsed().as_secs_f64()
}

/// The same of two threads, each of them warmed, which take the documents as they come to them.
fn speed_of_two(warming: &[&str], documents: &[&str], count: impl Fn(&str) -> u64 + Sync) -> f64 {
    let (ready, next) = (Barrier::new(3), AtomicUsize::new(0));
    thread::scope(|scope| {
        let threads = [(); 2].map(|()| {
            scope.spawn(|| {
                assert!(warming.iter().map(|text| count(text)).sum::<u64>() > 0);
                ready.wait();
                let mut tokens = 0;
                while let Some(text) = documents.get(next.fetch_add(1, Ordering::Relaxed)) {
                    tokens += count(text);
                }
                tokens
            })
        });
        ready.wait();
        let start = Instant::now();
        let tokens: u64 = threads.map(|thread| thread.join().expect("it counts")).iter().sum();
        assert!(tokens > 0);
        megabytes(documents) / start.elapsed().as_secs_f64()
    })
}

fn megabytes(documents: &[&str]) -> f64 {
    documents.iter().map(|text| text.len()).sum::<usize>() as f64 / 1e6
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Texts of so many bytes without a place to cut.
fn runs(bytes: usize, mut seed: u64) -> Vec<(&'static str, String)> {
    let mut random = |of: &[u8]| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        char::from(of[(seed % of.len() as u64) as usize])
    };
    let mut of = |set: &[u8]| (0..bytes).map(|_| random(set)).collect::<String>();
    let base64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let prose = "thequickbrownfoxjumpsoverthelazydogandthendoesitagain,morethanonce.";
    vec![
        ("spaces", " ".repeat(bytes)),
        ("letter", "a".repeat(bytes)),
        ("letters", of(b"abcdefghijklmnopqrstuvwxyz")),
        ("newlines", "\n".repeat(bytes)),
        ("dashes", "-".repeat(bytes)),
        ("no spaces", prose.repeat(bytes / prose.len())),
        ("base64", of(base64)),
        ("digits", of(b"0123456789")),
        ("hex", of(b"0123456789abcdef")),
    ]
}

fn first_count(name: &str) {
    let vocabulary: Vocabulary = name.parse().expect("the name of a vocabulary");
    let start = Instant::now();
    let tokens = count("Where is my refund?", vocabulary);
    let time = start.elapsed();
    println!("{name:<20} {tokens} tokens, {:6.1} ms, {}", time.as_secs_f64() * 1e3, memory());
}

/// What the process has in memory.
fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.unwrap_or_default().trim().to_owned()
}
