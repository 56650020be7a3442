//! Every operation, once.
