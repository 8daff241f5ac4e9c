//! The command `jitney`: runs programs, calls functions and lists exports of Rust sources, without
//! a link step and without leaving a file behind.

mod arguments;
mod asm;
mod cache;
mod call;
mod dis;
mod doctor;
mod exec;
mod exports;
mod extract;
mod interrupt;
mod link;
mod machine_code;
mod output;
mod progress;
mod restart;
mod run;
mod symbols;
mod variables;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

/// What a command ends with when it does not end the process itself.
type Outcome = Result<ExitCode, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Run(arguments) => run::run(arguments),
        Command::Call(arguments) => call::call(arguments),
        Command::Exports(arguments) => exports::exports(arguments),
        Command::Link(arguments) => link::link(arguments),
        Command::Symbols(arguments) => symbols::symbols(arguments),
        Command::Exec(arguments) => exec::exec(arguments),
        Command::Asm(arguments) => asm::asm(arguments),
        Command::Dis(arguments) => dis::dis(arguments),
        Command::Extract(arguments) => extract::extract(arguments),
        Command::Cache(arguments) => cache::cache(arguments),
        Command::Doctor(arguments) => doctor::doctor(arguments),
    };
    outcome.unwrap_or_else(|error| {
        output::note(&format!("{}\n", complaint(&*error)));
        ExitCode::FAILURE
    })
}

/// The error as the user sees it. A compiler's own message says `error:` itself.
fn complaint(error: &(dyn std::error::Error + 'static)) -> String {
    let text = error.to_string();
    let of_compiler = matches!(
        error.downcast_ref(),
        Some(jitney::Error::Build(jitney::BuildError::Compile { .. }))
    );
    let of_assembler = matches!(
        error.downcast_ref(),
        Some(jitney_raw::assemble::Error::Refused { .. })
    );
    match of_compiler || of_assembler {
        true => text.trim_end().to_owned(),
        false => format!("error: {}", text.trim_end()),
    }
}
