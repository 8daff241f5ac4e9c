//! `/proc/self/maps`.

use std::{fs, ops::Range};

use super::Mapping;

pub(crate) fn mappings() -> Vec<Mapping> {
    let text = fs::read_to_string("/proc/self/maps").unwrap();
    text.lines()
        .map(|line| {
            let mut fields = line.split_ascii_whitespace();
            let (start, end) = fields.next().unwrap().split_once('-').unwrap();
            let address = |digits| usize::from_str_radix(digits, 16).unwrap();
            let permissions = fields.next().unwrap().to_owned();
            let name = fields.nth(3);
            Mapping {
                range: address(start)..address(end),
                permissions,
                file: name.filter(|name| name.starts_with('/')).map(str::to_owned),
            }
        })
        .collect()
}

pub(crate) fn program() -> Range<usize> {
    let path = std::env::current_exe().unwrap();
    let own = |mapping: &Mapping| mapping.file.as_deref() == path.to_str();
    let own: Vec<_> = mappings().into_iter().filter(own).collect();
    own.first().unwrap().range.start..own.last().unwrap().range.end
}
