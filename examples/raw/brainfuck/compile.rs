//! The third phase: steps to machine code. Beside it the plain compiler, which knows no steps: one operation, one
//! sequence of instructions, as most JIT compilers for this language begin.

use jitney_raw::Label;

use super::{
    code::Code,
    console::Settings,
    emit::Emitter,
    fold::Folded,
    parse::{Operation, Program},
    step::{Step, Target, What},
};

/// Compiles a folded program.
pub(crate) fn compile(folded: &Folded, settings: Settings) -> Code {
    let mut emit = Emitter::new(settings);
    let mut loops = Vec::new();
    // The cell that the zero flag tells about.
    let mut flag = None;
    for Step { what, at } in &folded.steps {
        emit.at(*at);
        let flagged = flag.take();
        match what {
            What::Add { cell, value } => {
                emit.add(*cell, *value);
                flag = Some(*cell);
            }
            What::Set { cell, value } => emit.set(*cell, *value),
            What::Touch { cell } => emit.look(*cell),
            What::Multiply {
                cell,
                rounds,
                targets,
            } => multiply(&mut emit, *cell, *rounds, targets),
            What::Combine {
                cell,
                own,
                constant,
                terms,
            } => {
                emit.sum(terms, *constant);
                if *own {
                    emit.add_sum(*cell);
                    flag = Some(*cell);
                } else {
                    emit.set_sum(*cell);
                }
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
            }
            What::Output { cell } => emit.output(*cell),
            What::Input { cell } => emit.input(*cell),
            What::Open { cell, entered } => {
                let (top, end) = (emit.label(), emit.label());
                if !entered {
                    if flagged != Some(*cell) {
                        emit.look(*cell);
                    }
                    emit.if_zero(end);
                }
                emit.bind(top);
                loops.push((top, end));
            }
            What::Close { cell, step, once } => {
                let (top, end) = closed(&mut loops);
                emit.step(*step);
                if !once {
                    if *step != 0 || flagged != Some(*cell) {
                        emit.look(*cell);
                    }
                    emit.unless_zero(top);
                }
                emit.bind(end);
            }
        }
    }
    emit.finish(folded.end)
}

fn multiply(emit: &mut Emitter, cell: i32, rounds: u8, targets: &[Target]) {
    let end = emit.label();
    emit.load(cell);
    emit.test();
    emit.if_zero(end);
    // One multiplication for both where there is one target.
    let common = match targets {
        [target] if target.factor != 0 => target.factor,
        _ => 1,
    };
    emit.scale(rounds.wrapping_mul(common));
    for target in targets {
        emit.at(target.at);
        emit.add_scaled(target.cell, if common == 1 { target.factor } else { 1 });
    }
    emit.bind(end);
}

/// Compiles a program operation by operation.
pub(crate) fn plain(program: &Program, settings: Settings) -> Code {
    let mut emit = Emitter::new(settings);
    let mut loops = Vec::new();
    for (operation, at) in program.operations.iter().zip(&program.positions) {
        emit.at(*at);
        match operation {
            Operation::Right => emit.step(1),
            Operation::Left => emit.step(-1),
            Operation::Increment => emit.add(0, 1),
            Operation::Decrement => emit.add(0, u8::MAX),
            Operation::Output => emit.output(0),
            Operation::Input => emit.input(0),
            Operation::Open => {
                let (top, end) = (emit.label(), emit.label());
                emit.look(0);
                emit.if_zero(end);
                emit.bind(top);
                loops.push((top, end));
            }
            Operation::Close => {
                let (top, end) = closed(&mut loops);
                emit.look(0);
                emit.unless_zero(top);
                emit.bind(end);
            }
        }
    }
    emit.finish(0)
}

fn closed(loops: &mut Vec<(Label, Label)>) -> (Label, Label) {
    loops.pop().expect("brackets were matched by the parser")
}
