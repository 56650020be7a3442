//! The tokens of one piece: its bytes, merged pair by pair, the pair of lowest rank first.

use super::ranks::{NO_TOKEN, Rank, Ranks};

/// What is merged at once at first. Any size is exact; merging takes its square.
const WINDOW_BYTES: usize = 96;

/// What merging begins with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Atoms {
    /// Single bytes, as in the vocabularies after GPT-2.
    Bytes,
    /// Whole characters, as in SentencePiece; bytes are valid UTF-8 then.
    Chars,
}

/// Merges pieces, in memory that is kept from one to the next.
pub(crate) struct Merger<'r> {
    ranks: &'r Ranks,
    atoms: Atoms,
    /// Where each part of the piece starts; the last one is the piece's end.
    starts: Vec<u32>,
    /// The rank of what each part makes with the part after it.
    joined: Vec<Rank>,
}

impl<'r> Merger<'r> {
    pub(crate) fn new(ranks: &'r Ranks, atoms: Atoms) -> Self {
        Merger { ranks, atoms, starts: vec![], joined: vec![] }
    }

    /// Hands on the bytes of each token of a piece that is not empty.
    pub(crate) fn tokens(&mut self, piece: &[u8], mut each: impl FnMut(usize)) {
        if piece.len() <= WINDOW_BYTES {
            self.lengths(piece).for_each(|bytes| each(bytes as usize));
        } else {
            let lengths = self.windows(piece, WINDOW_BYTES);
            lengths.into_iter().for_each(|bytes| each(bytes as usize));
        }
    }

    fn lengths(&mut self, piece: &[u8]) -> impl Iterator<Item = u32> {
        self.merge(piece);
        self.starts.windows(2).map(|part| part[1] - part[0])
    }

    fn merge(&mut self, piece: &[u8]) {
        let end = u32::try_from(piece.len()).expect("a window of a piece");
        self.starts.clear();
        self.joined.clear();
        match self.atoms {
            Atoms::Bytes => {
                self.starts.extend(0..=end);
                let pairs = piece.windows(2);
                self.joined.extend(pairs.map(|pair| self.ranks.pair(pair[0], pair[1])));
            }
            Atoms::Chars => {
                self.starts.extend((0..end).filter(|at| is_char_start(piece[*at as usize])));
                self.starts.push(end);
                let pairs = self.starts.windows(3);
                let pair = |it: &[u32]| &piece[it[0] as usize..it[2] as usize];
                self.joined.extend(pairs.map(|it| self.ranks.get(pair(it))));
            }
        }
        loop {
            let lowest = self.joined.iter().copied().min().unwrap_or(NO_TOKEN);
            if lowest == NO_TOKEN {
                return;
            }
            let at = self.joined.iter().position(|rank| *rank == lowest);
            let at = at.expect("the lowest is one of them");
            self.starts.remove(at + 1);
            self.joined.remove(at);
            if at < self.joined.len() {
                self.joined[at] = self.joined_rank(at, piece);
            }
            if at > 0 {
                self.joined[at - 1] = self.joined_rank(at - 1, piece);
            }
        }
    }

    /// The rank of what a part makes with the part after it.
    fn joined_rank(&self, at: usize, piece: &[u8]) -> Rank {
        self.ranks.get(&piece[self.starts[at] as usize..self.starts[at + 2] as usize])
    }

    /// Merges window by window; when a window holds no joint, all again with longer ones: the joint
    /// before it was found with a token that may have been cut short.
    fn windows(&mut self, piece: &[u8], mut bytes: usize) -> Vec<u32> {
        loop {
            match self.in_windows(piece, bytes) {
                Some(lengths) => return lengths,
                None => bytes *= 2,
            }
        }
    }

