SELECT {{ a | }}, {{ b
