-- name: select-synchronous-commit
-- columns: is_synchronous!
-- Whether a commit waits for a standby. A role without pg_monitor sees no state of the standbys.
select current_setting('synchronous_standby_names') <> ''
         and current_setting('synchronous_commit') in ('on', 'remote_write', 'remote_apply')
       as is_synchronous;
