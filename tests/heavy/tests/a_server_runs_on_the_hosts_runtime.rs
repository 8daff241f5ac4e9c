//! The case `hyper` once more, against the crates that this very test is compiled with: its tasks run on the test's
//! runtime, whose types and thread-locals are the module's too.

use jitney_heavy::{Case, jit};
use tokio::runtime::Builder;
use tokio::task::JoinHandle;

/// What the clients were answered, and the name of the thread that a task of the module ran on.
type Answers = (String, Option<String>);

#[test]
fn a_thousand_requests_are_answered_by_the_hosts_threads() {
    let text = format!(
        "{}
         pub fn start() -> tokio::task::JoinHandle<(String, Option<String>)> {{
             tokio::spawn(async {{
                 let report = conversation().await;
                 (report, std::thread::current().name().map(str::to_owned))
             }})
         }}",
        include_str!("../cases/hyper/src/lib.rs")
    );
    let jit = jit().host(jitney::host!()).unwrap();
    let module = jit.text(text).load().unwrap();
    // Found by the host's own type.
    let start = module
        .function::<fn() -> JoinHandle<Answers>>("start")
        .unwrap();
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("the host's worker")
        .enable_all()
        .build()
        .unwrap();
    let (report, thread) = runtime.block_on(async { start().await.unwrap() });
    assert_eq!(report, Case::new("hyper").expected());
    assert_eq!(thread.as_deref(), Some("the host's worker"));
}
