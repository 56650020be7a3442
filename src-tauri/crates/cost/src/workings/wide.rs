//! Loops over many values with the widest registers of the machine, and the functions that cost most in them: the same
//! bits as one value after the other, for each operation is one of IEEE 754 and none is fused with another.
//!
//! Copyright (C) 1993, 2004 by Sun Microsystems, Inc. All rights reserved, of what follows FreeBSD's msun: permission to
//! use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved (`NOTICE`).

use std::f64::consts::{LN_2, LOG2_E};
use std::sync::LazyLock;

use pulp::{Arch, Simd, WithSimd};

/// Does a loop over lanes.
pub fn wide<L: WithSimd>(work: L) -> L::Output {
    static ARCH: LazyLock<Arch> = LazyLock::new(Arch::new);
    ARCH.dispatch(work)
}

/// A loop that is taken into each of the ways in which it is compiled: a closure may be left outside.
macro_rules! wide_loop {
    ($(#[$doc:meta])* $name:ident<$life:lifetime $(, $of:ident)?> { $($field:ident: $type:ty),* $(,)? } -> $output:ty $body:block) => {
        $(#[$doc])*
        pub struct $name<$life $(, $of: Fn(f64, f64) -> f64)?> {
            $(#[allow(missing_docs)] pub $field: $type),*
        }

        impl<$life $(, $of: Fn(f64, f64) -> f64)?> WithSimd for $name<$life $(, $of)?> {
            type Output = $output;
            #[inline(always)]
            fn with_simd<S: Simd>(self, _: S) -> $output {
                let Self { $($field),* } = self;
                $body
            }
        }
    };
}

wide_loop! {
    /// What comes of each lane with one value.
    WithOne<'l, F> { out: &'l mut [f64], one: f64, of: F } -> () {
        out.iter_mut().for_each(|out| *out = of(*out, one));
    }
}

wide_loop! {
    /// What comes of each lane with a value of its own; of stretches of lanes with the same values, where these are fewer.
    WithEach<'l, F> { out: &'l mut [f64], each: &'l [f64], of: F } -> () {
        for out in out.chunks_exact_mut(each.len()) {
            out.iter_mut().zip(each).for_each(|(out, each)| *out = of(*out, *each));
        }
    }
}

wide_loop! {
    /// What comes of stretches of lanes with one value each.
    WithOuter<'l, F> { out: &'l mut [f64], outer: &'l [f64], long: usize, of: F } -> () {
        for (out, outer) in out.chunks_exact_mut(long).zip(outer) {
            out.iter_mut().for_each(|out| *out = of(*out, *outer));
        }
    }
}

wide_loop! {
    /// What comes of each of one operand with one value.
    OfOne<'l, F> { out: &'l mut [f64], left: &'l [f64], one: f64, of: F } -> () {
        out.iter_mut().zip(left).for_each(|(out, left)| *out = of(*left, one));
    }
}

wide_loop! {
    /// What comes of each of one operand with each of another; of stretches with the same values, where these are fewer.
    OfEach<'l, F> { out: &'l mut [f64], left: &'l [f64], each: &'l [f64], of: F } -> () {
        for (out, left) in out.chunks_exact_mut(each.len()).zip(left.chunks_exact(each.len())) {
            let pairs = left.iter().zip(each);
            out.iter_mut().zip(pairs).for_each(|(out, (left, each))| *out = of(*left, *each));
        }
    }
}

wide_loop! {
    /// What comes of stretches of one operand with one value each.
    OfOuter<'l, F> { out: &'l mut [f64], left: &'l [f64], outer: &'l [f64], long: usize, of: F } -> () {
        let stretches = out.chunks_exact_mut(long).zip(left.chunks_exact(long));
        for ((out, left), outer) in stretches.zip(outer) {
            out.iter_mut().zip(left).for_each(|(out, left)| *out = of(*left, *outer));
        }
    }
}

wide_loop! {
    /// Products added to each lane; to stretches with the same right values, where these are fewer.
    AddProducts<'l> { lanes: &'l mut [f64], left: &'l [f64], right: &'l [f64] } -> () {
        // What is the same in every stretch has a length of its own.
        let long = left.len().min(right.len());
        let mut lefts = left.chunks_exact(long).cycle();
        for lanes in lanes.chunks_exact_mut(long) {
            let left = lefts.next().unwrap_or(left);
            let pairs = left.iter().zip(right);
            lanes.iter_mut().zip(pairs).for_each(|(sum, (left, right))| *sum += left * right);
        }
    }
}

