//! Draws the fit: the function that was to be found as dots, what was found as a line. Of a function of two variables
//! slices are drawn, each in its colour.

use std::fmt::Write;

use super::problem::Problem;

const WIDTH: f64 = 800.0;
const HEIGHT: f64 = 500.0;
const MARGIN: f64 = 60.0;
const COLOURS: [&str; 3] = ["#1f77b4", "#d62728", "#2ca02c"];
const POINTS: usize = 400;
const DOT_EVERY: usize = 8;

/// The drawing of `found` beside the function of `problem`, as the text of an SVG file.
pub(crate) fn draw(problem: &Problem, formula: &str, found: impl Fn([f64; 2]) -> f64) -> String {
    let (from, to) = problem.range;
    let slices: &[f64] = match problem.variables {
        1 => &[0.0],
        _ => &[from, from * 0.2, 0.0],
    };
    // Off the very ends and the middle, where some functions are not defined.
    let x = |at: usize| from + (to - from) * (at as f64 + 0.5) / POINTS as f64;
    let values = |function: &dyn Fn([f64; 2]) -> f64, slice: f64| -> Vec<f64> {
        let slice = slice + (to - from) * 1e-3;
        (0..POINTS).map(|at| function([x(at), slice])).collect()
    };
    let wanted: Vec<_> = slices
        .iter()
        .map(|slice| values(&problem.function, *slice))
        .collect();
    let got: Vec<_> = slices.iter().map(|slice| values(&found, *slice)).collect();
    let all = || {
        wanted
            .iter()
            .flatten()
            .copied()
            .filter(|value| value.is_finite())
    };
    let (low, high) = (
        all().fold(f64::MAX, f64::min),
        all().fold(f64::MIN, f64::max),
    );
    let room = ((high - low) * 0.1).max(1e-6);
    let (low, high) = (low - room, high + room);

    let across = |x: f64| MARGIN + (x - from) / (to - from) * (WIDTH - 2.0 * MARGIN);
    let down = |y: f64| HEIGHT - MARGIN - (y - low) / (high - low) * (HEIGHT - 2.0 * MARGIN);
    let mut svg = head(problem, formula);
    axes(&mut svg, (from, to), (low, high), &across, &down);
    for ((wanted, got), colour) in wanted.iter().zip(&got).zip(COLOURS) {
        let line: String = (0..POINTS)
            .filter(|at| got[*at].is_finite())
            // A wild value is cut off at the edge.
            .map(|at| (across(x(at)), down(got[at].clamp(low, high))))
            .fold(String::new(), |line, (x, y)| {
                format!("{line} {x:.1},{y:.1}")
            });
        let _ = writeln!(
            svg,
            r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="2"/>"#,
            line.trim_start()
        );
        for at in (0..POINTS)
            .step_by(DOT_EVERY)
            .filter(|at| wanted[*at].is_finite())
        {
            let (x, y) = (across(x(at)), down(wanted[at]));
            let _ = writeln!(
                svg,
                r#"<circle cx="{x:.1}" cy="{y:.1}" r="3" fill="white" stroke="{colour}"/>"#
            );
        }
    }
    for (index, (slice, colour)) in slices.iter().zip(COLOURS).enumerate() {
        if problem.variables > 1 {
            text(
                &mut svg,
                WIDTH - MARGIN + 8.0,
                MARGIN + 20.0 * index as f64,
                "start",
                colour,
                &format!("y = {slice:.1}"),
            );
        }
    }
    svg + "</svg>\n"
}

fn head(problem: &Problem, formula: &str) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n"
    );
    let name = format!("{}: {} (dots)", problem.name, problem.formula);
    text(&mut svg, MARGIN, 22.0, "start", "black", &name);
    // A formula can be long; the whole of it is in the title that shows when pointed at.
    let shown: String = match formula.chars().count() {
        0..=110 => formula.to_owned(),
        _ => formula.chars().take(107).chain("...".chars()).collect(),
    };
    text(
        &mut svg,
        MARGIN,
        42.0,
        "start",
        "black",
        &format!("found: {shown} (line)"),
    );
    svg.insert_str(
        svg.find('\n').map_or(0, |end| end + 1),
        &format!("<title>{formula}</title>\n"),
    );
    svg
}

fn axes(
    svg: &mut String,
    (from, to): (f64, f64),
    (low, high): (f64, f64),
    across: &dyn Fn(f64) -> f64,
    down: &dyn Fn(f64) -> f64,
) {
    let (left, right, top, bottom) = (MARGIN, WIDTH - MARGIN, MARGIN, HEIGHT - MARGIN);
    let _ = writeln!(
        svg,
        r##"<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="#888"/>"##
    );
    for part in 0..=4 {
        let part = f64::from(part) / 4.0;
        let (x, y) = (from + (to - from) * part, low + (high - low) * part);
        text(
            svg,
            across(x),
            bottom + 18.0,
            "middle",
            "#555",
            &format!("{x:.1}"),
        );
        text(
            svg,
            left - 6.0,
            down(y) + 4.0,
            "end",
            "#555",
            &format!("{y:.2}"),
        );
    }
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, colour: &str, text: &str) {
    let _ = writeln!(
        svg,
        r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" fill="{colour}">{text}</text>"#
    );
}
