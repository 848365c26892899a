//! Pages that are not Marathon's: of the servers before it, and of other products in its place.

use serde_json::json;

use super::answer::Answer;
use super::request::Request;

/// The first page of a fresh nginx, for whatever path.
pub(super) fn nginx() -> Answer {
    let page = "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n\
                <h1>Welcome to nginx!</h1>\n<p>If you see this page, the nginx web server is successfully \
                installed and working.</p>\n</body>\n</html>\n";
    Answer::text(200, "text/html", page).with("Server", "nginx/1.22.1")
}

/// A page of DC/OS' Admin Router.
pub(super) fn admin_router(status: u16, title: &str) -> Answer {
    let page = format!(
        "<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n<center><h1>{status} {title}</h1></center>\r\n\
         <hr><center>openresty</center>\r\n</body>\r\n</html>\r\n"
    );
    Answer::text(status, "text/html", page).with("Server", "openresty")
}

/// The page that Marathon's HTTP server makes of an error before Marathon sees the request.
pub(super) fn jetty(status: u16, reason: &str, path: &str) -> Answer {
    let page = format!(
        "<html>\n<head>\n<meta http-equiv=\"Content-Type\" content=\"text/html;charset=utf-8\"/>\n\
         <title>Error {status} {reason}</title>\n</head>\n<body><h2>HTTP ERROR {status}</h2>\n\
         <p>Problem accessing {path}. Reason:\n<pre>    {reason}</pre></p>\n</body>\n</html>\n"
    );
    Answer::text(status, "text/html;charset=iso-8859-1", page)
        .with("Cache-Control", "must-revalidate,no-cache,no-store")
}

/// Another product that has an `/v2/info`, too.
pub(super) fn other_product(request: &Request) -> Answer {
    if request.path == "/v2/info" {
        let info = json!({"app": {"name": "inventory", "version": "2.3.0-SNAPSHOT"}, "status": "UP"});
        return Answer::json(200, &info);
    }
    let body = json!({"timestamp": 1_546_300_800_000_u64, "status": 404, "error": "Not Found", "path": request.path});
    Answer::json(404, &body)
}
