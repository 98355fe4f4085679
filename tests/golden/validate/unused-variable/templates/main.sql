{% set limit = 1 %}{% set _x = 1 %}{% set used = 2 %}
SELECT {{ used }}
