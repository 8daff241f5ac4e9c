//! Why a symbol is what it is: who needs it, what it was bound to, and what else offered it.
//!
//! An explanation goes through the phases of a link up to reaching, and asks the same sources in
//! the same order as `resolve.rs`; nothing is placed, run or kept.

use std::fmt;
use std::sync::Arc;

use object::elf;
use object::endian::LittleEndian as LE;

use crate::error::Error;
use crate::linker::{Input, Linker};
use crate::names::{demangled, versioned};
use crate::reach::Causes;
use crate::read::{HostLibrary, Library, Object, SymbolPlace};
use crate::resolve::{Place, describe as describe_place};
use crate::session::Session;
use crate::shared_library;
use crate::supplied;
use crate::target::{ObjectId, SectionId};

/// The longest list of users that is printed.
const USERS_SHOWN: usize = 20;

/// What is known about one symbol of a link.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    /// The symbol's name as the objects spell it.
    pub symbol: String,
    /// What offers it, in the order in which a link asks: the first is what it is bound to. Empty for
    /// one that nothing defines.
    pub offers: Vec<Offer>,
    /// The functions and variables that refer to it, as far as the link takes them.
    pub users: Vec<String>,
    /// How the link came to it: what refers to what refers to it, from a root on. Empty where it is a
    /// root itself.
    pub path: Vec<String>,
    /// What is wrong with the link as a whole, if it is.
    pub problem: Option<String>,
}

/// A definition of a symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The object, archive member, library or program that has it.
    pub place: String,
    /// What it is there: `function, 120 bytes, in .text.f`.
    pub what: String,
}

impl Linker {
    /// Explains a symbol of what [`Linker::link`] would link, by its mangled or its demangled name.
    /// Nothing is run and nothing kept.
    ///
    /// # Errors
    /// When an object or archive cannot be read, or none mentions the symbol. A link that fails
    /// later is explained all the same: see [`Explanation::problem`].
    pub fn explain(
        &self,
        input: Input<'_>,
        is_root: &dyn Fn(&[u8]) -> bool,
        symbol: &str,
    ) -> Result<Explanation, Error> {
        let (archives, dependencies) = (input.archives, input.dependencies);
        let host_crates = input.host_crates;
        let definitions = input.definitions;
        self.rehearse(input, |session| {
            let mut causes = Causes::default();
            let problem = session.trace(is_root, &mut causes).err();
            let names = Mentions::of(session, &causes, symbol);
            let Some(name) = names.name.clone() else {
                return Err(Error::NoSuchSymbol {
                    symbol: symbol.to_owned(),
                });
            };
            let mut offers = Vec::new();
            if definitions.is_some_and(|given| given.find(&name).is_some()) {
                offers.push(Offer::new("the caller's definitions", "an address"));
            }
            offers.extend(names.definitions);
            if supplied::before_host(&name).is_some() || supplied::edge(&name).is_some() {
                offers.push(Offer::new(
                    "jitney itself",
                    "what a module needs of its own",
                ));
            }
            if let Some(what) = self.host().describe(&name) {
                offers.push(Offer::new("this program", &what));
            }
            let host_crates = host_crates.map(HostLibrary::get).transpose()?;
            for library in [archives, dependencies, Some(self.standard()), host_crates]
                .into_iter()
                .flatten()
            {
                offers.extend(in_library(library, &name)?);
            }
            if supplied::after_libraries(&name).is_some() {
                offers.push(Offer::new("jitney itself", "this program's allocator"));
            }
            if let Some(address) = shared_library::find(&name) {
                let place = shared_library::holding(address);
                offers.push(Offer::new(
                    place.as_deref().unwrap_or("a shared library"),
                    &format!("at {address:#x}"),
                ));
            }
            let mut seen = Vec::new();
            offers.retain(|offer| {
                !seen.contains(offer) && {
                    seen.push(offer.clone());
                    true
                }
            });
            Ok(Explanation {
                symbol: String::from_utf8_lossy(&name).into_owned(),
                offers,
                users: names.users,
                path: names.path,
                problem: problem.map(|problem| problem.to_string()),
            })
        })
    }
}

/// What the objects of a link say about a name.
#[derive(Default)]
struct Mentions {
    name: Option<Vec<u8>>,
    definitions: Vec<Offer>,
    users: Vec<String>,
    path: Vec<String>,
}

impl Mentions {
    fn of(session: &Session<'_>, causes: &Causes, wanted: &str) -> Mentions {
        let mut mentions = Mentions::default();
        let mut objects: Vec<(ObjectId, Arc<Object>)> = session.objects();
        objects.sort_by_key(|(id, _)| (!id.is_module(), *id));
        for (id, object) in &objects {
            let mut own = Vec::new();
            for (index, record) in (0u32..).zip(object.symbols()) {
                let name = object.symbol_name(index);
                if name.is_empty() || !is_meant(name, wanted) {
                    continue;
                }
                own.push(index);
                let place = object.place(index);
                let counts = record.st_bind() != elf::STB_LOCAL || mentions.name.is_none();
                if counts && (mentions.name.is_none() || place != SymbolPlace::Undefined) {
                    mentions.name = Some(name.to_owned());
                }
                if place != SymbolPlace::Undefined {
                    mentions
                        .definitions
                        .push(Offer::new(&object.name, &describe(object, index)));
                }
            }
            mentions.add_users(*id, object, &own, &objects, causes);
        }
        // A weak definition gives way to a strong one.
        mentions
            .definitions
            .sort_by_key(|offer| offer.what.starts_with("weak"));
        mentions
    }

