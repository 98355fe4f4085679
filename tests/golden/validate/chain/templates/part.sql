AND a{{ b }}
