//! A plan as text: one way to write each plan, to be read by people and to be read back.

use cost::plan::Plan;

/// The text of a plan, in YAML 1.2. Reading it gives the same plan.
pub fn write(plan: &Plan) -> String {
    let options = serde_saphyr::ser_options! {
        compact_list_indent: false,
        // A long text stays one line; only one of several lines becomes a block.
        folded_wrap_chars: usize::MAX,
        yaml_12: true,
        no_lang_directive: true,
    };
    serde_saphyr::to_string_with_options(plan, options).expect("a plan is maps, lists and scalars")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use cost::edit::{Edit, StepKind};
    use cost::plan::{Of, Plan, Step};

    use super::super::read::read;
    use super::write;

    /// What a plan is written as, after it was read back and written once more.
    #[track_caller]
    fn written(plan: &Plan) -> String {
        let text = write(plan);
        match read(&text) {
            Ok((again, _)) => assert_eq!(&again, plan, "{text}"),
            Err(malformed) => panic!("{malformed:?} in {text}"),
        }
        text
    }

    #[test]
    fn measured_values_are_written_as_they_were_typed() {
        let text = include_str!("../../../../../examples/hello/plan.yaml");
        let measured = "prompts:\n  page: { tokens: 120 x14 | 1.2k x88 ±4% }\n";
        let (plan, _) = read(&text.replace("prompts:\n", measured)).expect("a plan");
        assert!(written(&plan).contains("tokens: 120 x14 | 1.2k x88 ±4%"), "{}", write(&plan));
    }

    #[test]
    fn limits_are_written_as_they_were_typed() {
        let text = include_str!("../../../../../examples/hello/plan.yaml");
        let limits = "budget: { month: $9000 at P80, seed: 7 }\nfeatures:\n";
        let feature = "    budget: { tokens: { answer.input: 6k }, unit_cost: 0.05 }\n    step:";
        let text = text.replace("features:\n", limits).replacen("    step:", feature, 1);
        let (plan, _) = read(&text).expect("a plan");
        let written = written(&plan);
        for line in ["month: $9000 at P80", "seed: 7", "answer.input: 6k", "unit_cost: 0.05"] {
            assert!(written.contains(line), "{line} is not in {written}");
        }
    }

    #[test]
    fn a_plan_is_written_as_people_write_one() {
        let text = "
forebill: 1
name: Desk
starts: 2027-01
months: 12
currency: USD
prices: { as_of: 2026-11-20 }
prompts:
  system: { text: \"You help.\\nBe brief: no more than three lines.\\n\", grows: 6%/month }
  page: { tokens: { value: 350..900, source: counted, as_of: 2026-11-01, owner: Ada }, used: 0.4 }
features:
  - unit: answer
    name: desk
    starts: month 2
    load: { zone: Europe/Berlin, hours: office hours }
    cost_centre: CC-7
    gl_account: 6420-AI
    success: { value: 80%, source: survey }
    value: $2
    volume: { users: 12k ±20%, adoption: { from: 8%, to: 65%, by: month 9, shape: linear }, each: 2/day, season: { july: 0.8, december: { value: 120%, source: logs } } }
    step:
      conversation:
        turns: 2..6
        history: full
        turn:
          - route:
              - share: 70%
                step: { call: { answer: true, name: easy, model: m, tier: standard, input: [system, history, page x4], output: 120 } }
              - share: rest
                step:
                  retry:
                    attempts: 3
                    fails: { timeout: 4%, weird: { value: 1%, billed_input: 100%, billed_output: 10% } }
                    step: { call: { model: m, input: [{ part: page, copies: { value: 2, source: logs } }] } }
causes:
  hype: { desk.users: { value: 60%, source: survey }, desk.each: 0.4 }
";
        let (plan, _) = read(text).expect("a plan");
        insta::assert_snapshot!(written(&plan), @"
        forebill: 1
        name: Desk
        prices:
          as_of: 2026-11-20
        starts: 2027-01
        months: 12
        prompts:
          system:
            text: |
              You help.
              Be brief: no more than three lines.
            grows: 6%/month
          page:
            tokens:
              value: 350..900
              source: counted
              as_of: 2026-11-01
              owner: Ada
            used: 0.4
        features:
          - name: desk
            cost_centre: CC-7
            gl_account: 6420-AI
            unit: answer
            starts: month 2
            load:
              zone: Europe/Berlin
              hours: office hours
            volume:
              users: 12k ±20%
              adoption:
                from: 8%
                to: 65%
                by: month 9
                shape: linear
              each: 2/day
              season:
                july: 0.8
                december:
                  value: 120%
                  source: logs
            success:
              value: 80%
              source: survey
            value: $2
            step:
              conversation:
                turns: 2..6
                turn:
                  - route:
                      - share: 70%
                        step:
                          call:
                            name: easy
                            model: m
                            input:
                              - system
                              - history
                              - page x4
                            output: 120
                            answer: true
                      - share: rest
                        step:
                          retry:
                            attempts: 3
                            fails:
                              timeout: 4%
                              weird:
                                value: 1%
                                billed_input: 100%
                                billed_output: 10%
                            step:
                              call:
                                model: m
                                input:
                                  - part: page
                                    copies:
                                      value: 2
                                      source: logs
        causes:
          hype:
            desk.users:
              value: 60%
              source: survey
            desk.each: 0.4
        ");
    }

    #[test]
    fn every_example_is_read_back_as_it_was() {
        let examples = Path::new("../../../examples");
        let folders = [examples.to_owned(), examples.join("broken")].map(|folder| {
            fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path())
        });
        let mut read_back = 0;
        for folder in folders.into_iter().flatten() {
            let Ok(text) = fs::read_to_string(folder.join("plan.yaml")) else { continue };
            if let Ok((plan, _)) = read(&text) {
                written(&plan);
                read_back += 1;
            }
        }
        assert!(read_back > 20, "{read_back}");
    }

    /// Texts that a document could take for something else.
    const ODD: &[&str] = &[
        "",
        " ",
        "no",
        "Yes",
        "Off",
        "y",
        "n",
        "true",
        "False",
        "null",
        "~",
        "rest",
        "=",
        "=x",
        "<<",
        "12:30",
        "1_000",
        "0x1F",
        "0o17",
        "017",
        "1e5",
        "1.",
        ".5",
        "-1",
        "+1",
        "1.50",
        "0",
        "007",
        "1200",
        "0.25",
        ".inf",
        "-.inf",
        ".nan",
        "18446744073709551616",
        "1e400",
        "2026-11-22",
        "15..120",
        " a",
        "a ",
        "a: b",
        "a:",
        ": a",
        "a #b",
        "#",
        "- a",
        "-",
        "---",
        "--- a",
        "...",
        "? a",
        "&a",
        "*a",
        "!a",
        "!!int 3",
        "|",
        ">",
        "%a",
        "@a",
        "`a",
        "\"",
        "'",
        "\"a\"",
        "a, b",
        "{a",
        "}",
        "[a",
        "a]",
        "\t",
        "a\tb",
        "\ta\nb",
        "\u{7}",
        "\u{0}",
        "a\u{0}b",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\u{feff}x",
        "\u{1F600} ±20 %",
        "\r",
        "a\r\nb",
        "a\nb",
        "a\nb\n",
        "a\nb\n\n",
        "\n",
        "\n\n",
        "\na",
        " a\nb",
        "a\n b",
        "a \nb",
        "a\n\n\nb",
        "  a\n\n  b\n",
        "a\n#b",
        "a\n---\nb",
        "a\n- b: c\n",
        "a x4",
        "x4",
        "a x",
        " x2",
    ];

    #[test]
    fn every_text_is_read_back_as_it_was_wherever_it_stands() {
        let hello = fs::read_to_string("../../../examples/hello/plan.yaml").expect("an example");
        let (hello, _) = read(&hello).expect("a plan");
        for &odd in ODD {
            let mut plan = hello.clone();
            odd.clone_into(&mut plan.name);
            odd.clone_into(&mut plan.starts);
            let part = plan.prompts["question"].clone();
            plan.prompts.insert(odd.to_owned(), part);
            for part in plan.prompts.values_mut() {
                part.label = Some(odd.to_owned());
                part.text = Some(odd.to_owned());
                part.tokens = Some(Of::new(odd));
                let tokens = part.tokens.as_mut().expect("just put there");
                tokens.provenance.source = Some(odd.to_owned());
                part.used = Some(Of::new(odd));
            }
            odd.clone_into(&mut plan.features[0].name);
            plan.features[0].volume.units = Some(Of::new(odd));
            let Step::Call(call) = &mut plan.features[0].step else {
                panic!("the example is one call");
            };
            if !odd.is_empty() {
                odd.clone_into(&mut call.name);
            }
            odd.clone_into(&mut call.model);
            call.output = Some(Of::new(odd));
            for input in &mut call.input {
                odd.clone_into(&mut input.part);
            }
            call.input[0].copies = Some(Of::new(odd));
            written(&plan.addressed());
        }
    }

    #[test]
    fn as_deep_as_a_plan_may_be_it_is_read_back() {
        let mut plan = {
            let hello =
                fs::read_to_string("../../../examples/hello/plan.yaml").expect("an example");
            read(&hello).expect("a plan").0
        };
        let wrap = |kind| Edit::Wrap { at: "features/0/step".to_owned(), kind };
        let kinds = [StepKind::Chain, StepKind::Retry, StepKind::FanOut, StepKind::Route];
        let mut deepest = 0;
        for kind in kinds.into_iter().cycle().take(100) {
            if let Ok(edited) = plan.edit(&wrap(kind)) {
                plan = edited.plan;
                deepest = plan.depth();
                written(&plan);
            }
        }
        assert!(deepest > 60, "{deepest}");
    }
}
