//! What vendors put around messages, in tokens.

use crate::count::Counted;
use crate::message::{Content, Prompt};
use crate::rules::Rules;

/// What stands around messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Framing {
    /// Around each message, its role among it: fewest, likely, most.
    each: [u64; 3],
    /// Around a speaker's name.
    name: u64,
    /// Once, before the answer: fewest, likely, most.
    once: [u64; 3],
    /// Where that stands.
    pub(crate) source: &'static str,
}

impl Rules {
    /// What these rules put around messages.
    pub(crate) fn framing(self) -> Framing {
        match self {
            Rules::Cookbook => Framing {
                each: [4; 3],
                name: 1,
                once: [3; 3],
                source: "3 a message and its role, 1 a name, 3 once: exact for gpt-4o, gpt-4o-mini, \
                         gpt-3.5-turbo and gpt-4 (OpenAI's cookbook, read 2026-11)",
            },
            Rules::OpenAi => Framing {
                each: [3, 4, 5],
                name: 1,
                once: [2, 3, 12],
                source: "as for gpt-4o, by OpenAI's cookbook, read 2026-11; not confirmed for later \
                         models",
            },
            Rules::Claude(major, minor) => Framing {
                each: if (major, minor) < (4, 7) { [3, 7, 8] } else { [3, 6, 8] },
                name: 0,
                once: [0; 3],
                source: "6 or 7 a message by an unofficial reconstruction (ctok 1.3.0); Anthropic \
                         publishes none",
            },
            Rules::Gemini(_) => Framing {
                each: [0, 1, 4],
                name: 0,
                once: [0, 0, 4],
                source: "Google publishes none; a small allowance",
            },
            Rules::Texts => Framing { each: [0; 3], name: 0, once: [0; 3], source: "" },
            Rules::Other => Framing {
                each: [3, 4, 7],
                name: 1,
                once: [0, 3, 6],
                source: "chat templates of open models put 3 to 7 around a message; not looked up \
                         for this one",
            },
        }
    }
}

impl Framing {
    /// What stands around the first so many messages; `named` tokens are the speakers' names.
    pub(crate) fn around(&self, prompt: &Prompt, messages: usize, named: u64) -> Counted {
        if prompt.is_bare || self.source.is_empty() {
            return Counted::NONE;
        }
        let messages = &prompt.messages[..messages];
        let names = messages.iter().filter(|message| message.name.is_some()).count() as u64;
        let calls =
            |content: &Content| matches!(content, Content::ToolCall(..) | Content::ToolResult(_));
        let calls =
            messages.iter().flat_map(|message| &message.contents).filter(|it| calls(it)).count();
        let [low, likely, high] = [0, 1, 2]
            .map(|which| self.each[which] * messages.len() as u64 + names * self.name + named);
        // How calls of tools are sent is not published.
        Counted::between(low, likely, high + 8 * calls as u64)
    }

    /// What stands once, before the answer.
    pub(crate) fn before_answer(&self, prompt: &Prompt) -> Counted {
        let [low, likely, high] = if prompt.is_bare { [0; 3] } else { self.once };
        Counted::between(low, likely, high)
    }
}
