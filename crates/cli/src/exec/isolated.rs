//! `jitney exec --isolate`: the call in a worker process.

use std::error::Error;
use std::time::Duration;

use jitney_raw::isolate::{self, Code, Isolate, Limits, Verdict};

use super::{Call, Called};

/// A main thread's usual stack.
const STACK: usize = 8 << 20;

/// Makes the call in a worker.
pub(super) fn call(call: &Call, code: &[u8], name: &str) -> Result<Called, Box<dyn Error>> {
    let mut memory = vec![0; call.signature.memory_len(call.values)];
    // What is wrong with the values is told before anything is started. They fit any address.
    let mut frame = call
        .signature
        .lay_out(call.abi, call.values, &mut memory, 0)?;
    let limits = Limits::default()
        .time(call.timeout.unwrap_or(Duration::MAX))
        .stack(STACK)
        .code(code.len() + 16)
        .data(memory.len().max(1));
    let mut isolate = Isolate::new(limits)?;
    let code = Code::new(code).abi(call.abi).offset(call.offset);
    let mut elsewhere = 0;
    let verdict = isolate.call_frame(code, &mut memory, |memory, address| {
        elsewhere = address;
        if let Ok(laid_out) = call
            .signature
            .lay_out(call.abi, call.values, memory, address)
        {
            frame = laid_out;
        }
        frame.clone()
    });
    match verdict {
        Ok(Verdict::Returned(frame)) => Ok(Called {
            frame,
            memory,
            start: 0,
            elsewhere: Some(elsewhere),
        }),
        Ok(Verdict::Fault(fault)) => Err(fault.into()),
        Ok(other) => Err(format!("the code {}", other.map(|_| ())).into()),
        Err(error @ isolate::Error::NoCode { .. }) => Err(format!("{name}: {error}").into()),
        Err(error) => Err(error.into()),
    }
}

/// The text at an address of the worker's, which is to be found here only if it is in the memory that was copied back.
pub(super) fn text_at(address: usize, base: usize, memory: &[u8]) -> Result<String, String> {
    let bytes = address.checked_sub(base).and_then(|at| memory.get(at..));
    let text = bytes.and_then(|bytes| bytes.split(|&byte| byte == 0).next());
    match text {
        Some(text) => Ok(String::from_utf8_lossy(text).into_owned()),
        None => Err(format!(
            "the code gave back {address:#x}, which is not in the memory of its arguments: no other is left of its process"
        )),
    }
}
