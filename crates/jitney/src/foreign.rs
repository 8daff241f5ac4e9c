//! Functions and variables of objects that are not Rust's: looked up by name, with the type that the caller vouches for.

use std::any::type_name;

use jitney_build::{Export, ExportKind, Status};

use crate::error::Error;
use crate::function::Function;
use crate::module::Module;

impl Module {
    /// A function of a C source, an object or an archive, by the name that its object gives it: for C the
    /// function's own, for C++ the mangled one.
    ///
    /// `F` is a pointer to an `extern "C"` function: `unsafe extern "C" fn(i32, i32) -> i32`. That it has
    /// a pointer's size is checked when it is compiled. The handle keeps the module loaded.
    ///
    /// ```
    /// # fn main() -> Result<(), jitney::Error> {
    /// let jit = jitney::Jit::new()?;
    /// let module = jit.c("int add(int a, int b) { return a + b; }").load()?;
    /// // SAFETY: `add` is declared so in the text above.
    /// let add = unsafe { module.foreign_function::<extern "C" fn(i32, i32) -> i32>("add")? };
    /// assert_eq!(add(5, 6), 11);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When there is no such function, with the nearest names; when it is a variable.
    ///
    /// # Safety
    /// An object carries no types, so nothing can be checked: `F` must be the type that the function was
    /// compiled with, its ABI included. If `F` is not an `unsafe fn`, every call that its type allows must be
    /// sound. A copy of the pointer must not outlive the module's unloading.
    pub unsafe fn foreign_function<F: Copy>(&self, name: &str) -> Result<Function<F>, Error> {
        const {
            assert!(
                size_of::<F>() == size_of::<*const ()>(),
                "the type of a foreign function is a function pointer"
            );
        }
        let (_, address) = self.foreign(name, ExportKind::Function)?;
        // SAFETY: `F` has a pointer's size, and is by the caller's promise the function's type.
        let pointer = unsafe { std::mem::transmute_copy::<usize, F>(&address) };
        Ok(Function::new(pointer, self.loaded().clone()))
    }

    /// The address of a variable of a C source, an object or an archive.
    ///
    /// Nothing keeps the module loaded for it.
    ///
    /// # Errors
    /// When there is no such variable, with the nearest names; when it is a function; when it is smaller
    /// than `T`.
    ///
    /// # Safety
    /// `T` must be the type that the variable was compiled with, laid out as C does it (`#[repr(C)]`). Of
    /// what is done with the pointer the usual rules hold: the module's own code may write the variable at any
    /// time, and the pointer must not be used once the module is unloaded.
    pub unsafe fn foreign_global<T>(&self, name: &str) -> Result<*mut T, Error> {
        let (size, address) = self.foreign(name, ExportKind::Global)?;
        // An assembler's labels have no size.
        if size != 0 && size < size_of::<T>() as u64 {
            return Err(Error::WrongSize {
                name: name.to_owned(),
                actual: size,
                requested: type_name::<T>().to_owned(),
                size: size_of::<T>(),
            });
        }
        Ok(address as *mut T)
    }

    /// A foreign export's size and address.
    fn foreign(&self, name: &str, kind: ExportKind) -> Result<(u64, usize), Error> {
        let of_name = |export: &&Export| export.name == name && export.kind == kind;
        let export = self.exports().iter().find(of_name);
        let refused = |reason: String| Error::NotExportable {
            path: name.to_owned(),
            reason,
        };
        match export.map(|export| &export.status) {
            Some(Status::Foreign { size }) => self
                .address(name)
                .map(|address| (*size, address))
                .ok_or_else(|| refused("the link left it out".into())),
            Some(Status::Refused { reason }) => Err(refused(reason.clone())),
            Some(_) => Err(refused(
                "it is Rust, whose type is known: use `function` or `global`".into(),
            )),
            None => Err(Error::NoSuchExport(self.no_such(name, kind))),
        }
    }
}
