//! Transcripts: plain texts in which a name at the beginning of a line says who speaks.

use crate::message::{Content, Message, Prompt, Role};
use crate::variable::Template;

/// Who speaks under which name.
const SPEAKERS: &[(&str, Role)] = &[
    ("system", Role::System),
    ("developer", Role::System),
    ("user", Role::User),
    ("human", Role::User),
    ("customer", Role::User),
    ("client", Role::User),
    ("visitor", Role::User),
    ("assistant", Role::Assistant),
    ("ai", Role::Assistant),
    ("bot", Role::Assistant),
    ("agent", Role::Assistant),
    ("model", Role::Assistant),
    ("chatgpt", Role::Assistant),
    ("claude", Role::Assistant),
    ("gemini", Role::Assistant),
    ("tool", Role::Tool),
    ("tool result", Role::Tool),
    ("function", Role::Tool),
];

/// Reads a transcript; nothing where a text has not both a user and a model that answers.
pub fn transcript(text: &str) -> Option<Prompt> {
    let mut said: Vec<(Role, String)> = vec![];
    for line in text.lines() {
        match speaker(line) {
            Some((role, rest)) => said.push((role, rest.to_owned())),
            None => match said.last_mut() {
                Some((_, words)) => {
                    words.push('\n');
                    words.push_str(line);
                }
                // A title, or a line of the day.
                None if line.trim().is_empty() || line.starts_with('#') => {}
                None => return None,
            },
        }
    }
    let has = |wanted: Role| said.iter().any(|(role, _)| *role == wanted);
    if !has(Role::User) || !has(Role::Assistant) {
        return None;
    }
    let message = |(role, words): (Role, String)| {
        let text = Template::plain(words.trim());
        let content = match role {
            Role::Tool => Content::ToolResult(text),
            Role::System | Role::User | Role::Assistant => Content::Text(text),
        };
        Message { role, name: None, contents: vec![content] }
    };
    Some(Prompt { messages: said.into_iter().map(message).collect(), ..Prompt::default() })
}

/// Who speaks from here on, and the rest of the line: `User: …`, `**User:** …`, `## User`.
fn speaker(line: &str) -> Option<(Role, &str)> {
    let bare = line.trim().trim_start_matches(['#', '*', '_', '>', ' ']);
    let is_marked = line.trim_start().starts_with(['#', '*', '_']);
    let (name, rest) = match bare.split_once(':') {
        Some((name, rest)) => (name, rest.trim_start_matches(['*', '_'])),
        None if is_marked => (bare, ""),
        None => return None,
    };
    let name = name.trim_matches(['*', '_', ' ']).to_lowercase();
    let (_, role) = SPEAKERS.iter().find(|(known, _)| *known == name)?;
    Some((*role, rest.trim()))
}
