"""What Jinja2 itself makes of a case: {"ok": text} or {"error": kind}."""

import warnings

import jinja2

# Python's compiler has opinions on the code that Jinja2 makes of `{{ 1[0] }}`.
warnings.filterwarnings("ignore", category=SyntaxWarning)

_UNDEFINED = {
    "default": jinja2.Undefined,
    "strict": jinja2.StrictUndefined,
    "chainable": jinja2.ChainableUndefined,
    "debug": jinja2.DebugUndefined,
}


def _extension(name):
    return name if name.startswith("jinja2.ext.") else f"jinja2.ext.{name}"


def _environment(case):
    """Of "options", and of "env", which is what `pgjinja render --env` takes.

    As there, the extensions are there unless "extensions" does not list them.
    """
    options = {**case.get("options", {}), **case.get("env", {})}
    undefined = _UNDEFINED[options.pop("undefined", "default")]
    listed = options.pop("extensions", ["do", "loopcontrols"])
    extensions = [_extension(name) for name in listed]
    variables = options.pop("globals", {})
    sources = {**case.get("templates", {}), **options.pop("templates", {})}
    environment = jinja2.Environment(
        loader=jinja2.DictLoader(sources), undefined=undefined, extensions=extensions, **options
    )
    environment.globals.update(variables)
    return environment


def _kind(error):
    if isinstance(error, jinja2.TemplateSyntaxError):
        return "syntax"
    if isinstance(error, jinja2.UndefinedError):
        return "undefined"
    if isinstance(error, jinja2.TemplateNotFound):
        return "not-found"
    return "runtime"


def _answer(error):
    return {"error": _kind(error), "message": f"{type(error).__name__}: {error}"}


def _render(template, context):
    try:
        return {"ok": template.render(context)}
    # Whatever a template makes Python raise is the answer that is asked for.
    except Exception as error:  # noqa: BLE001
        return _answer(error)


def contexts(case):
    return case["contexts"] if "contexts" in case else [case.get("context", {})]


def render(case):
    """An answer for each context of the case."""
    try:
        template = _environment(case).from_string(case["template"])
    except Exception as error:  # noqa: BLE001
        return [_answer(error)] * len(contexts(case))
    return [_render(template, context) for context in contexts(case)]
