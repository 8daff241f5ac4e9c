//! Bytes in executable memory.

use jitney_memory::{Block, Code};

use crate::error::Error;

/// A copy of some bytes that can be executed, until it is dropped.
#[derive(Debug)]
pub(crate) struct Installed {
    code: Code,
    len: usize,
}

impl Installed {
    pub(crate) fn new(bytes: &[u8]) -> Result<Installed, Error> {
        if bytes.is_empty() {
            return Err(Error::Empty);
        }
        let mut block = Block::new(bytes.len())?;
        block.as_mut_slice()[..bytes.len()].copy_from_slice(bytes);
        let code = block.seal().map_err(jitney_memory::Error::from)?;
        Ok(Installed {
            code,
            len: bytes.len(),
        })
    }

    pub(crate) fn address(&self) -> usize {
        self.code.address()
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        self.code.slice(0..self.len).unwrap_or_default()
    }
}
