//! The attribute works on one kind of item only.

use mmplugin::Hooks;

#[mmplugin::plugin(id = "com.example.greeter")]
struct OnAStruct;

struct Greeter;

#[mmplugin::plugin(id = "com.example.greeter")]
impl Greeter {}

#[mmplugin::plugin(id = "com.example.greeter")]
impl Clone for Greeter {
    fn clone(&self) -> Self {
        Greeter
    }
}

fn main() {}
