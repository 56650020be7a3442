//! The tokens of a picture, by each vendor's formula.

use crate::count::Counted;
use crate::message::{Detail, Pixels};
use crate::rules::{Model, Rules};

/// The tokens of a picture on a provider's model; nothing where no formula is known.
pub fn image_tokens(provider: &str, model: &str, size: Pixels, detail: Detail) -> Option<Counted> {
    tokens(&Model::of(provider, model), size, detail).map(|(counted, _)| counted)
}

/// The tokens of a picture by Anthropic's older rule, one for 750 pixels of its area, which its page gave until it told
/// of a grid.
pub fn image_area(size: Pixels) -> u64 {
    (u64::from(size.width) * u64::from(size.height)).div_ceil(750)
}

/// The patches of 32 pixels of a picture, before a model's multiplier, as OpenAI's page counts them.
pub fn image_patches(size: Pixels) -> u64 {
    patched(size, 2048, 2500, 100)
}

/// The tokens of a picture on a model, and where the formula stands; nothing where none is known.
pub(crate) fn tokens(
    model: &Model,
    size: Pixels,
    detail: Detail,
) -> Option<(Counted, &'static str)> {
    let Pixels { width, height } = size;
    let exactly = |tokens| Counted::between(tokens, tokens, tokens);
    match model.rules {
        Rules::Cookbook | Rules::OpenAi => openai(model, size, detail),
        Rules::Claude(major, minor) => {
            let newer = (major, minor) >= (4, 7);
            let (edge, most) = if newer { (2576, 4784) } else { (1568, 1568) };
            Some((exactly(claude(size, edge, most)), CLAUDE))
        }
        Rules::Gemini(0) => None,
        Rules::Gemini(1) => Some((exactly(258), GEMINI_TILES)),
        Rules::Gemini(2) if width <= 384 && height <= 384 => Some((exactly(258), GEMINI_TILES)),
        Rules::Gemini(2) => {
            let tiles = width.div_ceil(768) as u64 * height.div_ceil(768) as u64;
            Some((exactly(258 * tiles), GEMINI_TILES))
        }
        Rules::Gemini(_) => Some((
            match detail {
                Detail::Auto => Counted::between(280, 1120, 1120),
                Detail::Low => exactly(280),
                Detail::Medium => exactly(560),
                Detail::High => exactly(1120),
                Detail::Most => exactly(2240),
            },
            GEMINI_3,
        )),
        Rules::Other | Rules::Texts => None,
    }
}

const OPENAI_TILES: &str = "tiles of 512 pixels (OpenAI's images and vision page, read 2026-11)";
const OPENAI_PATCHES: &str = "patches of 32 pixels (OpenAI's images and vision page, read 2026-11)";
const OPENAI_LATER: &str =
    "as on gpt-5.6, whose patches are the last that OpenAI's page names (read 2026-11)";
const CLAUDE: &str = "a grid of 28 pixels (Anthropic's vision page, read 2026-11)";
const GEMINI_TILES: &str = "258 for each tile of 768 pixels (ai.google.dev, as quoted in 2026-11)";
const GEMINI_3: &str = "by media_resolution, high if nothing is said (as quoted in 2026-11)";

/// Tiles: tokens of the picture, tokens of each tile. The first that fits holds.
const TILES: &[(&str, u64, u64)] = &[
    ("gpt-4o-mini", 2833, 5667),
    ("gpt-4o", 85, 170),
    ("chatgpt-4o", 85, 170),
    ("o1", 75, 150),
    ("o3", 75, 150),
];

/// Those of models with variants that count otherwise, by their whole names.
const TILES_ALONE: &[(&str, u64, u64)] = &[
    ("gpt-4.1", 85, 170),
    ("gpt-5", 70, 140),
    ("gpt-5-chat", 70, 140),
    ("gpt-5-codex", 70, 140),
    ("gpt-5.1", 70, 140),
    ("gpt-5.1-chat", 70, 140),
    ("gpt-5.1-codex", 70, 140),
];

/// What a patch is multiplied by, in hundredths. The first that fits holds.
const PATCHES: &[(&str, u64)] = &[
    ("gpt-5.6", 120),
    ("gpt-5.5", 120),
    ("gpt-5.4", 120),
    ("gpt-5.2", 120),
    ("gpt-5-mini", 120),
    ("gpt-5-nano", 150),
    ("gpt-4.1-mini", 162),
    ("gpt-4.1-nano", 246),
    ("o4-mini", 172),
];

