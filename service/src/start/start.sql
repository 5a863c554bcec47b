-- name: owns-history
-- columns: owns!
-- Whether the desk works as the owner of its tables.
select pg_has_role(current_user, relowner, 'member') as owns
  from pg_class where oid = 'cpe_history'::regclass;
