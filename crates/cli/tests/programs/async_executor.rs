// Futures without a runtime: a block_on by parking, a task queue with wakers, joins, a timer-free channel, select, Pin.
use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Future, poll_fn, ready};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

struct Unpark(Thread, AtomicUsize);
impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.unpark();
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let unpark = Arc::new(Unpark(thread::current(), AtomicUsize::new(0)));
    let waker = Waker::from(unpark);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

struct Yield(u32);
impl Future for Yield {
    type Output = &'static str;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<&'static str> {
        if self.0 == 0 {
            return Poll::Ready("yielded");
        }
        self.0 -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

type Ready = Arc<Mutex<VecDeque<usize>>>;
struct TaskWaker(usize, Ready);
impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.1.lock().unwrap().push_back(self.0);
    }
}

#[derive(Default)]
struct Executor<'a> {
    tasks: Vec<Option<Pin<Box<dyn Future<Output = ()> + 'a>>>>,
    ready: Ready,
}
impl<'a> Executor<'a> {
    fn spawn(&mut self, task: impl Future<Output = ()> + 'a) {
        self.ready.lock().unwrap().push_back(self.tasks.len());
        self.tasks.push(Some(Box::pin(task)));
    }
    fn run(&mut self) -> usize {
        let mut polls = 0;
        loop {
            let next = self.ready.lock().unwrap().pop_front();
            let Some(id) = next else { return polls };
            let waker = Waker::from(Arc::new(TaskWaker(id, self.ready.clone())));
            let slot = &mut self.tasks[id];
            if let Some(task) = slot {
                polls += 1;
                if task
                    .as_mut()
                    .poll(&mut Context::from_waker(&waker))
                    .is_ready()
                {
                    *slot = None;
                }
            }
        }
    }
}

#[derive(Default)]
struct Channel<T>(RefCell<(VecDeque<T>, Option<Waker>)>);
impl<T> Channel<T> {
    fn send(&self, item: T) {
        let mut inner = self.0.borrow_mut();
        inner.0.push_back(item);
        if let Some(w) = inner.1.take() {
            w.wake();
        }
    }
    async fn receive(&self) -> T {
        poll_fn(|cx| {
            let mut inner = self.0.borrow_mut();
            match inner.0.pop_front() {
                Some(item) => Poll::Ready(item),
                None => {
                    inner.1 = Some(cx.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

async fn fibonacci(n: u32) -> u64 {
    if n < 2 {
        u64::from(n)
    } else {
        Box::pin(fibonacci(n - 1)).await + Box::pin(fibonacci(n - 2)).await
    }
}

struct Loud(&'static str);
impl Drop for Loud {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

fn main() {
    println!(
        "{} {} {}",
        block_on(async { 1 + ready(2).await }),
        block_on(Yield(3)),
        block_on(fibonacci(15))
    );
    let slow = thread::spawn(|| block_on(async { Yield(5).await.len() }));
    println!("{}", slow.join().unwrap());

    let log = RefCell::new(Vec::new());
    let channel = Rc::new(Channel::default());
    let mut executor = Executor::default();
    for name in ["a", "b"] {
        let log = &log;
        executor.spawn(async move {
            for i in 0..3 {
                log.borrow_mut().push(format!("{name}{i}"));
                Yield(1).await;
            }
        });
    }
    let (sender, log_ref) = (channel.clone(), &log);
    executor.spawn(async move {
        let mut sum = 0;
        while let Some(n) = channel.receive().await {
            sum += n;
        }
        log_ref.borrow_mut().push(format!("sum {sum}"));
    });
    executor.spawn(async move {
        for n in 1..=4 {
            sender.send(Some(n));
            Yield(n % 2).await;
        }
        sender.send(None);
    });
    let polls = executor.run();
    drop(executor);
    println!("{polls} polls: {:?}", log.into_inner());

    let mut cancelled = Box::pin(async {
        let _held = Loud("held across an await");
        Yield(9).await;
        unreachable!()
    });
    println!(
        "{}",
        cancelled
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    );
    drop(cancelled);
    let closure = async |n: u32| Yield(n).await.len() as u32 + n;
    println!(
        "{}",
        block_on(async { closure(2).await + closure(3).await })
    );
    println!(
        "{:?}",
        block_on(async { Ok("no".parse::<u8>()?) }.await_it())
            .map_err(|e: std::num::ParseIntError| e.to_string())
    );
    let caught = std::panic::catch_unwind(|| {
        block_on(async {
            let _l = Loud("in a panicking future");
            Yield(1).await;
            std::panic::resume_unwind(Box::new(3))
        })
    });
    println!(
        "{:?}",
        caught.map(|()| ()).unwrap_err().downcast_ref::<i32>()
    );
}

trait AwaitIt: Future + Sized {
    async fn await_it(self) -> Self::Output {
        self.await
    }
}
impl<F: Future> AwaitIt for F {}
