//! A genome to machine code: a loop over the samples, four at a time, that adds up what tells how well it fits. A
//! genome is compiled in the time in which it is run over a few hundred samples, so nothing here allocates or is general.

use super::{
    genome::{LARGEST, Node},
    problem::{LANES, Lanes, Samples},
    scale::Sums,
};

/// Samples, and where the sums go.
pub(crate) type Compiled = unsafe extern "sysv64" fn(*const Lanes, *mut Sums);

/// Makes machine code; the memory that it needs serves one genome after the other.
pub(crate) struct Compiler {
    code: Box<[u8; ROOM]>,
    len: usize,
    /// What the code uses of constants, which come after it, and the places where it refers to them.
    constants: Vec<f32>,
    references: Vec<(usize, usize)>,
    /// Each node's subtree.
    trees: Box<[Tree; LARGEST]>,
    /// How far one column of the samples is from the next, in bytes.
    stride: usize,
    /// Which variables are 0 at no sample.
    never_zero: [bool; 2],
}

/// More than the largest genome takes: at most 27 bytes an operator, 8 a leaf, 16 a constant, and some 100 around them.
const ROOM: usize = 4096;
const _: () = assert!(LARGEST / 2 * (27 + 8 + 16) + 200 < ROOM);

#[derive(Clone, Copy, Default)]
struct Tree {
    /// How many registers it takes to compute.
    registers: u8,
    /// How many nodes it has.
    nodes: u8,
    /// What it is computed from, if that is no computing: a variable or a number.
    leaf: Option<Operand>,
}

/// A tree's values are in XMM0 and up; [`LARGEST`](super::genome::LARGEST) sees to it that they end before these.
const VALUES: u8 = 8;
const SQUARES: u8 = 9;
const PRODUCTS: u8 = 10;
const ZERO: u8 = 11;
const ONE: u8 = 12;
const MASK: u8 = 13;

/// The second byte of an instruction on four floats.
const LOAD: u8 = 0x28; // movaps
const STORE: u8 = 0x29; // movaps
const AND: u8 = 0x54; // andps
const AND_NOT: u8 = 0x55; // andnps
const OR: u8 = 0x56; // orps
const XOR: u8 = 0x57; // xorps
const ADD: u8 = 0x58; // addps
const MULTIPLY: u8 = 0x59; // mulps
const SUBTRACT: u8 = 0x5c; // subps
const DIVIDE: u8 = 0x5e; // divps
const COMPARE: u8 = 0xc2; // cmpps

/// What an instruction's second operand is.
#[derive(Clone, Copy)]
enum Operand {
    Register(u8),
    /// Of the samples.
    Column(u8),
    Constant(f32),
}

impl Default for Compiler {
    fn default() -> Compiler {
        Compiler {
            code: Box::new([0; ROOM]),
            len: 0,
            constants: Vec::new(),
            references: Vec::new(),
            trees: Box::new([Tree::default(); LARGEST]),
            stride: 0,
            never_zero: [false; 2],
        }
    }
}

