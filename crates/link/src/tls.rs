//! Thread-local variables of loaded code.
//!
//! The host's own thread-locals are at fixed offsets from the thread pointer, and references to
//! them are relaxed to that. Variables that come with loaded code use the general-dynamic model:
//! the code asks `__tls_get_addr` for an address, and that name resolves to [`get_address`] here.
//! Each thread has a table of blocks, one for each image whose variables it has touched, made on
//! first use and freed at the thread's end.
//!
//! Model: Ulrich Drepper, "ELF Handling For Thread-Local Storage",
//! <https://www.akkadia.org/drepper/tls.pdf>.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr;
use std::sync::{OnceLock, PoisonError, RwLock};

/// What the compiled code passes: a number that [`ThreadLocalImage`] gave, and an offset in bytes.
#[repr(C)]
pub(crate) struct TlsIndex {
    module: u64,
    offset: u64,
}

/// The initial contents of an image's thread-locals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Template {
    /// The initialized part, in the image's read-only memory.
    pub(crate) start: usize,
    pub(crate) initialized: usize,
    pub(crate) size: usize,
    pub(crate) align: usize,
}

/// An image's entry in the table of thread-local modules; dropping it frees the entry.
///
/// Numbers are used again with another generation, so that a thread that still holds the block of
/// an unloaded image notices, and frees it.
#[derive(Debug)]
pub(crate) struct ThreadLocalImage {
    module: u64,
}

#[derive(Debug)]
struct Registered {
    generation: u32,
    template: Option<Template>,
}

static MODULES: RwLock<Vec<Registered>> = RwLock::new(Vec::new());

impl ThreadLocalImage {
    /// Takes a number. The image's variables can be used once [`ThreadLocalImage::publish`] has
    /// told their initial contents.
    pub(crate) fn reserve() -> ThreadLocalImage {
        let mut modules = MODULES.write().unwrap_or_else(PoisonError::into_inner);
        let free = modules.iter().position(|module| module.generation % 2 == 0);
        let index = free.unwrap_or_else(|| {
            modules.push(Registered {
                generation: 0,
                template: None,
            });
            modules.len() - 1
        });
        // Odd generations are in use, even ones free.
        modules[index].generation = modules[index].generation.wrapping_add(1);
        let generation = u64::from(modules[index].generation);
        ThreadLocalImage {
            module: generation << 32 | index as u64,
        }
    }

    pub(crate) fn publish(&self, template: Template) {
        let mut modules = MODULES.write().unwrap_or_else(PoisonError::into_inner);
        modules[self.index()].template = Some(template);
    }

    /// The number that goes into the GOT.
    pub(crate) fn module(&self) -> u64 {
        self.module
    }

    fn index(&self) -> usize {
        self.module as u32 as usize
    }

    /// Whether an address lies in this thread's block for the image.
    pub(crate) fn holds(&self, address: usize) -> bool {
        let table = TABLE.get();
        if table.is_null() {
            return false;
        }
        // SAFETY: the table belongs to this thread alone and lives until its end.
        let block = unsafe { &*table }.blocks.get(self.index());
        block.is_some_and(|block| {
            block.module == self.module
                && (block.start.addr()..block.start.addr() + block.layout.size()).contains(&address)
        })
    }
}

impl Drop for ThreadLocalImage {
    fn drop(&mut self) {
        let mut modules = MODULES.write().unwrap_or_else(PoisonError::into_inner);
        let registered = &mut modules[self.index()];
        registered.template = None;
        registered.generation = registered.generation.wrapping_add(1);
    }
}

/// A thread's block for one image.
struct Block {
    module: u64,
    start: *mut u8,
    layout: Layout,
}

impl Block {
    const NONE: Block = Block {
        module: 0,
        start: ptr::null_mut(),
        layout: Layout::new::<()>(),
    };
}

impl Drop for Block {
    fn drop(&mut self) {
        if !self.start.is_null() {
            // SAFETY: `start` was allocated with this layout, and the thread that owned it is done
            // with it.
            unsafe { dealloc(self.start, self.layout) }
        }
    }
}

struct Table {
    blocks: Vec<Block>,
}

thread_local! {
    // Without a destructor of its own: it must outlive every destructor that uses a variable. A
    // pthread key's destructor frees the table, and those run after all thread-local destructors.
    static TABLE: Cell<*mut Table> = const { Cell::new(ptr::null_mut()) };
}

