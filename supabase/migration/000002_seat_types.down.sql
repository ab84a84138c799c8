drop type seat_type_enum;
