//! Sealing: an image that has all its bytes becomes executable and known to the unwinder.

use jitney_announce::FrameRegistration;

use crate::destructors::Registrant;
use crate::error::Error;
use crate::image::Image;
use crate::place::{PlacedImage, ThreadLocalHome, ThreadLocalLayout};
use crate::static_room::StaticRoom;
use crate::tls::{Template, ThreadLocalImage};

/// Makes an image of what was placed and relocated.
///
/// # Errors
/// When the system refuses to change the pages' protection; nothing is left then.
pub(crate) fn seal(image: PlacedImage, room: Option<&StaticRoom>) -> Result<Image, Error> {
    let protections = image.protections();
    let PlacedImage {
        block,
        base,
        handle,
        code,
        frames,
        thread_locals,
        ..
    } = image;
    // What the linker links is code of compilers, which other code waits for.
    let memory = block
        .vouched()
        .seal_parts(&protections)
        .map_err(jitney_memory::Error::from)?;
    let thread_locals = match thread_locals {
        Some(layout) => give_thread_locals(layout, base, room)?,
        None => None,
    };
    let frames = (!frames.is_empty()).then(|| {
        // SAFETY: relocating wrote whole entries there, each checked after it was relocated: for
        // code of this image alone, in an encoding that the unwinder knows. A zero word is after
        // them. The image keeps the memory, sealed, until after the registration is dropped.
        unsafe { FrameRegistration::new((base + frames.start) as *const u8) }
    });
    let code = (base + code.start) as usize..(base + code.end) as usize;
    let end = memory.address() + memory.len();
    let registrant = Registrant::new(base as usize..end, handle as usize, thread_locals);
    Ok(Image::new(frames, registrant, memory, code))
}

/// Makes the initial contents of an image's thread-locals known, where it is their home.
fn give_thread_locals(
    layout: ThreadLocalLayout,
    base: u64,
    room: Option<&StaticRoom>,
) -> Result<Option<ThreadLocalImage>, Error> {
    let template = Template {
        start: (base + layout.template) as usize,
        initialized: layout.initialized as usize,
        size: layout.size as usize,
        align: layout.align as usize,
    };
    match (layout.home, room) {
        (ThreadLocalHome::Dynamic(image), _) => {
            image.publish(template);
            Ok(Some(image))
        }
        (ThreadLocalHome::Fixed(offset), Some(room)) => {
            let mut contents = vec![0; template.size];
            // SAFETY: the template lies in the image, which has been relocated and is held by the
            // caller.
            let initial = unsafe {
                std::slice::from_raw_parts(template.start as *const u8, template.initialized)
            };
            contents[..template.initialized].copy_from_slice(initial);
            // SAFETY: the room was taken for this image, whose code has not run yet.
            unsafe { room.initialize(offset, &contents) }.map_err(|source| {
                Error::ThreadLocalTemplate {
                    source: source.into(),
                }
            })?;
            Ok(None)
        }
        (ThreadLocalHome::Fixed(_), None) => Ok(None),
    }
}
