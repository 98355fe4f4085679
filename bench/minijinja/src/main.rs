//! What minijinja's work costs, beside bench_render: bench_minijinja TEMPLATES (tiny|core) WORK ROUNDS
//!
//! WORK is `bound` (text with $n and the values), `text` (plain text) or `compile`. Prints nanoseconds
//! each; with ROUNDS 0, works once and prints what it made.

mod bound;

use minijinja::{context, Environment, Error, Value};
use std::{env, fs, hint::black_box, process::exit, time::Instant};

const USAGE: &str = "usage: bench_minijinja TEMPLATES (tiny|core) (bound|text|compile) ROUNDS";

fn arguments(name: &str) -> Value {
    if name == "tiny" {
        return context! { limit => 5 };
    }
    context! {
        with_total => true,
        tenant => 42,
        status => "shipped",
        placed_after => "2026-01-01",
        countries => vec!["FR", "DE", "IT", "ES", "PT"],
        newest_first => true,
        limit => 20,
        offset => 40,
    }
}

/// `work` once, which warms up, and then `rounds` times under the clock.
fn measure<T>(
    rounds: u32,
    work: impl Fn() -> Result<T, Error>,
    show: impl Fn(T) -> String,
) -> Result<(), Error> {
    let made = work()?;
    if rounds == 0 {
        println!("{}", show(made));
        return Ok(());
    }
    let begin = Instant::now();
    for _ in 0..rounds {
        black_box(work()?);
    }
    println!(
        "{:.0}",
        begin.elapsed().as_nanos() as f64 / f64::from(rounds)
    );
    Ok(())
}

fn run(source: &str, values: &Value, work: &str, rounds: u32) -> Result<(), Error> {
    let mut environment = Environment::new();
    if work == "bound" {
        bound::collect_values(&mut environment);
    }
    let template = environment.template_from_str(source)?;
    match work {
        "text" => measure(rounds, || template.render(values.clone()), |text| text),
        "bound" => measure(
            rounds,
            || bound::render(&template, values.clone()),
            |statement| statement.to_string(),
        ),
        "compile" => measure(
            rounds,
            || environment.template_from_str(source),
            |compiled| compiled.source().to_string(),
        ),
        _ => usage(),
    }
}

fn usage() -> ! {
    eprintln!("{USAGE}");
    exit(2)
}

fn main() {
    let given: Vec<String> = env::args().skip(1).collect();
    let [directory, name, work, rounds] = given.as_slice() else {
        usage()
    };
    let Ok(rounds) = rounds.parse() else { usage() };
    let path = format!("{directory}/{name}.sql.jinja");
    let source = fs::read_to_string(&path).unwrap_or_else(|error| {
        eprintln!("{path}: {error}");
        exit(1)
    });
    if let Err(error) = run(&source, &arguments(name), work, rounds) {
        eprintln!("{error:#}");
        exit(1);
    }
}
