// sync_channel: a bound of nothing (rendezvous), a full one, and a pipeline of stages.
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

fn stage<A: Send + 'static, B: Send + 'static>(
    input: Receiver<A>,
    mut f: impl FnMut(A) -> Option<B> + Send + 'static,
) -> (Receiver<B>, JoinHandle<usize>) {
    let (sender, output): (SyncSender<B>, _) = sync_channel(2);
    let handle = thread::spawn(move || {
        let mut seen = 0;
        for item in input {
            seen += 1;
            if let Some(result) = f(item)
                && sender.send(result).is_err()
            {
                break;
            }
        }
        seen
    });
    (output, handle)
}

fn main() {
    let (sender, receiver) = sync_channel(2);
    sender.try_send('a').unwrap();
    sender.try_send('b').unwrap();
    match sender.try_send('c') {
        Err(TrySendError::Full(c)) => println!("full, {c} comes back"),
        other => println!("{other:?}"),
    }
    println!("{:?}", receiver.recv());
    sender.send('d').unwrap();
    drop(receiver);
    println!("{:?}", sender.try_send('e'));

    let (sender, receiver) = sync_channel(0);
    let meeting = thread::spawn(move || (0..5).for_each(|i| sender.send(i * i).unwrap()));
    println!("{:?}", receiver.iter().collect::<Vec<_>>());
    meeting.join().unwrap();

    let (source, first) = sync_channel(1);
    let (evens, one) = stage(first, |n: u32| (n % 2 == 0).then_some(n));
    let (words, two) = stage(evens, |n| Some(format!("<{n:03}>")));
    let (joined, three) = stage(words, {
        let mut pair = None;
        move |w: String| match pair.take() {
            None => {
                pair = Some(w);
                None
            }
            Some(before) => Some(before + &w),
        }
    });
    thread::spawn(move || (0..20).for_each(|n| source.send(n).unwrap()));
    for line in joined {
        println!("{line}");
    }
    println!("{:?}", [one, two, three].map(|h| h.join().unwrap()));
}
