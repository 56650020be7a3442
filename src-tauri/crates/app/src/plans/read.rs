//! A plan's text read into a plan; what is wrong with its form, exact to the column.

use cost::plan::{DEEPEST, FORMAT, Plan};
use serde_saphyr::Error as Yaml;

use super::places::{Broken, Place, Places};
use super::wanted;
use crate::suggest::did_you_mean;

/// What is wrong with the form of a text, and where.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: String,
    /// Where.
    pub place: Option<Place>,
}

/// Reads a plan, and where everything in it stands.
pub fn read(text: &str) -> Result<(Plan, Places), Malformed> {
    let places = Places::of(text).map_err(|error| broken(text, error))?;
    let options = serde_saphyr::options! { with_snippet: false, strict_booleans: true };
    match serde_saphyr::from_str_with_options::<Plan>(text, options) {
        Ok(plan) => Ok((plan.addressed(), places)),
        Err(error) => Err(newer_format(text, &places).unwrap_or_else(|| explain(&error, &places))),
    }
}

fn broken(text: &str, broken: Broken) -> Malformed {
    match broken {
        Broken::Malformed { place, why } => Malformed {
            message: format!("This is not YAML: {why}."),
            hint: match has_tab(text, place) {
                true => "This line is indented with a tab: YAML takes blanks only.",
                false => {
                    "Look for a quote, a bracket or an indentation that is off, here or just above."
                }
            }
            .to_owned(),
            place: Some(place),
        },
        Broken::TooDeep { place } => Malformed {
            message: format!("More than {DEEPEST} maps and lists stand inside each other here."),
            hint: "Put steps beside each other: a `chain:` may have any number of them.".to_owned(),
            place: Some(place),
        },
    }
}

/// Whether the line of a place is indented with a tab.
fn has_tab(text: &str, place: Place) -> bool {
    let line = text.lines().nth(place.line.saturating_sub(1) as usize).unwrap_or_default();
    line.chars().take_while(|letter| letter.is_whitespace()).any(|letter| letter == '\t')
}

/// A plan of another format cannot be expected to have this one's fields.
fn newer_format(text: &str, places: &Places) -> Option<Malformed> {
    let line = text.lines().find_map(|line| line.strip_prefix("forebill:"))?;
    let format: u32 = line.split('#').next()?.trim().parse().ok()?;
    (format > FORMAT).then(|| Malformed {
        message: format!("This plan has format {format}; this version reads format {FORMAT}."),
        hint: "Update Forebill, or write the plan in the older format.".to_owned(),
        place: places.find(&["forebill".to_owned()]),
    })
}

fn explain(error: &Yaml, places: &Places) -> Malformed {
    let number = |value: u64| u32::try_from(value).ok();
    let place = error.location().and_then(|place| {
        Some(Place { line: number(place.line())?, column: number(place.column())? })
    });
    if let Yaml::Unexpected { expected, .. } = error {
        // Of a word where a map or a list should be, the parser tells the place of what follows.
        let last = place.and_then(|place| places.last_before(place));
        let path: Vec<&str> = last.iter().flat_map(|(path, _)| *path).map(String::as_str).collect();
        let wanted = match *expected {
            "mapping start" => Some(wanted::map(&path)),
            "sequence start" => Some(wanted::list(&path)),
            _ => None,
        };
        if let Some((message, hint)) = wanted {
            return Malformed { message, hint, place: last.map(|(_, place)| place).or(place) };
        }
    }
    let (message, hint) = words(error);
    Malformed { message, hint, place }
}

