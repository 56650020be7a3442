//! What rows say beside their formulas, and where they are found by it.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::expr::RowId;
use super::hash::Quick;

/// What a row says, beside its formula.
#[derive(Debug, PartialEq)]
pub struct Said {
    /// Unique.
    pub address: String,
    /// What it stands under: the address of its step, feature or price.
    pub group: String,
    /// What it says, in words.
    pub label: String,
    /// What one of it is.
    pub unit: String,
    /// Where it is printed.
    pub place: Place,
    /// Lines only: what `Gather` collects by.
    pub key: Option<String>,
}

/// Where a row is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Units of work by month.
    Volume,
    /// What a unit of a meter costs.
    Rate,
    /// Usage of one unit of work.
    Unit,
    /// The cost of one unit of work, by driver.
    Line,
    /// Money by month.
    Month,
    /// What everything comes to.
    Figure,
    /// 0 when all is well.
    Check,
}

/// Rows by their addresses, and lines by what they are gathered by.
#[derive(Clone, Default, PartialEq)]
pub struct Index {
    addresses: HashMap<Address, RowId, Quick>,
    /// In the order of the lines.
    keys: HashMap<String, Vec<RowId>, Quick>,
}

impl Index {
    /// Empty, with room for so many rows.
    pub fn with_room(room: usize) -> Self {
        let addresses = HashMap::with_capacity_and_hasher(room, Quick::default());
        Self { addresses, keys: HashMap::default() }
    }

    /// Adds a row after all others. Answers whether its address was free; nothing is added where it is taken.
    pub fn add(&mut self, said: &Arc<Said>, row: RowId) -> bool {
        match self.addresses.entry(Address(Arc::clone(said))) {
            Entry::Occupied(_) => return false,
            Entry::Vacant(free) => _ = free.insert(row),
        }
        if let Some(key) = &said.key {
            match self.keys.get_mut(key) {
                Some(lines) => lines.push(row),
                None => drop(self.keys.insert(key.clone(), vec![row])),
            }
        }
        true
    }

    /// Takes the last row back.
    pub fn forget(&mut self, said: &Said) {
        self.addresses.remove(said.address.as_str());
        if let Some(lines) = said.key.as_ref().and_then(|key| self.keys.get_mut(key)) {
            lines.pop();
        }
    }

    /// The row of an address.
    pub fn find(&self, address: &str) -> Option<RowId> {
        self.addresses.get(address).copied()
    }

    /// The rows of a key, in their order.
    pub fn keyed(&self, key: &str) -> &[RowId] {
        self.keys.get(key).map_or(&[], Vec::as_slice)
    }
}

/// How many there are: the rows say the rest themselves, in an order that does not depend on hashes.
impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows", self.addresses.len())
    }
}

/// A row's address, as rows are found by it.
#[derive(Clone)]
struct Address(Arc<Said>);

impl Borrow<str> for Address {
    fn borrow(&self) -> &str {
        &self.0.address
    }
}

impl Hash for Address {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.address.hash(hasher);
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.0.address == other.0.address
    }
}

impl Eq for Address {}