fn openai(model: &Model, size: Pixels, detail: Detail) -> Option<(Counted, &'static str)> {
    let dateless = without_date(&model.name);
    let alone = TILES_ALONE.iter().find(|(name, ..)| *name == dateless);
    let tiled = || TILES.iter().find(|(name, ..)| model.is_any(&[name]));
    let is_patched = PATCHES.iter().find(|(name, _)| model.is_any(&[name]));
    if let Some((_, hundredths)) = is_patched {
        return Some((patches(model, size, detail, *hundredths), OPENAI_PATCHES));
    }
    if let Some((_, base, tile)) = alone.or_else(tiled) {
        let tokens = tiles(size, detail, *base, *tile);
        return Some((Counted::between(tokens, tokens, tokens), OPENAI_TILES));
    }
    // Models after the last one of the page.
    let is_later = model.name.strip_prefix("gpt-").and_then(|version| {
        version.split(|char: char| !char.is_ascii_digit()).next()?.parse::<u32>().ok()
    });
    is_later.filter(|major| *major >= 6).map(|_| {
        let most = patched(size, 65_535, u64::MAX, 120);
        let least = patched(size, 2048, 2500, 120);
        (Counted::between(least, most, most), OPENAI_LATER)
    })
}

fn tiles(size: Pixels, detail: Detail, base: u64, tile: u64) -> u64 {
    if detail == Detail::Low {
        return base;
    }
    let Pixels { width, height } = fit(size, 2048);
    let shortest = width.min(height);
    let scale = (768.0 / f64::from(shortest)).min(1.0);
    let side = |pixels: u32| (f64::from(pixels) * scale).round() as u64;
    base + tile * side(width).div_ceil(512) * side(height).div_ceil(512)
}

fn patches(model: &Model, size: Pixels, detail: Detail, hundredths: u64) -> Counted {
    let high = || patched(size, 2048, 2500, hundredths);
    let exactly = |tokens: u64| Counted::between(tokens, tokens, tokens);
    let is_newer = model.is_any(&["gpt-5.5", "gpt-5.6"]);
    if model.is_any(&["gpt-5.4"]) || is_newer {
        let (edge, most) =
            if model.is_any(&["gpt-5.6"]) { (65_535, u64::MAX) } else { (6000, 10_000) };
        return match detail {
            Detail::Low if is_newer => exactly(patched(size, 512, u64::MAX, hundredths)),
            Detail::Low => {
                // The page gives 6,144 patches here, more than for `high`.
                let low = patched(size, 512, u64::MAX, hundredths);
                let tokens = high();
                Counted::between(low, tokens, patched(size, 65_535, 6144, hundredths).max(tokens))
            }
            Detail::Auto if !is_newer => exactly(high()),
            Detail::Medium | Detail::High => exactly(high()),
            Detail::Auto | Detail::Most => exactly(patched(size, edge, most, hundredths)),
        };
    }
    let tokens = patched(size, 65_535, 6144, hundredths);
    if model.is_any(&["gpt-5.2", "gpt-4.1-mini"]) {
        return exactly(tokens);
    }
    // An older copy of the page has a budget of 1,536 for these.
    Counted::between(patched(size, 65_535, 1536, hundredths), tokens, tokens)
}

/// Patches of 32 pixels within an edge and a budget, times a multiplier in hundredths.
fn patched(size: Pixels, edge: u32, budget: u64, hundredths: u64) -> u64 {
    let Pixels { width, height } = fit(size, edge);
    let count =
        |width: u32, height: u32| u64::from(width.div_ceil(32)) * u64::from(height.div_ceil(32));
    let mut patches = count(width, height);
    if patches > budget {
        let (w, h) = (f64::from(width), f64::from(height));
        let scale = (1024.0 * budget as f64 / (w * h)).sqrt();
        let whole = |side: f64| (side * scale / 32.0).floor() / (side * scale / 32.0);
        let scale = scale * whole(w).min(whole(h));
        // Two thirds of 96 is 63.999… to a float.
        let side = |side: f64| ((side * scale + 1e-6).floor() as u32).max(1);
        patches = match w.min(h) * scale {
            // A strip of less than a patch, for which the formula leaves nothing.
            0.0 => budget,
            _ => count(side(w), side(h)),
        };
    }
    (patches * hundredths).div_ceil(100)
}

/// A picture made no larger than an edge; never made larger.
fn fit(size: Pixels, edge: u32) -> Pixels {
    let longest = size.width.max(size.height);
    if longest <= edge {
        return size;
    }
    scaled(size, edge)
}

/// A picture whose longer side has so many pixels.
fn scaled(size: Pixels, longest: u32) -> Pixels {
    let scale = f64::from(longest) / f64::from(size.width.max(size.height));
    let side = |pixels: u32| ((f64::from(pixels) * scale).round() as u32).max(1);
    Pixels { width: side(size.width), height: side(size.height) }
}

