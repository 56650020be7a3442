//! Models of a price folder that count in vocabularies of the user's own.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::desk::answer;
use crate::program::{Ran, run, run_with};

/// Every ASCII letter, the blank and `.?` are tokens, and so is `refund`.
fn tokenizer() -> String {
    let letters = ('a'..='z').chain('A'..='Z').chain(['.', '?', '\u{120}', '\u{10a}']);
    let merged = ["re", "fu", "nd", "refu", "refund"].map(str::to_owned);
    let tokens: Vec<String> = letters.map(String::from).chain(merged).collect();
    let vocab: serde_json::Map<String, Value> =
        tokens.iter().enumerate().map(|(rank, token)| (token.clone(), rank.into())).collect();
    let merges = [["r", "e"], ["f", "u"], ["n", "d"], ["re", "fu"], ["refu", "nd"]];
    serde_json::json!({
        "model": {"type": "BPE", "vocab": vocab, "merges": merges},
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}
    })
    .to_string()
}

/// A book of one provider whose models count in a file, and a plan that calls two of them.
fn book() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it has one")).expect("made");
        fs::write(path, text).expect("written");
    };
    let model = |id: &str, vocabulary: &str| {
        format!(
            "[[model]]\nid = \"{id}\"\nvocabulary = \"{vocabulary}\"\n\
             source = \"https://acme.example\"\nchecked = 2026-11-09\nbasis = \"documented\"\n\
             [[model.price]]\ninput = \"1\"\noutput = \"2\"\n\n"
        )
    };
    let models = [
        model("large", "acme/tokenizer.json"),
        model("public", "cl100k_base"),
        model("small", "acme/ranks.tiktoken:o200k_base"),
    ];
    write(
        "prices/acme.toml",
        &format!("provider = \"acme\"\nname = \"Acme\"\n\n{}", models.concat()),
    );
    write("prices/acme/tokenizer.json", &tokenizer());
    // Each byte a token, and no merges.
    let ranks = (0..=255_u8).map(|byte| format!("{} {byte}\n", base64(byte)));
    write("prices/acme/ranks.tiktoken", &ranks.collect::<String>());
    write("plan/prompts/system.md", TEXT);
    write(
        "plan/plan.yaml",
        "forebill: 1\nname: Refunds\nstarts: 2027-01\nmonths: 1\n\
         prompts:\n  system: { file: prompts/system.md }\n\
         features:\n\
         - name: desk\n  unit: answer\n  volume: { units: 100/month }\n\
         \x20 step: { chain: [\n\
         \x20   { call: { name: first, model: acme/large, input: [system], output: 10 } },\n\
         \x20   { call: { name: second, model: acme/small, input: [system], output: 10 } }] }\n",
    );
    folder
}

const TEXT: &str = "Where is my refund?";

/// `W`, `h`, `e`, `re`; ` is` and ` my` letter by letter; ` `, `refund`; `?`.
const LARGE: u64 = 4 + 3 + 3 + 2 + 1;

/// Its bytes.
const SMALL: u64 = TEXT.len() as u64;

fn base64(byte: u8) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |at: u8| char::from(DIGITS[usize::from(at)]);
    format!("{}{}==", digit(byte >> 2), digit((byte & 3) << 4))
}

fn with_book(folder: &Path, typed: &[&str]) -> Ran {
    let prices = folder.join("prices");
    let prices = prices.to_str().expect("its path is UTF-8");
    run_with(&[typed, &["--book", prices]].concat(), TEXT.as_bytes())
}

