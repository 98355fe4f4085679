country = {{ country
