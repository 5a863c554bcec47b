import type { Source } from '../core/source.ts';
import { arp } from './arp.ts';
import { dasan } from './dasan.ts';
import { dhcpTable, iscLease } from './dhcp.ts';
import { fiberhome } from './fiberhome.ts';
import { freeText, rowsWithoutHeadings } from './free-text.ts';
import { huaweiAutofind, huaweiOntInfo, huaweiWanInfo } from './huawei-blocks.ts';
import { huaweiConfig } from './huawei-config.ts';
import { huaweiTables } from './huawei-tables.ts';
import { ipAddr } from './ip-addr.ts';
import { jsonRecords } from './json.ts';
import { juniperDhcp } from './juniper-dhcp.ts';
import { nokiaOnt, nokiaTable } from './nokia.ts';
import { radius } from './radius.ts';
import { tableWithHeadings } from './tables.ts';
import { genieAcs, tr069Parameters } from './tr069.ts';
import { vsol } from './vsol.ts';
import { zteOnuDetail, zteOnuTable } from './zte.ts';

/** The sources, most specific first: the first that can read a text reads it. */
export const sources: readonly Source[] = [
  genieAcs,
  jsonRecords,
  tr069Parameters,
  huaweiWanInfo,
  huaweiAutofind,
  huaweiOntInfo,
  huaweiTables,
  huaweiConfig,
  zteOnuDetail,
  zteOnuTable,
  nokiaTable,
  nokiaOnt,
  fiberhome,
  dasan,
  vsol,
  radius,
  iscLease,
  ipAddr,
  juniperDhcp,
  dhcpTable,
  arp,
  tableWithHeadings,
  rowsWithoutHeadings,
  freeText,
];