wide_loop! {
    /// How many of the left are more than the right.
    CountMore<'l> { left: &'l [f64], right: &'l [f64] } -> usize {
        left.iter().zip(right).map(|(left, right)| usize::from(left > right)).sum()
    }
}

wide_loop! {
    /// The other where the left is more than the right.
    Choose<'l> { out: &'l mut [f64], other: &'l [f64], left: &'l [f64], right: &'l [f64] } -> () {
        let lanes = out.iter_mut().zip(other).zip(left.iter().zip(right));
        for ((out, other), (left, right)) in lanes {
            *out = if left > right { *other } else { *out };
        }
    }
}

wide_loop! {
    /// eˣ of each, where all are ordinary.
    Exp<'l> { values: &'l mut [f64] } -> bool {
        let ordinary = values.iter().fold(true, |all, x| all & (x.abs() < 708.0));
        if ordinary {
            values.iter_mut().for_each(|x| *x = exp_of(*x));
        }
        ordinary
    }
}

wide_loop! {
    /// The logarithm of each, where all are ordinary.
    Log<'l> { values: &'l mut [f64] } -> bool {
        let ordinary = values.iter().fold(true, |all, x| all & is_normal(*x));
        if ordinary {
            values.iter_mut().for_each(|x| *x = log_of(*x));
        }
        ordinary
    }
}

wide_loop! {
    /// xʸ of each, where all are ordinary.
    Pow<'l> { values: &'l mut [f64], powers: &'l [f64] } -> bool {
        let pairs = values.iter().zip(powers);
        let ordinary = pairs.fold(true, |all, (x, y)| all & is_ordinary(*x, *y));
        if ordinary {
            values.iter_mut().zip(powers).for_each(|(x, y)| *x = pow_of(*x, *y));
        }
        ordinary
    }
}

/// So many values are looked at before one of the two ways is taken.
const LOOKED_AT: usize = 64;

/// Fewer are not worth a loop of their own.
const FEW: usize = 4;

/// eˣ of each: the bits of `libm::exp`.
pub fn exp(values: &mut [f64]) {
    for values in values.chunks_mut(LOOKED_AT) {
        if values.len() < FEW || !wide(Exp { values }) {
            values.iter_mut().for_each(|x| *x = libm::exp(*x));
        }
    }
}

/// The natural logarithm of each: the bits of `libm::log`.
pub fn log(values: &mut [f64]) {
    for values in values.chunks_mut(LOOKED_AT) {
        if values.len() < FEW || !wide(Log { values }) {
            values.iter_mut().for_each(|x| *x = libm::log(*x));
        }
    }
}

/// xʸ of each pair: the bits of `libm::pow`.
pub fn pow(values: &mut [f64], powers: &[f64]) {
    for (values, powers) in values.chunks_mut(LOOKED_AT).zip(powers.chunks(LOOKED_AT)) {
        if values.len() < FEW || !wide(Pow { values, powers }) {
            values.iter_mut().zip(powers).for_each(|(x, y)| *x = libm::pow(*x, *y));
        }
    }
}

/// The same with one power.
pub fn pow_one(values: &mut [f64], power: f64) {
    let powers = [power; LOOKED_AT];
    values.chunks_mut(LOOKED_AT).for_each(|values| pow(values, &powers[..values.len()]));
}

/// Positive and neither too small for a whole mantissa nor infinite.
#[inline(always)]
fn is_normal(x: f64) -> bool {
    (f64::MIN_POSITIVE..f64::INFINITY).contains(&x)
}

/// Whether a power is far from every end of the numbers.
#[inline(always)]
fn is_ordinary(x: f64, y: f64) -> bool {
    let exponent = (whole(x.to_bits() >> 52) - 1023.0).abs() + 1.0;
    is_normal(x) & (y.abs() * exponent < 1020.0)
}

/// A small whole number as a float.
#[inline(always)]
fn whole(bits: u64) -> f64 {
    f64::from_bits(0x4330_0000_0000_0000 | bits) - 4_503_599_627_370_496.0
}

/// 2ⁿ, for whole n from −1022 to 1023.
#[inline(always)]
fn two_to(n: f64) -> f64 {
    f64::from_bits((n + (4_503_599_627_370_496.0 + 1023.0)).to_bits() << 52)
}

/// Without the lower half of its bits.
#[inline(always)]
fn upper(x: f64) -> f64 {
    f64::from_bits(x.to_bits() & 0xffff_ffff_0000_0000)
}

const LN2_HI: f64 = 0.6931471803691238;
const LN2_LO: f64 = 1.9082149292705877e-10;
const P1: f64 = 0.16666666666666602;
const P2: f64 = -0.0027777777777015593;
const P3: f64 = 6.613756321437934e-05;
const P4: f64 = -1.6533902205465252e-06;
const P5: f64 = 4.1381367970572385e-08;

