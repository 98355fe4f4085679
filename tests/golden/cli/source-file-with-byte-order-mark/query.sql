SELECT {{ 1 }}
