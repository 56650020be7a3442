//! The command behind every operation: a name and its arguments in, bytes or an error out.

use tauri::ipc::{InvokeBody, Request, Response};

/// Hands a call of the page to `app`. The name travels in the header `name`, the arguments as JSON in the body.
#[tauri::command]
pub async fn call(request: Request<'_>) -> Result<Response, app::Error> {
    let name = request.headers().get("name").and_then(|name| name.to_str().ok()).unwrap_or("");
    let InvokeBody::Raw(arguments) = request.body() else {
        return Err(app::Error::bad_arguments(name, &"the arguments did not come as bytes"));
    };
    app::call(name, arguments).await.map(Response::new)
}