/// FreeBSD's `e_exp.c` without branches, for |x| < 708.
#[inline(always)]
fn exp_of(x: f64) -> f64 {
    let size = x.abs();
    let far = (LOG2_E * x + 0.5_f64.copysign(x)).trunc();
    let near = 1.0_f64.copysign(x);
    // Of 1.5·ln 2 and ln 2 / 2 the upper half of the bits is compared.
    let k = if size >= f64::from_bits(0x3ff0_a2b2_0000_0000) { far } else { near };
    let k = if size >= f64::from_bits(0x3fd6_2e43_0000_0000) { k } else { 0.0 };
    let hi = x - k * LN2_HI;
    let lo = k * LN2_LO;
    let r = hi - lo;
    let square = r * r;
    let c = r - square * (P1 + square * (P2 + square * (P3 + square * (P4 + square * P5))));
    let y = 1.0 + (r * c / (2.0 - c) - lo + hi);
    let tiny = size < f64::from_bits(0x3e30_0001_0000_0000);
    if tiny { 1.0 + x } else { y * two_to(k) }
}

const LG1: f64 = 0.6666666666666735;
const LG2: f64 = 0.3999999999940942;
const LG3: f64 = 0.2857142874366239;
const LG4: f64 = 0.22222198432149784;
const LG5: f64 = 0.1818357216161805;
const LG6: f64 = 0.15313837699209373;
const LG7: f64 = 0.14798198605116586;

/// FreeBSD's `e_log.c`, for normal x.
#[inline(always)]
fn log_of(x: f64) -> f64 {
    let bits = x.to_bits();
    let high = (bits >> 32) + (0x3ff0_0000 - 0x3fe6_a09e);
    let k = whole(high >> 20) - 1023.0;
    let high = (high & 0x000f_ffff) + 0x3fe6_a09e;
    let f = f64::from_bits(high << 32 | bits & 0xffff_ffff) - 1.0;
    let half = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * (LG2 + w * (LG4 + w * LG6));
    let odd = z * (LG1 + w * (LG3 + w * (LG5 + w * LG7)));
    s * (half + (odd + even)) + k * LN2_LO - half + f + k * LN2_HI
}

const L1: f64 = 0.5999999999999946;
const L2: f64 = 0.4285714285785502;
const L3: f64 = 0.33333332981837743;
const L4: f64 = 0.272728123808534;
const L5: f64 = 0.23066074577556175;
const L6: f64 = 0.20697501780033842;
const DP_H: f64 = 0.5849624872207642;
const DP_L: f64 = 1.350039202129749e-08;
const CP: f64 = 0.9617966939259756;
const CP_H: f64 = 0.9617967009544373;
const CP_L: f64 = -7.028461650952758e-09;
const LG_2_H: f64 = 0.6931471824645996;
const LG_2_L: f64 = -1.904654299957768e-09;

