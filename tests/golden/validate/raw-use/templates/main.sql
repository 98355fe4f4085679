SELECT {{ a | raw }}, {{ 'now()' | sqlsafe }}
