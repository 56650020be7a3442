//! Numbers as they were measured, taken in one edit.

use super::fields::fields;

#[test]
fn what_was_measured_is_one_edit_with_who_says_so() {
    let turns = "{ address: desk.conversation.turns, value: 3 x4 | 5 x2, source: 6 talks, as_of: 2026-11-20, evidence: talks }";
    let system =
        "{ address: prompts.system.grows, value: 2.1..5.9%/month, source: git, as_of: 2026-11-20 }";
    fields(
        &format!("{{ edit: evidence, numbers: [{turns}, {system}] }}"),
        &[
            "- turns: \"2..6\"",
            "+ grows:",
            "+ value: 2.1..5.9%/month",
            "+ source: git",
            "+ as_of: \"2026-11-20\"",
            "+ turns:",
            "+ value: 3 x4 | 5 x2",
            "+ source: 6 talks",
            "+ as_of: \"2026-11-20\"",
            "+ evidence: talks",
            "turns of conversation and 1 more: 6 talks",
        ],
    );
    for (numbers, said) in [
        ("[]", "Nothing was measured. Choose a number at least."),
        (
            "[{ address: desk.gone.output, value: 3 x2, source: x, as_of: 2026-11-20 }]",
            "There is no input at `desk.gone.output`. It may have been removed or renamed: select it again.",
        ),
        (
            "[{ address: desk.hard.output, value: many, source: x, as_of: 2026-11-20 }]",
            "`many` is not a number of tokens. Write 350, 1.2k or 40..220.",
        ),
    ] {
        fields(&format!("{{ edit: evidence, numbers: {numbers} }}"), &[said]);
    }
}
