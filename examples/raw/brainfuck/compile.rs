//! The third phase: steps to machine code.

use super::{
    code::Code,
    console::Settings,
    emit::{AL, Emitter},
    fold::Folded,
    registers::Registers,
    step::{Step, Target, What},
};

/// Compiles a folded program.
pub(crate) fn compile(folded: &Folded, settings: Settings) -> Code {
    let mut emit = Emitter::new(settings);
    let mut registers = Registers::default();
    let once = run_at_most_once(&folded.steps);
    let mut loops = Vec::new();
    // The cell that the zero flag tells about.
    let mut flag = None;
    for (index, Step { what, at }) in folded.steps.iter().enumerate() {
        emit.at(*at);
        let flagged = flag.take();
        match what {
            What::Add { cell, value } => {
                registers.add(&mut emit, *cell, *value);
                flag = Some(*cell);
            }
            What::Set { cell, value } => {
                emit.set(*cell, *value);
                registers.forget_cell(*cell);
            }
            What::Touch { cell } => emit.look(*cell),
            What::Multiply {
                cell,
                rounds,
                targets,
            } => multiply(&mut emit, &mut registers, *cell, *rounds, targets),
            What::Combine {
                cell,
                own,
                constant,
                terms,
            } => {
                registers.combine(&mut emit, (*cell, *own), *constant, terms);
                flag = own.then_some(*cell);
            }
            What::Scan { cell, step } => {
                let (top, found) = (emit.label(), emit.label());
                emit.look(*cell);
                emit.if_zero(found);
                emit.bind(top);
                emit.step(*step);
                emit.look(*cell);
                emit.unless_zero(top);
                emit.bind(found);
                registers.forget();
            }
            What::Output { cell } => {
                let value = registers.load(&mut emit, *cell);
                emit.copy(AL, value);
                emit.output();
                registers.forget();
            }
            What::Input { cell } => {
                let value = registers.load(&mut emit, *cell);
                emit.copy(AL, value);
                emit.input();
                emit.store(AL, *cell);
                registers.forget();
            }
            What::Open { cell, entered } => {
                let (top, end) = (emit.label(), emit.label());
                if !entered {
                    if flagged != Some(*cell) {
                        let value = registers.load(&mut emit, *cell);
                        emit.test(value);
                    }
                    emit.if_zero(end);
                }
                if !once[index] {
                    emit.bind(top);
                    registers.forget();
                }
                loops.push((top, end));
            }
            What::Close { cell, step, once } => {
                let (top, end) = loops.pop().expect("each loop was opened");
                if *step != 0 {
                    emit.step(*step);
                    registers.forget();
                }
                if !once {
                    match registers.find(*cell) {
                        _ if *step == 0 && flagged == Some(*cell) => {}
                        Some(value) => emit.test(value),
                        None => emit.look(*cell),
                    }
                    emit.unless_zero(top);
                }
                emit.bind(end);
                registers.forget();
            }
        }
    }
    emit.finish(folded.end)
}

/// For each loop's start, whether nothing leads back to it.
fn run_at_most_once(steps: &[Step]) -> Vec<bool> {
    let mut at_most_once = vec![false; steps.len()];
    let mut open = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        match step.what {
            What::Open { .. } => open.push(index),
            What::Close { once, .. } => {
                let start = open.pop().expect("each loop was opened");
                at_most_once[start] = once;
            }
            _ => {}
        }
    }
    at_most_once
}

fn multiply(
    emit: &mut Emitter,
    registers: &mut Registers,
    cell: i32,
    rounds: u8,
    targets: &[Target],
) {
    let end = emit.label();
    let value = registers.load(emit, cell);
    emit.test(value);
    emit.if_zero(end);
    emit.copy(AL, value);
    // One multiplication for both where there is one target.
    let common = match targets {
        [target] if target.factor != 0 => target.factor,
        _ => 1,
    };
    emit.scale(AL, rounds.wrapping_mul(common));
    for target in targets {
        emit.at(target.at);
        emit.add_scaled(target.cell, if common == 1 { target.factor } else { 1 });
        registers.forget_cell(target.cell);
    }
    emit.bind(end);
}
