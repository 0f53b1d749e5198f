//! `cargo mmplugin completions`: what a shell wants to know to complete a command line.

use clap::Args;
use clap_complete::Shell;

use super::Options;
use crate::error::Error;
use crate::ui::Ui;

/// Print a shell's completions
///
///   cargo mmplugin completions bash >> ~/.bashrc
///   cargo mmplugin completions zsh > ~/.zfunc/_cargo-mmplugin
///   cargo mmplugin completions fish > ~/.config/fish/completions/cargo-mmplugin.fish
///   cargo mmplugin completions powershell >> $PROFILE
///
/// They complete `cargo-mmplugin …`; with bash `cargo mmplugin …`, too, beside what cargo itself completes.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// The program that completions are for: cargo's own would be replaced if it were `cargo`.
const PROGRAM: &str = "cargo-mmplugin";

/// Hands `cargo mmplugin …` to the function above, everything else to whoever completed it before.
const BASH: &str = r#"
__cargo_mmplugin_before="$(complete -p cargo 2>/dev/null | sed -n 's/.* -F \([^ ]*\) .*/\1/p')"
[ "$__cargo_mmplugin_before" = _cargo_and_mmplugin ] && __cargo_mmplugin_before=
_cargo_and_mmplugin() {
    if [ "$COMP_CWORD" -ge 2 ] && [ "${COMP_WORDS[1]}" = mmplugin ]; then
        COMP_WORDS=(cargo-mmplugin "${COMP_WORDS[@]:2}")
        COMP_CWORD=$((COMP_CWORD - 1))
        _cargo__mmplugin cargo-mmplugin "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    elif [ -n "$__cargo_mmplugin_before" ]; then
        "$__cargo_mmplugin_before" "$@"
    fi
}
complete -F _cargo_and_mmplugin -o bashdefault -o default cargo
"#;

impl Completions {
    /// Prints them.
    ///
    /// # Errors
    /// None; the result is that of every command.
    pub fn run(self, ui: &Ui) -> Result<(), Error> {
        let mut command = Options::augment_args(clap::Command::new(PROGRAM).bin_name(PROGRAM));
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, PROGRAM, &mut script);
        let mut script = String::from_utf8_lossy(&script).into_owned();
        if self.shell == Shell::Bash {
            // clap_complete writes the hyphen of the program's name in two ways, which then do not find each other.
            script = script.replace("cargo__subcmd__mmplugin", "cargo__mmplugin");
            script.push_str(BASH);
        }
        ui.result(script.trim_end());
        ui.emit(
            &serde_json::json!({"event": "completions", "shell": self.shell.to_string(), "script": script}),
        );
        Ok(())
    }
}
