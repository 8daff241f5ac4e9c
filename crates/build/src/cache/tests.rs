//! Entries and their upkeep, with made-up contents: no compiler is needed to damage, count and evict.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::inputs::Inputs;
use super::key::{Key, Parts};
use super::{Cache, entry, in_use};
use crate::build::Built;

/// A cache in a folder of its own, for entries of one file-system block and more.
fn cache(limit: u64) -> (tempfile::TempDir, Cache) {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::at(folder.path()).limited_to(limit);
    (folder, cache)
}

fn key(name: &str) -> Key {
    let mut parts = Parts::default();
    parts.add(name);
    parts.finish()
}

fn built(name: &str, size: usize) -> Built {
    Built {
        name: name.to_owned(),
        objects: vec![vec![7; size]],
        ..Built::default()
    }
}

fn put(cache: &Cache, name: &str, size: usize) {
    entry::write(cache, key(name), &Inputs::default(), &built(name, size)).unwrap();
}

fn found(cache: &Cache, name: &str) -> bool {
    entry::find(cache, key(name), &[]).is_some()
}

/// Where an entry lies: the only one of its key.
fn file(cache: &Cache, name: &str) -> PathBuf {
    let key = key(name).to_string();
    let folder = cache.folder().join("built").join(&key[..2]).join(&key[2..]);
    fs::read_dir(folder)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path()
}

fn last_used(path: &Path, ago: u64) {
    let time = SystemTime::now() - Duration::from_secs(ago);
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(time).unwrap();
}

#[test]
fn every_flipped_byte_of_an_entry_is_noticed_and_the_entry_removed() {
    let (_folder, cache) = cache(0);
    put(&cache, "small", 64);
    let path = file(&cache, "small");
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        fs::write(&path, damaged).unwrap();
        assert!(!found(&cache, "small"), "byte {at}");
        assert!(!path.exists(), "byte {at}");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
    }
    fs::write(&path, whole).unwrap();
    assert!(found(&cache, "small"));
}

#[test]
fn an_entry_of_another_key_is_not_found() {
    let (_folder, cache) = cache(0);
    put(&cache, "one", 10);
    assert!(found(&cache, "one"));
    assert!(!found(&cache, "two"));
    assert_eq!(cache.usage().entries, 1);
}

#[test]
fn a_key_keeps_a_few_entries_the_last_used_ones() {
    let (_folder, cache) = cache(0);
    let inputs = |number: usize| Inputs {
        variables: vec![("JITNEY_TEST_NUMBER".to_owned(), Some(number.to_string()))],
        ..Inputs::default()
    };
    let find = |number: usize| {
        let given = [("JITNEY_TEST_NUMBER".to_owned(), number.to_string())];
        entry::find(&cache, key("one"), &given)
    };
    for number in 0..20 {
        let name = number.to_string();
        entry::write(&cache, key("one"), &inputs(number), &built(&name, 10)).unwrap();
        let path = cache.folder().join("built");
        let key = key("one").to_string();
        let path = path
            .join(&key[..2])
            .join(&key[2..])
            .join(inputs(number).key().to_string());
        last_used(&path, 1000 - number as u64);
    }
    let kept: Vec<usize> = (0..20).filter(|number| find(*number).is_some()).collect();
    assert_eq!(kept, (12..20).collect::<Vec<_>>());
    assert_eq!(find(15).unwrap().name, "15");
}

#[test]
fn what_was_not_used_for_the_longest_time_goes_first() {
    let (_folder, cache) = cache(0);
    for (name, ago) in [("old", 400), ("older", 500), ("used", 600), ("new", 10)] {
        put(&cache, name, 100_000);
        last_used(&file(&cache, name), ago);
    }
    assert!(found(&cache, "used"), "a use counts");
    let bytes = cache.usage().entry_bytes;
    // A tenth below the limit is freed: two of four have to go.
    let freed = cache.clone().limited_to(bytes / 5 * 3).trim();
    assert_eq!((freed.entries, freed.dependencies_in_use), (2, false));
    assert_eq!(
        ["old", "older", "used", "new"].map(|name| found(&cache, name)),
        [false, false, true, true]
    );
    assert_eq!(cache.usage().entry_bytes + freed.bytes, bytes);
}

