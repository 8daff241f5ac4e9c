//! A procedural macro of the workspace.

use proc_macro::TokenStream;

/// The number of words in a string literal.
#[proc_macro]
pub fn count(text: TokenStream) -> TokenStream {
    let words = text.to_string().trim_matches('"').split(' ').count();
    words.to_string().parse().unwrap()
}

/// A method that gives the type's name.
#[proc_macro_derive(Named)]
pub fn named(item: TokenStream) -> TokenStream {
    let text = item.to_string();
    let name = text.split_whitespace().skip_while(|word| *word != "struct").nth(1).unwrap();
    let name = name.trim_end_matches(';');
    format!("impl {name} {{ pub fn name(&self) -> &'static str {{ {name:?} }} }}").parse().unwrap()
}
