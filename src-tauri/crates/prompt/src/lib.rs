//! Texts into tokens: how many a model will count, exactly or by a marked estimate.

mod text;
pub use text::{NotText, text};

mod tokenizer;
pub use tokenizer::{
    Change, CountedIn, Lanes, Live, NotInText, NotVocabulary, Own, OwnVocabulary,
    UnknownVocabulary, Vocabulary, count, token_ends,
};

mod kind;
pub use kind::{Kind, Kinds};

mod family;
pub use family::{Counting, Family};

mod calibration;
pub use calibration::{Calibration, Told};

mod model;
pub use model::counting;

mod count;
pub use count::{Certainty, Counted, count_as, count_for_model, counted_as};

mod variable;
pub use variable::{Given, Template, Variable};

mod message;
pub use message::{Content, Detail, Gap, Image, Lost, Mark, Message, Pixels, Prompt, Role, Tool};

mod format;
pub use format::{Format, Requests, UnknownFormat, Unreadable, read, read_as, transcript};

mod conversation;
pub use conversation::{Conversation, Reply, Turn};

mod rules;

mod framing;

mod tool;

mod image;
pub use image::{image_area, image_patches, image_tokens};

mod measure;
pub use measure::{Billing, Measured, Measurer, Section, Share};
