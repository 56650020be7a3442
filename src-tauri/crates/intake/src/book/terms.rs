//! What a seller says about prices beyond the prices, read and written.

use cost::book::{
    CacheMode, CacheRule, Metering, Models, Multiplier, MultiplierOn, Period, Reroute, Retirement,
    Span, Terms, Tier,
};
use cost::meter::Meter;
use cost::money::{Factor, Quantity};

use super::fields::{BadBook, Fields, Seller};
use super::line::{field, list, origin as write_origin, quoted};

/// The tables of a price file that are terms.
pub const TABLES: &[&str] = &["multiplier", "metering", "cache", "reroute", "retirement"];

/// Reads the terms of one seller.
pub fn read(fields: &Fields, seller: &Seller) -> Result<Terms, BadBook> {
    let tables = |key: &str| seller.tables(fields, key);
    Ok(Terms {
        multipliers: tables("multiplier")?.iter().map(multiplier).collect::<Result<_, _>>()?,
        metering: tables("metering")?.iter().map(metering).collect::<Result<_, _>>()?,
        caches: tables("cache")?.iter().map(cache).collect::<Result<_, _>>()?,
        reroutes: tables("reroute")?.iter().map(reroute).collect::<Result<_, _>>()?,
        retirements: tables("retirement")?.iter().map(retirement).collect::<Result<_, _>>()?,
    })
}

/// Writes the terms of a seller; `provider` names it where the file holds several.
pub fn write(text: &mut String, provider: Option<&str>, terms: &Terms) {
    let head = |text: &mut String, table: &str| {
        text.push_str(&format!("\n[[{table}]]\n"));
        if let Some(provider) = provider {
            field(text, "provider", &quoted(provider));
        }
    };
    for rule in &terms.multipliers {
        head(text, "multiplier");
        write_scope(text, &rule.models, rule.span);
        field(text, "when", &quoted(&rule.key));
        list(text, "is", &rule.values);
        field(text, "factor", &quoted(&rule.factor.to_string()));
        if rule.on == MultiplierOn::All {
            field(text, "on", &quoted("all"));
        }
        let excludes: Vec<_> = rule.excludes.iter().map(|tier| tier.name().to_owned()).collect();
        list(text, "excludes", &excludes);
        write_origin(text, &rule.origin);
    }
    for rule in &terms.metering {
        head(text, "metering");
        write_scope(text, &rule.models, rule.span);
        field(text, "meter", &quoted(rule.meter.name()));
        let quantities =
            [("minimum", rule.minimum), ("increment", rule.increment), ("free", rule.free)];
        for (key, quantity) in quantities {
            if let Some(quantity) = quantity {
                field(text, key, &quoted(&quantity.to_string()));
            }
        }
        if rule.free.is_some() {
            field(text, "per", &quoted(rule.per.name()));
        }
        write_origin(text, &rule.origin);
    }
    for rule in &terms.caches {
        head(text, "cache");
        write_scope(text, &rule.models, rule.span);
        field(text, "mode", &quoted(rule.mode.name()));
        field(text, "minimum_tokens", &rule.minimum_tokens.to_string());
        field(text, "granularity_tokens", &rule.granularity_tokens.to_string());
        let seconds: Vec<_> = rule.ttl_seconds.iter().map(u64::to_string).collect();
        field(text, "ttl_seconds", &format!("[{}]", seconds.join(", ")));
        field(text, "refreshes", if rule.refreshes { "true" } else { "false" });
        if let Some(breakpoints) = rule.breakpoints {
            field(text, "breakpoints", &breakpoints.to_string());
        }
        if let Some(storage) = rule.storage {
            field(text, "storage", &quoted(&storage.per_million()));
        }
        write_origin(text, &rule.origin);
    }
    for rule in &terms.reroutes {
        head(text, "reroute");
        field(text, "model", &quoted(&rule.model));
        write_span(text, rule.span);
        field(text, "answers", &quoted(&rule.to));
        write_origin(text, &rule.origin);
    }
    for end in &terms.retirements {
        head(text, "retirement");
        field(text, "model", &quoted(&end.model));
        field(text, "on", &end.on.to_string());
        if let Some(successor) = &end.successor {
            field(text, "successor", &quoted(successor));
        }
        write_origin(text, &end.origin);
    }
}

/// The keys that every term may have.
const COMMON: [&str; 7] = ["provider", "models", "from", "to", "source", "checked", "basis"];

fn only(fields: &Fields, own: &[&str]) -> Result<(), BadBook> {
    fields.only(&[own, &COMMON].concat())
}

