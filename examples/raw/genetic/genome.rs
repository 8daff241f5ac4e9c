//! A genome: an expression tree, written as its nodes in postfix order (`x 2 *` is twice x).

use super::random::Random;

/// The most nodes that a genome can have. A tree of this size is computed in eight registers.
pub(crate) const LARGEST: usize = 80;

/// One node. An operator takes the two values that come before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Node {
    Variable(u8),
    Constant(f32),
    Add,
    Subtract,
    Multiply,
    /// Protected, as Koza has it: what is divided by 0 is 1.
    Divide,
}

/// An expression.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Genome {
    nodes: Vec<Node>,
}

/// [`Node::Divide`]
pub(crate) fn divide(left: f32, right: f32) -> f32 {
    if right != 0.0 { left / right } else { 1.0 }
}

impl Node {
    pub(crate) fn is_operator(self) -> bool {
        !matches!(self, Node::Variable(_) | Node::Constant(_))
    }

    /// What an operator makes of two values.
    pub(crate) fn apply(self, left: f32, right: f32) -> f32 {
        match self {
            Node::Add => left + right,
            Node::Subtract => left - right,
            Node::Multiply => left * right,
            _ => divide(left, right),
        }
    }

    pub(crate) fn operator(random: &mut Random) -> Node {
        [Node::Add, Node::Subtract, Node::Multiply, Node::Divide][random.below(4)]
    }

    /// A variable, or less often a number from −5 to 5.
    pub(crate) fn leaf(variables: u8, random: &mut Random) -> Node {
        match random.one_in(4) {
            true => Node::Constant((random.below(101) as f32 - 50.0) / 10.0),
            false => Node::Variable(random.below(variables.into()) as u8),
        }
    }
}

impl Genome {
    /// A random tree. A full one has all its leaves this deep, another one has some of them higher up.
    pub(crate) fn random(variables: u8, depth: usize, full: bool, random: &mut Random) -> Genome {
        let mut genome = Genome::default();
        genome.grow(variables, depth, full, random);
        genome
    }

    fn grow(&mut self, variables: u8, depth: usize, full: bool, random: &mut Random) {
        if depth == 0 || !full && random.one_in(3) {
            self.nodes.push(Node::leaf(variables, random));
        } else {
            self.grow(variables, depth - 1, full, random);
            self.grow(variables, depth - 1, full, random);
            self.nodes.push(Node::operator(random));
        }
    }

    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The same tree with a node in another's place, which takes as many operands.
    pub(crate) fn with_node(&self, at: usize, node: Node) -> Genome {
        let mut genome = self.clone();
        genome.nodes[at] = node;
        genome
    }

    /// Where the subtree starts whose root is the node at `root`.
    pub(crate) fn start(&self, root: usize) -> usize {
        let (mut start, mut wanted) = (root, 1);
        loop {
            wanted -= 1;
            if self.nodes[start].is_operator() {
                wanted += 2;
            }
            if wanted == 0 {
                return start;
            }
            start -= 1;
        }
    }

    /// The same tree with one of `other`'s subtrees in the place of one of its own, both named by their roots; `None`
    /// when that is too large.
    pub(crate) fn graft(&self, root: usize, other: &Genome, others_root: usize) -> Option<Genome> {
        let (before, after) = (&self.nodes[..self.start(root)], &self.nodes[root + 1..]);
        let graft = &other.nodes[other.start(others_root)..=others_root];
        (before.len() + graft.len() + after.len() <= LARGEST).then(|| Genome {
            nodes: [before, graft, after].concat(),
        })
    }
}

impl FromIterator<Node> for Genome {
    /// Takes a tree in postfix order.
    fn from_iter<T: IntoIterator<Item = Node>>(nodes: T) -> Genome {
        Genome {
            nodes: nodes.into_iter().collect(),
        }
    }
}
