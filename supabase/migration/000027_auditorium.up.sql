-- Seats and slots of an empty database; what an operator keeps is left as it is.
insert into seat (seat_number, seat_type)
select letter || number, case when letter <= 'E' then 'Standard' else 'Deluxe' end
from unnest(array['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J']) letter,
  generate_series(1, 10) number
on conflict do nothing;

insert into slot (name, start_time, end_time)
select name, start_time, end_time
from (
  values
    (1, 'Morning', time '08:30', time '11:30'),
    (2, 'Afternoon', time '12:30', time '15:30'),
    (3, 'Evening', time '16:30', time '19:30'),
    (4, 'Night', time '20:30', time '23:30')
) standard (place, name, start_time, end_time)
where not exists (select from slot)
order by place;
