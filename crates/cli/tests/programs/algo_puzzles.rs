//@ args: 8
// Puzzles by backtracking: n queens by bits, a sudoku with candidates as masks, a knight's tour, word squares.
fn queens(n: u32, columns: u32, left: u32, right: u32) -> u32 {
    let full = (1 << n) - 1;
    if columns == full {
        return 1;
    }
    let (mut free, mut count) = (full & !(columns | left | right), 0);
    while free != 0 {
        let bit = free & free.wrapping_neg();
        free ^= bit;
        count += queens(n, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    count
}

fn first_queens(n: usize) -> Option<Vec<usize>> {
    fn place(n: usize, rows: &mut Vec<usize>) -> bool {
        let column = rows.len();
        column == n
            || (0..n).any(|row| {
                let safe = rows
                    .iter()
                    .enumerate()
                    .all(|(c, &r)| r != row && r.abs_diff(row) != column - c);
                safe && {
                    rows.push(row);
                    place(n, rows) || {
                        rows.pop();
                        false
                    }
                }
            })
    }
    let mut rows = Vec::new();
    place(n, &mut rows).then_some(rows)
}

struct Sudoku {
    cells: [[u8; 9]; 9],
    guesses: u32,
}
impl Sudoku {
    fn parse(text: &str) -> Option<Sudoku> {
        let digits: Vec<u8> = text
            .bytes()
            .filter(|b| !b.is_ascii_whitespace())
            .map(|b| if b == b'.' { 0 } else { b - b'0' })
            .collect();
        let (rows, []) = digits.as_chunks::<9>() else {
            return None;
        };
        Some(Sudoku {
            cells: rows.try_into().ok()?,
            guesses: 0,
        })
    }
    fn candidates(&self, r: usize, c: usize) -> u16 {
        let mut used = 0;
        for i in 0..9 {
            used |= 1 << self.cells[r][i]
                | 1 << self.cells[i][c]
                | 1 << self.cells[r / 3 * 3 + i / 3][c / 3 * 3 + i % 3];
        }
        !used & 0b11_1111_1110
    }
    fn solve(&mut self) -> bool {
        let open = (0..81)
            .map(|i| (i / 9, i % 9))
            .filter(|&(r, c)| self.cells[r][c] == 0);
        let Some((r, c)) = open.min_by_key(|&(r, c)| self.candidates(r, c).count_ones()) else {
            return true;
        };
        let candidates = self.candidates(r, c);
        for digit in (1..=9).filter(|d| candidates >> d & 1 == 1) {
            self.guesses += 1;
            self.cells[r][c] = digit;
            if self.solve() {
                return true;
            }
        }
        self.cells[r][c] = 0;
        false
    }
}

fn tour(size: i32) -> Option<Vec<Vec<i32>>> {
    let jumps = [
        (1, 2),
        (2, 1),
        (2, -1),
        (1, -2),
        (-1, -2),
        (-2, -1),
        (-2, 1),
        (-1, 2),
    ];
    let mut board = vec![vec![0; size as usize]; size as usize];
    let free = |board: &[Vec<i32>], (x, y): (i32, i32)| {
        let row = usize::try_from(y).ok().and_then(|y| board.get(y));
        row.and_then(|r| r.get(usize::try_from(x).ok()?)) == Some(&0)
    };
    let from = |board: &[Vec<i32>], (x, y): (i32, i32)| {
        jumps
            .iter()
            .map(|(dx, dy)| (x + dx, y + dy))
            .filter(|&p| free(board, p))
            .collect::<Vec<_>>()
    };
    let mut at = (0, 0);
    for step in 1..=size * size {
        board[at.1 as usize][at.0 as usize] = step;
        match from(&board, at)
            .into_iter()
            .min_by_key(|&p| from(&board, p).len())
        {
            Some(next) => at = next,
            None if step == size * size => return Some(board),
            None => return None,
        }
    }
    None
}

fn main() {
    let n: u32 = std::env::args().nth(1).unwrap().parse().unwrap();
    println!(
        "{:?}",
        (1..=n).map(|n| queens(n, 0, 0, 0)).collect::<Vec<_>>()
    );
    println!("{:?} {:?}", first_queens(n as usize), first_queens(3));
    for text in [
        "53..7.... 6..195... .98....6. 8...6...3 4..8.3..1 7...2...6 .6....28. ...419..5 ....8..79",
        "8........ ..36..... .7..9.2.. .5...7... ....457.. ...1...3. ..1....68 ..85...1. .9....4..",
        "5 . 3",
    ] {
        match Sudoku::parse(text) {
            Some(mut sudoku) => {
                let solved = sudoku.solve();
                println!("{solved} {}", sudoku.guesses);
                sudoku
                    .cells
                    .iter()
                    .for_each(|row| println!("{}", row.map(|d| d.to_string()).concat()));
            }
            None => println!("no sudoku"),
        }
    }
    for row in tour(6).unwrap_or_default() {
        println!(
            "{}",
            row.iter().map(|n| format!("{n:3}")).collect::<String>()
        );
    }
}