/// What is wrong, and what to write instead.
fn words(error: &Yaml) -> (String, String) {
    let say = |message: String, hint: &str| (message, hint.to_owned());
    match error {
        Yaml::SerdeUnknownField { field, .. }
            if field.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            (
                format!("There is no field `{field}` here."),
                "Between `{` and `}` a comma ends a field: write 0.3 with a point, and 1000 or 1k \
                 without a comma."
                    .to_owned(),
            )
        }
        Yaml::SerdeUnknownField { field, expected, .. } => (
            format!("There is no field `{field}` here."),
            did_you_mean(field, expected, "The fields here are"),
        ),
        Yaml::SerdeUnknownVariant { variant, expected, .. } => (
            format!("`{variant}` is not one of the words that can stand here."),
            did_you_mean(variant, expected, "Write one of"),
        ),
        Yaml::SerdeMissingField { field, .. } => {
            (format!("The field `{field}` is missing."), format!("Add `{field}:` to this map."))
        }
        Yaml::SerdeInvalidType { unexpected, expected, .. }
        | Yaml::SerdeInvalidValue { unexpected, expected, .. } => {
            (format!("{} cannot stand here.", plainly(unexpected)), format!("Write {expected}."))
        }
        Yaml::ExternallyTaggedEnumExpectedScalarOrMapping { .. } => say(
            "A list cannot stand here; a step is a map with one key, its kind.".to_owned(),
            "Put the steps into `chain:`, or write one step such as `call: { … }`.",
        ),
        Yaml::ExpectedMappingEndAfterEnumVariantValue { .. } => say(
            "A step has one kind; this is a second one.".to_owned(),
            "Put both into a `chain:`, each with a dash of its own.",
        ),
        Yaml::InvalidScalar { .. } => {
            say("This is not a whole number.".to_owned(), "Write one such as 12.")
        }
        Yaml::NonFiniteFloat { value, .. } => {
            say(format!("`{value}` is not a number."), "Write one such as 350.")
        }
        Yaml::NullIntoString { .. } => {
            say("Nothing stands here.".to_owned(), "Write a text, or take the field out.")
        }
        Yaml::DuplicateMappingKey { key, .. } => (
            format!("The field `{}` is there twice.", key.as_deref().unwrap_or("…")),
            "Keep one of them.".to_owned(),
        ),
        Yaml::MultipleDocuments { .. } => say(
            "A second document starts here.".to_owned(),
            "Keep one plan in a file: take out the `---`.",
        ),
        Yaml::UnknownAnchor { .. } => say(
            "This refers to an anchor that does not stand above it.".to_owned(),
            "Write `&name` at the value that `*name` repeats.",
        ),
        Yaml::Eof { .. } => {
            say("There is no plan in this text.".to_owned(), "Begin with `forebill: 1`.")
        }
        Yaml::AliasError { error, .. } => words(error),
        Yaml::Budget { .. } => say(
            "This is more than a plan can hold.".to_owned(),
            "Take out what is repeated by `*name`, or split the plan.",
        ),
        // The only values with errors of their own are days.
        Yaml::Message { .. } => say("This is not a day.".to_owned(), "Write it as 2026-11-20."),
        other => {
            let text = other.to_string();
            let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(before, _)| before);
            say(format!("This cannot be read: {message}."), "Compare it with the plan of a sample.")
        }
    }
}

