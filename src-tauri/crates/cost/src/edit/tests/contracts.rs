//! What becomes of contracts and their terms.

use super::desk::{edits, plan};
use crate::check::check;
use crate::edit::TermKind;
use crate::plan::{Measures, Plan};
use crate::sample::book;

/// The plan after edits, with what the last of them is called, or why it was not made.
#[track_caller]
fn edited(json: &[&str]) -> (Plan, String) {
    json.iter().fold((plan(), String::new()), |(plan, _), json| match plan.edit(&edits(json)) {
        Ok(edited) => (edited.plan, edited.label),
        Err(refused) => (plan, format!("{} {}", refused.message, refused.hint)),
    })
}

/// What the contracts say after edits, as the document has it, and the name of the last.
#[track_caller]
fn says(json: &[&str], expected: &str, label: &str) {
    let (given, named) = edited(json);
    let contracts = serde_saphyr::from_str(expected).unwrap_or_else(|error| panic!("{error}"));
    let expected = Plan { contracts, ..plan() }.addressed();
    assert_eq!((given.contracts, named.as_str()), (expected.contracts, label));
}

const NEW: &str = "{ edit: add-contract, name: Order form }";

#[test]
fn a_contract_is_added_with_a_seller_named_and_removed() {
    says(&[NEW], "[{name: order-form, provider: acme}]", "add contract order-form");
    says(
        &[NEW, NEW],
        "[{name: order-form, provider: acme}]",
        "Another contract is called `order-form`. Choose another name; a label may be any text.",
    );
    says(
        &[NEW, "{ edit: contract, contract: 0, field: label, value: Acme 2027 }"],
        "[{name: order-form, label: Acme 2027, provider: acme}]",
        "label of contract order-form: Acme 2027",
    );
    says(
        &[NEW, "{ edit: contract, contract: 0, field: provider, value: '' }"],
        "[{name: order-form}]",
        "contract order-form is with nothing",
    );
    says(&[NEW, "{ edit: remove-contract, contract: 0 }"], "[]", "delete contract order-form");
    says(
        &["{ edit: remove-contract, contract: 0 }"],
        "[]",
        "There is no such contract. It may have been removed: select it again.",
    );
}

/// Whatever is added can be worked out at once, and taken out again.
#[test]
fn every_term_that_is_added_is_free_of_problems_until_it_goes() {
    for kind in TermKind::ALL {
        let kind = serde_saphyr::to_string(&kind).expect("a kind");
        let kind = kind.trim();
        let add = format!("{{ edit: add-term, contract: 0, kind: {kind} }}");
        let remove = format!("{{ edit: remove-term, contract: 0, kind: {kind}, index: 0 }}");
        let (plan, _) = edited(&[NEW, &add]);
        let measures = Measures::default();
        check(&plan, &measures, &[&book()]).unwrap_or_else(|problems| panic!("{problems:#?}"));
        assert_eq!(plan.terms(0).len(), 1, "{kind}");
        assert_eq!(edited(&[NEW, &add, &remove]).0, edited(&[NEW]).0, "{kind}");
    }
}

#[test]
fn a_terms_fields_are_chosen_and_its_numbers_typed() {
    let add = "{ edit: add-term, contract: 0, kind: discount }";
    let set = |field: &str, value: &str| {
        format!(
            "{{ edit: term, contract: 0, kind: discount, index: 0, field: {field}, value: {value} }}"
        )
    };
    says(
        &[NEW, add, &set("meter", "output"), &set("from", "2027-04")],
        "[{name: order-form, provider: acme, discounts: [{off: 10%, meter: output, from: 2027-04}]}]",
        "first month of percentage 1 of order-form nothing → 2027-04",
    );
    says(
        &[NEW, add, &set("meter", "output"), &set("meter", "''")],
        "[{name: order-form, provider: acme, discounts: [{off: 10%}]}]",
        "meter of percentage 1 of order-form output → nothing",
    );
    says(
        &[NEW, add, &set("meter", "outputs")],
        "[{name: order-form, provider: acme, discounts: [{off: 10%}]}]",
        "`outputs` is no meter. Choose one of those listed.",
    );
    says(
        &[NEW, add, &set("every", "year")],
        "[{name: order-form, provider: acme, discounts: [{off: 10%}]}]",
        "There is no such term. It may have been removed: select it again.",
    );
    says(
        &[NEW, add, "{ edit: number, address: contracts.order-form.discount.off, text: 12% }"],
        "[{name: order-form, provider: acme, discounts: [{off: 12%}]}]",
        "off of percentage 1 of order-form 10% → 12%",
    );
    says(
        &[NEW, "{ edit: add-number, address: contracts.order-form.tax }"],
        "[{name: order-form, provider: acme, tax: 5%}]",
        "add tax of order-form 5%",
    );
}

#[test]
fn volume_steps_rise_and_count_units_or_spend() {
    let add = "{ edit: add-term, contract: 0, kind: steps }";
    let row = "{ edit: add-step-row, contract: 0, index: 0 }";
    let meter = "{ edit: term, contract: 0, kind: steps, index: 0, field: meter, value: output }";
    says(
        &[NEW, add, row],
        "[{name: order-form, provider: acme, steps: [{rows: [{spend: $10k, off: 5%}, {spend: $20000, off: 5%}]}]}]",
        "add step to volume steps 1 of order-form",
    );
    says(
        &[NEW, add, meter, row],
        "[{name: order-form, provider: acme, steps: [{meter: output, rows: [{units: 10k, off: 5%}, {units: 20000, off: 5%}]}]}]",
        "add step to volume steps 1 of order-form",
    );
    says(
        &[NEW, add, row, "{ edit: remove-step-row, contract: 0, index: 0, row: 0 }"],
        "[{name: order-form, provider: acme, steps: [{rows: [{spend: $20000, off: 5%}]}]}]",
        "delete step 1 of volume steps 1 of order-form",
    );
    says(
        &[NEW, add, "{ edit: remove-step-row, contract: 0, index: 0, row: 0 }"],
        "[{name: order-form, provider: acme, steps: [{rows: [{spend: $10k, off: 5%}]}]}]",
        "It is the only step. Delete the volume steps instead.",
    );
}

#[test]
fn a_choice_lists_what_the_plan_can_say() {
    let (plan, _) = edited(&[NEW, "{ edit: add-term, contract: 0, kind: price }"]);
    let [price] = &plan.terms(0)[..] else { panic!("one term") };
    let choices: Vec<String> = price
        .fields
        .iter()
        .map(|field| format!("{}: {}", field.value, field.choices.join(" ")))
        .collect();
    assert_eq!(
        choices,
        [
            "acme/small: acme/small acme/large",
            "output: input output request",
            "standard: standard batch flex priority fast ultrafast",
            ": ",
            ": ",
        ]
    );
}
