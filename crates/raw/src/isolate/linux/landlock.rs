//! A Landlock ruleset that handles every kind of access and allows none: no file, no port, no abstract socket, no
//! signal to a process outside. It stands behind the filter of system calls, should that ever have a hole.

use std::os::fd::OwnedFd;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetError,
    Scope,
};

/// The ruleset, as strict as this kernel can; `None` where it has no Landlock.
pub(super) fn deny_everything() -> Result<Option<OwnedFd>, RulesetError> {
    let newest = ABI::V6;
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(newest))?
        .handle_access(AccessNet::from_all(newest))?
        .scope(Scope::from_all(newest))?
        .create()?;
    Ok(ruleset.into())
}
