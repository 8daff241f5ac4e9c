//! Which parts of its address space a template unmaps: all of the host's.

use std::ops::Range;

use super::{
    arch,
    script::{Script, step},
    start::Kernel,
};

/// Appends the steps that unmap everything but `keep`.
pub(super) fn unmap_all_but(script: &mut Script, keep: &Range<u64>, kernel: Kernel) {
    let unmap = |range: Range<u64>| step(libc::SYS_munmap, &[range.start, range.end - range.start]);
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    if kernel == Kernel::Emulator {
        // All of the address space would be the emulator's as well.
        for range in mapped(&maps, keep).take(EMULATED) {
            script.extra(unmap(range));
        }
        return;
    }
    let special: Vec<_> = maps.lines().filter_map(special_mapping).collect();
    let end = arch::user_end();
    for range in to_unmap(keep, end, &special) {
        script.essential("unmap the host's memory", unmap(range));
    }
    for range in special {
        script.extra(unmap(range));
    }
    // Only processors and kernels with more address space have anything there; the others refuse.
    for &beyond in arch::BEYOND {
        script.extra(unmap(end..beyond));
    }
}

/// How many ranges are unmapped one by one.
const EMULATED: usize = 24;

/// The ranges between 0 and `end` that are not in `keep`, and of those the ones that are not `special`.
///
/// What the kernel itself maps into every process (`[vdso]` and its kin) can be sealed against unmapping, which
/// would make the unmapping of anything together with it fail.
fn to_unmap(keep: &Range<u64>, end: u64, special: &[Range<u64>]) -> Vec<Range<u64>> {
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

/// What the kernel mapped into every process for its own purposes.
fn special_mapping(line: &str) -> Option<Range<u64>> {
    let name = line.split_ascii_whitespace().nth(5)?;
    let ours = ["[heap", "[stack", "[anon"];
    if !name.starts_with('[') || ours.iter().any(|prefix| name.starts_with(prefix)) {
        return None;
    }
    range(line)
}

/// The addresses at the start of a line.
fn range(line: &str) -> Option<Range<u64>> {
    let (start, end) = line.split_ascii_whitespace().next()?.split_once('-')?;
    Some(u64::from_str_radix(start, 16).ok()?..u64::from_str_radix(end, 16).ok()?)
}

/// What is mapped outside of `keep`, neighbours together.
fn mapped(maps: &str, keep: &Range<u64>) -> impl Iterator<Item = Range<u64>> {
    let mut merged: Vec<Range<u64>> = Vec::new();
    for range in maps.lines().filter_map(range) {
        if range.start < keep.end && keep.start < range.end {
            continue;
        }
        match merged.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => merged.push(range),
        }
    }
    merged.into_iter()
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
    fn neighbours_are_one_mapping() {
        let maps = "1000-2000 r--p\n2000-3000 rw-p\n8000-9000 rw-p\nf000-ff00 r-xp\n";
        let found: Vec<_> = mapped(maps, &(0x8800..0x8900)).collect();
        assert_eq!(found, [0x1000..0x3000, 0xf000..0xff00]);
    }
}
