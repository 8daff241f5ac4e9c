// Transfers between accounts from many threads, locking in a fixed order: the sum stays.
use std::fmt;
use std::sync::{Arc, Mutex, RwLock};
use std::thread;

#[derive(Debug, PartialEq)]
enum TransferError {
    Insufficient { have: u64, need: u64 },
    SameAccount,
    Unknown(usize),
}

impl fmt::Display for TransferError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Insufficient { have, need } => write!(f, "has {have}, needs {need}"),
            Self::SameAccount => f.write_str("from an account to itself"),
            Self::Unknown(id) => write!(f, "no account {id}"),
        }
    }
}
impl std::error::Error for TransferError {}

struct Bank {
    accounts: RwLock<Vec<Arc<Mutex<u64>>>>,
}

impl Bank {
    fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<u64, TransferError> {
        if from == to {
            return Err(TransferError::SameAccount);
        }
        let accounts = self.accounts.read().unwrap();
        let find = |id: usize| accounts.get(id).ok_or(TransferError::Unknown(id));
        let (a, b) = (find(from)?, find(to)?);
        let (mut from_balance, mut to_balance);
        if from < to {
            from_balance = a.lock().unwrap();
            to_balance = b.lock().unwrap();
        } else {
            to_balance = b.lock().unwrap();
            from_balance = a.lock().unwrap();
        }
        if *from_balance < amount {
            return Err(TransferError::Insufficient {
                have: *from_balance,
                need: amount,
            });
        }
        *from_balance -= amount;
        *to_balance += amount;
        Ok(*to_balance)
    }

    fn total(&self) -> u64 {
        self.accounts
            .read()
            .unwrap()
            .iter()
            .map(|a| *a.lock().unwrap())
            .sum()
    }
}

fn main() {
    let bank = Arc::new(Bank {
        accounts: RwLock::new((0..10).map(|i| Arc::new(Mutex::new(i * 100))).collect()),
    });
    println!("{}", bank.total());
    let threads: Vec<_> = (0..4u64)
        .map(|seed| {
            let bank = Arc::clone(&bank);
            thread::spawn(move || {
                let mut state = seed * 7919 + 1;
                for _ in 0..1000 {
                    state = state
                        .wrapping_mul(6364136223846793005)
                        .wrapping_add(1442695040888963407);
                    let (from, to) = ((state >> 33) as usize % 10, (state >> 43) as usize % 10);
                    let _ = bank.transfer(from, to, (state >> 53) % 50);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    println!("{}", bank.total());
    for (from, to, amount) in [(1, 1, 5), (0, 77, 5), (2, 3, 1_000_000)] {
        match bank.transfer(from, to, amount) {
            Err(e @ TransferError::Insufficient { need, .. }) => {
                println!("needs {need}: {}", !e.to_string().is_empty())
            }
            Err(e) => println!("{e} / {e:?}"),
            Ok(n) => println!("{n}"),
        }
    }
}
