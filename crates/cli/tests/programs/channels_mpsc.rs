// mpsc channels: many senders, every kind of end, the errors and what they carry.
use std::sync::mpsc::{RecvTimeoutError, TryRecvError, channel};
use std::thread;
use std::time::Duration;

#[derive(Debug)]
enum Message {
    Number(u64),
    Text(String),
    Call(Box<dyn Shouting>),
}

trait Shouting: Send + std::fmt::Debug {
    fn call(self: Box<Self>) -> String;
}

#[derive(Debug)]
struct Shout(&'static str);
impl Shouting for Shout {
    fn call(self: Box<Self>) -> String {
        self.0.to_uppercase()
    }
}

fn main() {
    let (sender, receiver) = channel();
    for id in 0..4u64 {
        let sender = sender.clone();
        thread::spawn(move || {
            for i in 0..50 {
                sender.send(id * 100 + i).unwrap();
            }
        });
    }
    drop(sender);
    let mut all: Vec<u64> = receiver.iter().collect();
    all.sort_unstable();
    println!(
        "{} received, sum {}, ends {} {}",
        all.len(),
        all.iter().sum::<u64>(),
        all[0],
        all[199]
    );

    let (sender, receiver) = channel();
    println!(
        "{:?}",
        receiver.try_recv().unwrap_err() == TryRecvError::Empty
    );
    println!(
        "{:?}",
        receiver.recv_timeout(Duration::from_millis(1)).unwrap_err() == RecvTimeoutError::Timeout
    );
    sender.send(Message::Number(7)).unwrap();
    sender.send(Message::Text("seven".into())).unwrap();
    sender
        .send(Message::Call(Box::new(Shout("seven"))))
        .unwrap();
    drop(sender);
    for message in &receiver {
        match message {
            Message::Call(f) => println!("a call gives {}", f.call()),
            Message::Number(n) => println!("number {n}"),
            Message::Text(text) => println!("text {text}"),
        }
    }
    println!(
        "{} / {}",
        receiver.recv().unwrap_err(),
        receiver.try_recv().unwrap_err()
    );

    let (sender, receiver) = channel();
    drop(receiver);
    let error = sender.send(vec![1, 2, 3]).unwrap_err();
    println!("{error}, {error:?}, holds {:?}", error.0);
}
