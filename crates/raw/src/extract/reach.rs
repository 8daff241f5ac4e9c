//! What the code of a function goes to and reads. An assembler fills in distances within a section by itself and leaves no
//! relocation, and a linked program has none at all: only the instructions tell that a function needs what lies beside it.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ops::Range;

use iced_x86::{Decoder, DecoderOptions, FlowControl, Instruction, Mnemonic, OpKind};

use crate::Machine;

/// An instruction that refers to what is not in the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stray {
    /// Where the instruction is.
    pub(super) at: usize,
    /// Where it leads, both in bytes from the start; `None` for a page of memory that it counts from its own.
    pub(super) target: Option<i64>,
}

/// What one instruction does to the flow.
#[derive(Debug, Default)]
struct Step {
    len: usize,
    /// The one that may follow at once does.
    goes_on: bool,
    /// Another one that may follow.
    branch: Option<i64>,
    /// A place that is read, written or named.
    data: Option<i64>,
    /// It counts in pages of memory: what it leads to depends on where it is in its own page.
    page: bool,
    /// Where it goes on is only known when it runs.
    anywhere: bool,
}

/// Follows the code from its start, which lies at `within` of a section, as its bounds counted from there say. The
/// instructions that hold one of the places that were `filled` are left out: what those refer to is known.
pub(super) fn check(
    machine: Machine,
    code: &[u8],
    filled: &[usize],
    within: Range<i64>,
) -> Result<(), Stray> {
    let filled: BTreeSet<usize> = filled.iter().copied().collect();
    let end = code.len() as i64;
    let mut seen = vec![false; code.len()];
    let mut waiting = vec![0];
    let anywhere = Cell::new(false);
    let visit = |at: usize, waiting: &mut Vec<usize>, sure: bool| {
        let Some(step) = step(machine, code, at) else {
            // Not an instruction: data, or the end of code that never returns.
            return Ok(None);
        };
        let known = filled.range(at..at + step.len).next().is_some();
        if step.page && !known && sure {
            return Err(Stray { at, target: None });
        }
        let targets = [(step.branch, end), (step.data, end + 1)];
        for (target, end) in targets {
            match target {
                Some(target)
                    if !known
                        && !(0..end).contains(&target)
                        && (sure || within.contains(&target)) =>
                {
                    return Err(Stray {
                        at,
                        target: Some(target),
                    });
                }
                _ => {}
            }
        }
        anywhere.set(anywhere.get() | step.anywhere);
        waiting.extend(
            step.branch
                .filter(|it| (0..end).contains(it))
                .map(|it| it as usize),
        );
        Ok(Some(step))
    };
    while let Some(mut at) = waiting.pop() {
        while at < code.len() && !seen[at] {
            seen[at] = true;
            match visit(at, &mut waiting, true)? {
                Some(step) if step.goes_on => at += step.len,
                _ => break,
            }
        }
    }
    if anywhere.get() {
        // A table says where it goes on: look at all of it. The table itself may be among it, and read as code it says
        // anything; but an assembler fills in no more than what stays within a section.
        let mut at = 0;
        while at < code.len() {
            at += visit(at, &mut waiting, false)?.map_or(1, |step| step.len);
        }
    }
    Ok(())
}

/// How many bytes of code are a function's own, when what follows them up to the next one is padding.
pub(super) fn without_padding(machine: Machine, code: &[u8]) -> usize {
    let mut at = 0;
    let mut own = 0;
    let mut goes_on = true;
    while at < code.len() {
        let next = step(machine, code, at);
        // A trap behind what would otherwise go on is where a call does not return.
        let padding = match machine {
            Machine::X86 | Machine::X86_64 => {
                match x86(machine.bits(), code, at).map(|it| it.mnemonic()) {
                    Some(Mnemonic::Nop) => true,
                    Some(Mnemonic::Int3) => !(goes_on && own == at),
                    _ => false,
                }
            }
            Machine::Aarch64 => matches!(word(code, at), Some(0 | 0xd503_201f)),
        };
        at += next.as_ref().map_or(1, |step| step.len);
        if !padding {
            own = at;
            goes_on = next.is_some_and(|step| step.goes_on);
        }
    }
    own.min(code.len())
}

