//! A quick hash for texts that the program makes itself, as addresses are.

use std::hash::{BuildHasherDefault, Hasher};

/// What maps over such texts are built with.
pub type Quick = BuildHasherDefault<Words>;

/// Eight bytes at a time, each turned and multiplied in.
#[derive(Clone, Copy, Default)]
pub struct Words(u64);

impl Words {
    fn take(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for Words {
    fn write(&mut self, bytes: &[u8]) {
        let words = bytes.chunks_exact(8);
        let rest = words.remainder();
        words.for_each(|word| self.take(u64::from_le_bytes(word.try_into().expect("eight bytes"))));
        self.take(rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)));
    }

    fn write_u8(&mut self, byte: u8) {
        self.take(byte.into());
    }

    fn finish(&self) -> u64 {
        // A map looks at the upper bits as well as at the lower ones.
        self.0 ^ self.0 >> 29
    }
}
