//! The plain compiler, beside the other one: it knows no steps. One operation is one sequence of instructions, as in
//! most JIT compilers for this language at first.

use super::{
    code::Code,
    console::Settings,
    emit::{AL, Emitter},
    parse::{Operation, Program},
};

/// Compiles a program operation by operation.
pub(crate) fn compile(program: &Program, settings: Settings) -> Code {
    let mut emit = Emitter::new(settings);
    let mut loops = Vec::new();
    for (operation, at) in program.operations.iter().zip(&program.positions) {
        emit.at(*at);
        match operation {
            Operation::Right => emit.step(1),
            Operation::Left => emit.step(-1),
            Operation::Increment => emit.add(0, 1),
            Operation::Decrement => emit.add(0, u8::MAX),
            Operation::Output => {
                emit.load_to(AL, 0);
                emit.output();
            }
            Operation::Input => {
                emit.load_to(AL, 0);
                emit.input();
                emit.store(AL, 0);
            }
            Operation::Open => {
                let (top, end) = (emit.label(), emit.label());
                emit.look(0);
                emit.if_zero(end);
                emit.bind(top);
                loops.push((top, end));
            }
            Operation::Close => {
                let (top, end) = loops.pop().expect("brackets were matched by the parser");
                emit.look(0);
                emit.unless_zero(top);
                emit.bind(end);
            }
        }
    }
    emit.finish(0)
}
