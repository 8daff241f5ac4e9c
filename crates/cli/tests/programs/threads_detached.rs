// main returns while other threads still wait: the process ends, and their destructors do not run.
use std::sync::mpsc::channel;
use std::thread;

struct Loud(&'static str);
impl Drop for Loud {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

fn main() {
    let (ready, started) = channel();
    for name in ["sleeper", "parker"] {
        let ready = ready.clone();
        thread::spawn(move || {
            let _never = Loud(name);
            ready.send(()).unwrap();
            loop {
                if name == "parker" {
                    thread::park()
                } else {
                    thread::sleep(std::time::Duration::from_secs(60))
                }
            }
        });
    }
    started.iter().take(2).for_each(drop);
    let _last = Loud("of main");
    println!("main ends");
}
