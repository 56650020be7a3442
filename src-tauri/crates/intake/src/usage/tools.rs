//! What a response shows of tools that its usage does not count: searches, and what cannot be counted from it.

use serde_json::Value;

/// What tools did for one response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tools {
    /// Searches of the web.
    pub web_searches: u64,
    /// Searches of files.
    pub file_searches: u64,
    /// Google's searches, which its models before Gemini 3 bill by the prompt.
    pub queries: u64,
    /// What is billed, and not told: what it was.
    pub uncounted: Vec<&'static str>,
}

/// What tools did for a response of OpenAI, Gemini or Anthropic.
pub fn tools(response: &Value) -> Tools {
    let list = |name: &str| response.get(name).and_then(Value::as_array).into_iter().flatten();
    let mut tools = Tools::default();
    for item in list("output") {
        match item["type"].as_str() {
            // Opening a page that was found, and looking in it, are no searches.
            Some("web_search_call") if is_search(item) => tools.web_searches += 1,
            Some("file_search_call") => tools.file_searches += 1,
            Some("code_interpreter_call") => tools.leave("the code interpreter's container time"),
            Some("image_generation_call") => tools.leave("the image tool's tokens"),
            _ => {}
        }
    }
    for candidate in list("candidates") {
        let queries = candidate["groundingMetadata"]["webSearchQueries"].as_array();
        let is_billed = |query: &&Value| query.as_str().is_some_and(|text| !text.is_empty());
        tools.queries += queries.into_iter().flatten().filter(is_billed).count() as u64;
    }
    let runs_code = |block: &Value| {
        let name = block["name"].as_str().unwrap_or_default();
        block["type"] == "server_tool_use" && name.ends_with("code_execution")
    };
    if list("content").any(runs_code) {
        tools.leave("code execution's container time");
    }
    tools
}

impl Tools {
    fn leave(&mut self, what: &'static str) {
        if !self.uncounted.contains(&what) {
            self.uncounted.push(what);
        }
    }
}

fn is_search(call: &Value) -> bool {
    call["action"]["type"].as_str().is_none_or(|kind| kind == "search")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn searches_are_counted_and_what_cannot_be_is_named_once() {
        let openai = json!({"output": [
            {"type": "web_search_call", "status": "completed"},
            {"type": "web_search_call", "action": {"type": "search", "query": "x"}},
            {"type": "web_search_call", "action": {"type": "open_page"}},
            {"type": "file_search_call"}, {"type": "message"},
            {"type": "code_interpreter_call"}, {"type": "code_interpreter_call"}]});
        let uncounted = vec!["the code interpreter's container time"];
        let expected = Tools { web_searches: 2, file_searches: 1, queries: 0, uncounted };
        assert_eq!(tools(&openai), expected);
        let gemini =
            json!({"candidates": [{"groundingMetadata": {"webSearchQueries": ["a", "", "b"]}}]});
        assert_eq!(tools(&gemini), Tools { queries: 2, ..Tools::default() });
        let anthropic =
            json!({"content": [{"type": "server_tool_use", "name": "bash_code_execution"}]});
        assert_eq!(tools(&anthropic).uncounted, ["code execution's container time"]);
        assert_eq!(tools(&json!({"output": {"message": {}}, "candidates": 3})), Tools::default());
    }
}
