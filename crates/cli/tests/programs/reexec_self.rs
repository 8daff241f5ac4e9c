// A program that starts itself again with an argument, and hears how that one ended.
use std::env;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    match args
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => {}
        ["child", name, code] => {
            println!("child {name}, parent said {:?}", env::var("PARENT"));
            eprintln!("child {name} on stderr");
            return ExitCode::from(code.parse::<u8>().unwrap());
        }
        ["panic"] => panic!("child panics"),
        other => panic!("unexpected arguments {other:?}"),
    }
    let own = env::current_exe().expect("a path of its own");
    for code in ["0", "9"] {
        let output = Command::new(&own)
            .args(["child", "one two", code])
            .env("PARENT", "hi")
            .output()
            .unwrap();
        println!(
            "{} {:?}",
            output.status,
            String::from_utf8_lossy(&output.stdout)
        );
        println!("{:?}", String::from_utf8_lossy(&output.stderr));
    }
    let output = Command::new(&own).arg("panic").output().unwrap();
    println!(
        "{} {}",
        output.status,
        String::from_utf8_lossy(&output.stderr).contains("child panics")
    );
    ExitCode::SUCCESS
}
