"""Numbers of boards, each defined once and each opening the rows that it counts."""
