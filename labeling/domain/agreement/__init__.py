"""How far readers agree, and what they say together: matched marks, statistics, consensus. Plain values, no Django."""
