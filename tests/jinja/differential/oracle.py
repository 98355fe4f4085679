"""What Jinja2 itself makes of a case: {"ok": text} or {"error": kind}."""

import warnings

import jinja2

# Python's compiler has opinions on the code that Jinja2 makes of `{{ 1[0] }}`.
warnings.filterwarnings("ignore", category=SyntaxWarning)

_UNDEFINED = {"default": jinja2.Undefined, "strict": jinja2.StrictUndefined}


def _environment(case):
    options = dict(case.get("options", {}))
    undefined = _UNDEFINED[options.pop("undefined", "default")]
    loader = jinja2.DictLoader(case.get("templates", {}))
    return jinja2.Environment(
        loader=loader,
        undefined=undefined,
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
        **options,
    )


def _kind(error):
    if isinstance(error, jinja2.TemplateSyntaxError):
        return "syntax"
    if isinstance(error, jinja2.UndefinedError):
        return "undefined"
    if isinstance(error, jinja2.TemplateNotFound):
        return "not-found"
    return "runtime"


def render(case):
    try:
        template = _environment(case).from_string(case["template"])
        return {"ok": template.render(case.get("context", {}))}
    # Whatever a template makes Python raise is the answer that is asked for.
    except Exception as error:  # noqa: BLE001
        return {"error": _kind(error), "message": f"{type(error).__name__}: {error}"}