impl Compiler {
    /// The machine code of a function [`Compiled`] that computes what [`sums`](super::interpret::sums) does for
    /// samples of this number. To be placed at a multiple of 16.
    pub(crate) fn compile(&mut self, nodes: &[Node], samples: &Samples) -> &[u8] {
        self.len = 0;
        self.constants.clear();
        self.references.clear();
        self.stride = samples.stride();
        self.never_zero = [0, 1].map(|variable| samples.is_never_zero(variable));
        self.measure(nodes);

        for sum in [VALUES, SQUARES, PRODUCTS] {
            self.instruction(XOR, sum, Operand::Register(sum));
        }
        if nodes.contains(&Node::Divide) {
            self.instruction(XOR, ZERO, Operand::Register(ZERO));
            self.instruction(LOAD, ONE, Operand::Constant(1.0));
        }
        self.bytes(b"\x31\xc9"); // xor ecx, ecx
        let top = self.len;
        self.tree(nodes, nodes.len() - 1, 0);
        self.instruction(ADD, VALUES, Operand::Register(0));
        self.instruction(LOAD, 1, Operand::Column(samples.variables()));
        self.instruction(MULTIPLY, 1, Operand::Register(0));
        self.instruction(ADD, PRODUCTS, Operand::Register(1));
        self.instruction(MULTIPLY, 0, Operand::Register(0));
        self.instruction(ADD, SQUARES, Operand::Register(0));
        self.bytes(&[0x48, 0x83, 0xc1, size_of::<Lanes>() as u8]); // add rcx, 16
        self.bytes(b"\x48\x81\xf9"); // cmp rcx, stride
        self.bytes(&(self.stride as u32).to_le_bytes());
        self.bytes(b"\x0f\x82"); // jb top
        let back = top as i32 - (self.len + 4) as i32;
        self.bytes(&back.to_le_bytes());
        for (sum, offset) in [(VALUES, 0), (SQUARES, 16), (PRODUCTS, 32)] {
            // movaps [rsi + offset], sum
            self.bytes(&[0x44, 0x0f, STORE, 0x46 | (sum & 7) << 3, offset]);
        }
        self.bytes(b"\xc3"); // ret
        self.lay_constants();
        &self.code[..self.len]
    }

    /// Finds out which operand of each operator is to be computed first: the one that takes more registers
    /// (Sethi and Ullman, The Generation of Optimal Code for Arithmetic Expressions, J. ACM 17(4), 1970).
    fn measure(&mut self, nodes: &[Node]) {
        for (at, node) in nodes.iter().enumerate() {
            let leaf = |leaf| Tree {
                registers: 1,
                nodes: 1,
                leaf: Some(leaf),
            };
            let tree = match *node {
                Node::Variable(column) => leaf(Operand::Column(column)),
                Node::Constant(value) => leaf(Operand::Constant(value)),
                operator => {
                    let (left, right) = self.operands(at);
                    let (left, right) = (self.trees[left], self.trees[right]);
                    let nodes = left.nodes + right.nodes + 1;
                    if let (Some(Operand::Constant(left)), Some(Operand::Constant(right))) =
                        (left.leaf, right.leaf)
                    {
                        let value = operator.apply(left, right);
                        let tree = leaf(Operand::Constant(value));
                        Tree { nodes, ..tree }
                    } else {
                        Tree {
                            registers: match left.registers == right.registers {
                                true => left.registers + 1,
                                false => left.registers.max(right.registers),
                            },
                            nodes,
                            leaf: None,
                        }
                    }
                }
            };
            self.trees[at] = tree;
        }
    }

    /// The roots of an operator's operands.
    fn operands(&self, root: usize) -> (usize, usize) {
        (root - 1 - usize::from(self.trees[root - 1].nodes), root - 1)
    }

    /// Computes the tree with this root into a register, with those after it for what comes in between.
    fn tree(&mut self, nodes: &[Node], root: usize, register: u8) {
        if let Some(leaf) = self.trees[root].leaf {
            return self.instruction(LOAD, register, leaf);
        }
        let operation = match nodes[root] {
            Node::Add => ADD,
            Node::Subtract => SUBTRACT,
            Node::Multiply => MULTIPLY,
            _ => DIVIDE,
        };
        let (left, right) = self.operands(root);
        let commutes = matches!(operation, ADD | MULTIPLY);
        let (into, with);
        if self.trees[left].registers >= self.trees[right].registers {
            (into, with) = (register, register + 1);
            self.tree(nodes, left, into);
            // Divisors that are known are looked at here, once.
            let direct = self.trees[right].leaf.filter(|leaf| {
                operation != DIVIDE
                    || match leaf {
                        Operand::Constant(value) => *value != 0.0,
                        Operand::Column(index) => self.never_zero[usize::from(*index)],
                        Operand::Register(_) => false,
                    }
            });
            if let Some(leaf) = direct {
                return self.instruction(operation, into, leaf);
            }
            self.tree(nodes, right, with);
        } else if commutes {
            (into, with) = (register, register + 1);
            self.tree(nodes, right, into);
            if let Some(leaf) = self.trees[left].leaf {
                return self.instruction(operation, into, leaf);
            }
            self.tree(nodes, left, with);
        } else {
            (into, with) = (register + 1, register);
            self.tree(nodes, right, with);
            self.tree(nodes, left, into);
        }
        match operation {
            DIVIDE => self.divide(into, with),
            _ => self.instruction(operation, into, Operand::Register(with)),
        }
        if into != register {
            self.instruction(LOAD, register, Operand::Register(into));
        }
    }