/// The address of a thread-local variable, for the calling thread.
///
/// # Safety
/// `index` points to a pair that the linker wrote into the GOT of an image that is loaded.
pub(crate) unsafe extern "C" fn get_address(index: *const TlsIndex) -> *mut u8 {
    // SAFETY: the caller's promise.
    let TlsIndex { module, offset } = unsafe { index.read() };
    let table = TABLE.get();
    if !table.is_null() {
        // SAFETY: the table belongs to this thread alone, and no reference to it is held here: the
        // slow path, which changes it, is entered without one.
        let block = unsafe { &*table }.blocks.get(module as u32 as usize);
        if let Some(block) = block
            && block.module == module
        {
            return block.start.wrapping_add(offset as usize);
        }
    }
    first_use(module).wrapping_add(offset as usize)
}

/// The calling thread's block for what the loader loaded: its numbers for modules are small, while
/// ours begin with a generation.
fn of_loader(module: u64) -> *mut u8 {
    type GetAddress = unsafe extern "C" fn(*const TlsIndex) -> *mut u8;
    // By name, for a program that is linked statically has no loader, and could not be linked.
    static GET_ADDRESS: OnceLock<Option<GetAddress>> = OnceLock::new();
    let get_address = GET_ADDRESS.get_or_init(|| {
        // SAFETY: the name is a C string.
        let found = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"__tls_get_addr".as_ptr()) };
        // SAFETY: that is the function's type, as the ABI says; a null pointer is `None`.
        unsafe { std::mem::transmute::<*mut c_void, Option<GetAddress>>(found) }
    });
    let get_address = get_address.expect("what gave out the number finds the variables");
    // SAFETY: the number came from the loader, for a library that stays loaded.
    unsafe { get_address(&TlsIndex { module, offset: 0 }) }
}

/// Makes the calling thread's block for an image.
#[cold]
fn first_use(module: u64) -> *mut u8 {
    if module >> 32 == 0 {
        return of_loader(module);
    }
    let index = module as u32 as usize;
    let template = {
        let modules = MODULES.read().unwrap_or_else(PoisonError::into_inner);
        let registered = &modules[index];
        assert_eq!(
            u64::from(registered.generation),
            module >> 32,
            "a thread-local of an unloaded module was used"
        );
        registered
            .template
            .expect("a thread-local was used before its image was published")
    };
    let layout = Layout::from_size_align(template.size.max(1), template.align)
        .expect("checked when it was placed");
    // SAFETY: the layout's size is not zero.
    let start = unsafe { alloc(layout) };
    if start.is_null() {
        handle_alloc_error(layout);
    }
    // SAFETY: `start` has room for `size` bytes, of which the template initializes the first
    // `initialized`; the template is in the image, which is loaded while its code runs.
    unsafe {
        ptr::copy_nonoverlapping(template.start as *const u8, start, template.initialized);
        start
            .add(template.initialized)
            .write_bytes(0, template.size - template.initialized);
    }
    let mut table = TABLE.get();
    if table.is_null() {
        table = Box::into_raw(Box::new(Table { blocks: Vec::new() }));
        TABLE.set(table);
        // SAFETY: the key exists; the value is this thread's table, freed by the key's destructor.
        unsafe { libc::pthread_setspecific(key(), table.cast()) };
    }
    // SAFETY: the table belongs to this thread alone.
    let blocks = unsafe { &mut (*table).blocks };
    if blocks.len() <= index {
        blocks.resize_with(index + 1, || Block::NONE);
    }
    blocks[index] = Block {
        module,
        start,
        layout,
    };
    start
}

fn key() -> libc::pthread_key_t {
    static KEY: OnceLock<libc::pthread_key_t> = OnceLock::new();
    *KEY.get_or_init(|| {
        let mut key = 0;
        // SAFETY: `key` is a place to write to; the destructor takes what `first_use` sets.
        let failed = unsafe { libc::pthread_key_create(&mut key, Some(free_table)) };
        assert_eq!(
            failed, 0,
            "this process has used up its thread-specific keys (PTHREAD_KEYS_MAX)"
        );
        key
    })
}

unsafe extern "C" fn free_table(table: *mut c_void) {
    TABLE.set(ptr::null_mut());
    // SAFETY: `first_use` made the table with `Box::into_raw` and set it as this thread's value.
    drop(unsafe { Box::from_raw(table.cast::<Table>()) });
}