/// Cells of 28 pixels after the picture is made to fit an edge and a number of cells.
fn claude(size: Pixels, edge: u32, most: u64) -> u64 {
    let cells =
        |size: Pixels| u64::from(size.width.div_ceil(28)) * u64::from(size.height.div_ceil(28));
    let longest = size.width.max(size.height).min(edge);
    let sizes = (1..=longest).rev().map(|longest| cells(scaled(size, longest)));
    sizes.into_iter().find(|cells| *cells <= most).unwrap_or(most)
}

/// A name without its date: `gpt-5-2025-08-07`, `gpt-5-latest`.
fn without_date(name: &str) -> &str {
    let name = name.strip_suffix("-latest").unwrap_or(name);
    match name.split_once("-20") {
        Some((stem, date)) if date.chars().all(|it| it.is_ascii_digit() || it == '-') => stem,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(model: &str, size: (u32, u32), detail: Detail, expected: u64) {
        let size = Pixels { width: size.0, height: size.1 };
        let counted =
            tokens(&Model::of("", model), size, detail).map(|(counted, _)| counted.tokens);
        assert_eq!(counted, Some(expected), "{model} {size:?} {detail:?}");
    }

    #[test]
    fn openai_counts_tiles_or_patches() {
        check("gpt-4o", (1024, 1024), Detail::High, 765);
        check("gpt-4o", (2048, 4096), Detail::Auto, 1105);
        check("gpt-4o", (2048, 4096), Detail::Low, 85);
        check("gpt-4o-mini", (1024, 1024), Detail::High, 2833 + 4 * 5667);
        check("gpt-4.1-2025-04-14", (1024, 1024), Detail::High, 765);
        check("gpt-5", (512, 512), Detail::Auto, 210);
        check("o3", (512, 512), Detail::Auto, 225);
        check("gpt-5.4", (1024, 1024), Detail::High, 1229);
        check("gpt-5.4", (2048, 2048), Detail::High, 3000);
        check("gpt-5.4", (2048, 2048), Detail::Auto, 3000);
        check("gpt-5.4-mini", (1024, 1024), Detail::High, 1229);
        check("gpt-4.1-mini", (1024, 1024), Detail::Auto, 1659);
        check("gpt-5.5", (1, 60_000), Detail::High, 77);
        assert_eq!(patched(Pixels { width: 1, height: 65_000 }, 65_535, 1536, 100), 1536);
    }

    #[test]
    fn the_same_picture_costs_more_where_the_default_changed() {
        check("gpt-5.4", (4096, 4096), Detail::Auto, 3000);
        check("gpt-5.5", (4096, 4096), Detail::Auto, 12_000);
        check("gpt-5.6-sol", (4096, 4096), Detail::Auto, 19_661);
        check("gpt-5.6-sol", (4096, 4096), Detail::Low, 308);
    }

    #[test]
    fn claude_counts_a_grid_after_making_the_picture_fit() {
        check("claude-opus-4-7", (1920, 1080), Detail::Auto, 2691);
        check("claude-opus-4-6", (1920, 1080), Detail::Auto, 1560);
        check("claude-sonnet-4-5", (28, 28), Detail::Auto, 1);
        check("claude-opus-5-5", (8000, 8000), Detail::Auto, 69 * 69);
    }

    #[test]
    fn gemini_counts_tiles_then_levels() {
        check("gemini-2.5-flash", (384, 384), Detail::Auto, 258);
        check("gemini-2.5-flash", (385, 384), Detail::Auto, 258);
        check("gemini-2.5-flash", (1536, 769), Detail::Auto, 4 * 258);
        check("gemini-1.5-pro", (1024, 1024), Detail::Auto, 258);
        check("gemini-pro-1.5", (1024, 1024), Detail::Auto, 258);
        check("gemini-flash-1.5", (1024, 1024), Detail::Auto, 258);
        check("gemini-3-pro-preview", (10, 10), Detail::Low, 280);
        check("gemini-3-pro-preview", (10, 10), Detail::Auto, 1120);
        check("gemini-3-pro-preview", (10, 10), Detail::Most, 2240);
    }

    #[test]
    fn a_model_whose_formula_is_not_known_has_none() {
        let size = Pixels { width: 10, height: 10 };
        assert_eq!(tokens(&Model::of("mistral", "pixtral-12b"), size, Detail::Auto), None);
        assert_eq!(tokens(&Model::of("openai", "gpt-4"), size, Detail::Auto), None);
        assert_eq!(tokens(&Model::of("", "gemini-omni-1.1-flash"), size, Detail::Auto), None);
    }
}
