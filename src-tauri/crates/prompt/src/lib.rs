//! Texts into tokens.