    /// The sections of an object that refer to one of its symbols, and how the first was reached.
    fn add_users(
        &mut self,
        id: ObjectId,
        object: &Object,
        symbols: &[u32],
        objects: &[(ObjectId, Arc<Object>)],
        causes: &Causes,
    ) {
        if symbols.is_empty() {
            return;
        }
        for index in 0..object.sections.len() as u32 {
            let section = SectionId { object: id, index };
            let defines = || {
                let here = SymbolPlace::Section(index);
                symbols.iter().any(|symbol| object.place(*symbol) == here)
            };
            if !causes.contains_key(&section) {
                continue;
            }
            for relocation in object.relocations(index) {
                if symbols.contains(&relocation.r_sym(LE, false)) {
                    let user = in_object(object, index, relocation.r_offset.get(LE));
                    if !self.users.contains(&user) {
                        self.users.push(user);
                    }
                }
            }
            if self.path.is_empty() && defines() {
                self.path = path_to(section, objects, causes);
            }
        }
    }
}

/// The functions and variables by which a section was reached, from a root on.
fn path_to(
    section: SectionId,
    objects: &[(ObjectId, Arc<Object>)],
    causes: &Causes,
) -> Vec<String> {
    let mut path = Vec::new();
    let mut at = section;
    while let Some(Some((from, symbol))) = causes.get(&at)
        && path.len() < causes.len()
    {
        if let Some((_, object)) = objects.iter().find(|(id, _)| *id == from.object) {
            let mut relocations = object.relocations(from.index).iter();
            let reference = relocations.find(|relocation| relocation.r_sym(LE, false) == *symbol);
            let offset = reference.map_or(u64::MAX, |relocation| relocation.r_offset.get(LE));
            path.push(in_object(object, from.index, offset));
        }
        at = *from;
    }
    path.reverse();
    path
}

fn in_object(object: &Object, section: u32, offset: u64) -> String {
    let place = Place { section, offset };
    format!("{} in {}", describe_place(object, place), object.name)
}

/// Whether a symbol is the one that the user names: by its own name, without its version, or as its
/// author wrote it.
fn is_meant(name: &[u8], wanted: &str) -> bool {
    let plain = versioned(name).map_or(name, |parts| parts.name);
    if name == wanted.as_bytes() || plain == wanted.as_bytes() {
        return true;
    }
    if !name.starts_with(b"_R") && !name.starts_with(b"_Z") {
        return false;
    }
    let shown = demangled(name);
    let without_hash = shown
        .rsplit_once("::h")
        .map_or(&shown[..], |(path, _)| path);
    shown == wanted || without_hash == wanted
}

/// What a symbol is: `weak function, 12 bytes, in .text.f`.
fn describe(object: &Object, symbol: u32) -> String {
    let record = &object.symbols()[symbol as usize];
    let binding = match record.st_bind() {
        elf::STB_WEAK => "weak ",
        elf::STB_LOCAL => "local ",
        _ => "",
    };
    let kind = match record.st_type() {
        elf::STT_FUNC => "function",
        elf::STT_OBJECT => "variable",
        elf::STT_TLS => "thread-local variable",
        elf::STT_GNU_IFUNC => "indirect function",
        _ if object.is_common(symbol) => "common variable",
        _ => "label",
    };
    let place = match object.place(symbol) {
        SymbolPlace::Section(section) if !object.section_name(section).is_empty() => {
            format!(", in {}", object.shown_section_name(section))
        }
        SymbolPlace::Absolute => ", absolute".to_owned(),
        _ => String::new(),
    };
    format!("{binding}{kind}, {} bytes{place}", record.st_size.get(LE))
}

fn in_library(library: &Library, name: &[u8]) -> Result<Option<Offer>, Error> {
    let definition = library.find(name)?;
    Ok(definition
        .map(|found| Offer::new(&found.object.name, &describe(&found.object, found.symbol))))
}

impl Offer {
    fn new(place: &str, what: &str) -> Offer {
        Offer {
            place: place.to_owned(),
            what: what.to_owned(),
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = demangled(self.symbol.as_bytes());
        writeln!(f, "{shown}")?;
        if shown != self.symbol {
            writeln!(f, "  as {}", self.symbol)?;
        }
        match self.offers.split_first() {
            None => writeln!(f, "defined nowhere")?,
            Some((chosen, others)) => {
                writeln!(f, "bound to\n  {chosen}")?;
                if !others.is_empty() {
                    writeln!(f, "also offered by")?;
                }
                for offer in others {
                    writeln!(f, "  {offer}")?;
                }
            }
        }
        if self.users.is_empty() {
            writeln!(f, "needed by nothing that the link takes")?;
        } else {
            writeln!(f, "needed by")?;
        }
        for user in self.users.iter().take(USERS_SHOWN) {
            writeln!(f, "  {user}")?;
        }
        if self.users.len() > USERS_SHOWN {
            writeln!(f, "  and {} more", self.users.len() - USERS_SHOWN)?;
        }
        if self.path.len() > 1 {
            writeln!(f, "reached by\n  {}\n  → {shown}", self.path.join("\n  → "))?;
        }
        if let Some(problem) = &self.problem {
            writeln!(f, "the link fails: {problem}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.place, self.what)
    }
}
