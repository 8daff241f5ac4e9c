//! Powers of two in decimal.

/// Doubles 1 so many times in so many rounds, on a number that grows along the tape, and prints it. Needs four cells
/// a digit.
pub(crate) fn powers(rounds: u8, times: u8) -> String {
    let (rounds, times) = ("+".repeat(rounds.into()), "+".repeat(times.into()));
    // Four cells a digit, the lowest first: 1 (there is a digit), the digit, the carry from the one before, a sum.
    // The nine additions that a carry comes after, and the tenth, which makes the carry.
    let digit = "[-<<+>>".repeat(9) + "[-<<--------->>>>>+<<<[-<<+>>]]" + &"]".repeat(9);
    let double = format!("[>[->>++<<]>[->+<]>{digit}<<<>>>>]>>[-<+<+>>]<<<<<<[<<<<]");
    // The counters are in the cells 1 and 2, before the first digit.
    let zero = "+".repeat(b'0'.into());
    format!(">{rounds}>>>+>+<<<<[->{times}[->>{double}>>]<]>>>[>>>>]<<<<[>{zero}.<<<<<]")
}
