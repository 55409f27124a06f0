"""The classes of a school: who teaches them, how many pupils, opening and closing one."""
