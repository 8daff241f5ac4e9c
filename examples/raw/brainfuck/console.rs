//! A running program's input and output, both buffered. Interpreter and compiled code use the same buffers: the
//! compiled code knows where in this structure they are.

use std::io::{self, Read, Write};

/// How many bytes are gathered before they are written, and asked for at a time.
pub(crate) const CAPACITY: usize = 1 << 14;

/// What `,` does at the end of the input. Programs differ in what they expect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EndOfInput {
    /// The cell becomes 0.
    #[default]
    Zero,
    /// The cell becomes 255, which is −1.
    MinusOne,
    /// The cell stays as it is.
    Unchanged,
}

/// Input and output of one run.
#[repr(C)]
pub(crate) struct Console<'a> {
    pub(crate) output_len: usize,
    pub(crate) input_at: usize,
    pub(crate) input_len: usize,
    pub(crate) output: [u8; CAPACITY],
    pub(crate) input: [u8; CAPACITY],
    pub(crate) settings: Settings,
    source: &'a mut dyn Read,
    sink: &'a mut dyn Write,
    /// What went wrong with either; the program stops then.
    pub(crate) error: Option<io::Error>,
}

/// How a program's input and output behave.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) end_of_input: EndOfInput,
    /// Whether a line is shown when it ends, for somebody who looks on, and not only when the buffer is full.
    pub(crate) line_by_line: bool,
}

impl<'a> Console<'a> {
    pub(crate) fn new(
        source: &'a mut dyn Read,
        sink: &'a mut dyn Write,
        settings: Settings,
    ) -> Box<Console<'a>> {
        Box::new(Console {
            output_len: 0,
            input_at: 0,
            input_len: 0,
            output: [0; CAPACITY],
            input: [0; CAPACITY],
            settings,
            source,
            sink,
            error: None,
        })
    }

    /// Writes out what is in the buffer. False when that failed.
    pub(crate) fn flush(&mut self) -> bool {
        let bytes = &self.output[..std::mem::take(&mut self.output_len)];
        let written = self.sink.write_all(bytes).and_then(|()| self.sink.flush());
        self.keep(written).is_some()
    }

    /// Gets more input, after showing what was written so far: it may be a question. `input_len` stays 0 at the end.
    /// False when that failed.
    pub(crate) fn fill(&mut self) -> bool {
        if !self.flush() {
            return false;
        }
        (self.input_at, self.input_len) = (0, 0);
        let read = loop {
            match self.source.read(&mut self.input) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let Some(len) = self.keep(read) else {
            return false;
        };
        self.input_len = len;
        true
    }

    /// `.`
    pub(crate) fn put(&mut self, byte: u8) -> bool {
        self.output[self.output_len] = byte;
        self.output_len += 1;
        let full = self.output_len == CAPACITY;
        let shown = self.settings.line_by_line && byte == b'\n';
        !(full || shown) || self.flush()
    }

    /// `,`
    pub(crate) fn get(&mut self, cell: &mut u8) -> bool {
        if self.input_at == self.input_len && !self.fill() {
            return false;
        }
        if self.input_at < self.input_len {
            *cell = self.input[self.input_at];
            self.input_at += 1;
            return true;
        }
        match self.settings.end_of_input {
            EndOfInput::Zero => *cell = 0,
            EndOfInput::MinusOne => *cell = u8::MAX,
            EndOfInput::Unchanged => {}
        }
        true
    }

    fn keep<T>(&mut self, result: io::Result<T>) -> Option<T> {
        result.map_err(|error| self.error = Some(error)).ok()
    }
}
