SELECT {{ shared }}
