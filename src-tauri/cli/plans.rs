//! `inputs`: every number of a plan, and who says so.

use app::plans::{self, Input};

use crate::args::{Common, Inputs};
use crate::failure::Failure;
use crate::print::{self, Table, counted};

/// Lists a plan's inputs.
pub fn inputs(args: &Inputs, common: &Common) -> Result<(), Failure> {
    let mut opened = plans::open(&args.plan.plan)?;
    for change in &args.plan.changes {
        opened.set(change)?;
    }
    let inputs = opened.inputs();
    print::answer("inputs", common, &inputs, || table(&inputs.inputs))
}

fn table(inputs: &[Input]) -> String {
    let mut table = Table::new(&["<address", ">value", "<unit", "<source"]);
    for input in inputs {
        let source = match (&input.source, &input.as_of) {
            (None, _) => "guess".to_owned(),
            (Some(source), None) => source.clone(),
            (Some(source), Some(day)) => format!("{source} ({day})"),
        };
        table.row([input.address.clone(), input.value.clone(), input.unit.clone(), source]);
    }
    let guesses = inputs.iter().filter(|input| input.guess).count();
    table.text()
        + &format!(
            "\n{}, {}\n",
            counted(inputs.len(), "input", "inputs"),
            counted(guesses, "of them a guess", "of them guesses")
        )
}
