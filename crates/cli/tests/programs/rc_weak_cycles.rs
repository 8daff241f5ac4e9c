// Rc, Arc and Weak: trees with parents, cycles made and broken, counts, make_mut, cyclic making, unwrapping.
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;

struct Node {
    name: String,
    parent: RefCell<Weak<Node>>,
    children: RefCell<Vec<Rc<Node>>>,
}
impl Node {
    fn new(name: &str) -> Rc<Node> {
        Rc::new(Node {
            name: name.into(),
            parent: RefCell::default(),
            children: RefCell::default(),
        })
    }
    fn adopt(self: &Rc<Self>, child: Rc<Node>) {
        *child.parent.borrow_mut() = Rc::downgrade(self);
        self.children.borrow_mut().push(child);
    }
    fn path(&self) -> String {
        match self.parent.borrow().upgrade() {
            Some(parent) => format!("{}/{}", parent.path(), self.name),
            None => self.name.clone(),
        }
    }
}
impl Drop for Node {
    fn drop(&mut self) {
        println!("drop {}", self.name);
    }
}

struct Gadget {
    own: Weak<Gadget>,
    id: u32,
}

struct Ring {
    id: u8,
    next: RefCell<Option<Rc<Ring>>>,
    drops: Rc<Cell<u32>>,
}
impl Drop for Ring {
    fn drop(&mut self) {
        self.drops.set(self.drops.get() + u32::from(self.id));
    }
}

fn main() {
    let root = Node::new("root");
    let (usr, bin) = (Node::new("usr"), Node::new("bin"));
    root.adopt(usr.clone());
    usr.adopt(bin.clone());
    println!(
        "{} {} {}",
        bin.path(),
        Rc::strong_count(&usr),
        Rc::weak_count(&usr)
    );
    drop(root);
    println!(
        "{} {:?}",
        bin.path(),
        usr.parent.borrow().upgrade().is_none()
    );
    drop(usr);
    println!("{}", bin.path());

    let gadget = Rc::new_cyclic(|own| Gadget {
        own: own.clone(),
        id: 7,
    });
    println!(
        "{} {}",
        gadget.own.upgrade().unwrap().id,
        Rc::ptr_eq(&gadget, &gadget.own.upgrade().unwrap())
    );

    let drops = Rc::new(Cell::new(0));
    let ring: Vec<Rc<Ring>> = (1..=3)
        .map(|id| {
            Rc::new(Ring {
                id,
                next: RefCell::new(None),
                drops: drops.clone(),
            })
        })
        .collect();
    for i in 0..3 {
        *ring[i].next.borrow_mut() = Some(ring[(i + 1) % 3].clone());
    }
    let first = Rc::downgrade(&ring[0]);
    drop(ring);
    println!("{} {}", drops.get(), first.strong_count());
    first.upgrade().unwrap().next.borrow_mut().take();
    println!("{} {}", drops.get(), first.upgrade().is_none());

    let mut shared = Rc::new(vec![1, 2]);
    let other = shared.clone();
    Rc::make_mut(&mut shared).push(3);
    println!(
        "{shared:?} {other:?} {:?}",
        Rc::get_mut(&mut shared).map(|v| v.len())
    );
    println!("{:?} {:?}", Rc::try_unwrap(shared), Rc::into_inner(other));
    let arc: Arc<str> = Arc::from("shared text");
    let threads: Vec<_> = (0..3)
        .map(|i| {
            let arc = arc.clone();
            std::thread::spawn(move || arc[i..].len())
        })
        .collect();
    println!(
        "{:?} {}",
        threads
            .into_iter()
            .map(|t| t.join().unwrap())
            .collect::<Vec<_>>(),
        Arc::strong_count(&arc)
    );
    let dangling: Weak<u8> = Weak::new();
    println!("{:?} {}", dangling.upgrade(), dangling.strong_count());
    let slice: Rc<[String]> = (0..3).map(|i| "ab".repeat(i)).collect();
    println!("{slice:?} {}", Rc::<[String]>::clone(&slice).len());
    // SAFETY: the pointer came from `into_raw`, and is turned back once.
    let back = unsafe { Rc::from_raw(Rc::into_raw(slice)) };
    println!("{}", back.concat());
    let cell: Rc<RefCell<dyn FnMut() -> u32>> = {
        let mut n = 0;
        Rc::new(RefCell::new(move || {
            n += 1;
            n
        }))
    };
    (cell.borrow_mut())();
    println!("{} {:?}", (cell.borrow_mut())(), cell.try_borrow().is_ok());
}
