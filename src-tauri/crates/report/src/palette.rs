//! The colours of drivers, the same in every picture.

use cost::workings::Driver;

/// A driver's colour as 0xRRGGBB. What is sent is cool, what is written is violet, failure is red-brown, people are grey; neighbours differ in lightness.
pub const fn driver(driver: Driver) -> u32 {
    match driver {
        Driver::BasePrompt => 0x13_4e6a,
        Driver::Retrieved => 0x3b_959e,
        Driver::Tools => 0x6a_88b8,
        Driver::History => 0x30_5480,
        Driver::PromptGrowth => 0x4a_a096,
        Driver::Output => 0x6c_3678,
        Driver::Reasoning => 0xbc_72ac,
        Driver::FailedAttempts => 0x62_3233,
        Driver::Escalation => 0xb0_7a45,
        Driver::Agents => 0x4f_6b3c,
        Driver::OtherCosts => 0x8d_8881,
        Driver::Contract => 0xc9_b26a,
    }
}

/// Near-black: computed figures and names.
pub const INK: u32 = 0x1a_1c1f;
/// Words beside figures.
pub const INK2: u32 = 0x50_555d;
/// Labels and units.
pub const INK3: u32 = 0x66_6b73;
/// What a person typed.
pub const INPUT: u32 = 0x1a_4fc4;
/// A guess.
pub const AMBER: u32 = 0x82_4c00;
/// Wrong.
pub const RED: u32 = 0xb3_201a;
/// Lines between rows.
pub const HAIR: u32 = 0xe3_e3de;
/// Lines under a head or over a total.
pub const RULE: u32 = 0xc4_c4be;
/// The page.
pub const PAGE: u32 = 0xff_ffff;
