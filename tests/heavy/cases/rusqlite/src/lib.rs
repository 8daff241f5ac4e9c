//! SQLite from its source: tables, rows, a join, a window, a function in Rust, a transaction taken back, errors.

use std::fmt::Write;

use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, Result, params};

/// What the database answers.
pub fn report() -> String {
    let mut report = String::new();
    ask(&mut Connection::open_in_memory().unwrap(), &mut report).unwrap();
    report
}

fn ask(database: &mut Connection, report: &mut String) -> Result<()> {
    writeln!(report, "{}", rusqlite::version()).unwrap();
    database.execute_batch(
        "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, weight REAL, photo BLOB);
         CREATE TABLE visit (person INTEGER NOT NULL REFERENCES person, day TEXT NOT NULL);
         CREATE INDEX by_day ON visit (day);",
    )?;
    for (id, name) in (1..=500).map(|id| (id, format!("person {}", id * 7919 % 1000))) {
        let photo: Vec<u8> = (0..id % 13).map(|byte| byte as u8).collect();
        database.execute(
            "INSERT INTO person VALUES (?1, ?2, ?3, ?4)",
            params![id, name, f64::from(id) / 3.0, photo],
        )?;
        for day in 0..id % 4 {
            database.execute(
                "INSERT INTO visit VALUES (?1, date('2026-01-01', ?2))",
                params![id, format!("+{day} days")],
            )?;
        }
    }
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    database.create_scalar_function("turned", 1, flags, |context| {
        Ok(context.get::<String>(0)?.chars().rev().collect::<String>())
    })?;

    let mut query = database.prepare(
        "SELECT turned(name), count(*), round(max(weight), 3), sum(length(photo)), rank() OVER (ORDER BY count(*) DESC, name)
         FROM person JOIN visit ON person.id = visit.person WHERE day > '2026-01-01' GROUP BY name ORDER BY 5 LIMIT 20",
    )?;
    let rows = query.query_map([], |row| {
        Ok((
            row.get(0)?,
            row.get(1)?,
            row.get(2)?,
            row.get(3)?,
            row.get(4)?,
        ))
    })?;
    for row in rows {
        let row: (String, i64, f64, Option<i64>, i64) = row?;
        writeln!(report, "{row:?}").unwrap();
    }
    drop(query);

    let change = database.transaction()?;
    change
        .execute_batch("DELETE FROM visit WHERE person > 10; DELETE FROM person WHERE id > 10")?;
    let left: i64 = change.query_one("SELECT count(*) FROM person", [], |row| row.get(0))?;
    change.rollback()?;
    let all: i64 = database.query_one("SELECT count(*) FROM person", [], |row| row.get(0))?;
    writeln!(report, "{left} {all}").unwrap();
    for bad in [
        "SELEC 1",
        "SELECT * FROM nobody",
        "INSERT INTO person (name) VALUES ('person 919')",
        "SELECT turned(x'ff')",
    ] {
        let error = database.query_row(bad, [], |_| Ok(())).unwrap_err();
        writeln!(report, "{error}").unwrap();
    }
    Ok(())
}
