SELECT a FROM t
ORDER BY {% if b %}b, {% endif %}{{ key }} {% if down %}DESC{% endif %}
