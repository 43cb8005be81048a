//! The parts of a management request: ids from its path, parameters from its query, its body. What nobody asked for is
//! refused: a misspelt parameter must not be ignored.

use crate::answer::Answer;
use countersign_wire::api::{FromJson, Page};
use countersign_wire::form::from_value;
use serde_json::Value;

/// The digits of the largest number that is read: JavaScript holds it exactly.
pub(crate) const DIGITS: usize = 15;

/// The parts of one request.
#[derive(Debug)]
pub(crate) struct Parts {
    ids: Vec<String>,
    parameters: Vec<(String, String)>,
    body: Value,
}

impl Parts {
    pub(crate) fn new(ids: Vec<String>, query: Option<&str>, body: Value) -> Result<Self, Answer> {
        let parameters = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()).map(pair);
        let parameters = parameters.collect::<Option<Vec<_>>>().ok_or_else(|| wrong("The query cannot be read."))?;
        let twice = |(name, _): &(String, String)| parameters.iter().filter(|(other, _)| other == name).count() > 1;
        if let Some((name, _)) = parameters.iter().find(|pair| twice(pair)) {
            return Err(wrong(&format!("The parameter `{name}` is there twice.")));
        }
        Ok(Self { ids, parameters, body })
    }

    /// The id at this place of the path.
    pub(crate) fn id(&self, place: usize) -> String {
        self.ids.get(place).cloned().unwrap_or_default()
    }

    /// Takes a parameter.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let found = self.parameters.iter().position(|(parameter, _)| parameter == name)?;
        Some(self.parameters.swap_remove(found).1)
    }

    /// Takes a parameter that must be there.
    pub(crate) fn required(&mut self, name: &str) -> Result<String, Answer> {
        self.take(name).ok_or_else(|| wrong(&format!("Say `{name}=…` in the query.")))
    }

    /// Takes a parameter that is `true` or `false`.
    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, Answer> {
        match self.take(name).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(wrong(&format!("`{name}` is true or false."))),
        }
    }

    /// Takes a parameter that is a whole number.
    pub(crate) fn number<T: std::str::FromStr>(&mut self, name: &str, otherwise: T) -> Result<T, Answer> {
        self.take(name).map_or(Ok(otherwise), |text| {
            let number = text.parse().ok().filter(|_| text.len() <= DIGITS);
            number.ok_or_else(|| wrong(&format!("`{name}` is a whole number that is not too large.")))
        })
    }

    /// Takes the parameters that say which part of a list is wanted.
    pub(crate) fn page(&mut self) -> Result<Page, Answer> {
        let limit = self.number("limit", Page::USUAL)?;
        if !(1..=Page::MOST).contains(&limit) {
            return Err(wrong(&format!("`limit` is from 1 to {}.", Page::MOST)));
        }
        Ok(Page { cursor: self.take("cursor"), limit })
    }

    /// The body as the form that is expected.
    pub(crate) fn body<T: FromJson>(&mut self) -> Result<T, Answer> {
        from_value(std::mem::take(&mut self.body)).map_err(|error| {
            Answer::explained(400, "body", Some(format!("The body is not what is expected here: {error}.")))
        })
    }

    /// Refuses what nobody has taken.
    pub(crate) fn finish(&self) -> Result<(), Answer> {
        match self.parameters.first() {
            None => Ok(()),
            Some((name, _)) => Err(wrong(&format!("There is no parameter `{name}` here."))),
        }
    }
}

fn wrong(sentence: &str) -> Answer {
    Answer::explained(400, "query", Some(sentence.to_owned()))
}

fn pair(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    Some((decoded(name)?, decoded(value)?))
}

/// A form's text: `+` is a space, `%XX` a byte; nothing if it is not UTF-8, or holds a control character.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
                u8::try_from(high << 4 | low).ok()?
            }
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
}
