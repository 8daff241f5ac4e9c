//! The example `genetic` as its users run it. This program is the example when it is started as one.

mod example_process;
#[allow(dead_code, reason = "what runs is compared elsewhere")]
#[path = "../../../examples/raw/genetic/main.rs"]
mod genetic;

use example_process::{folder, run};

fn main() -> std::process::ExitCode {
    if example_process::is_the_example() {
        return genetic::main();
    }
    let tests: &[(&str, fn())] = &[
        ("a polynomial is found", a_polynomial_is_found),
        (
            "a run depends on its seed alone",
            a_run_depends_on_its_seed_alone,
        ),
        ("the fit is drawn", the_fit_is_drawn),
        ("wrong arguments", wrong_arguments),
    ];
    example_process::run_tests(tests)
}

fn a_polynomial_is_found() {
    let ran = run(&["--problem", "koza-1", "--population", "2000"], b"");
    assert_eq!(ran.code, Some(0), "{}", ran.error);
    let mut lines = ran.output.lines();
    assert_eq!(lines.next(), Some("looked for  x^4 + x^3 + x^2 + x"));
    assert_eq!(lines.next(), Some("found       x^4 + x^3 + x^2 + x"));
    assert!(
        lines.next().unwrap().contains("1.000000000"),
        "{}",
        ran.output
    );
    // No progress line in a pipe.
    assert!(!ran.error.contains('\r'), "{:?}", ran.error);
    assert!(ran.error.contains("evaluations/s"), "{}", ran.error);
}

fn a_run_depends_on_its_seed_alone() {
    let found = |more: &[&str]| {
        let arguments = ["--population", "500", "--generations", "3"];
        let ran = run(&[&arguments[..], more].concat(), b"");
        assert_eq!(ran.code, Some(0), "{}", ran.error);
        ran.output
    };
    let first = found(&["--seed", "7", "--threads", "1"]);
    for same in [&["--threads", "3"][..], &["--threads", "2", "--interpret"]] {
        assert_eq!(found(&[&["--seed", "7"], same].concat()), first, "{same:?}");
    }
    assert_ne!(found(&["--seed", "8"]), first);
}

fn the_fit_is_drawn() {
    let folder = folder();
    for problem in ["koza-1", "nguyen-7", "keijzer-14", "pagie-1"] {
        let path = folder.path().join(problem);
        let path = path.to_str().unwrap();
        let arguments = [
            "--population",
            "200",
            "--generations",
            "2",
            "--problem",
            problem,
        ];
        let ran = run(&[&arguments[..], &["--svg", path]].concat(), b"");
        assert_eq!(ran.code, Some(0), "{}", ran.error);
        let drawing = std::fs::read_to_string(path).unwrap();
        assert!(drawing.starts_with("<svg ") && drawing.ends_with("</svg>\n"));
        let slices = if matches!(problem, "koza-1" | "nguyen-7") {
            1
        } else {
            3
        };
        assert_eq!(drawing.matches("<polyline ").count(), slices);
        assert_eq!(drawing.matches("<circle ").count(), slices * 50);
        assert!(
            !drawing.contains("NaN") && !drawing.contains("inf"),
            "{drawing}"
        );
    }
    let path = folder.path().join("missing").join("fit.svg");
    let arguments = [
        "--population",
        "2",
        "--generations",
        "0",
        "--svg",
        path.to_str().unwrap(),
    ];
    let ran = run(&arguments, b"");
    assert_eq!(ran.code, Some(1));
    assert!(ran.error.contains("cannot write"), "{}", ran.error);
}

fn wrong_arguments() {
    for (arguments, message) in [
        (&["--fast"][..], "there is no option `--fast`"),
        (
            &["--problem", "koza-2"],
            "there is no problem \"koza-2\"; there are keijzer-14, koza-1",
        ),
        (&["--population", "1"], "`--population 1`: it is 2 to"),
        (&["--threads", "0"], "`--threads 0`: it is 1 to"),
        (&["--seed", "x"], "`--seed x`: it is 0 to"),
        (&["--svg"], "what follows `--svg` is missing"),
    ] {
        let ran = run(arguments, b"");
        assert_eq!((ran.code, ran.output.as_str()), (Some(2), ""));
        assert!(ran.error.contains(message), "{}", ran.error);
    }
    let ran = run(&["--help"], b"");
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.output.contains("pagie-1      1 / (1 + x^-4)"),
        "{}",
        ran.output
    );
}
