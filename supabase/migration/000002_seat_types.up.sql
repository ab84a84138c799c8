create type seat_type_enum as enum ('Standard', 'Deluxe');
