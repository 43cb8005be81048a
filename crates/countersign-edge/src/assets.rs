//! Text files that are deployed with the worker, such as the gate's route table.

use worker::{Env, Response};

use crate::deadline::{DEADLINE, within};
use crate::fault::{Fault, Port};

/// Reads the file `path` (without a leading slash) from the assets bound as `binding`.
///
/// # Errors
/// When the binding or the file is missing, the file is not UTF-8, or the deadline passes.
pub(crate) async fn read_text(env: &Env, binding: &str, path: &str) -> Result<String, Fault> {
    let assets = env.assets(binding).map_err(|error| Fault::from_error(Port::Assets, &error))?;
    let read = async {
        // Only the path counts; the host is never resolved.
        let mut response: Response = assets.fetch(format!("https://assets.invalid/{path}"), None).await?;
        let text = response.text().await?;
        Ok::<_, worker::Error>((response.status_code(), text))
    };
    match within(Port::Assets, DEADLINE, read).await? {
        Ok((200, text)) => Ok(text),
        Ok((status, _)) => Err(Fault::failed(Port::Assets, format!("{path}: status {status}"))),
        Err(error) => Err(Fault::from_error(Port::Assets, &error)),
    }
}
