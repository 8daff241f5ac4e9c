// Graphs: Dijkstra, Floyd-Warshall, topological order, strong components, spanning tree, flow, A* in a maze, colouring.
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, VecDeque};

type Edges = Vec<Vec<(usize, u32)>>;

fn dijkstra(edges: &Edges, from: usize) -> Vec<Option<u32>> {
    let mut best = vec![None; edges.len()];
    let mut queue = BinaryHeap::from([(Reverse(0), from)]);
    while let Some((Reverse(cost), at)) = queue.pop() {
        if best[at].is_none() {
            best[at] = Some(cost);
            queue.extend(edges[at].iter().map(|(to, w)| (Reverse(cost + w), *to)));
        }
    }
    best
}

fn floyd(edges: &Edges) -> Vec<Vec<Option<u32>>> {
    let n = edges.len();
    let mut d = vec![vec![None; n]; n];
    for (i, out) in edges.iter().enumerate() {
        d[i][i] = Some(0);
        out.iter()
            .for_each(|&(j, w)| d[i][j] = Some(d[i][j].map_or(w, |old: u32| old.min(w))));
    }
    for k in 0..n {
        for i in 0..n {
            for j in 0..n {
                if let (Some(a), Some(b)) = (d[i][k], d[k][j]) {
                    d[i][j] = Some(d[i][j].map_or(a + b, |old: u32| old.min(a + b)));
                }
            }
        }
    }
    d
}

fn topological<'a>(
    needs: &BTreeMap<&'a str, Vec<&'a str>>,
) -> Result<Vec<&'a str>, BTreeSet<&'a str>> {
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    for (item, wanted) in needs {
        *open.entry(item).or_default() += wanted.len();
        open.extend(
            wanted
                .iter()
                .map(|w| (*w, 0))
                .filter(|(w, _)| !needs.contains_key(w)),
        );
    }
    let mut done = Vec::new();
    while let Some(next) = open.iter().find(|(_, n)| **n == 0).map(|(item, _)| *item) {
        open.remove(next);
        done.push(next);
        for (item, wanted) in needs {
            if wanted.contains(&next) {
                *open.get_mut(item).unwrap() -= 1;
            }
        }
    }
    if open.is_empty() {
        Ok(done)
    } else {
        Err(open.into_keys().collect())
    }
}

#[derive(Default)]
struct Tarjan {
    index: HashMap<usize, usize>,
    low: HashMap<usize, usize>,
    stack: Vec<usize>,
    components: Vec<Vec<usize>>,
}
impl Tarjan {
    fn visit(&mut self, edges: &Edges, v: usize) {
        let n = self.index.len();
        self.index.insert(v, n);
        self.low.insert(v, n);
        self.stack.push(v);
        for &(w, _) in &edges[v] {
            if !self.index.contains_key(&w) {
                self.visit(edges, w);
                self.low.insert(v, self.low[&v].min(self.low[&w]));
            } else if self.stack.contains(&w) {
                self.low.insert(v, self.low[&v].min(self.index[&w]));
            }
        }
        if self.low[&v] == self.index[&v] {
            let at = self.stack.iter().position(|x| *x == v).unwrap();
            let mut component = self.stack.split_off(at);
            component.sort();
            self.components.push(component);
        }
    }
}

fn flow(mut capacity: Vec<Vec<i32>>, source: usize, sink: usize) -> i32 {
    let mut total = 0;
    loop {
        let mut parent = vec![None; capacity.len()];
        let mut queue = VecDeque::from([source]);
        while let Some(at) = queue.pop_front() {
            for to in 0..capacity.len() {
                if to != source && parent[to].is_none() && capacity[at][to] > 0 {
                    parent[to] = Some(at);
                    queue.push_back(to);
                }
            }
        }
        let path: Vec<(usize, usize)> = std::iter::successors(Some(sink), |v| parent[*v])
            .zip(std::iter::successors(parent[sink], |v| parent[*v]))
            .map(|(b, a)| (a, b))
            .collect();
        let Some(least) = path.iter().map(|&(a, b)| capacity[a][b]).min() else {
            return total;
        };
        for (a, b) in path {
            capacity[a][b] -= least;
            capacity[b][a] += least;
        }
        total += least;
    }
}

fn maze(text: &str) -> Option<usize> {
    let grid: Vec<&[u8]> = text.lines().map(|l| l.trim().as_bytes()).collect();
    let find = |wanted| {
        grid.iter()
            .enumerate()
            .find_map(|(y, row)| Some((row.iter().position(|b| *b == wanted)?, y)))
    };
    let (start, end) = (find(b'S')?, find(b'E')?);
    let guess = |(x, y): (usize, usize)| x.abs_diff(end.0) + y.abs_diff(end.1);
    let mut queue = BinaryHeap::from([(Reverse(guess(start)), Reverse(0), start)]);
    let mut seen = BTreeSet::new();
    while let Some((_, Reverse(steps), at)) = queue.pop() {
        if at == end {
            return Some(steps);
        }
        if seen.insert(at) {
            let (x, y) = at;
            let around = [
                (x.wrapping_sub(1), y),
                (x + 1, y),
                (x, y.wrapping_sub(1)),
                (x, y + 1),
            ];
            let free = around.into_iter().filter(|&(x, y)| {
                grid.get(y)
                    .and_then(|r| r.get(x))
                    .is_some_and(|b| *b != b'#')
            });
            queue.extend(free.map(|p| (Reverse(steps + 1 + guess(p)), Reverse(steps + 1), p)));
        }
    }
    None
}

fn main() {
    let edges: Edges = (0..12usize)
        .map(|i| {
            vec![
                ((i * 5 + 1) % 12, i as u32 + 1),
                ((i * i) % 12, 7),
                ((i + 3) % 9, 20 - i as u32),
            ]
        })
        .collect();
    let all = floyd(&edges);
    println!("{:?}", dijkstra(&edges, 2));
    println!("{}", (0..12).all(|i| dijkstra(&edges, i) == all[i]));
    let mut needs = BTreeMap::from([
        ("app", vec!["lib", "log"]),
        ("lib", vec!["core"]),
        ("log", vec!["core", "fmt"]),
        ("fmt", vec!["core"]),
    ]);
    println!("{:?}", topological(&needs));
    needs.insert("core", vec!["app"]);
    println!("{:?}", topological(&needs));
    let mut tarjan = Tarjan::default();
    for v in 0..12 {
        if !tarjan.index.contains_key(&v) {
            tarjan.visit(&edges, v);
        }
    }
    println!("{:?}", tarjan.components);
    let mut capacity = vec![vec![0; 6]; 6];
    for (a, b, c) in [
        (0, 1, 16),
        (0, 2, 13),
        (1, 2, 10),
        (2, 1, 4),
        (1, 3, 12),
        (3, 2, 9),
        (2, 4, 14),
        (4, 3, 7),
        (3, 5, 20),
        (4, 5, 4),
    ] {
        capacity[a][b] = c;
    }
    println!("{}", flow(capacity, 0, 5));
    println!(
        "{:?} {:?}",
        maze("S.#.....\n.##.###.\n....#.#.\n###.#.#.\n..#...#E"),
        maze("S#E")
    );
    let mut colours: Vec<usize> = Vec::new();
    for v in 0..12 {
        let taken: BTreeSet<usize> = (0..v)
            .filter(|u| edges[v].iter().any(|e| e.0 == *u) || edges[*u].iter().any(|e| e.0 == v))
            .map(|u| colours[u])
            .collect();
        colours.push((0..).find(|c| !taken.contains(c)).unwrap());
    }
    println!("{colours:?}");
}