#[test]
fn the_limit_is_kept_by_writing_alone() {
    let (_folder, cache) = cache(1 << 20);
    for number in 0..60 {
        let name = number.to_string();
        let inputs = Inputs::default();
        let size = entry::write(&cache, key(&name), &inputs, &built(&name, 50_000)).unwrap();
        cache.grew(size);
        // It is looked at now and then only, each sixteenth of the limit.
        assert!(cache.usage().entry_bytes < (1 << 20) / 16 * 17 + 60_000);
    }
    assert!(cache.usage().entries > 10);
    assert!(found(&cache, "59"));
    let unlimited = cache.clone().limited_to(0);
    for number in 100..140 {
        put(&unlimited, &number.to_string(), 50_000);
        unlimited.grew(50_000);
    }
    assert!(unlimited.usage().entry_bytes > 1 << 20);
}

fn dependencies(cache: &Cache) -> PathBuf {
    let folder = cache.folder().join("dependencies");
    for file in ["0123/Cargo.toml", "target/debug/deps/liba.rlib"] {
        crate::scratch::write(&folder.join(file), &"x".repeat(100_000)).unwrap();
    }
    folder
}

#[test]
fn dependencies_go_as_a_whole_unless_somebody_is_about_to_use_them() {
    let (_folder, cache) = cache(150_000);
    let folder = dependencies(&cache);
    put(&cache, "new", 10);
    let usage = cache.usage();
    assert_eq!((usage.entries, usage.dependency_sets), (1, 1));
    assert!(usage.dependency_bytes >= 200_000);

    let held = in_use::InUse::hold(&folder);
    last_used(&folder.join(in_use::FILE), 500);
    let freed = cache.trim();
    assert!(freed.dependencies_in_use);
    assert!(folder.join("target/debug/deps/liba.rlib").exists());
    drop(held);

    put(&cache, "new", 10);
    last_used(&folder.join(in_use::FILE), 500);
    let freed = cache.trim();
    assert!(!freed.dependencies_in_use && freed.bytes >= 200_000);
    let left: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|it| it.unwrap().file_name())
        .collect();
    assert_eq!(left, [in_use::FILE]);
    assert!(found(&cache, "new"), "it was used later");
    let around: Vec<_> = fs::read_dir(cache.folder())
        .unwrap()
        .map(|it| it.unwrap().file_name())
        .collect();
    assert_eq!(around.len(), 2, "{around:?}");
}

#[test]
fn growth_of_the_dependencies_alone_is_noticed() {
    let (_folder, cache) = cache(150_000);
    let folder = dependencies(&cache);
    cache.dependencies_grew();
    assert!(
        folder.join("target").exists(),
        "nobody has said that they grew"
    );
    in_use::grown(&folder);
    cache.dependencies_grew();
    assert!(!folder.join("target").exists());
}

#[test]
fn clearing_leaves_nothing_of_use_and_sweeps_up() {
    let (_folder, cache) = cache(0);
    put(&cache, "one", 10);
    let folder = dependencies(&cache);
    let forgotten = file(&cache, "one").with_file_name(".new-dead");
    fs::write(&forgotten, "half").unwrap();
    let young = forgotten.with_file_name(".new-alive");
    fs::write(&young, "half").unwrap();
    last_used(&forgotten, 7200);
    fs::create_dir(cache.folder().join("evicted-dead")).unwrap();
    let freed = cache.clear();
    assert_eq!((freed.entries, freed.dependencies_in_use), (1, false));
    assert_eq!(cache.usage().entries, 0);
    assert!(!folder.join("target").exists() && !forgotten.exists() && young.exists());
    assert!(!cache.folder().join("evicted-dead").exists());
    // An empty cache, and one that is not there, are nothing special.
    assert_eq!(cache.clear().entries, 0);
    let nowhere = Cache::at(cache.folder().join("nowhere"));
    assert_eq!((nowhere.clear(), nowhere.usage()), Default::default());
    assert!(!nowhere.folder().exists());
}
