//! The token server that a registry sends its users to.

use anyhow::Result;
use reqwest::{RequestBuilder, StatusCode};

use super::answers;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::secret::Secret;
use crate::effects::http;

/// Tokens are a few kilobytes; proxies refuse headers that are longer than eight.
const MOST_BYTES: usize = 64 << 10;

/// Asks for a token; none where the server does not take the user. Errors: it cannot be reached, or it says something
/// else.
pub(super) async fn fetch(request: RequestBuilder, what: &str) -> Result<Option<Secret>> {
    let what = say!("{what}: asking its token server");
    let response = request.send().await.map_err(|error| http::failed(&what, &error))?;
    match response.status() {
        StatusCode::OK => Ok(Some(answers::token(&what, &http::body(response, MOST_BYTES, &what).await?)?)),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Ok(None),
        status => {
            let message = say!("{what}: it answered {}", status.as_u16());
            Err(Fault::new(FaultKind::ServerFailed, message)
                .hint(say!("Look at the token server's log."))
                .into())
        }
    }
}
