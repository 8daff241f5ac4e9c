//! A Landlock ruleset that handles every kind of access and allows none: no file, no port, no abstract socket, no
//! signal to a process outside. It stands behind the filter of system calls, should that ever have a hole.

use std::{io, os::fd::OwnedFd};

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, CreateRulesetError, Ruleset,
    RulesetAttr, RulesetError, Scope,
};

/// The ruleset, as strict as this kernel can; `None` where it has no Landlock.
pub(super) fn deny_everything() -> io::Result<Option<OwnedFd>> {
    ruleset().map_err(|error| match error {
        RulesetError::CreateRuleset(CreateRulesetError::CreateRulesetCall { source, .. }) => source,
        other => io::Error::other(other),
    })
}

fn ruleset() -> Result<Option<OwnedFd>, RulesetError> {
    let newest = ABI::V6;
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(newest))?
        .handle_access(AccessNet::from_all(newest))?
        .scope(Scope::from_all(newest))?
        .create()?;
    Ok(ruleset.into())
}
