{% import 'lib' as lib %}
SELECT {{ lib.eq(left=1, rigth=2) }}
