import { statement } from '../../../service/src/platform/database/database.ts';

export const selectHasTickets = statement<{ found: boolean }>(
  'demo-has-tickets',
  'select exists (select from ctt) as found',
);

export const withdrawModels = statement<never, [manufacturers: string[], models: string[]]>(
  'demo-withdraw-models',
  `update device_model m set withdrawn = true
     from unnest($1::text[], $2::text[]) as w (manufacturer, model)
    where m.manufacturer = w.manufacturer and m.model = w.model`,
);

/** As a change of plan leaves them that doubled the bandwidth of the CPE only. */
export const leaveCorpDataBehind = statement<never, [lineIds: string[], at: Date]>(
  'demo-leave-corp-data-behind',
  `update corp_data_temp set down_kbps = down_kbps / 2, up_kbps = up_kbps / 2, refreshed_at = $2
    where service_line_id = any($1)`,
);
