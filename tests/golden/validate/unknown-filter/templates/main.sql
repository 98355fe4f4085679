SELECT {{ a | uper }}
FROM t WHERE b = {{ b | nothing }}
