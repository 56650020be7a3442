//! A place where a number stands, or could.

use super::feature::Adoption;
use super::number::{Meaning, Number, Of};
use super::step::BranchShare;
use crate::units::Kind;

/// A place where a number stands, or could.
pub trait Slot {
    /// What a number here measures.
    fn kind(&self) -> Kind;
    /// The number, if one stands here.
    fn number(&mut self) -> Option<&mut Number>;
    /// Puts a number here that nobody gave a source for.
    fn fill(&mut self, text: &str);
    /// Takes the number out. `false` where one has to stand.
    fn clear(&mut self) -> bool;
}

impl<M: Meaning> Slot for Of<M> {
    fn kind(&self) -> Kind {
        M::KIND
    }

    fn number(&mut self) -> Option<&mut Number> {
        Some(self)
    }

    fn fill(&mut self, text: &str) {
        *self = Self::new(text);
    }

    fn clear(&mut self) -> bool {
        false
    }
}

impl<M: Meaning> Slot for Option<Of<M>> {
    fn kind(&self) -> Kind {
        M::KIND
    }

    fn number(&mut self) -> Option<&mut Number> {
        self.as_mut().map(|number| &mut **number)
    }

    fn fill(&mut self, text: &str) {
        *self = Some(Of::new(text));
    }

    fn clear(&mut self) -> bool {
        *self = None;
        true
    }
}

impl Slot for BranchShare {
    fn kind(&self) -> Kind {
        Kind::Share
    }

    fn number(&mut self) -> Option<&mut Number> {
        match self {
            Self::Named(share) => Some(share),
            Self::All | Self::Rest => None,
        }
    }

    fn fill(&mut self, text: &str) {
        *self = if text.trim() == Self::REST { Self::Rest } else { Self::Named(Of::new(text)) };
    }

    fn clear(&mut self) -> bool {
        false
    }
}

/// Adoption as one share; a rise has numbers of its own.
impl Slot for Option<Adoption> {
    fn kind(&self) -> Kind {
        Kind::Share
    }

    fn number(&mut self) -> Option<&mut Number> {
        match self {
            Some(Adoption::Steady(share)) => Some(share),
            Some(Adoption::Rising(_)) | None => None,
        }
    }

    fn fill(&mut self, text: &str) {
        *self = Some(Adoption::Steady(Of::new(text)));
    }

    fn clear(&mut self) -> bool {
        *self = None;
        true
    }
}
