//@ env: GIVEN=from outside
//@ env: EMPTY=
//@ env: UMLAUT=grün=ja
// The environment: read, set, removed, iterated; what is not there, and what is not Unicode.
use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

fn main() {
    for name in ["GIVEN", "EMPTY", "UMLAUT", "NOT_THERE"] {
        println!("{name}: {:?}", env::var(name));
    }
    let count = env::vars_os().count();
    // SAFETY: no other thread runs.
    unsafe {
        env::set_var("MADE", "here");
        env::set_var("GIVEN", "changed");
        env::remove_var("EMPTY");
        env::remove_var("NOT_THERE");
        env::set_var("BYTES", OsString::from_vec(vec![b'a', 0xff]));
    }
    println!("{}", env::vars_os().count() - count);
    let own: BTreeMap<OsString, OsString> = env::vars_os()
        .filter(|(k, _)| {
            ["MADE", "GIVEN", "EMPTY", "UMLAUT", "BYTES"]
                .iter()
                .any(|n| k == n)
        })
        .collect();
    println!("{own:?}");
    println!(
        "{:?} / {}",
        env::var("BYTES"),
        env::var("BYTES").unwrap_err()
    );
    println!("{}", env::var("EMPTY").unwrap_err());
    println!(
        "{:?} {:?}",
        env::var("RUST_BACKTRACE"),
        option_env!("JITNEY_NO_SUCH_VARIABLE")
    );

    println!("{:?}", env::split_paths("/a:/b c::/d").collect::<Vec<_>>());
    println!("{:?}", env::join_paths(["/x", "/y"]).unwrap());
    println!("{}", env::join_paths(["/with:colon"]).unwrap_err());
    println!(
        "{} {} {}",
        env::consts::OS,
        env::consts::ARCH,
        env::consts::DLL_SUFFIX
    );
    let here = env::current_dir().unwrap();
    env::set_current_dir("/").unwrap();
    println!("{:?} {}", env::current_dir().unwrap(), here.is_absolute());
    println!("{:?}", env::set_current_dir("/no/such").unwrap_err().kind());
}
