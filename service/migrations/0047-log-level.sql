-- The new list holds the old one, so every row that is there fits. Validating it here would keep the
-- log locked while it is read.
alter table access_log drop constraint access_log_event_check;
alter table access_log add constraint access_log_event_check check (event in (
  'signed-in', 'sign-in-refused', 'signed-out', 'signed-out-everywhere', 'action-refused',
  'evidence-exported', 'tickets-exported', 'policy-set', 'updates-held', 'updates-released',
  'values-probed', 'model-added', 'model-request-declined', 'session-ended', 'roles-changed',
  'token-created', 'token-revoked', 'token-used', 'bulk-uploaded', 'bulk-started', 'bulk-paused',
  'bulk-cancelled', 'bulk-exported', 'log-level-set')) not valid;