fn multiplier(fields: &Fields) -> Result<Multiplier, BadBook> {
    only(fields, &["when", "is", "factor", "on", "excludes"])?;
    let factor = fields.needed_text("factor")?;
    let values = fields.texts("is")?;
    if values.is_empty() {
        return Err(fields.missing("is"));
    }
    let names = |on: MultiplierOn| match on {
        MultiplierOn::Tokens => "tokens",
        MultiplierOn::All => "all",
    };
    let tier = |word: &String| {
        let message = format!("There is no tier `{word}`.");
        Tier::parse(word).ok_or_else(|| fields.bad_field("excludes", message))
    };
    Ok(Multiplier {
        models: models(fields)?,
        span: span(fields)?,
        key: fields.needed_text("when")?.into(),
        values,
        factor: Factor::parse(factor).filter(|read| read.to_string() != "0").ok_or_else(|| {
            let message = format!(
                "`factor` is \"{factor}\", not a decimal such as \"1.1\" above 0 and up to 1000."
            );
            fields.bad_field("factor", message)
        })?,
        on: fields
            .word("on", &[MultiplierOn::Tokens, MultiplierOn::All], names)?
            .unwrap_or_default(),
        excludes: fields.texts("excludes")?.iter().map(tier).collect::<Result<_, _>>()?,
        origin: fields.origin()?,
    })
}

fn metering(fields: &Fields) -> Result<Metering, BadBook> {
    only(fields, &["meter", "minimum", "increment", "free", "per"])?;
    let quantity = |key: &str| {
        let Some(text) = fields.text(key)? else { return Ok(None) };
        let read = Quantity::parse(text).filter(|quantity| *quantity > Quantity::ZERO);
        let message = format!("`{key}` is \"{text}\", not a decimal above 0 in quotes.");
        read.map(Some).ok_or_else(|| fields.bad_field(key, message))
    };
    let (minimum, increment, free) =
        (quantity("minimum")?, quantity("increment")?, quantity("free")?);
    if minimum.is_none() && increment.is_none() && free.is_none() {
        return Err(fields.missing("free"));
    }
    Ok(Metering {
        models: models(fields)?,
        span: span(fields)?,
        meter: fields
            .word("meter", Meter::ALL, Meter::name)?
            .ok_or_else(|| fields.missing("meter"))?,
        minimum,
        increment,
        free,
        per: fields.word("per", &Period::ALL, Period::name)?.unwrap_or_default(),
        origin: fields.origin()?,
    })
}

fn cache(fields: &Fields) -> Result<CacheRule, BadBook> {
    only(
        fields,
        &[
            "mode",
            "minimum_tokens",
            "granularity_tokens",
            "ttl_seconds",
            "refreshes",
            "breakpoints",
            "storage",
        ],
    )?;
    let storage = fields.table.get("storage").map(|value| fields.rate("storage", value));
    Ok(CacheRule {
        models: models(fields)?,
        span: span(fields)?,
        mode: fields
            .word("mode", &CacheMode::ALL, CacheMode::name)?
            .ok_or_else(|| fields.missing("mode"))?,
        minimum_tokens: fields.number("minimum_tokens")?.unwrap_or(0),
        granularity_tokens: fields.number("granularity_tokens")?.unwrap_or(1),
        ttl_seconds: fields.numbers("ttl_seconds")?,
        refreshes: fields.yes("refreshes")?,
        breakpoints: fields.number("breakpoints")?,
        storage: storage.transpose()?,
        origin: fields.origin()?,
    })
}

fn reroute(fields: &Fields) -> Result<Reroute, BadBook> {
    only(fields, &["model", "answers"])?;
    Ok(Reroute {
        model: fields.needed_text("model")?.into(),
        span: span(fields)?,
        to: fields.needed_text("answers")?.into(),
        origin: fields.origin()?,
    })
}

fn retirement(fields: &Fields) -> Result<Retirement, BadBook> {
    only(fields, &["model", "on", "successor"])?;
    Ok(Retirement {
        model: fields.needed_text("model")?.into(),
        on: fields.needed_date("on")?,
        successor: fields.text("successor")?.map(Into::into),
        origin: fields.origin()?,
    })
}

fn models(fields: &Fields) -> Result<Models, BadBook> {
    if !fields.table.contains_key("models") {
        return Ok(Models::All);
    }
    fields.texts("models").map(Models::These)
}

fn span(fields: &Fields) -> Result<Span, BadBook> {
    Ok(Span { from: fields.date("from")?, to: fields.date("to")? })
}

fn write_scope(text: &mut String, models: &Models, span: Span) {
    match models {
        Models::All => {}
        Models::These(ids) => list(text, "models", ids),
    }
    write_span(text, span);
}

fn write_span(text: &mut String, span: Span) {
    for (key, day) in [("from", span.from), ("to", span.to)] {
        if let Some(day) = day {
            field(text, key, &day.to_string());
        }
    }
}
