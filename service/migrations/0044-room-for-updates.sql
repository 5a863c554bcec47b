-- Each applied update changes a row of these tables, and no column of an index. With room on the
-- page the new version stays there and needs no index entry (HOT; PostgreSQL manual 66.7). Pages
-- that exist get room as their rows change.
alter table corp_data_temp set (fillfactor = 85);
alter table cpe_claim set (fillfactor = 90);
