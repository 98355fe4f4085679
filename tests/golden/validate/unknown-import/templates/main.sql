{% from 'lib' import equls, less %}
{% import 'lib' as lib %}
SELECT {{ less(1) }} {{ lib.nope(1) }} {{ lib._inner() }}
