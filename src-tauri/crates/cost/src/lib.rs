//! What things cost: prices, plans, ledgers. Pure.
