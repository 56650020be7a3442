//! A prompt as a conversation: its turns, and what is said in each.

use crate::message::{Content, Message, Prompt, Role};

/// A conversation, taken apart into its turns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conversation<'p> {
    /// What the model is told before anybody speaks.
    pub system: Vec<&'p Content>,
    /// What the model says before anybody asks: a greeting, or a sample answer alone.
    pub unasked: Vec<Reply<'p>>,
    /// From one thing that the user says to the next.
    pub turns: Vec<Turn<'p>>,
}

/// What the model says in one call.
pub type Reply<'p> = Vec<&'p Content>;

/// What the user says, and all that happens until the user speaks again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Turn<'p> {
    /// The user's own words.
    pub question: Vec<&'p Content>,
    /// Texts that were searched for, documents among them.
    pub retrieved: Vec<&'p Content>,
    /// How many pictures the user shows.
    pub images: usize,
    /// What the model says, call by call.
    pub replies: Vec<Reply<'p>>,
    /// What tools answered.
    pub results: Vec<&'p Content>,
}

impl<'p> Conversation<'p> {
    /// The turns of a prompt.
    pub fn of(prompt: &'p Prompt) -> Self {
        let mut read = Self::default();
        let mut before = None;
        for message in &prompt.messages {
            match message.role {
                Role::System => read.system.extend(&message.contents),
                Role::Assistant => {
                    let said = match read.turns.last_mut() {
                        Some(turn) => &mut turn.replies,
                        None => &mut read.unasked,
                    };
                    // Some vendors write one call's words and calls of tools apart.
                    match said.last_mut().filter(|_| before == Some(Role::Assistant)) {
                        Some(reply) => reply.extend(&message.contents),
                        None => said.push(message.contents.iter().collect()),
                    }
                }
                Role::Tool => read.add(message),
                Role::User => {
                    let is_answered = read.turns.last().is_none_or(|it| !it.replies.is_empty());
                    // Some have the results of tools under the user's name.
                    if is_answered && !has_results(message) {
                        read.turns.push(Turn::default());
                    }
                    read.add(message);
                }
            }
            before = Some(message.role);
        }
        read
    }

    /// Adds what is sent to the model in this turn.
    fn add(&mut self, message: &'p Message) {
        let Some(turn) = self.turns.last_mut() else { return };
        for content in &message.contents {
            match content {
                Content::Text(_) => turn.question.push(content),
                Content::Retrieved(_) | Content::Document(_) => turn.retrieved.push(content),
                Content::ToolResult(_) | Content::ToolCall(..) => turn.results.push(content),
                Content::Image(_) => turn.images += 1,
            }
        }
    }
}

impl<'p> Turn<'p> {
    /// What the user sees at its end; nothing where the model still waits for a tool, or says nothing.
    pub fn answer(&self) -> Option<&Reply<'p>> {
        let has_text = |reply: &&Reply| reply.iter().any(|it| it.template().is_some());
        self.replies.last().filter(has_text).filter(|reply| calls_of(reply) == 0)
    }

    /// What the model says on the way to its answer: calls of tools, and words beside them.
    pub fn on_the_way(&self) -> &[Reply<'p>] {
        let answered = usize::from(self.answer().is_some());
        &self.replies[..self.replies.len() - answered]
    }

    /// How many tools are called.
    pub fn tool_calls(&self) -> usize {
        self.replies.iter().map(|reply| calls_of(reply)).sum()
    }
}

fn calls_of(reply: &[&Content]) -> usize {
    reply.iter().filter(|it| matches!(it, Content::ToolCall(..))).count()
}

fn has_results(message: &Message) -> bool {
    message.contents.iter().any(|it| matches!(it, Content::ToolResult(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{read, transcript};
    use crate::variable::Given;

    /// One line a turn: words of the user, retrieved texts, calls, words of the answer.
    fn check(text: &str, expected: &[&str]) {
        let requests = read(text, &Given::new(), None).expect("a request");
        told(&requests.prompts[0], expected);
    }

    fn told(prompt: &Prompt, expected: &[&str]) {
        let words = |contents: &[&Content]| -> usize {
            let texts = contents.iter().filter_map(|it| it.template());
            texts.map(|text| text.text.split_whitespace().count()).sum()
        };
        let conversation = Conversation::of(prompt);
        let turns = conversation.turns.iter().map(|turn| {
            let answer = turn.answer().map(|it| words(it));
            format!(
                "asks {}, retrieves {}, calls {} for {}, in {}, answers {answer:?}",
                words(&turn.question),
                words(&turn.retrieved),
                turn.tool_calls(),
                words(&turn.results),
                turn.replies.len(),
            )
        });
        let system = format!(
            "system {}, unasked {}",
            words(&conversation.system),
            conversation.unasked.len()
        );
        let all: Vec<String> = std::iter::once(system).chain(turns).collect();
        assert_eq!(all, expected);
    }

    #[test]
    fn a_turn_goes_from_one_question_to_the_next() {
        check(
            r#"{"messages": [
                {"role": "system", "content": "Be kind."},
                {"role": "assistant", "content": "Hello!"},
                {"role": "user", "content": "Hi."},
                {"role": "user", "content": "Where is it?"},
                {"role": "assistant", "content": "Let me see.", "tool_calls": [{"function": {"name": "find", "arguments": "{}"}}]},
                {"role": "tool", "content": "on the way"},
                {"role": "assistant", "content": "It comes tomorrow."},
                {"role": "user", "content": "Thanks!"}
            ]}"#,
            &[
                "system 2, unasked 1",
                "asks 4, retrieves 0, calls 1 for 3, in 2, answers Some(3)",
                "asks 1, retrieves 0, calls 0 for 0, in 0, answers None",
            ],
        );
    }

    #[test]
    fn results_under_the_users_name_begin_no_turn() {
        check(
            r#"{"system": "Be kind.", "messages": [
                {"role": "user", "content": [{"type": "text", "text": "Where is it?"}, {"type": "search_result", "content": [{"type": "text", "text": "an old page"}]}]},
                {"role": "assistant", "content": [{"type": "tool_use", "name": "find", "input": {}}]},
                {"role": "user", "content": [{"type": "tool_result", "content": "on the way"}, {"type": "text", "text": "Hurry."}]},
                {"role": "assistant", "content": "Tomorrow."}
            ]}"#,
            &["system 2, unasked 0", "asks 4, retrieves 3, calls 1 for 3, in 2, answers Some(1)"],
        );
    }

    #[test]
    fn a_transcript_is_read_by_its_speakers() {
        let check = |text: &str, expected: &[&str]| {
            told(&transcript(text).expect("a transcript"), expected);
        };
        check(
            "System: Be kind.\n\nUser: Where is\nmy order?\n\n**Assistant:** It comes\ntomorrow.\nUser: Thanks!",
            &[
                "system 2, unasked 0",
                "asks 4, retrieves 0, calls 0 for 0, in 1, answers Some(3)",
                "asks 1, retrieves 0, calls 0 for 0, in 0, answers None",
            ],
        );
        check(
            "### Customer:\nHow much: 5 or 6?\n### Agent\nSix.\n",
            &["system 0, unasked 0", "asks 5, retrieves 0, calls 0 for 0, in 1, answers Some(1)"],
        );
        check(
            "Human: Hi\nTool: 12 hits\nAI: Hello",
            &["system 0, unasked 0", "asks 1, retrieves 0, calls 0 for 2, in 1, answers Some(1)"],
        );
        for text in ["It comes tomorrow.", "User: nobody answers", "Note: this\nWarning: that", ""]
        {
            assert_eq!(transcript(text), None, "{text}");
        }
    }
}
