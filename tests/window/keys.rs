//! Keys as the page's own list writes them, `Ctrl Shift Z`, pressed one after the other.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;

/// Presses keys together: all but the last are held meanwhile.
pub fn chord(keys: &str) -> KeyActions {
    let keys: Vec<char> = keys.split(' ').map(key).collect();
    let down = keys.iter().map(|&value| KeyAction::Down { value });
    let up = keys.iter().rev().map(|&value| KeyAction::Up { value });
    pressed(down.chain(up))
}

/// Types a text; a line's end is Enter.
pub fn typed(text: &str) -> KeyActions {
    let keys = text.chars().map(|sign| if sign == '\n' { char::from(Key::Enter) } else { sign });
    pressed(keys.flat_map(|value| [KeyAction::Down { value }, KeyAction::Up { value }]))
}

fn pressed(actions: impl Iterator<Item = KeyAction>) -> KeyActions {
    actions.fold(KeyActions::new("keyboard".into()), |so_far, action| so_far.then(action))
}

fn key(name: &str) -> char {
    let key = match name {
        "Ctrl" => Key::Control,
        "Shift" => Key::Shift,
        "Alt" => Key::Alt,
        "Enter" => Key::Enter,
        "Esc" => Key::Escape,
        "Tab" => Key::Tab,
        "Space" => Key::Space,
        "Ins" => Key::Insert,
        "Del" => Key::Delete,
        "Backspace" => Key::Backspace,
        "Home" => Key::Home,
        "End" => Key::End,
        "PgUp" => Key::PageUp,
        "PgDn" => Key::PageDown,
        "↑" => Key::Up,
        "↓" => Key::Down,
        "←" => Key::Left,
        "→" => Key::Right,
        "F1" => Key::F1,
        "F2" => Key::F2,
        "F6" => Key::F6,
        sign => {
            let mut signs = sign.chars();
            let (Some(sign), None) = (signs.next(), signs.next()) else {
                panic!("no key is called `{name}`");
            };
            return sign.to_ascii_lowercase();
        }
    };
    key.into()
}
