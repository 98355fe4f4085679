SELECT {{ a | }}, {{ b | nofilter }}
{% if x %}
