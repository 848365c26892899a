//! A registry as a container of one Docker host: how it is to be, what the host says of it, and what is to be done.

mod came;
mod decide;
mod inspected;
mod pause;
mod scripts;
mod sight;
mod wanted;

pub use came::Came;
pub use decide::{decide, neighbours, warnings};
pub use inspected::Found;
pub use pause::{Pause, pause};
pub use scripts::{Act, act, look, remove};
pub use sight::{Engine, Neighbour, Sight};
pub use wanted::{Wanted, wanted};
