import { columnsOf, statement } from '../platform/database/database.ts';
import { CPE_VALUES } from './cpe-columns.ts';

export const CORP_DATA = `customer, segment_group, technology, ${CPE_VALUES}`;

/** Writes the corp-data temp records of these lines from their recorded line and CPE. */
export const refreshCorpData = statement<{ id: string }, [lineIds: string[], at: Date]>(
  'import-corp-data',
  `insert into corp_data_temp as d (service_line_id, ${CORP_DATA}, refreshed_at)
   select service_line_id, ${CORP_DATA}, $2
     from service_line l join cpe c on c.service_line_id = l.id where l.id = any($1)
   on conflict (service_line_id) do update set (${CORP_DATA}, refreshed_at) = (${columnsOf('excluded', CORP_DATA)}, $2)
   where (${columnsOf('d', CORP_DATA)}) is distinct from (${columnsOf('excluded', CORP_DATA)})
   returning service_line_id as id`,
);
