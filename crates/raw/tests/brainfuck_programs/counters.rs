//! Counters in counters, as a person would write them.

/// Counts two bytes down, one in the other, so many times over; copies the inner one each time, and adds three times
/// as much to a sum. Prints the sum's lowest byte for each round.
pub(crate) fn counters(rounds: u8) -> String {
    let rounds = "+".repeat(rounds.into());
    // Cells: rounds, nothing, two counters, two copies of the inner one, the sum.
    format!("{rounds}[->>-[>-[[->+>+<<]>>[-<<+>>]<[->>+++<<]<-]<-]>>>>.[-]<<<<<<]")
}