fn step(machine: Machine, code: &[u8], at: usize) -> Option<Step> {
    match machine {
        Machine::X86 | Machine::X86_64 => {
            x86(machine.bits(), code, at).map(|instruction| x86_step(&instruction))
        }
        Machine::Aarch64 => word(code, at).map(|word| aarch64_step(word, at)),
    }
}

fn x86(bits: u32, code: &[u8], at: usize) -> Option<Instruction> {
    let mut decoder = Decoder::with_ip(bits, &code[at..], at as u64, DecoderOptions::NONE);
    let instruction = decoder.decode();
    (!instruction.is_invalid()).then_some(instruction)
}

fn x86_step(instruction: &Instruction) -> Step {
    let near = matches!(
        instruction.op0_kind(),
        OpKind::NearBranch16 | OpKind::NearBranch32 | OpKind::NearBranch64
    );
    let flow = instruction.flow_control();
    let bits32 = instruction.op0_kind() == OpKind::NearBranch32;
    let branch = near.then(|| match bits32 {
        // What lies before the start wraps around.
        true => i64::from(instruction.near_branch_target() as i32),
        false => instruction.near_branch_target() as i64,
    });
    Step {
        len: instruction.len(),
        goes_on: !matches!(
            flow,
            FlowControl::UnconditionalBranch
                | FlowControl::IndirectBranch
                | FlowControl::Return
                | FlowControl::Exception
        ),
        branch,
        data: instruction
            .is_ip_rel_memory_operand()
            .then(|| instruction.ip_rel_memory_address() as i64),
        anywhere: flow == FlowControl::IndirectBranch,
        page: false,
    }
}

fn word(code: &[u8], at: usize) -> Option<u32> {
    let bytes = code.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

/// Arm Architecture Reference Manual, C4.1: the few instructions that count from where they are.
fn aarch64_step(word: u32, at: usize) -> Step {
    let at = at as i64;
    let signed = |lowest: u32, width: u32| {
        let field = i64::from(word >> lowest) << (64 - width);
        field >> (64 - width)
    };
    let mut step = Step {
        len: 4,
        goes_on: true,
        ..Step::default()
    };
    if word & 0x7c00_0000 == 0x1400_0000 {
        // b, bl
        step.branch = Some(at + 4 * signed(0, 26));
        step.goes_on = word >> 31 == 1;
    } else if word & 0xff00_0000 == 0x5400_0000 || word & 0x7e00_0000 == 0x3400_0000 {
        // b.cond, cbz, cbnz
        step.branch = Some(at + 4 * signed(5, 19));
    } else if word & 0x7e00_0000 == 0x3600_0000 {
        // tbz, tbnz
        step.branch = Some(at + 4 * signed(5, 14));
    } else if word & 0x3b00_0000 == 0x1800_0000 {
        // ldr of a literal
        step.data = Some(at + 4 * signed(5, 19));
    } else if word & 0x9f00_0000 == 0x1000_0000 {
        // adr
        step.data = Some(at + (signed(5, 19) << 2 | i64::from(word >> 29 & 3)));
    } else if word & 0x9f00_0000 == 0x9000_0000 {
        // adrp
        step.page = true;
    } else if word & 0xfe00_0000 == 0xd600_0000 {
        // br, blr, ret
        step.goes_on = word & 0x0060_0000 == 0x0020_0000;
        step.anywhere = word & 0x0060_0000 == 0;
    } else if word & 0xffff_0000 == 0 || word & 0xffe0_0000 == 0xd420_0000 {
        // udf, brk
        step.goes_on = false;
    }
    step
}
