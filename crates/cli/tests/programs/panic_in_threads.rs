// Panics in threads: join's payloads, names in the messages, the rest goes on; drops run; a poisoned chain.
use std::sync::{Arc, Mutex};
use std::thread;

struct Guard(Arc<Mutex<Vec<u32>>>, u32);
impl Drop for Guard {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(self.1);
    }
}

fn main() {
    let log = Arc::new(Mutex::new(Vec::new()));
    for i in 0..5u32 {
        let log = log.clone();
        let thread = thread::Builder::new()
            .name(format!("worker {i}"))
            .spawn(move || {
                let _guard = Guard(log, i);
                match i {
                    0 => "fine".len() as u32,
                    1 => panic!("static text"),
                    2 => panic!("formatted {i}"),
                    3 => std::panic::panic_any(vec![i; 3]),
                    _ => [1, 2, 3][i as usize % 5],
                }
            });
        // One after the other, so that the messages are in order.
        match thread.unwrap().join() {
            Ok(n) => println!("{i}: {n}"),
            Err(e) if e.is::<&str>() => println!("{i}: &str {}", e.downcast_ref::<&str>().unwrap()),
            Err(e) if e.is::<String>() => {
                println!("{i}: String {}", e.downcast_ref::<String>().unwrap())
            }
            Err(e) => println!("{i}: {:?}", e.downcast::<Vec<u32>>()),
        }
    }
    println!("{:?}", log.lock().unwrap());

    let mutex = Arc::new(Mutex::new(1));
    let poisoner = {
        let mutex = mutex.clone();
        thread::spawn(move || {
            let _held = mutex.lock().unwrap();
            panic!("while holding");
        })
    };
    println!("{}", poisoner.join().is_err());
    let second = {
        let mutex = mutex.clone();
        thread::spawn(move || *mutex.lock().unwrap())
    };
    println!(
        "{}",
        second.join().unwrap_err().downcast_ref::<String>().unwrap()
    );
    println!(
        "{:?} {}",
        mutex.lock().map_err(|e| **e.get_ref()),
        thread::panicking()
    );
}
