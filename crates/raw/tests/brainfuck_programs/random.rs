//! Random brainfuck programs. Their brackets are balanced; whether they end is for the interpreter to find out.

/// A generator of programs, always the same ones for a seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(2).wrapping_add(1))
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        // Xorshift, of which the upper bits are taken (Vigna 2016).
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }

    fn one_of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[self.below(texts.len())]
    }

    /// A program, which starts somewhere on the tape.
    pub(crate) fn program(&mut self) -> String {
        let (mut text, mut end) = (String::new(), "");
        match self.below(8) {
            0 => {}
            // Near the end of a tape of 32 KiB, known to the compiler or not.
            1 => text += &">".repeat(32_760),
            2 => {
                text = "+[[-]".to_owned() + &">".repeat(32_758) + "+";
                end = "[-]]";
            }
            // Where the compiler no longer knows what is on the tape.
            3 | 4 => text += "+>+>+>+>+[<]>",
            _ => text += ">>>>>>",
        }
        for _ in 0..1 + self.below(4) {
            self.piece(&mut text, 3);
        }
        text + end
    }

    fn piece(&mut self, text: &mut String, depth: usize) {
        for _ in 0..1 + self.below(6) {
            match self.below(if depth == 0 { 6 } else { 9 }) {
                0 | 1 => {
                    let way = self.one_of(&["<", ">", ">"]);
                    *text += &way.repeat(1 + self.below(3));
                }
                2 | 3 => {
                    let change = self.one_of(&["+", "-", "+", "+-"]);
                    *text += &change.repeat(1 + self.below(4));
                }
                4 => *text += self.one_of(&[".", ",", ".", "\n", "[-]", "[+]"]),
                5 => {
                    *text += self.one_of(&[
                        "[>]",
                        "[<]",
                        "[>>]",
                        "[->+<]",
                        "[-<+>]",
                        "[->++>+++<<]",
                        "[+<->]",
                        "[---<+>]",
                        "[>+<-]",
                        "[->+-<]",
                        "[-<<<+>>>]",
                        "[>-<++]",
                        "[->>>>+<<<<]",
                    ]);
                }
                6 => {
                    // A loop that counts down, if what is in it does not meddle.
                    *text += "[-";
                    self.piece(text, depth - 1);
                    *text += "]";
                }
                7 => {
                    *text += "[";
                    self.piece(text, depth - 1);
                    *text += self.one_of(&["]", "[-]]", "-]"]);
                }
                _ => {
                    // There and back.
                    let way = self.below(4);
                    *text += &format!("{}[-{}", "+".repeat(1 + self.below(5)), ">".repeat(way));
                    self.piece(text, depth - 1);
                    *text += &format!("{}]", "<".repeat(way));
                }
            }
        }
    }
}