#[test]
fn a_model_of_a_book_counts_in_the_vocabulary_of_its_file() {
    let folder = book();
    let ran = with_book(
        folder.path(),
        &["count", "--model", "large", "--model", "acme/small", "--model", "acme/public"],
    );
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @"
    model        counted in                      tokens
    acme/large   acme/tokenizer.json                 13  exact
    acme/small   acme/ranks.tiktoken:o200k_base      19  exact
    acme/public  cl100k_base                          5  exact
    ");
    let at = ["price", "--json", "--output", "0", "--at", "2026-11-20"];
    let prices = answer(&with_book(folder.path(), &at));
    let tokens = |name: &str| {
        let models = prices["models"].as_array().expect("a list");
        let model = models.iter().find(|model| model["model"] == name).expect(name);
        (model["tokens"].clone(), model["certainty"].clone(), model["per_call"].clone())
    };
    assert_eq!(tokens("acme/large"), (LARGE.into(), "exact".into(), "0.000013".into()));
    assert_eq!(tokens("acme/small"), (SMALL.into(), "exact".into(), "0.000019".into()));
    assert_eq!(tokens("acme/public"), (5.into(), "exact".into(), "0.000005".into()));
}

#[test]
fn documents_and_requests_are_counted_in_it_too() {
    let folder = book();
    let plan = folder.path().join("plan/prompts");
    let path = plan.to_str().expect("its path is UTF-8");
    let corpus = answer(&with_book(folder.path(), &["corpus", path, "--model", "large", "--json"]));
    let way = &corpus["ways"][0];
    assert_eq!((&way["tokens"], &way["certainty"]), (&LARGE.into(), &"exact".into()));
    assert_eq!(way["source"], "1 document of prompts, counted in acme/tokenizer.json");
    let file = folder.path().join("prices/acme/tokenizer.json");
    let file = file.to_str().expect("its path is UTF-8");
    let asked = br#"[{"role": "user", "content": "Where is my refund?"}]"#;
    let counted = answer(&run_with(&["count", "--vocabulary", file, "--json"], asked));
    assert_eq!(counted["counts"][0]["tokens"], LARGE);
}

