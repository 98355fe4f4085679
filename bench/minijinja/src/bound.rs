//! What a user of minijinja does who wants his values bound: a formatter that writes `$n` and keeps the
//! value. It does not look at where a value stands, as pgjinja does.

use minijinja::{Environment, Error, Template, Value};
use std::fmt;

/// The values of one rendering.
#[derive(Default)]
struct Values(Vec<Value>);

pub struct Statement {
    sql: String,
    values: Vec<Value>,
}

impl fmt::Display for Statement {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}\n{} parameters", self.sql, self.values.len())
    }
}

pub fn collect_values(environment: &mut Environment<'_>) {
    environment.set_formatter(|out, state, value| {
        let values = &mut state.get_or_insert_extension_with(Values::default).0;
        values.push(value.clone());
        write!(out, "${}", values.len())?;
        Ok(())
    });
}

pub fn render(template: &Template<'_, '_>, context: Value) -> Result<Statement, Error> {
    let mut rendered = template.render_captured(context)?;
    let values = rendered.with_state_mut(|state| {
        std::mem::take(state.get_or_insert_extension_with(Values::default))
    });
    Ok(Statement {
        sql: rendered.into_output(),
        values: values.0,
    })
}
