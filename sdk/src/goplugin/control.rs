//! The first stream: `Control.Ping`, `Control.Quit`, `Dispenser.Dispense`.

use crate::netrpc::{Call, Empty, Refusal, Service, Work};

use super::broker::Broker;
use super::session::{Event, Events};

/// The one plugin type that Mattermost's server asks for.
const HOOKS: &str = "hooks";

pub(crate) struct Control {
    pub(crate) broker: Broker,
    pub(crate) events: Events,
}

impl Service for Control {
    fn call(&self, call: &mut Call<'_>) -> Result<Work, Refusal> {
        match call.method() {
            "Control.Ping" => {
                call.args::<bool>()?;
                Ok(call.reply(&Empty {}))
            }
            "Control.Quit" => {
                call.args::<bool>()?;
                let answered = call.reply(&Empty {});
                self.events.send(Event::Quit);
                Ok(answered)
            }
            "Dispenser.Dispense" => {
                let name: String = call.args()?;
                if name != HOOKS {
                    return Err(Refusal::Text(format!("unknown plugin type: {name}")));
                }
                let id = self.broker.next_id();
                self.events.send(Event::Dispensed(id));
                Ok(call.reply(&id))
            }
            _ => Err(Refusal::MissingMethod),
        }
    }
}
