//! The first call of a loaded text's function, however it was loaded.

use jitney::Module;

use crate::sources::Text;

type Add = fn(i32, i32) -> i32;
type Words = fn(&str) -> String;

/// What the functions that take a text are given.
const ARGUMENT: &str = "3 1 4 1 5 9 2 6 5 3 5";

pub(crate) trait FirstCall {
    /// Looks the function up and calls it.
    fn call_module(&self, module: &Module) -> String;
    /// As above; the symbol is found by `dlsym`.
    fn call_library(&self, library: &libloading::Library) -> String;
}

impl FirstCall for Text {
    fn call_module(&self, module: &Module) -> String {
        match self.function {
            "add" => module.function::<Add>("add").unwrap()(5, 6).to_string(),
            name => module.function::<Words>(name).unwrap()(ARGUMENT),
        }
    }

    fn call_library(&self, library: &libloading::Library) -> String {
        // SAFETY: the library was made from the text, whose functions have these types.
        unsafe {
            match self.function {
                "add" => library.get::<Add>("add").unwrap()(5, 6).to_string(),
                name => library.get::<Words>(name).unwrap()(ARGUMENT),
            }
        }
    }
}
