SELECT 1 {% include part %} WHERE a = '{{ a }}'
