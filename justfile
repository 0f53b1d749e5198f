# The jobs of .ci/run under the same names; `just fix` writes what they check.

default:
    @just --list

# everything, as before a change lands
ci:
    .ci/run

# rustfmt, without writing
fmt:
    .ci/run fmt

# tidy, licences, clippy
lint:
    .ci/run lint

# the README's test command
test:
    .ci/run test

# rustdoc without warnings
docs:
    .ci/run docs

# the book of docs/, into target/book
book:
    .ci/run book

# generated files are fresh
codegen:
    .ci/run codegen

# what would be published builds alone
package:
    .ci/run package

# figures against Go, side by side
bench:
    .ci/run bench

# the tests that need a real server: the one that is named in the environment, else one in Docker (MM_VERSION says which)
e2e:
    .ci/e2e

# one fuzz target, as fuzz/README.md has them
fuzz target seconds="120":
    fuzz/run {{target}} {{seconds}}

# format and generate
fix:
    cargo fmt --all
    cargo xtask codegen
    cargo xtask templates
