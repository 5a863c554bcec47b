-- name: select-views
-- params: person_id
select id, name, query, saved_at from saved_view where person_id = :person_id order by lower(name), id;

-- name: save-view
-- params: person_id, name, query, most
-- Replaces the view of the same name. No row: the person has the most views already.
insert into saved_view (person_id, name, query)
select :person_id, :name, :query::jsonb
 where exists (select from saved_view where person_id = :person_id and name = :name)
    or (select count(*) from saved_view where person_id = :person_id) < :most
    on conflict (person_id, name) do update set query = excluded.query, saved_at = now()
returning id, name, query, saved_at;

-- name: delete-view
-- params: person_id, id
delete from saved_view where person_id = :person_id and id = :id;