/// Serde's word for what stands there, as people call it.
fn plainly(unexpected: &str) -> String {
    match unexpected {
        "sequence" => "A list".to_owned(),
        "map" => "A map".to_owned(),
        "unit value" | "Option value" => "Nothing".to_owned(),
        other => match other.split_once(' ') {
            Some(("string", text)) => format!("`{}`", text.trim_matches('"')),
            Some((_, value)) => value.to_owned(),
            None => format!("`{other}`"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place and words of what is wrong with a text.
    fn refuses(text: &str, expected: &str) {
        let malformed = read(text).expect_err("this must be refused");
        let place = malformed.place.expect("every error of form has its place");
        let Malformed { message, hint, .. } = malformed;
        assert_eq!(format!("{}:{} {message} {hint}", place.line, place.column), expected, "{text}");
    }

    /// A plan with one feature, whose step starts at line 8, column 11.
    fn step(step: &str) -> String {
        format!(
            "forebill: 1\nname: Desk\nstarts: 2027-01\nmonths: 12\nfeatures:\n  - name: desk\n    \
             unit: answer\n    step: {step}\n    volume: {{ units: 3k ±20%/month, grows: 1% }}\n"
        )
    }

    #[test]
    fn a_plan_without_errors_is_read() {
        let (plan, _) = read(&step("{ call: { model: m } }")).expect("a plan");
        assert_eq!(plan.features[0].step.calls()[0].name, "call");
    }

    #[test]
    fn yes_and_no_are_words_where_a_text_stands() {
        let text = step("{ call: { name: no, answer: Yes, model: on, input: [y, n x2] } }");
        let (plan, _) = read(&text).expect("a plan");
        let call = plan.features[0].step.calls()[0];
        assert_eq!((call.name.as_str(), call.model.as_str(), call.answer), ("no", "on", true));
        assert_eq!(call.input[0].part, "y");
    }

    #[test]
    fn a_field_or_a_word_that_is_not_known_is_met_with_the_nearest() {
        refuses(
            &step("{ call: { model: m, ouput: 30..60 } }"),
            "8:31 There is no field `ouput` here. Did you mean `output`? The fields here are: \
             name, label, model, tier, input, output, reasoning, answer, max_tokens, quality, \
             keep, keep_reasoning, cache.",
        );
        refuses(
            &step("{ cal: { model: m } }"),
            "8:13 `cal` is not one of the words that can stand here. Did you mean `call`? \
             Write one of: call, chain, route, retry, fan-out, conversation, cascade, until, loop, \
             response-cache, tool, agent.",
        );
        refuses(
            &step("{ call: { model: m, tier: cheapest } }"),
            "8:37 `cheapest` is not one of the words that can stand here. \
             Write one of: standard, batch, flex, priority, fast, ultrafast.",
        );
        refuses(
            &step("{ call: { model: m } }").replace("grows: 1%", "grow: 1%"),
            "9:37 There is no field `grow` here. Did you mean `grows`? The fields here are: \
             units, users, adoption, each, grows, season.",
        );
        refuses(
            "forebill: 1\nprompts: { system: { text: ±, role: sytem } }\n",
            "2:37 `sytem` is not one of the words that can stand here. Did you mean `system`? \
             Write one of: system, user, retrieved, tools.",
        );
    }

    #[test]
    fn what_is_of_another_form_is_met_with_what_to_write() {
        refuses(
            &step("call"),
            "8:11 `step` is a map of fields. \
             Write it as in `step: { call: { model: openai/gpt-5 } }`.",
        );
        refuses(
            &step("[{ call: { model: m } }]"),
            "8:11 A list cannot stand here; a step is a map with one key, its kind. \
             Put the steps into `chain:`, or write one step such as `call: { … }`.",
        );
        refuses(
            &step("{ call: { model: m }, chain: [] }"),
            "8:33 A step has one kind; this is a second one. \
             Put both into a `chain:`, each with a dash of its own.",
        );
        refuses(
            &step("{ call: { model: m, output: [1] } }"),
            "8:31 A list cannot stand here. Write a number such as 350, 1.2k or 40..220, \
             or a map with `value` and `source`.",
        );
        refuses(
            &step("{ call: { model: m, output: { vale: 1 } } }"),
            "8:41 There is no field `vale` here. Did you mean `value`? The fields here are: \
             value, grows, follows, source, as_of, owner, evidence, counted.",
        );
        refuses(
            &step("{ call: { model: m, answer: maybe } }"),
            "8:31 `maybe` cannot stand here. Write true or false.",
        );
        refuses(
            &step("{ call: { name: easy } }"),
            "8:21 The field `model` is missing. Add `model:` to this map.",
        );
        refuses(
            "forebill: 1\nmonths: a year\n",
            "2:9 This is not a whole number. Write one such as 12.",
        );
        refuses(
            "forebill: 1\nprices: { as_of: yesterday }\n",
            "2:18 This is not a day. Write it as 2026-11-20.",
        );
        refuses(
            "forebill: 1\nprompts: 3\n",
            "2:10 `prompts` is a map of fields. \
             Write it as in `prompts: { system: { file: prompts/system.md } }`.",
        );
        refuses(
            "forebill: 1\nprompts:\n  system: prompts/x.md\n",
            "3:11 `system` is a map of fields. Write it as in `system: { file: prompts/system.md }`.",
        );
        refuses(
            &step("{ call: { model: m } }")
                .replace("{ units: 3k ±20%/month, grows: 1% }", "200/day"),
            "9:13 `volume` is a map of fields. Write it as in `volume: { units: 200/day }`.",
        );
        refuses(
            &step("{ call: { model: m, input: system } }"),
            "8:38 `input` is a list. Write it as in `input: [system, question]`.",
        );
        refuses(
            "forebill: 1\nfeatures:\n  name: desk\n",
            "2:1 `features` is a list. \
             Write it as in `features: [{ name: desk, unit: answer, volume: …, step: … }]`.",
        );
        refuses(
            "forebill: 1\nfeatures:\n  - desk\n",
            "3:5 Each item of `features` is a map of fields. \
             Write it as in `- { name: desk, unit: answer, volume: …, step: … }`.",
        );
        refuses(
            "hello\n",
            "1:1 This is not a plan: a plan is a map of fields. \
             Begin with `forebill: 1`, then `name:`, `starts:`, `months:` and `features:`, \
             as examples/hello/plan.yaml does.",
        );
        refuses(
            &step("{ call: { model: m, output: 1,200 } }"),
            "8:41 There is no field `200` here. Between `{` and `}` a comma ends a field: \
             write 0.3 with a point, and 1000 or 1k without a comma.",
        );
    }

    #[test]
    fn what_is_not_yaml_is_met_where_it_breaks() {
        refuses(
            "forebill: 1\nname: \"Desk\nmonths: 12\n",
            "2:7 This is not YAML: unclosed quote. \
             Look for a quote, a bracket or an indentation that is off, here or just above.",
        );
        refuses(
            "forebill: 1\nfeatures:\n\t- name: x\n",
            "3:2 This is not YAML: tabs disallowed within this context (block indentation). \
             This line is indented with a tab: YAML takes blanks only.",
        );
        refuses(
            "forebill: 1\nmonths: 1\nmonths: 2\n",
            "3:1 The field `months` is there twice. Keep one of them.",
        );
        refuses("", "1:1 There is no plan in this text. Begin with `forebill: 1`.");
    }

    #[test]
    fn what_is_too_deep_is_met_with_what_to_do() {
        for (depth, place) in [(40, 320), (100, 320), (400, 1290)] {
            let nested = "{ chain: [".repeat(depth) + &"] }".repeat(depth);
            refuses(
                &step(&nested),
                &format!(
                    "8:{place} More than 64 maps and lists stand inside each other here. \
                     Put steps beside each other: a `chain:` may have any number of them."
                ),
            );
        }
    }

    #[test]
    fn a_plan_of_a_later_format_is_refused_before_its_fields_are() {
        refuses(
            "forebill: 2 # from the future\nfeatured: []\n",
            "1:11 This plan has format 2; this version reads format 1. \
             Update Forebill, or write the plan in the older format.",
        );
    }
}
