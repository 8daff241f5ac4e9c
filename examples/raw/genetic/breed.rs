//! Parents to child: selection by tournament, then a subtree of another parent, or a mutation.

use super::{
    genome::{Genome, Node},
    random::Random,
};

/// A genome and how far it is from what it should be: which part of the function it leaves unexplained.
#[derive(Clone, Debug, Default)]
pub(crate) struct Individual {
    pub(crate) genome: Genome,
    pub(crate) error: f32,
}

/// How many take part in a tournament.
const TOURNAMENT: usize = 4;

/// Among how many its members are.
const NEIGHBOURS: usize = 256;

impl Individual {
    /// Whether it is to be preferred: it is closer, or as close and smaller.
    pub(crate) fn beats(&self, other: &Individual) -> bool {
        let rank = |individual: &Individual| (individual.error, individual.genome.nodes().len());
        rank(self) < rank(other)
    }
}

/// A child of this generation, to live at `place`.
pub(crate) fn child(
    parents: &[Individual],
    place: usize,
    variables: u8,
    random: &mut Random,
) -> Genome {
    let mother = &select(parents, place, random).genome;
    let root = random.below(mother.nodes().len());
    let child = match random.below(10) {
        0..2 => {
            let full = random.one_in(2);
            let branch = Genome::random(variables, 1 + random.below(3), full, random);
            mother.graft(root, &branch, branch.nodes().len() - 1)
        }
        2..4 => Some(mother.with_node(root, other(mother.nodes()[root], variables, random))),
        _ => {
            let father = &select(parents, place, random).genome;
            // Nine tenths of the crossovers are at operators: most nodes are leaves, which carry little.
            let leaf = random.one_in(10);
            let root = inner(mother, root, leaf);
            let start = random.below(father.nodes().len());
            mother.graft(root, father, inner(father, start, leaf))
        }
    };
    child.unwrap_or_else(|| mother.clone())
}

/// The winner of a tournament among those who live near `place`, in a ring. What is good spreads slowly so, and does not
/// crowd out everything else before that is tried.
fn select<'a>(parents: &'a [Individual], place: usize, random: &mut Random) -> &'a Individual {
    let mut neighbour = || {
        let distance = random.below(NEIGHBOURS.min(parents.len()));
        &parents[(place + distance) % parents.len()]
    };
    let first = neighbour();
    (1..TOURNAMENT).fold(first, |best, _| {
        let other = neighbour();
        if other.beats(best) { other } else { best }
    })
}

/// A node to cross over at: `at`, or the next operator from there on if no leaf is wanted. The root is the last node,
/// and an operator unless the whole tree is a leaf.
fn inner(genome: &Genome, at: usize, leaf: bool) -> usize {
    let nodes = genome.nodes();
    (at..nodes.len())
        .find(|&at| leaf || nodes[at].is_operator())
        .unwrap_or(nodes.len() - 1)
}

/// A node for this one's place; a constant often becomes one that is near.
fn other(node: Node, variables: u8, random: &mut Random) -> Node {
    match node {
        Node::Constant(value) if !random.one_in(3) => {
            Node::Constant(value * (random.below(101) as f32 + 50.0) / 100.0)
        }
        node if node.is_operator() => Node::operator(random),
        _ => Node::leaf(variables, random),
    }
}
