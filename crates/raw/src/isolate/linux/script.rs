//! What template and worker do to themselves before anything untrusted runs, written down as system calls. The host writes
//! it all, in safe code that can fail; the processes only carry it out.
//!
//! Three scripts: *move* (in the copy of the host's memory: maps the areas where they belong), *settle* (the template, in its own
//! place: forgets the host and gives up rights), *lock in* (each worker).

use std::ops::Range;

use crate::isolate::{Protection, Protections};

use super::{
    arch,
    shared::{NOT_MADE, Step},
};

/// What a step is for, to be able to say what failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Without it there is no isolate at all.
    Essential(&'static str),
    /// A part of this protection.
    Protects(Protection),
    /// Good to have; nothing is promised.
    Extra,
}

/// System calls with their purposes.
#[derive(Clone, Debug, Default)]
pub(super) struct Script {
    pub(super) steps: Vec<Step>,
    pub(super) purposes: Vec<Purpose>,
}

impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "system call {} {:x?}", self.number, self.arguments)
    }
}

/// A system call's number and arguments; missing arguments are 0.
pub(super) fn step(number: libc::c_long, arguments: &[u64]) -> Step {
    let mut all = [0; 6];
    all[..arguments.len()].copy_from_slice(arguments);
    Step {
        number: number as u64,
        arguments: all,
        required: 0,
    }
}

impl Script {
    /// Adds a step that has to succeed.
    pub(super) fn essential(&mut self, what: &'static str, step: Step) {
        self.add(Purpose::Essential(what), true, step);
    }

    /// Adds a step of a protection.
    pub(super) fn protect(&mut self, required: &Protections, protection: Protection, step: Step) {
        self.add(
            Purpose::Protects(protection),
            required.contains(protection),
            step,
        );
    }

    /// Adds a step that may fail.
    pub(super) fn extra(&mut self, step: Step) {
        self.add(Purpose::Extra, false, step);
    }

    fn add(&mut self, purpose: Purpose, required: bool, step: Step) {
        self.purposes.push(purpose);
        self.steps.push(Step {
            required: required.into(),
            ..step
        });
    }

    /// Takes from `held` what a step failed for. An error is the first step after which the process gave up, and its
    /// error number; `None` for the number if it never came to that step.
    pub(super) fn judge(
        &self,
        held: &mut Protections,
        results: impl IntoIterator<Item = i64>,
    ) -> Result<(), (Purpose, Option<i32>)> {
        for ((step, &purpose), result) in self.steps.iter().zip(&self.purposes).zip(results) {
            let failed = match result {
                NOT_MADE => return Err((purpose, None)),
                -4095..=-1 => Some(-result as i32),
                _ => None,
            };
            if failed.is_some() && step.required != 0 {
                return Err((purpose, failed));
            }
            if let (Some(_), Purpose::Protects(protection)) = (failed, purpose) {
                held.remove(protection);
            }
        }
        Ok(())
    }
}

/// The ranges between 0 and `end` that are not in `keep`, and of those the ones that are not `special`.
///
/// What the kernel itself maps into every process (`[vdso]` and its kin) can be sealed against unmapping, which
/// would make the unmapping of anything together with it fail.
pub(super) fn to_unmap(keep: &Range<u64>, end: u64, special: &[Range<u64>]) -> Vec<Range<u64>> {
    let mut kept: Vec<_> = special
        .iter()
        .filter(|range| range.end <= end)
        .cloned()
        .collect();
    kept.push(keep.clone());
    kept.sort_by_key(|range| range.start);
    let mut gaps = Vec::new();
    let mut next = 0;
    for range in kept {
        if next < range.start {
            gaps.push(next..range.start);
        }
        next = next.max(range.end);
    }
    if next < end {
        gaps.push(next..end);
    }
    gaps
}

/// What the kernel mapped into this process for its own purposes; nothing where there is no `/proc`.
pub(super) fn special_mappings() -> Vec<Range<u64>> {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    maps.lines().filter_map(special_mapping).collect()
}

fn special_mapping(line: &str) -> Option<Range<u64>> {
    let name = line.split_ascii_whitespace().nth(5)?;
    let ours = ["[heap", "[stack", "[anon"];
    if !name.starts_with('[') || ours.iter().any(|prefix| name.starts_with(prefix)) {
        return None;
    }
    let (start, end) = line.split_ascii_whitespace().next()?.split_once('-')?;
    Some(u64::from_str_radix(start, 16).ok()?..u64::from_str_radix(end, 16).ok()?)
}

/// Appends the steps that unmap everything but `keep`.
pub(super) fn unmap_all_but(script: &mut Script, keep: &Range<u64>, special: &[Range<u64>]) {
    let unmap = |range: Range<u64>| step(libc::SYS_munmap, &[range.start, range.end - range.start]);
    let end = arch::user_end();
    for range in to_unmap(keep, end, special) {
        script.essential("unmap the host's memory", unmap(range));
    }
    for range in special {
        script.extra(unmap(range.clone()));
    }
    // Only processors and kernels with more address space have anything there; the others refuse.
    for &beyond in arch::BEYOND {
        script.extra(unmap(end..beyond));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_what_is_kept_is_unmapped() {
        assert_eq!(to_unmap(&(10..20), 100, &[]), [0..10, 20..100]);
        assert_eq!(
            to_unmap(&(10..20), 100, &[30..40, 40..50, 90..100]),
            [0..10, 20..30, 50..90]
        );
        assert_eq!(
            to_unmap(&(10..20), 100, &[90..100, 200..300]),
            [0..10, 20..90]
        );
        assert_eq!(to_unmap(&(0..20), 20, &[]), []);
    }

    #[test]
    fn the_kernels_own_mappings_are_told_from_the_hosts() {
        let line = "7ffd1000-7ffd3000 r-xp 00000000 00:00 0                          [vdso]";
        assert_eq!(special_mapping(line), Some(0x7ffd_1000..0x7ffd_3000));
        for name in ["[heap]", "[stack]", "[anon:cache]", "/lib/[x].so", ""] {
            assert_eq!(
                special_mapping(&line.replace("[vdso]", name)),
                None,
                "{name}"
            );
        }
    }

    #[test]
    fn a_failed_step_takes_its_protection_with_it() {
        let all = Protections::all();
        let mut script = Script::default();
        script.extra(step(1, &[]));
        script.protect(&Protections::none(), Protection::Landlock, step(2, &[]));
        script.protect(&all, Protection::SystemCalls, step(3, &[]));

        let mut held = all;
        assert_eq!(script.judge(&mut held, [-1, 0, 0]), Ok(()));
        assert_eq!(held, all);
        assert_eq!(script.judge(&mut held, [-1, -38, 0]), Ok(()));
        assert!(!held.contains(Protection::Landlock) && held.contains(Protection::SystemCalls));
        let missing = Purpose::Protects(Protection::SystemCalls);
        assert_eq!(
            script.judge(&mut held, [0, 0, -22]),
            Err((missing, Some(22)))
        );
        assert_eq!(
            script.judge(&mut held, [0, 0, NOT_MADE]),
            Err((missing, None))
        );
    }
}
