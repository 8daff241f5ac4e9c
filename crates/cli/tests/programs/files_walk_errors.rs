// A folder walked in order, paths taken apart, and the errors of the file system by kind.
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

fn walk(folder: &Path, depth: usize, visit: &mut impl FnMut(&Path, usize)) -> io::Result<u64> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|e| Ok(e?.path()))
        .collect::<io::Result<_>>()?;
    entries.sort();
    let mut bytes = 0;
    for entry in entries {
        visit(&entry, depth);
        bytes += if entry.is_dir() {
            walk(&entry, depth + 1, visit)?
        } else {
            entry.metadata()?.len()
        };
    }
    Ok(bytes)
}

fn main() -> io::Result<()> {
    let root = std::env::temp_dir().join("tree");
    for (path, text) in [
        ("a/b/c.txt", "ccc"),
        ("a/d.rs", "fn d() {}"),
        ("e.tar.gz", ""),
        ("a/b/.hidden", "h"),
    ] {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap())?;
        fs::write(path, text)?;
    }
    let total = walk(&root, 0, &mut |path, depth| {
        let (stem, extension) = (path.file_stem().unwrap(), path.extension());
        println!(
            "{:depth$}{:?} {stem:?} {extension:?}",
            "",
            path.strip_prefix(&root).unwrap()
        );
    })?;
    println!("{total} bytes");

    let kind = |result: io::Result<()>| println!("{:?}", result.map_err(|e| e.kind()));
    kind(fs::read(root.join("missing")).map(drop));
    kind(fs::read(root.join("a")).map(drop));
    kind(fs::read(root.join("e.tar.gz/x")).map(drop));
    kind(fs::create_dir(root.join("a")));
    kind(fs::remove_dir(root.join("a")));
    kind(fs::remove_file(root.join("missing")));
    kind(
        fs::read_to_string("/proc/self/exe")
            .map(drop)
            .map_err(|e| io::Error::other(e)),
    );
    kind(fs::rename(root.join("a"), root.join("a/b/inside")));
    kind(fs::write(root.join("nul\0"), "").map(drop));
    kind(
        fs::File::open(root.join("e.tar.gz"))?
            .read_exact(&mut [0])
            .map(drop),
    );
    let error = fs::read(root.join("missing")).unwrap_err();
    println!(
        "{error} / {:?} / {:?}",
        error.raw_os_error(),
        error.get_ref().is_some()
    );
    println!("{:?}", io::Error::new(ErrorKind::InvalidData, "own words"));
    println!("{}", io::Error::from(ErrorKind::UnexpectedEof));
    fs::remove_dir_all(root)?;

    let path = Path::new("/usr/./lib/../share//x.tar.gz");
    println!("{:?}", path.components().collect::<Vec<_>>());
    println!(
        "{:?}",
        path.components()
            .filter(|c| matches!(c, Component::Normal(_)))
            .collect::<PathBuf>()
    );
    println!(
        "{:?}",
        path.ancestors().map(Path::to_path_buf).collect::<Vec<_>>()
    );
    println!(
        "{:?} {:?}",
        path.with_extension("zip"),
        Path::new("a").join("/b").join("c/")
    );
    println!(
        "{} {}",
        Path::new("a/b/").ends_with("b"),
        Path::new("ab").starts_with("a")
    );
    Ok(())
}
