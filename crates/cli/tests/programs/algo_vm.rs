// A small virtual machine: an assembler with labels, a stack, a heap, calls, and faults with the place they happen at.
use std::collections::HashMap;
use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Op {
    Push(i64),
    Pop,
    Dup,
    Swap,
    Over,
    Add,
    Sub,
    Mul,
    Div,
    Less,
    Equal,
    Not,
    Jump(usize),
    JumpIf(usize),
    Call(usize),
    Return,
    Load(usize),
    Store(usize),
    Print,
    Halt,
}

#[derive(Debug, PartialEq)]
enum Fault {
    Underflow { at: usize, op: Op },
    DivisionByZero(usize),
    BadAddress(usize),
    OutOfSteps,
    Syntax(String),
}
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Underflow { at, op } => {
                write!(f, "{op:?} at {at} finds too little on the stack")
            }
            Fault::DivisionByZero(at) => write!(f, "division by zero at {at}"),
            Fault::BadAddress(at) => write!(f, "no instruction at {at}"),
            Fault::OutOfSteps => f.write_str("out of steps"),
            Fault::Syntax(line) => write!(f, "cannot read `{line}`"),
        }
    }
}

fn assemble(source: &str) -> Result<Vec<Op>, Fault> {
    let lines: Vec<&str> = source
        .lines()
        .map(|l| l.split('#').next().unwrap().trim())
        .filter(|l| !l.is_empty())
        .collect();
    let mut labels = HashMap::new();
    let mut at = 0;
    for line in &lines {
        match line.strip_suffix(':') {
            Some(label) => drop(labels.insert(label, at)),
            None => at += 1,
        }
    }
    lines
        .iter()
        .filter(|l| !l.ends_with(':'))
        .map(|line| {
            let bad = || Fault::Syntax((*line).to_owned());
            let (word, argument) = line.split_once(' ').unwrap_or((line, ""));
            let label = || labels.get(argument).copied().ok_or_else(bad);
            let slot = || argument.parse().map_err(|_| bad());
            Ok(match word {
                "push" => Op::Push(argument.parse().map_err(|_| bad())?),
                "pop" => Op::Pop,
                "dup" => Op::Dup,
                "swap" => Op::Swap,
                "over" => Op::Over,
                "add" => Op::Add,
                "sub" => Op::Sub,
                "mul" => Op::Mul,
                "div" => Op::Div,
                "less" => Op::Less,
                "equal" => Op::Equal,
                "not" => Op::Not,
                "jump" => Op::Jump(label()?),
                "if" => Op::JumpIf(label()?),
                "call" => Op::Call(label()?),
                "return" => Op::Return,
                "load" => Op::Load(slot()?),
                "store" => Op::Store(slot()?),
                "print" => Op::Print,
                "halt" => Op::Halt,
                _ => return Err(bad()),
            })
        })
        .collect()
}

fn run(program: &[Op], mut budget: u32) -> Result<(Vec<i64>, u32), Fault> {
    let (mut stack, mut calls, mut memory, mut out) =
        (Vec::new(), Vec::new(), [0i64; 16], Vec::new());
    let (mut at, total) = (0, budget);
    loop {
        budget = budget.checked_sub(1).ok_or(Fault::OutOfSteps)?;
        let op = *program.get(at).ok_or(Fault::BadAddress(at))?;
        let here = at;
        at += 1;
        let mut pop = || stack.pop().ok_or(Fault::Underflow { at: here, op });
        match op {
            Op::Push(n) => stack.push(n),
            Op::Pop => drop(pop()?),
            Op::Dup => {
                let a = pop()?;
                stack.extend([a, a])
            }
            Op::Swap => {
                let (b, a) = (pop()?, pop()?);
                stack.extend([b, a])
            }
            Op::Over => {
                let (b, a) = (pop()?, pop()?);
                stack.extend([a, b, a])
            }
            Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Less | Op::Equal => {
                let (b, a) = (pop()?, pop()?);
                stack.push(match op {
                    Op::Add => a.wrapping_add(b),
                    Op::Sub => a.wrapping_sub(b),
                    Op::Mul => a.wrapping_mul(b),
                    Op::Div => a.checked_div(b).ok_or(Fault::DivisionByZero(here))?,
                    Op::Less => i64::from(a < b),
                    _ => i64::from(a == b),
                });
            }
            Op::Not => {
                let a = pop()?;
                stack.push(i64::from(a == 0))
            }
            Op::Jump(to) => at = to,
            Op::JumpIf(to) => {
                if pop()? != 0 {
                    at = to
                }
            }
            Op::Call(to) => {
                calls.push(at);
                at = to
            }
            Op::Return => at = calls.pop().ok_or(Fault::Underflow { at: here, op })?,
            Op::Load(slot) => stack.push(memory[slot % 16]),
            Op::Store(slot) => memory[slot % 16] = pop()?,
            Op::Print => out.push(pop()?),
            Op::Halt => return Ok((out, total - budget)),
        }
    }
}

const FACTORIAL: &str = "
    push 20
    call factorial
    print
    halt
factorial:           # n -- n!
    dup
    push 2
    less
    if base
    dup
    push 1
    sub
    call factorial
    mul
    return
base:
    pop
    push 1
    return
";
const PRIMES: &str = "
    push 2
    store 0
next:
    push 2
    store 1
try:
    load 1
    dup
    mul
    load 0
    swap
    less
    if prime
    load 0
    load 0
    load 1
    div
    load 1
    mul
    equal
    if composite
    load 1
    push 1
    add
    store 1
    jump try
prime:
    load 0
    print
composite:
    load 0
    push 1
    add
    dup
    store 0
    push 60
    less
    if next
    halt
";

fn main() {
    for source in [
        FACTORIAL,
        PRIMES,
        "push 1\npush 0\ndiv",
        "add",
        "loop:\njump loop",
        "push 1",
        "push x",
        "if nowhere",
        "return",
    ] {
        match assemble(source).and_then(|program| run(&program, 100_000)) {
            Ok((out, steps)) => println!("{out:?} in {steps} steps"),
            Err(fault) => println!("{fault} / {fault:?}"),
        }
    }
}
