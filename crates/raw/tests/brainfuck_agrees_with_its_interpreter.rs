//! What the example `brainfuck` compiles does what its interpreter does, with both of its compilers: output, tape, where
//! the pointer ends, and which operation is to blame when it leaves the tape.
#![cfg(all(target_arch = "x86_64", any(target_os = "linux", windows)))]

#[allow(dead_code, reason = "the example's command line is tested elsewhere")]
#[path = "../../../examples/raw/brainfuck/main.rs"]
mod brainfuck;
mod brainfuck_programs;
#[path = "brainfuck_programs/random.rs"]
mod random;

use brainfuck::{
    arguments::How,
    console::{Console, EndOfInput, Settings},
    interpret,
    parse::Program,
    run,
    stop::Stop,
    tape::Tape,
};

/// What can be seen of a run: what it wrote, and how it ended.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    output: Vec<u8>,
    /// The cell that the pointer ended at and the tape, or the message.
    end: Result<(i64, Vec<u8>), String>,
}

const CELLS: usize = 30_000;

/// Runs a program; `None` when it takes more steps than the interpreter is given.
fn see(
    source: &str,
    how: How,
    input: &[u8],
    settings: Settings,
    steps: Option<u64>,
) -> Option<Seen> {
    let program = Program::parse(source.as_bytes()).unwrap();
    let mut tape = Tape::new(CELLS, program.longest_move()).unwrap();
    let mut output = Vec::new();
    let mut source = input;
    let mut console = Console::new(&mut source, &mut output, settings);
    let end = match how {
        How::Interpret => interpret::run(&program, tape.cells(), &mut console, steps),
        _ => run::run(&program, how, &mut tape, &mut console),
    };
    assert!(console.flush());
    drop(console);
    let end = match end {
        Err(Stop::Steps) => return None,
        Err(stop) => Err(format!("{:?}: {stop}", stop.position())),
        Ok(cell) => Ok((cell, tape.cells().to_vec())),
    };
    Some(Seen { output, end })
}

/// Runs a program in all three ways and gives what it wrote.
fn agree(source: &str, input: &[u8], settings: Settings) -> Seen {
    let interpreted = see(source, How::Interpret, input, settings, None).unwrap();
    for how in [How::Compile, How::Plain] {
        let seen = see(source, how, input, settings, None).unwrap();
        assert!(seen == interpreted, "{how:?} of {source:.200}");
    }
    interpreted
}

fn output(source: &str, input: &[u8]) -> Vec<u8> {
    let seen = agree(source, input, Settings::default());
    assert!(seen.end.is_ok(), "{:?}", seen.end);
    seen.output
}

/// The message of a program that stops.
fn message(source: &str) -> String {
    agree(source, b"", Settings::default()).end.unwrap_err()
}

#[test]
fn the_small_programs() {
    macro_rules! program {
        ($name:literal) => {
            include_str!(concat!(
                "../../../examples/raw/brainfuck/programs/",
                $name,
                ".b"
            ))
        };
    }
    assert_eq!(output(program!("hello"), b""), b"Hello World!\n");
    assert_eq!(output(program!("reverse"), b"stressed"), b"desserts");
    let numbers = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233];
    let numbers: String = numbers
        .iter()
        .map(|number| format!("{number:03}\n"))
        .collect();
    assert_eq!(output(program!("fibonacci"), b""), numbers.as_bytes());
    let rows = (0..32u32).map(|row| {
        // A place is set where the binomial coefficient is odd.
        let places = (0..32).map(|place| if place & !row == 0 { '*' } else { ' ' });
        places.collect::<String>() + "\n"
    });
    assert_eq!(
        output(program!("sierpinski"), b""),
        rows.collect::<String>().as_bytes()
    );
}

