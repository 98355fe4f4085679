{% include 'prat' %}
{% include 'nowhere' ignore missing %}
{% include ['a', 'b'] %}
{% import 'lib' as lib %}
