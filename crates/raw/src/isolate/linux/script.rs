//! What template and worker do to themselves before anything untrusted runs, written down as system calls. The host
//! writes it all, in safe code that can fail; the processes only carry it out.
//!
//! Three scripts: *move* (in the copy of the host's memory: maps the areas where they belong), *settle* (the template,
//! in its own place: forgets the host and gives up rights), *lock in* (each worker).

use crate::isolate::{Protection, Protections};

use super::shared::{NOT_MADE, Step};

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

#[cfg(test)]
mod tests {
    use super::*;

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
