SELECT * FROM city WHERE {% include 'parts/where' %}
