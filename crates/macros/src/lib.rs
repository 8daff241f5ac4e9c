//! The procedural macro behind `jitney::host!()`.
//!
//! A procedural macro runs inside the rustc that compiles the program, and that rustc's command line names every crate
//! that the program is compiled against, with its file. So the macro writes down, in the program itself, which files
//! those were and what was in them. Hashing rustc's metadata of a crate pins the crates below it too: metadata holds the
//! strict hash of each crate it was compiled against.

mod command_line;
mod fingerprint;
mod record;

use proc_macro::{Group, Literal, TokenStream, TokenTree};

use command_line::CommandLine;

/// Expands to a `HostCrates`. The input is the path of the crate `jitney`, which only `macro_rules` can spell.
#[doc(hidden)]
#[proc_macro]
pub fn __host_crates(jitney: TokenStream) -> TokenStream {
    let line = CommandLine::of_this_process();
    let nonce = record::nonce(&line);
    let text = record::text(&line);
    // Kept where nothing reads it, the nonce is still in the library's file: that is where it will be looked for.
    let expression = format!(
        "{{ #[used] static NONCE: [u8; {}] = *NONCE_BYTES; JITNEY::HostCrates::recorded(RECORD, &NONCE) }}",
        nonce.len()
    );
    let tokens: TokenStream = expression
        .parse()
        .expect("the expression above is made of Rust's tokens");
    fill(tokens, &|name| match name {
        "NONCE_BYTES" => Some(TokenTree::from(Literal::byte_string(&nonce)).into()),
        "RECORD" => Some(TokenTree::from(Literal::string(&text)).into()),
        "JITNEY" => Some(jitney.clone()),
        _ => None,
    })
}

/// Puts tokens in place of names.
fn fill(tokens: TokenStream, with: &dyn Fn(&str) -> Option<TokenStream>) -> TokenStream {
    let filled = |token| match token {
        TokenTree::Ident(name) => {
            with(&name.to_string()).unwrap_or_else(|| TokenTree::from(name).into())
        }
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), fill(group.stream(), with));
            inner.set_span(group.span());
            TokenTree::from(inner).into()
        }
        other => TokenStream::from(other),
    };
    tokens.into_iter().flat_map(filled).collect()
}
