//! Paths that the macros emit. No guarantees for anybody else.