#[test]
fn the_programs_that_compute() {
    let sum = (0..255 * 255u64).map(|at| 3 * (at % 255 + 1)).sum::<u64>();
    assert_eq!(output(&brainfuck_programs::counters(1), b""), [sum as u8]);
    assert_eq!(output(&brainfuck_programs::primes(1), b""), b"6");
    assert_eq!(
        output(&brainfuck_programs::powers(5, 20), b""),
        (1u128 << 100).to_string().as_bytes()
    );
    let steps = |number: u32| {
        let next = |number: &u32| match number % 2 {
            _ if *number == 1 => None,
            0 => Some(number / 2),
            _ => Some(3 * number + 1),
        };
        std::iter::successors(Some(number), next).count() - 1
    };
    let steps: Vec<_> = (1..=30).map(|number| steps(number) as u8).collect();
    assert_eq!(output(&brainfuck_programs::collatz(1, 30), b""), steps);
    let drawing = output(&brainfuck_programs::mandelbrot(6, 3, 5), b"");
    assert_eq!(drawing, mandelbrot(6, 3, 5).as_bytes());
}

/// The same drawing, computed here: fixed-point numbers of 16 bits, 11 of them a fraction.
fn mandelbrot(columns: i16, lines: i16, rounds: u8) -> String {
    let product = |left: i16, right: i16| {
        let (left, right) = (i64::from(left), i64::from(right));
        // The bits of a fraction are dropped one by one, so that nothing carries out of them that is lost later.
        let (mut sum, a) = (0, left.abs());
        for bit in 0..11 {
            sum = (sum + a * (right.abs() >> bit & 1)) >> 1;
        }
        sum += a * (right.abs() >> 11);
        (sum * left.signum() * right.signum()) as i16
    };
    let mut drawing = String::new();
    for line in 0..lines {
        for column in 0..columns {
            let cx = (-2 << 11) + column * ((5 << 11) / 2 / columns);
            let cy = (-5 << 11) / 4 + line * ((5 << 11) / 2 / lines);
            let (mut x, mut y, mut letter) = (0i16, 0i16, b'A');
            for round in 1..=rounds {
                let (xx, yy) = (product(x, x), product(y, y));
                if xx.wrapping_add(yy) as u16 >= 4 << 11 {
                    break;
                }
                letter = if round == rounds { b' ' } else { letter + 1 };
                let xy = product(x, y);
                y = cy.wrapping_add(xy).wrapping_add(xy);
                x = cx.wrapping_add(xx).wrapping_sub(yy);
            }
            drawing.push(letter.into());
        }
        drawing.push('\n');
    }
    drawing
}

#[test]
fn random_programs() {
    let mut random = random::Random::new(4);
    let (mut ended, mut stopped) = (0, 0);
    for _ in 0..1500 {
        let source = random.program();
        let conventions = [
            EndOfInput::Zero,
            EndOfInput::MinusOne,
            EndOfInput::Unchanged,
        ];
        let settings = Settings {
            end_of_input: conventions[random.below(3)],
            line_by_line: random.below(2) == 0,
        };
        let input = &b"jitney\0\xff"[..random.below(9)];
        let Some(seen) = see(&source, How::Interpret, input, settings, Some(10_000)) else {
            continue;
        };
        match seen.end {
            Ok(_) => ended += 1,
            Err(_) => stopped += 1,
        }
        for how in [How::Compile, How::Plain] {
            let compiled = see(&source, how, input, settings, None).unwrap();
            assert!(
                compiled == seen,
                "{how:?}, {input:?}, {settings:?}:\n{source}\n{:?} {:?}\n{:?} {:?}",
                compiled.output,
                compiled.end.map(|(cell, _)| cell),
                seen.output,
                seen.end.map(|(cell, _)| cell),
            );
        }
    }
    // The generator makes enough of both.
    assert!(
        ended > 300 && stopped > 300,
        "{ended} ended, {stopped} stopped"
    );
}