    /// [`divide`](super::genome::divide), for four at a time: both answers, and a mask that picks one.
    fn divide(&mut self, left: u8, right: u8) {
        const UNEQUAL: u8 = 4;
        self.instruction(LOAD, MASK, Operand::Register(right));
        self.instruction(DIVIDE, left, Operand::Register(right));
        self.instruction(COMPARE, MASK, Operand::Register(ZERO));
        self.bytes(&[UNEQUAL]);
        self.instruction(AND, left, Operand::Register(MASK));
        self.instruction(AND_NOT, MASK, Operand::Register(ONE));
        self.instruction(OR, left, Operand::Register(MASK));
    }

    /// An instruction on four floats.
    fn instruction(&mut self, operation: u8, register: u8, operand: Operand) {
        let operation = u64::from(operation);
        let low = u64::from(register & 7) << 3;
        let extended = u64::from(register >> 3) << 2;
        match operand {
            Operand::Register(other) => {
                let extended = extended | u64::from(other >> 3);
                self.prefix(extended);
                let operands = 0xc0 | low | u64::from(other & 7);
                self.word(0x0f | operation << 8 | operands << 16, 3);
            }
            Operand::Column(column) => {
                // [rdi + rcx + offset]
                let offset = usize::from(column) * self.stride;
                let operands = 0x0f << 8 | 0x84 | low;
                self.word(
                    0x0f | operation << 8 | operands << 16 | (offset as u64) << 32,
                    8,
                );
            }
            Operand::Constant(value) => {
                self.prefix(extended);
                // [rip + offset], which is known when all the code is.
                self.word(0x0f | operation << 8 | (0x05 | low) << 16, 7);
                let same = |other: &f32| other.to_bits() == value.to_bits();
                let index = self.constants.iter().position(same).unwrap_or_else(|| {
                    self.constants.push(value);
                    self.constants.len() - 1
                });
                self.references.push((self.len, index));
            }
        }
    }

    /// What an instruction begins with that uses a register from XMM8 on.
    fn prefix(&mut self, extended: u64) {
        if extended != 0 {
            self.word(0x40 | extended, 1);
        }
    }

    /// Up to eight bytes, the lowest first.
    fn word(&mut self, word: u64, len: usize) {
        // Always all eight: what is too much is overwritten, and one store is quicker than a copy of some length.
        self.code[self.len..self.len + 8].copy_from_slice(&word.to_le_bytes());
        self.len += len;
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.code[self.len..self.len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    fn lay_constants(&mut self) {
        if self.constants.is_empty() {
            return;
        }
        let start = self.len.next_multiple_of(size_of::<Lanes>());
        self.code[self.len..start].fill(0xcc); // int3
        for &(after, index) in &self.references {
            let distance = (start + index * size_of::<Lanes>() - after) as u32;
            self.code[after - 4..after].copy_from_slice(&distance.to_le_bytes());
        }
        self.len = start;
        for index in 0..self.constants.len() {
            let constant = u64::from(self.constants[index].to_bits());
            for _ in 0..LANES / 2 {
                self.word(constant << 32 | constant, 8);
            }
        }
    }
}
