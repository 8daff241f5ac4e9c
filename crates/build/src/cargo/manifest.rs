//! The generated package's manifest. Names and paths are the user's, so every one is quoted as TOML wants it.

use std::fs;
use std::path::Path;

use super::place;
use crate::error::Error;
use crate::options::{Dependency, Options};
use crate::task::Task;

/// The written package's name, and its crate's.
pub(super) const PACKAGE: &str = "jitney-dependencies";
pub(super) const CRATE: &str = "jitney_dependencies";

/// A number of units that nobody would ask for: it makes the package whose compilation is wanted another one than the
/// same package as a dependency, which may have been built before.
const UNITS: u32 = 199;

/// `Cargo.toml` for the task's dependencies, rlibs left out.
pub(super) fn of_dependencies(task: &Task<'_>) -> Result<String, Error> {
    let options = task.options;
    let mut text = head(options, "");
    let mut seen = Vec::new();
    for dependency in &options.dependencies {
        let extern_name = dependency.extern_name();
        if seen.contains(&extern_name) {
            let reason =
                "it is given twice; use \"alias=package\" to have one crate under two names"
                    .to_owned();
            return Err(Error::BadDependency {
                name: extern_name,
                reason,
            });
        }
        seen.push(extern_name);
        if let Some(line) = line(dependency)? {
            text.push_str(&line);
        }
    }
    Ok(text)
}

/// `Cargo.toml` for one package, which is not built itself.
pub(super) fn of_package(task: &Task<'_>, name: &str, requirement: &str) -> Result<String, Error> {
    let profile = format!(
        "[profile.dev.package.{}]\ncodegen-units = {UNITS}\n\n",
        quote(name)
    );
    let mut text = head(task.options, &profile);
    let dependency = Dependency::Registry {
        name: name.to_owned(),
        requirement: requirement.to_owned(),
        features: task.options.features.clone(),
        default_features: true,
    };
    if name.contains('=') {
        return Err(Error::BadDependency {
            name: name.to_owned(),
            reason: "give the package's own name".to_owned(),
        });
    }
    text.push_str(&line(&dependency)?.unwrap_or_default());
    Ok(text)
}

/// All that comes before the dependencies.
fn head(options: &Options, profiles: &str) -> String {
    format!(
        "[package]\nname = {}\nversion = \"0.0.0\"\nedition = \"2021\"\npublish = false\n\n[lib]\npath = \"lib.rs\"\n\n\
         [workspace]\n\n[profile.dev]\nopt-level = {}\ndebug = {}\nincremental = false\n\n{profiles}[dependencies]\n",
        quote(PACKAGE),
        opt_level(options.opt_level()),
        if options.debug_info { 2 } else { 0 },
    )
}

fn opt_level(level: &str) -> String {
    if level.bytes().all(|byte| byte.is_ascii_digit()) && !level.is_empty() {
        level.to_owned()
    } else {
        quote(level)
    }
}

fn line(dependency: &Dependency) -> Result<Option<String>, Error> {
    match dependency {
        Dependency::Registry {
            name,
            requirement,
            features,
            default_features,
        } => {
            let (alias, package) = names(name)?;
            let features: Vec<String> = features.iter().map(|feature| quote(feature)).collect();
            let rest = format!(
                "version = {}, features = [{}], default-features = {default_features}",
                quote(requirement),
                features.join(", "),
            );
            Ok(Some(entry(alias, package, &rest)))
        }
        Dependency::Path { name, path } => {
            let absolute = place::absolute(path).ok_or_else(|| nothing_at(name, path))?;
            if !absolute.is_dir() {
                let is_rlib = absolute
                    .extension()
                    .is_some_and(|extension| extension == "rlib");
                let reason = format!("`{}` is neither a folder nor an `.rlib`", path.display());
                return if is_rlib {
                    Ok(None)
                } else {
                    Err(Error::BadDependency {
                        name: name.clone(),
                        reason,
                    })
                };
            }
            let manifest = fs::read_to_string(absolute.join("Cargo.toml")).map_err(|_| {
                Error::BadDependency {
                    name: name.clone(),
                    reason: format!("the folder `{}` has no Cargo.toml", path.display()),
                }
            })?;
            let (alias, given) = names(name)?;
            let package = package_name(&manifest).unwrap_or_else(|| given.to_owned());
            let Some(path) = absolute.to_str() else {
                let reason = format!(
                    "cargo takes no path that is not UTF-8, as `{}`",
                    absolute.display()
                );
                return Err(Error::BadDependency {
                    name: name.clone(),
                    reason,
                });
            };
            Ok(Some(entry(
                alias,
                &package,
                &format!("path = {}", quote(path)),
            )))
        }
    }
}

/// With `package =` cargo names the crate by the key; without, by its library's own name (`md5` in package `md-5`).
fn entry(alias: &str, package: &str, rest: &str) -> String {
    if alias == package {
        format!("{alias} = {{ {rest} }}\n")
    } else {
        format!("{alias} = {{ package = {}, {rest} }}\n", quote(package))
    }
}

/// A dependency's path leads nowhere.
pub(super) fn nothing_at(name: &str, path: &Path) -> Error {
    Error::BadDependency {
        name: name.to_owned(),
        reason: format!("there is nothing at `{}`", path.display()),
    }
}

/// "alias=package" or "package" twice.
fn names(name: &str) -> Result<(&str, &str), Error> {
    let (alias, package) = name.split_once('=').unwrap_or((name, name));
    let (alias, package) = (alias.trim(), package.trim());
    let valid = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    if valid(alias) && valid(package) && alias.is_ascii() {
        return Ok((alias, package));
    }
    let reason =
        "a package's name has letters, digits, `-` and `_`; give \"name\" or \"alias=name\""
            .to_owned();
    Err(Error::BadDependency {
        name: name.to_owned(),
        reason,
    })
}

/// `name` in `[package]`. A dependency may be used under a name that is not its package's.
fn package_name(manifest: &str) -> Option<String> {
    let package = manifest
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != "[package]")
        .skip(1);
    package
        .take_while(|line| !line.starts_with('['))
        .find_map(|line| {
            let (key, value) = line.split_once('=')?;
            let quoted = value.trim().trim_start_matches(['"', '\'']);
            (key.trim() == "name")
                .then(|| quoted.split(['"', '\'']).next().map(str::to_owned))
                .flatten()
        })
}

/// A TOML basic string: <https://toml.io/en/v1.0.0#string>.
fn quote(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renamed_dependency_names_its_package() {
        let dependency = Dependency::Registry {
            name: "old=itoa".into(),
            requirement: "0.4".into(),
            features: vec!["std".into()],
            default_features: false,
        };
        let expected = "old = { package = \"itoa\", version = \"0.4\", features = [\"std\"], default-features = false }\n";
        assert_eq!(line(&dependency).unwrap().unwrap(), expected);
    }

    #[test]
    fn nothing_can_break_out_of_its_quotes() {
        assert_eq!(quote("1\"\n[x]\\"), r#""1\"\u000A[x]\\""#);
        for name in ["", "a b", "a\"", "a=b=c", "a\nb", "é=b"] {
            assert!(names(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_packages_own_name_is_read() {
        let manifest = "[lib]\nname = \"no\"\n[package]\nversion = \"1\"\nname = \"yes\" # it\n[dependencies]\nname = \"no\"";
        assert_eq!(package_name(manifest).as_deref(), Some("yes"));
        assert_eq!(package_name("[workspace]"), None);
    }
}
