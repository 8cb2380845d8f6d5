//! What a snapshot of a public interface shows.

use xtask::public_api::of_file;

#[test]
fn it_has_signatures_and_nothing_private() {
    let file = syn::parse_file(
        "/// Docs.
         #[derive(Clone)] pub struct S { pub a: u8, b: u8 }
         impl S { /// Docs.
             #[must_use] pub fn f(&self) -> u8 { self.b } fn g() {} }
         impl Default for S { fn default() -> Self { S { a: 0, b: 0 } } }
         fn private() {}
         pub fn public<T: Into<u8>>(t: T) -> u8 { t.into() }
         struct Hidden; impl Clone for Hidden { fn clone(&self) -> Self { Hidden } }
         pub enum E { A { x: u8 }, B(u8) }
         mod empty { fn f() {} }
         #[cfg(test)] mod tests { pub fn t() {} }
         cell! { struct Cell { owner: u8 } }
         builder! { pub struct Builder { a: u8 } }
         mod inner { pub const X: usize = 40; const Y: usize = 1; }",
    )
    .unwrap();
    let expected = "\
#[derive(Clone)]
pub struct S {
    pub a: u8,
}
impl S {
    #[must_use]
    pub fn f(&self) -> u8;
}
impl Default for S {}
pub fn public<T: Into<u8>>(t: T) -> u8;
pub enum E {
    A { x: u8 },
    B(u8),
}
builder! {
    pub struct Builder { a : u8 }
}
mod inner {
    pub const X: usize = 40;
}
";
    assert_eq!(of_file(file), expected);
}
