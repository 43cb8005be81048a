//! Values that conditions can tell apart.

use countersign_core::condition::{Condition, Decimal, Ip, Kind, Op, Value};
use countersign_core::sorted::Set;
use countersign_wire::document::{Node, Value as Plain};
use countersign_wire::time;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Items of which all subsets are tried as lists.
const SUBSETS: usize = 4;

/// What conditions compare with.
#[derive(Clone, Debug, Default)]
pub(super) struct Pool {
    numbers: Set<Decimal>,
    texts: Set<String>,
    times: Set<i64>,
    ips: Set<Ip>,
    /// Whether a condition does more than compare
    computes: bool,
}

impl Pool {
    /// Takes in what a condition compares with.
    pub(super) fn take(&mut self, condition: &Condition) {
        for constant in &condition.constants {
            self.add(constant);
        }
        self.computes |= !condition.code.iter().all(compares);
    }

    /// Takes in a value.
    pub(super) fn add(&mut self, value: &Value<'_>) {
        match value {
            Value::Int(value) => {
                self.numbers.insert(Decimal::from(*value));
            }
            Value::Decimal(value) => {
                self.numbers.insert(*value);
            }
            Value::String(text) => {
                self.texts.insert(text.to_string());
            }
            Value::Timestamp(at) => {
                self.times.insert(*at);
            }
            Value::Ip(ip) => {
                self.ips.insert(*ip);
            }
            Value::Range(range) => self.add_range(range.first(), range.prefix()),
            Value::List(items) => items.all().iter().for_each(|item| self.add(item)),
            Value::Error | Value::Bool(_) | Value::Duration(_) => {}
        }
    }

    /// The ends of a range, and the addresses next to them.
    fn add_range(&mut self, first: Ip, prefix: u8) {
        let width: u32 = if first.is_v6() { 128 } else { 32 };
        let hosts = u128::MAX.checked_shr(128 - (width - u32::from(prefix))).unwrap_or(0);
        let last = first.bits() | hosts;
        for bits in [first.bits(), last, first.bits().wrapping_sub(1), last.wrapping_add(1)] {
            self.ips.extend(Ip::new(first.is_v6(), bits));
        }
    }

    pub(super) fn join(&mut self, other: &Self) {
        self.numbers.extend(&other.numbers);
        self.texts.extend(other.texts.iter().cloned());
        self.times.extend(&other.times);
        self.ips.extend(&other.ips);
        self.computes |= other.computes;
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(String::as_str)
    }

    /// Whether conditions do more with values than to compare them, so that [`Pool::values`] may miss some that matter.
    pub(super) fn computes(&self) -> bool {
        self.computes
    }

    /// Values of a kind: each that is compared with, and some between.
    pub(super) fn values(&self, kind: Kind, one_of: &[Box<str>]) -> Vec<Plain> {
        if let Some(item) = kind.item() {
            return self.lists(item, one_of);
        }
        match kind {
            Kind::Bool => vec![Plain::Bool(false), Plain::Bool(true)],
            Kind::Int => self.integers(),
            Kind::Decimal => self.decimals(),
            Kind::String if one_of.is_empty() => self.strings(),
            Kind::String => one_of.iter().map(|one| Plain::String(one.to_string())).collect(),
            Kind::Timestamp => {
                let near = self.times.iter().flat_map(|at| (-2..=2).filter_map(|step| at.checked_add(step)));
                let near: Set<i64> = near.chain([0]).filter(|at| time::format(*at).is_some()).collect();
                near.into_iter().map(Plain::Time).collect()
            }
            Kind::Ip => {
                let some = ["192.0.2.1", "2001:db8::1"].into_iter().filter_map(Ip::parse);
                let all: Set<Ip> = self.ips.iter().copied().chain(some).collect();
                all.into_iter().map(|ip| Plain::String(written(ip))).collect()
            }
            _ => Vec::new(),
        }
    }

    fn lists(&self, item: Kind, one_of: &[Box<str>]) -> Vec<Plain> {
        let items: Vec<Plain> = self.values(item, one_of);
        let node = |value: &Plain| Node { span: 0..0, value: value.clone() };
        let mut lists: Vec<Plain> = items.iter().map(|item| Plain::Array(vec![node(item)])).collect();
        lists.push(Plain::Array(items.iter().map(node).collect()));
        lists.push(Plain::Array(Vec::new()));
        let few: Vec<Plain> = match item {
            Kind::String => self.texts.iter().take(SUBSETS).map(|text| Plain::String(text.clone())).collect(),
            _ => items.into_iter().take(SUBSETS).collect(),
        };
        for subset in 0..1_u32 << few.len() {
            let chosen = few.iter().zip(0..).filter(|(_, bit)| subset >> bit & 1 == 1);
            let list = Plain::Array(chosen.map(|(item, _)| node(item)).collect());
            if !lists.contains(&list) {
                lists.push(list);
            }
        }
        lists
    }

    fn integers(&self) -> Vec<Plain> {
        let whole = |number: &Decimal| {
            let unit = 10_i128.checked_pow(number.scale().into())?;
            i64::try_from(number.units().div_euclid(unit)).ok()
        };
        let near = self.numbers.iter().filter_map(whole);
        let near = near.flat_map(|at| (-2..=2).filter_map(move |step| at.checked_add(step)));
        let all: Set<i64> = near.chain([0]).collect();
        all.into_iter().map(|number| Plain::Number(number.to_string())).collect()
    }

    fn decimals(&self) -> Vec<Plain> {
        let finest = self.numbers.iter().map(|number| number.scale()).max().unwrap_or(0);
        let step = (1..=2).filter_map(|units| Decimal::new(units, finest.saturating_add(1)));
        let steps: Vec<Decimal> = step.collect();
        let near = self.numbers.iter().flat_map(|number| {
            let more = steps.iter().filter_map(|step| number.checked_add(*step));
            let less = steps.iter().filter_map(|step| number.checked_sub(*step));
            more.chain(less).chain([*number])
        });
        let all: Set<Decimal> = near.chain([Decimal::from(0)]).collect();
        all.into_iter().map(|number| Plain::Number(number.to_text())).collect()
    }

    fn strings(&self) -> Vec<Plain> {
        let behind = self.texts.iter().flat_map(|text| [text.clone(), format!("{text} ")]);
        let all: Set<String> = behind.chain([String::new(), "~other".to_owned()]).collect();
        all.into_iter().map(Plain::String).collect()
    }
}

fn written(ip: Ip) -> String {
    match u32::try_from(ip.bits()) {
        Ok(bits) if !ip.is_v6() => Ipv4Addr::from(bits).to_string(),
        _ => Ipv6Addr::from(ip.bits()).to_string(),
    }
}

/// Whether the instruction only moves and compares values.
fn compares(op: &Op) -> bool {
    !matches!(
        op,
        Op::Negate
            | Op::Size
            | Op::Part(..)
            | Op::Add
            | Op::Subtract
            | Op::Multiply
            | Op::Divide
            | Op::Remainder
            | Op::StartsWith
            | Op::EndsWith
            | Op::Contains
            | Op::Matches(_)
            | Op::Item(_)
            | Op::Each(..)
            | Op::Next
    )
}
