//! `new`, a plan from a template; `inputs`, every number of a plan, and who says so.

use app::plans::{self, Input, ModelInput};
use app::samples;

use crate::args::{Common, Inputs, New};
use crate::estimate::request;
use crate::failure::Failure;
use crate::print::{self, Table, counted, decimal, short};

/// Begins a plan with a template.
pub fn new(args: &New, common: &Common) -> Result<(), Failure> {
    let written = samples::put(&args.template, &args.folder)?;
    print::answer("new", common, &written, || {
        written.files.iter().map(|file| format!("{}\n", file.file)).collect()
    })
}

/// Lists a plan's inputs.
pub fn inputs(args: &Inputs, common: &Common) -> Result<(), Failure> {
    let inputs = plans::inputs(request(&args.plan, common))?;
    print::answer("inputs", common, &inputs, || table(&inputs.inputs) + &models(&inputs.models))
}

/// So many letters of a source stand in a table.
const SOURCE: usize = 60;

/// So many letters of a value: a list of measured values may be long.
const VALUE: usize = 48;

fn table(inputs: &[Input]) -> String {
    let mut table = Table::new(&["<address", ">value", ">expected", "<unit", "<doubt", "<source"]);
    for input in inputs {
        let source =
            input.source.as_deref().map_or("guess".to_owned(), |source| short(source, SOURCE));
        table.row([
            input.address.clone(),
            short(&input.value, VALUE),
            expected(input),
            input.unit.clone(),
            doubt(input),
            source,
        ]);
    }
    let guesses = inputs.iter().filter(|input| input.guess).count();
    table.text()
        + &format!(
            "\na..b: four in five lie between; figures use the mean.\n\
             doubt: of the mean, 30% assumed of a guess and 10% of a source without evidence; figures \
             do not move by it.\n{}, {}\n",
            counted(inputs.len(), "input", "inputs"),
            counted(guesses, "of them a guess", "of them guesses")
        )
}

/// How much a mean is in doubt: `±20%`, `±30% assumed`.
fn doubt(input: &Input) -> String {
    let share = input.doubt.as_ref().and_then(|share| share.parse::<f64>().ok());
    let basis = input.doubt_basis.as_deref().filter(|basis| *basis != "typed");
    share.map_or_else(String::new, |share| {
        let percent = format!("{:.1}", share * 100.0);
        let said = format!("±{}% {}", percent.trim_end_matches(".0"), basis.unwrap_or_default());
        said.trim_end().to_owned()
    })
}

fn models(models: &[ModelInput]) -> String {
    let mut table = Table::new(&["<call", "<model"]);
    for ModelInput { address, model } in models {
        table.row([address.clone(), model.clone()]);
    }
    format!("\n{}", table.text())
}

/// The mean of a range or of measured values, in three digits that count; of one number nothing is left to say.
fn expected(input: &Input) -> String {
    match input.expected.parse::<f64>() {
        Ok(mean) if (input.value.contains("..") || input.value.contains('|')) && mean > 0.0 => {
            let places = (2.0 - mean.log10().floor()).clamp(0.0, 18.0) as usize;
            decimal(&input.expected, places)
        }
        _ => String::new(),
    }
}