/// FreeBSD's `e_pow.c` without branches, where [`is_ordinary`].
#[inline(always)]
fn pow_of(x: f64, y: f64) -> f64 {
    let bits = x.to_bits();
    let mantissa = bits >> 32 & 0x000f_ffff;
    let is_middle = (mantissa > 0x3_988e) & (mantissa < 0xb_b67a);
    let is_upper = mantissa >= 0xb_b67a;
    let n = whole((bits >> 52) + u64::from(is_upper)) - 1023.0;
    let high = (mantissa | 0x3ff0_0000) - if is_upper { 0x0010_0000 } else { 0 };
    let a = f64::from_bits(high << 32 | bits & 0xffff_ffff);
    let base = if is_middle { 1.5 } else { 1.0 };
    let (dp_h, dp_l) = if is_middle { (DP_H, DP_L) } else { (0.0, 0.0) };

    // log₂ x in two parts.
    let u = a - base;
    let v = 1.0 / (a + base);
    let ss = u * v;
    let s_h = upper(ss);
    let t_h = (high >> 1 | 0x2000_0000) + 0x0008_0000 + if is_middle { 0x0004_0000 } else { 0 };
    let t_h = f64::from_bits(t_h << 32);
    let t_l = a - (t_h - base);
    let s_l = v * ((u - s_h * t_h) - s_h * t_l);
    let s2 = ss * ss;
    let r = s2 * s2 * (L1 + s2 * (L2 + s2 * (L3 + s2 * (L4 + s2 * (L5 + s2 * L6)))));
    let r = r + s_l * (s_h + ss);
    let s2 = s_h * s_h;
    let t_h = upper(3.0 + s2 + r);
    let t_l = r - ((t_h - 3.0) - s2);
    let u = s_h * t_h;
    let v = s_l * t_h + t_l * ss;
    let p_h = upper(u + v);
    let p_l = v - (p_h - u);
    let z_h = CP_H * p_h;
    let z_l = CP_L * p_h + p_l * CP + dp_l;
    let t1 = upper(((z_h + z_l) + dp_h) + n);
    let t2 = z_l - (((t1 - n) - dp_h) - z_h);

    // 2 to the power of y times that.
    let y1 = upper(y);
    let p_l = (y - y1) * t1 + y * t2;
    let p_h = y1 * t1;
    let z = p_l + p_h;
    let size = upper(z).abs();
    let n = if size > 0.5 { (size + 0.5).trunc().copysign(z) } else { 0.0 };
    let p_h = p_h - n;
    let t = upper(p_l + p_h);
    let u = t * LG_2_H;
    let v = (p_l - (t - p_h)) * LN_2 + t * LG_2_L;
    let z = u + v;
    let w = v - (z - u);
    let t = z * z;
    let t1 = z - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
    let r = (z * t1) / (t1 - 2.0) - (w + z * w);
    let power = (1.0 - (r - z)) * two_to(n);

    // What is exact.
    let power = if y == 2.0 { x * x } else { power };
    let power = if y == 0.5 { x.sqrt() } else { power };
    let power = if y == -1.0 { 1.0 / x } else { power };
    let power = if y == 1.0 { x } else { power };
    if (y == 0.0) | (x == 1.0) { 1.0 } else { power }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of every size, and those at which something changes.
    fn numbers() -> Vec<f64> {
        let mut state = 1_u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        let mut all = vec![
            0.0,
            -0.0,
            1.0,
            -1.0,
            2.0,
            0.5,
            1.5,
            3.0,
            1e-320,
            -3e-310,
            1e300,
            -1e300,
            708.0,
            709.5,
            -745.0,
            -708.5,
            1e-20,
            -1e-9,
            0.346_573_590_279_972_6,
            0.346_573_6,
            1.039_720_770_839_917_9,
            1.039_721,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            f64::MIN_POSITIVE,
        ];
        for _ in 0..20_000 {
            all.push(2.0 * next() - 1.0);
            all.push(1.0 + 0.1 * (next() - 0.5));
            all.push(1500.0 * (next() - 0.5));
            all.push((80.0 * (next() - 0.5)).exp2());
            all.push((200.0 * next()).floor());
            all.push(f64::from_bits((next() * 1.8e19) as u64));
        }
        all
    }

    fn check(name: &str, ours: f64, theirs: f64, of: &[f64]) {
        let same = ours.to_bits() == theirs.to_bits() || (ours.is_nan() && theirs.is_nan());
        assert!(same, "{name} of {of:?}: {ours:e}, and {theirs:e} alone");
    }

    #[test]
    fn exponentials_and_logarithms_have_the_bits_of_each_alone() {
        // One that is out of the ordinary would take its neighbours along.
        for chunk in [1, 64, 120_000] {
            let numbers = numbers();
            for numbers in numbers.chunks(chunk) {
                let (mut powers, mut logs) = (numbers.to_vec(), numbers.to_vec());
                exp(&mut powers);
                log(&mut logs);
                for ((x, power), log) in numbers.iter().zip(powers).zip(logs) {
                    check("exp", power, libm::exp(*x), &[*x]);
                    check("log", log, libm::log(*x), &[*x]);
                }
            }
        }
    }

    #[test]
    fn powers_have_the_bits_of_each_alone() {
        let numbers = numbers();
        for apart in [1, 2, 3, 4, 5, 6, 7, 19] {
            for (x, y) in numbers.iter().zip(&numbers[apart..]) {
                let mut power = [*x];
                pow(&mut power, &[*y]);
                check("pow", power[0], libm::pow(*x, *y), &[*x, *y]);
            }
            let (mut powers, others) =
                (numbers[..numbers.len() - apart].to_vec(), &numbers[apart..]);
            pow(&mut powers, others);
            for ((x, y), power) in numbers.iter().zip(others).zip(powers) {
                check("pow", power, libm::pow(*x, *y), &[*x, *y]);
            }
        }
        let mut powers = numbers.clone();
        pow_one(&mut powers, 7.0);
        for (x, power) in numbers.iter().zip(powers) {
            check("pow", power, libm::pow(*x, 7.0), &[*x, 7.0]);
        }
    }
}
