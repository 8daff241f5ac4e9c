// A small runtime over several threads: spawned tasks, join handles, wakes from other threads, a joining combinator.
use std::future::Future;
use std::pin::Pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

type Boxed = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Task {
    future: Mutex<Option<Boxed>>,
    queue: Sender<Arc<Task>>,
}
impl Wake for Task {
    fn wake(self: Arc<Self>) {
        let queue = self.queue.clone();
        // The runtime may be gone by now, and the task with it.
        let _ = queue.send(self);
    }
}

struct Slot<T> {
    value: Mutex<(Option<T>, Option<Waker>)>,
    filled: Condvar,
}
struct Handle<T>(Arc<Slot<T>>);
impl<T> Handle<T> {
    fn wait(self) -> T {
        let guard = self
            .0
            .filled
            .wait_while(self.0.value.lock().unwrap(), |v| v.0.is_none());
        guard.unwrap().0.take().unwrap()
    }
}
impl<T> Future for Handle<T> {
    type Output = T;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let mut slot = self.0.value.lock().unwrap();
        match slot.0.take() {
            Some(value) => Poll::Ready(value),
            None => {
                slot.1 = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

#[derive(Clone)]
struct Runtime(Sender<Arc<Task>>);
impl Runtime {
    fn start(threads: usize) -> Runtime {
        let (sender, receiver): (_, Receiver<Arc<Task>>) = channel();
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..threads {
            let receiver = receiver.clone();
            thread::spawn(move || {
                loop {
                    let next = receiver.lock().unwrap().recv();
                    let Ok(task) = next else { return };
                    let waker = Waker::from(task.clone());
                    let mut slot = task.future.lock().unwrap();
                    if let Some(mut future) = slot.take()
                        && future
                            .as_mut()
                            .poll(&mut Context::from_waker(&waker))
                            .is_pending()
                    {
                        *slot = Some(future);
                    }
                }
            });
        }
        Runtime(sender)
    }
    fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Handle<T> {
        let slot = Arc::new(Slot {
            value: Mutex::new((None, None)),
            filled: Condvar::new(),
        });
        let to = slot.clone();
        let future: Boxed = Box::pin(async move {
            let value = work.await;
            let mut slot = to.value.lock().unwrap();
            slot.0 = Some(value);
            if let Some(w) = slot.1.take() {
                w.wake();
            }
            to.filled.notify_all();
        });
        self.0
            .send(Arc::new(Task {
                future: Mutex::new(Some(future)),
                queue: self.0.clone(),
            }))
            .unwrap();
        Handle(slot)
    }
}

fn sum_tree(runtime: Runtime, from: u64, to: u64) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move {
        if to - from <= 8 {
            return (from..to).sum();
        }
        let middle = from.midpoint(to);
        let left = runtime.spawn(sum_tree(runtime.clone(), from, middle));
        let right = runtime.spawn(sum_tree(runtime.clone(), middle, to));
        left.await + right.await
    })
}

fn main() {
    let runtime = Runtime::start(3);
    println!("{}", runtime.spawn(async { "spawned".len() }).wait());
    println!(
        "{}",
        runtime.spawn(sum_tree(runtime.clone(), 0, 1000)).wait()
    );
    let handles: Vec<_> = (0..20u64)
        .map(|n| runtime.spawn(async move { (n, n.pow(3)) }))
        .collect();
    let joined = runtime.spawn(async move {
        let mut all = Vec::new();
        for handle in handles {
            all.push(handle.await);
        }
        all
    });
    println!("{:?}", joined.wait());
}
