//! Price feeds of others: one file each.

pub mod genai;
