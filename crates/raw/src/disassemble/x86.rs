//! Code of Intel's processors, in the words of objdump where the two agree on them.

use std::collections::BTreeMap;

use iced_x86::{
    Decoder, DecoderOptions, Formatter, Instruction, IntelFormatter, SymbolResolver, SymbolResult,
};

use super::{Disassembly, Line};

pub(super) fn lines<'c>(code: &Disassembly<'c>) -> Vec<Line<'c>> {
    let names = Names(code.symbols.clone());
    let mut formatter = IntelFormatter::with_options(Some(Box::new(names)), None);
    let options = formatter.options_mut();
    options.set_hex_prefix("0x");
    options.set_hex_suffix("");
    options.set_uppercase_hex(false);
    options.set_small_hex_numbers_in_decimal(false);
    options.set_branch_leading_zeros(false);
    options.set_rip_relative_addresses(true);
    options.set_show_branch_size(false);
    let bits = code.machine.bits();
    let mut lines = Vec::new();
    let mut start = 0;
    while start < code.code.len() {
        let address = code.address.wrapping_add(start as u64);
        // Each one anew: after what is none, the next byte may begin one.
        let rest = &code.code[start..];
        let instruction = Decoder::with_ip(bits, rest, address, DecoderOptions::NONE).decode();
        let mut text = String::new();
        let len = match instruction.is_invalid() {
            true => {
                text.push_str("(bad)");
                1
            }
            false => {
                formatter.format(&instruction, &mut text);
                text += &comment(&instruction, &code.symbols);
                instruction.len()
            }
        };
        lines.push(Line {
            address,
            bytes: &rest[..len],
            text,
        });
        start += len;
    }
    lines
}

/// Where an operand relative to the instruction pointer lies, unless its name says so.
fn comment(instruction: &Instruction, names: &BTreeMap<u64, String>) -> String {
    let address = instruction.ip_rel_memory_address();
    match instruction.is_ip_rel_memory_operand() && !names.contains_key(&address) {
        true => format!("  # {address:#x}"),
        false => String::new(),
    }
}

/// Names for the addresses that instructions refer to.
struct Names(BTreeMap<u64, String>);

impl SymbolResolver for Names {
    fn symbol(
        &mut self,
        instruction: &Instruction,
        operand: u32,
        instruction_operand: Option<u32>,
        address: u64,
        _size: u32,
    ) -> Option<SymbolResult<'_>> {
        // Plain numbers may be equal to an address without being one.
        let kind = instruction.op_kind(instruction_operand.unwrap_or(operand));
        let is_address = match kind {
            iced_x86::OpKind::Memory => instruction.is_ip_rel_memory_operand(),
            kind => matches!(
                kind,
                iced_x86::OpKind::NearBranch16
                    | iced_x86::OpKind::NearBranch32
                    | iced_x86::OpKind::NearBranch64
                    | iced_x86::OpKind::Immediate64
            ),
        };
        let name = self.0.get(&address).filter(|_| is_address)?;
        Some(SymbolResult::with_str(address, name))
    }
}