#[test]
fn a_plan_is_counted_in_the_vocabularies_of_its_book() {
    let folder = book();
    let plan = folder.path().join("plan");
    let plan = plan.to_str().expect("its path is UTF-8");
    let estimate = answer(&with_book(folder.path(), &["estimate", plan, "--json"]));
    // A hundred times both texts and twice ten tokens of answer, which cost double.
    assert_eq!(estimate["total"], "0.0072");
    let inputs = with_book(folder.path(), &["inputs", plan]);
    insta::assert_snapshot!(inputs.stdout, @"
    address                                                   value  expected  unit           doubt         source
    prompts.system.tokens.acme-tokenizer                         13            tokens                       counted
    prompts.system.tokens.acme-ranks-tiktoken-o200k-base         19            tokens                       counted
    desk.units                                            100/month            times a month  ±30% assumed  guess
    desk.first.output                                            10            tokens         ±30% assumed  guess
    desk.second.output                                           10            tokens         ±30% assumed  guess

    a..b: four in five lie between; figures use the mean.
    doubt: of the mean, 30% assumed of a guess and 10% of a source without evidence; figures do not move by it.
    5 inputs, 3 of them guesses

    call               model
    desk.first.model   acme/large
    desk.second.model  acme/small
    ");
}

#[test]
fn a_vocabulary_that_cannot_be_read_is_never_estimated() {
    let folder = book();
    let plan = folder.path().join("plan");
    let plan = plan.to_str().expect("its path is UTF-8");
    let file = folder.path().join("prices/acme/tokenizer.json");
    let refused = |typed: &[&str]| {
        let ran = with_book(folder.path(), typed);
        assert_ne!(ran.code, 0, "{typed:?}");
        let here = folder.path().display().to_string();
        ran.stderr.replace(&here, "DIR").replace('\\', "/")
    };
    // Pinned, the model is known without its book, and its vocabulary is not.
    let pinned = with_book(folder.path(), &["prices", "pin", plan]);
    assert_eq!(pinned.code, 0, "{}", pinned.stderr);
    let ran = run(&["estimate", plan]);
    assert_ne!(ran.code, 0, "{}", ran.stdout);
    insta::assert_snapshot!(ran.stderr.replace(&folder.path().display().to_string(), "DIR"), @"
    error: DIR/plan/plan.yaml:1:1: `acme/large` cannot be counted. Its vocabulary `acme/tokenizer.json` is a file beside its price, in another book.
    hint: Name that book's folder.
    error: DIR/plan/plan.yaml:1:1: `acme/small` cannot be counted. Its vocabulary `acme/ranks.tiktoken:o200k_base` is a file beside its price, in another book.
    hint: Name that book's folder.
    ");
    fs::remove_file(&file).expect("removed");
    insta::assert_snapshot!(refused(&["count", "--model", "large"]), @"
    error: `acme/large` cannot be counted. There is no file `DIR/prices/acme/tokenizer.json`.
    hint: Put the tokenizer.json or the .tiktoken file there that comes with the model.
    ");
    insta::assert_snapshot!(refused(&["estimate", plan]), @"
    error: `acme/large` cannot be counted. There is no file `DIR/prices/acme/tokenizer.json`.
    hint: Put the tokenizer.json or the .tiktoken file there that comes with the model.
    ");
    assert!(refused(&["price"]).contains("`acme/large` cannot be counted."));
    fs::write(&file, "{}").expect("written");
    insta::assert_snapshot!(refused(&["count", "--model", "large"]), @"
    error: `acme/large` cannot be counted. `DIR/prices/acme/tokenizer.json` is no vocabulary. It is not a tokenizer.json: tokenizer.json missing field: model.
    hint: Put the tokenizer.json or the .tiktoken file there that comes with the model.
    ");
    let toml = folder.path().join("prices/acme.toml");
    let text = fs::read_to_string(&toml).expect("it is there");
    fs::write(&toml, text.replace("acme/tokenizer.json", "o300k")).expect("written");
    insta::assert_snapshot!(refused(&["count", "--model", "large"]), @"
    error: `acme/large` cannot be counted. No vocabulary is called `o300k`.
    hint: They are: o200k_base, o200k_harmony, cl100k_base, p50k_base, r50k_base, llama3, qwen3, qwen3_5, deepseek_v3, mistral_tekken_v3, gemma3.
    ");
    // What is not counted is not looked for.
    assert_eq!(with_book(folder.path(), &["count", "--model", "small"]).code, 0);
}

#[test]
fn a_prompt_is_priced_in_the_users_own_vocabulary() {
    let folder = book();
    let file = folder.path().join("prices/acme/tokenizer.json");
    let own = |model: &str| format!("{model}={}", file.display());
    let asked = ["price", "--json", "--at", "2026-11-20", "--vocabulary"];
    let one = ["--model", "claude-opus-5-5"];
    let run = |vocabulary: &str, more: &[&str]| {
        run_with(&[&asked[..], &[vocabulary], more].concat(), TEXT.as_bytes())
    };
    let claude = answer(&run(&own("anthropic/claude-opus-5-5"), &one))["models"][0].clone();
    let count = ["count", "--json", "--vocabulary", file.to_str().expect("its path is UTF-8")];
    let counted = answer(&run_with(&count, TEXT.as_bytes()))["counts"][0]["tokens"].clone();
    assert_eq!((&claude["tokens"], &claude["certainty"]), (&counted, &"exact".into()));
    // Where nobody names a model, all are priced, and the others as ever.
    let all = answer(&run(&own("claude-opus-5-5"), &[]));
    let all = all["models"].as_array().expect("a list");
    let of = |name: &str| all.iter().find(|one| one["model"] == name).expect("it is listed");
    assert_eq!(of("anthropic/claude-opus-5-5"), &claude);
    assert_eq!(of("anthropic/claude-sonnet-5-5")["certainty"], "estimated");

    let refused = |vocabulary: &str, says: &str| {
        let ran = run(vocabulary, &one);
        assert!(ran.code == 2 && ran.stdout.contains(says), "{}", ran.stdout);
    };
    refused(&own("gpt-5"), "`openai/gpt-5` has a vocabulary and is not among the models");
    refused("claude-opus-5-5", "does not say which model counts in it");
    refused("claude-opus-5-5=o200k_bass", "No vocabulary is called `o200k_bass`");
}
