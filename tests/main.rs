//! The house seen from outside; one test program.

mod algebra;
mod audit;
mod calls;
mod commands;
mod corpora;
mod curated;
mod desk;
mod editing;
mod engines;
mod examples;
mod mutants;
mod newcomers;
mod play;
mod prices;
mod program;
mod project;
mod projects;
mod readme;
mod refusals;
mod retyped;
mod tidy;
mod told;
mod vocabularies;
mod workbooks;
