-- What came into the history since the last anchor.
create index cpe_history_at on cpe_history (at);
