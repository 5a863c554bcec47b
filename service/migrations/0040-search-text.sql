-- The plain form of a text: letters and digits only, without case, diacritics and punctuation, so that people find a
-- name as they type it. Unicode's decomposition (NFKD) does not divide the letters of the table. What is left beyond
-- ASCII becomes its number, since pg_trgm sees such letters only with some locales.
create function plain_text(raw text) returns text language plpgsql immutable strict parallel safe as $$
declare
  plain text;
begin
  if octet_length(raw) = length(raw) then
    return regexp_replace(lower(raw), '[^a-z0-9]+', '', 'g');
  end if;
  plain := translate(lower(normalize(raw, NFKD)), 'łđøðħıŧŋ', 'ldodhitn');
  plain := replace(replace(replace(replace(plain, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th');
  -- Controls, spaces, punctuation, symbols, modifier letters, and marks of Latin, Cyrillic, Hebrew and Arabic.
  plain := regexp_replace(plain, '[\u0001-/:-`{-\u00bf\u00d7\u00f7\u02b0-\u036f\u0483-\u0489\u0591-\u05c7'
    '\u060c\u061b-\u061f\u0640\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u2000-\u214f\u2190-\u2bff'
    '\u2e00-\u2e7f\u3000-\u303f\u30fb\ufe00-\ufe2f\ufeff]+', '', 'g');
  if octet_length(plain) = length(plain) then
    return plain;
  end if;
  return (select string_agg(case when ascii(c) < 128 then c else 'u' || to_hex(ascii(c)) end, '' order by n)
            from regexp_split_to_table(plain, '') with ordinality as letter(c, n));
end
$$;

-- The plain form of a serial number, MAC address or IP address; `x` keeps the places of an IPv4 address apart.
create function plain_identifier(raw text) returns text language sql immutable strict parallel safe as $$
  select translate(lower(raw), '.:-', 'x')
$$;

-- What a ticket's text is searched in: its number, and customer and id of its line.
create function search_text_of(ticket_no text, line_id text) returns text language sql stable strict parallel safe as $$
  select plain_text(ticket_no) || ' ' || plain_text(customer) || ' ' || plain_text(id) from service_line where id = line_id
$$;

-- Null: of a ticket from before this column that the desk has not come to yet.
alter table ctt add column search_text text;

create function set_search_text() returns trigger language plpgsql as $$
begin
  new.search_text := search_text_of(new.ticket_no, new.service_line_id);
  return new;
end
$$;
create trigger ctt_search_text before insert or update of ticket_no, service_line_id on ctt
  for each row execute function set_search_text();

create function follow_customer() returns trigger language plpgsql as $$
begin
  update ctt set search_text = search_text_of(ticket_no, service_line_id) where service_line_id = new.id;
  return null;
end
$$;
create trigger service_line_search_text after update of customer on service_line
  for each row when (old.customer is distinct from new.customer) execute function follow_customer();

-- Gives the newest tickets that lack it their text; answers when the oldest of them was opened, null where none is left.
-- Leaves tickets that somebody else has locked. The desk's role may not change tickets otherwise.
create function fill_search_text(before timestamptz, most integer) returns timestamptz
  language sql security definer set search_path = public, pg_temp as $$
  with next as (
    select id from ctt where search_text is null and opened_at <= before
     order by opened_at desc limit most for no key update skip locked),
  filled as (
    update ctt set search_text = search_text_of(ticket_no, service_line_id)
     where id = any(array(select id from next)) returning opened_at)
  select min(opened_at) from filled
$$;
revoke execute on function fill_search_text(timestamptz, integer) from public;