    /// The lengths of a piece's tokens, merged in windows; `None` when one of them holds no joint.
    ///
    /// Why it is exact: merging takes the pair of lowest rank, the leftmost of equals. If `x₁…xₙ`
    /// are the tokens of a text X, `y₁…yₘ` those of Y, and `xₙy₁` on its own has the tokens xₙ, y₁,
    /// then XY has the tokens `x₁…xₙy₁…yₘ`. For merges on either side of the joint do not touch
    /// those on the other, so both run as they would alone until a pair across the joint has the
    /// lowest rank; but the parts of that pair lie in xₙ and y₁, which pass through the same states
    /// in the same order when merged on their own, so it would be merged there too.
    /// For the same reason the first tokens of a window are the tokens of the bytes they span.
    fn in_windows(&mut self, piece: &[u8], bytes: usize) -> Option<Vec<u32>> {
        let mut lengths = vec![];
        let mut last = Last::default();
        let mut rest = piece;
        let mut window = self.window(rest, bytes, &mut last);
        while bytes < rest.len() {
            let joint = self.joint(rest, &window, bytes, &mut last)?;
            lengths.extend_from_slice(&window[..joint.tokens_before]);
            rest = &rest[joint.at..];
            window = joint.window_after;
        }
        lengths.extend(window);
        Some(lengths)
    }

    /// The last joint in the first three quarters of a window; the end of a window is uncertain.
    fn joint(
        &mut self,
        rest: &[u8],
        window: &[u32],
        bytes: usize,
        last: &mut Last,
    ) -> Option<Joint> {
        let end = window.iter().sum::<u32>() as usize;
        let mut at = end;
        for (index, pair) in window.windows(2).enumerate().rev() {
            at -= pair[1] as usize;
            if at > end - end / 4 {
                continue;
            }
            let window_after = self.window(&rest[at..], bytes, last);
            let across = &rest[at - pair[0] as usize..at + window_after[0] as usize];
            if last.across.lengths(across, self) == [pair[0], window_after[0]] {
                return Some(Joint { at, tokens_before: index + 1, window_after });
            }
        }
        None
    }

    /// The lengths of the tokens of the first bytes of a piece.
    fn window(&mut self, piece: &[u8], bytes: usize, last: &mut Last) -> Vec<u32> {
        let mut end = piece.len().min(bytes);
        if matches!(self.atoms, Atoms::Chars) {
            while end < piece.len() && !is_char_start(piece[end]) {
                end -= 1;
            }
        }
        last.window.lengths(&piece[..end], self).to_vec()
    }
}

/// What was merged last: a run of one character has the same windows again and again.
#[derive(Default)]
struct Last {
    window: Merged,
    across: Merged,
}

#[derive(Default)]
struct Merged {
    bytes: Vec<u8>,
    lengths: Vec<u32>,
}

impl Merged {
    fn lengths(&mut self, bytes: &[u8], merger: &mut Merger) -> &[u32] {
        if self.bytes != bytes {
            self.bytes = bytes.to_vec();
            self.lengths = merger.lengths(bytes).collect();
        }
        &self.lengths
    }
}

fn is_char_start(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

/// A place where one token ends and the next begins, whatever stands around them.
struct Joint {
    at: usize,
    tokens_before: usize,
    window_after: Vec<u32>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::{Config, RngSeed};

    use super::*;
    use crate::tokenizer::bpe;

    proptest! {
        #![proptest_config(Config {
            rng_seed: RngSeed::Fixed(1),
            failure_persistence: None,
            ..Config::with_cases(400)
        })]

        #[test]
        fn windows_of_any_size_are_joined_exactly(
            piece in "[a-e]{1,60}|[est aino]{1,120}|[ -~]{1,60}|( |\t|\n){1,200}|[退款再]{1,40}|\\PC{1,30}",
            least_bytes in 4_usize..40,
        ) {
            for atoms in [Atoms::Bytes, Atoms::Chars] {
                let mut merger = Merger::new(&bpe::CL100K.ranks, atoms);
                let whole: Vec<u32> = merger.lengths(piece.as_bytes()).collect();
                let windows = merger.windows(piece.as_bytes(), least_bytes);
                prop_assert_eq!(windows, whole, "{:?}", atoms);
            }
        }
    }
}
