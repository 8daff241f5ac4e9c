//! A package needs a target; what this one is for are its dependencies' sources.