#[test]
fn what_comes_at_the_end_of_the_input() {
    let seen = |end_of_input| {
        let settings = Settings {
            end_of_input,
            line_by_line: false,
        };
        agree("+++++,.,.", b"a", settings).output
    };
    assert_eq!(seen(EndOfInput::Zero), b"a\0");
    assert_eq!(seen(EndOfInput::MinusOne), b"a\xff");
    assert_eq!(seen(EndOfInput::Unchanged), b"aa");
}

#[test]
fn more_than_a_buffer_of_input_and_output() {
    let input: Vec<u8> = (0..100_000u32).map(|at| (at % 251) as u8 + 1).collect();
    assert_eq!(output(",[.,]", &input), input);
}

#[test]
fn the_ends_of_the_tape() {
    // Four pages of the usual size, or one of 64 KiB: the interpreter knows how many cells there are.
    let cells = Tape::new(CELLS, 0).unwrap().cells().len();
    let before = |at: &str, cell: i64| {
        let (line, column) = at.split_once(':').unwrap();
        format!(
            "Some(Position {{ line: {line}, column: {column} }}): cell {cell} is before the tape's first, \
             which is number 0"
        )
    };
    assert_eq!(message("+.\n  <+"), before("2:4", -1));
    assert_eq!(message("+[<+]"), before("1:4", -1));
    assert_eq!(message("++[->>+<<<+>]"), before("1:11", -1));
    assert_eq!(
        message(&format!("+[[-]+{}.]", "<".repeat(100_000))),
        before("1:100007", -100_000)
    );
    assert_eq!(
        message(&format!("+{}+", "<".repeat(100_000))),
        before("1:100002", -100_000)
    );
    // A loop that is not entered touches nothing.
    assert_eq!(output("[-<<<+>>>]<<<>>>.", b""), b"\0");
    let to_the_last = ">".repeat(cells - 1);
    assert_eq!(output(&format!("{to_the_last}+++."), b""), [3]);
    let after = message(&format!("{to_the_last}+>\n+"));
    assert!(
        after.contains(&format!("line: 2, column: 1 }}): cell {cells} is after")),
        "{after}"
    );
    let after = message("+[>+]");
    assert!(
        after.contains(&format!("column: 4 }}): cell {cells} is after")),
        "{after}"
    );
    // Scanning runs off as well.
    let after = message(&format!("+[{to_the_last}+[>]]"));
    assert!(after.contains(&format!("cell {cells} is after")), "{after}");
    let after = message(&format!("+[{to_the_last}+[->+>++<<]]"));
    assert!(after.contains(&format!("cell {cells} is after")), "{after}");
}

#[test]
fn extremes() {
    for nothing in ["", "no operation\n", "[this was never run+.]"] {
        assert_eq!(output(nothing, b""), b"");
    }
    let deep = 100_000;
    assert_eq!(
        output(
            &("+".to_owned() + &"[".repeat(deep) + "-" + &"]".repeat(deep) + "."),
            b""
        ),
        [0]
    );
    assert_eq!(
        output(&("[".repeat(deep) + &"]".repeat(deep) + "+."), b""),
        [1]
    );
    let many = 1_000_003;
    assert_eq!(output(&("+".repeat(many) + "."), b""), [many as u8]);
    assert_eq!(
        output(&(">".repeat(many) + &"<".repeat(many) + "+."), b""),
        [1]
    );
    assert_eq!(
        output(
            &format!(
                "{}[-{}+{}]{}.",
                "+".repeat(9),
                ">".repeat(300),
                "<".repeat(300),
                ">".repeat(300)
            ),
            b""
        ),
        [9]
    );
    // Every factor and every step a round of a loop that adds.
    for step in 1..=255 {
        for factor in [1, 2, 3, 4, 5, 9, 77, 128, 254, 255] {
            let source = format!(",[{}>{}<]>.", "-".repeat(step), "+".repeat(factor));
            // An even step may never come to 0.
            let input = if step % 2 == 1 { 77 } else { 0 };
            output(&source, &[input]);
        }
    }
}
